"""The pages of trials: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import OFFICE, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.pages import context_of
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases.words import ARMS, TRIALS
from mainstay.desk.designs import downloads, forms, queries, services, words
from mainstay.desk.designs.models import Design
from mainstay.desk.numbers import typed
from mainstay.desk.paging import code_in, one_of, page_number


def _page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    may = services.may_switch(request.user)
    context |= {"section": "learning", "may_switch": may, "kinds": TRIALS}
    return render(request, f"designs/{template}.html", context_of(sight) | context, status=status)


@require_safe
def designs(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    found = queries.designs(sight, timezone.localdate())
    show = one_of(request.GET, "show", words.SHOWS)
    return _page(
        request,
        "list",
        sight,
        shown=[one for one in found if one.state == show],
        any=bool(found),
        show=show,
        shows=[
            (code, word, sum(one.state == code for one in found))
            for code, word in words.SHOWS.items()
        ],
        may_look=request.user.role in OFFICE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(OFFICE)
def add(request: HttpRequest) -> HttpResponse:
    """The form of a new trial; what it would be, before anything is written; and the switch."""
    sight, today = Sight.of(request.user), timezone.localdate()
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "learning", "assessment": None})
    asked = code_in(request.GET, "play")
    form = forms.DesignForm(queries.may_wait(), today, request.POST or None, play=asked)
    if not form.is_valid():
        return _page(request, "form", sight, 422 if form.is_bound else 200, form=form)
    try:
        found = queries.outlook(sight, form.row(), today)
        if request.POST.get("do") == "on":
            draws = engine.rows_of_draws(found.drawn.draws, today)
            made = services.switch_on(sight.user, form.row(), draws, today=today)
            messages.success(request, _("Switched on. Plans obey it from the next one on."))
            return redirect("designs:show", made.pk)
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _page(request, "form", sight, 422, form=form)
    return _page(request, "form", sight, form=form, preview=queries.preview(sight, found, today))


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(Design, pk=pk))


def _show(request: HttpRequest, row: Design, off: forms.OffForm | None = None) -> HttpResponse:
    sight, today = Sight.of(request.user), timezone.localdate()
    arm, state = one_of(request.GET, "arm", ARMS), queries.state_of(row, today)
    wave = typed(request.GET.get("wave", ""), 0)
    parts = queries.parts(sight, row)
    return _page(
        request,
        "show",
        sight,
        422 if off else 200,
        row=row,
        title=cases.title(cases.catalogue(), row.play),
        state=state,
        may_end=state in ("", "to_come"),
        parts=parts,
        drawn=sum(part.drawn for part in parts),
        arm=arm,
        wave=wave,
        page=queries.page(sight, row, arm, wave, page_number(request.GET)),
        names=manager_names([row.by_id, row.off_by]),
        off=off or forms.OffForm(initial={"seen": row.version}, label_suffix=""),
        downloads=KINDS,
    )


@require_POST
@allowed(services.SWITCH)
def off(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = get_object_or_404(Design, pk=pk), Sight.of(request.user).user
    form = forms.OffForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _show(request, row, form)
    said = form.cleaned_data
    today = timezone.localdate()
    try:
        services.switch_off(user, row, said["reason"], seen=said["seen"], today=today)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("Switched off: nobody waits any more from the next plan on."))
    return redirect("designs:show", row.pk)


@require_safe
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    row = get_object_or_404(Design, pk=pk)
    if kind not in KINDS:
        raise Http404
    return downloads.export(Sight.of(request.user), row, kind)
