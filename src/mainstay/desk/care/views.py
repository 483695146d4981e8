"""Visits, requests, promises, incentives: what is to be done, and writing down what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import SETTERS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import queries as account_queries
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care import queries, rhythm, services
from mainstay.desk.care.forms import AnswerForm, KeepForm, RhythmForm
from mainstay.desk.care.models import Promise, Request
from mainstay.desk.facts.checks import troubles
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rights import may_write, visible

MOST_LETTERS = 100  # of a search
SUGGESTED = 10  # accounts that a visit was most likely to


@dataclass(frozen=True)
class Refused:
    """A row with the form about it that was sent and can't be so."""

    row: Any
    form: Any


def page(request: HttpRequest, template: str, sight: Sight, **context: Any) -> HttpResponse:
    """A page of this part; 422 where a form of it was refused."""
    context |= {
        "sight": sight,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "section": context.get("section", "todo"),
        "today": timezone.localdate(),
    }
    form = context.get("form")
    wrong = form is not None and form.is_bound and not form.is_valid()
    return render(request, template, context, status=422 if wrong else 200)


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """Who is to be visited, overdue first; who was; by manager and tier."""
    sight, today = Sight.of(request.user), timezone.localdate()
    asked = queries.Asked.read(request.GET)
    shown = queries.due_page(sight, asked, today) if asked.show != "recent" else None
    office = sight.user.sees_all_accounts
    by_manager = queries.overdue_by_manager(sight, today) if office else []
    managers = queries.managers(sight) if office else []
    most = queries.PAGE if asked.show == "recent" else queries.RECENT
    return page(
        request,
        "care/visits.html",
        sight,
        tab="visits",
        asked=asked,
        page=shown,
        counts=queries.visit_counts(sight, asked, today),
        recent=queries.recent_visits(sight, asked, most),
        by_manager=by_manager,
        managers=managers,
        names=staff_names(),
        may_set=sight.user.role in SETTERS,
        weeks=rhythm.weeks_by_tier(),
    )


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which account the visit was to: found by name, or one of those that are due."""
    sight = Sight.of(request.user)
    words = request.GET.get("q", "")[:MOST_LETTERS].replace("\0", "").strip()
    found = account_queries.find(sight, words) if words else []
    due = [] if words else queries.due_soonest(sight, SUGGESTED, timezone.localdate())
    return page(request, "care/choose.html", sight, words=words, found=found, due=due)


@allowed(SETTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_rhythm(request: HttpRequest) -> HttpResponse:
    """After how many weeks each tier is visited again."""
    sight = Sight.of(request.user)
    form = RhythmForm(rhythm.weeks_by_tier(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_rhythm(sight.user, form.cleaned_data)
        messages.success(request, _("Kept. The lists follow it from now on."))
        return redirect("care:visits")
    return page(request, "care/rhythm.html", sight, form=form)


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Requests without an answer, overdue first; answered in place."""
    return _requests(request)


def _requests(request: HttpRequest, wrong: Refused | None = None) -> HttpResponse:
    sight, today = Sight.of(request.user), timezone.localdate()
    mine = _mine(request, sight)
    found = queries.open_requests(
        sight, mine=mine, number=queries.page_number(request.GET), today=today
    )
    if wrong:
        found = queries.with_row(sight, found, wrong.row)
    return page(
        request,
        "care/requests.html",
        sight,
        tab="requests",
        mine=mine,
        open=found,
        answered=queries.answered_requests(sight),
        names=staff_names(),
        wrong=wrong,
        form=wrong.form if wrong else None,
    )


def _mine(request: HttpRequest, sight: Sight) -> bool:
    """Only one's own, for who has a staff code and asks for it."""
    return bool(sight.user.staff_id) and request.GET.get("whose") == "mine"


def _can_be(form: Any, found: Fact) -> bool:
    """Whether a row can say what a short form would have it say, as its whole form asks."""
    if form.is_valid():
        values = {f.name: getattr(found, f.name) for f in found._meta.fields} | form.cleaned_data
        for name, sentence in troubles(type(found), values, found).items():
            if name in form.fields:
                form.add_error(name, sentence)
    return bool(form.is_valid())


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request.user, Request).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may_write(request.user, "requests"):
        raise PermissionDenied
    form = AnswerForm(request.POST, label_suffix="")
    if not _can_be(form, found):
        return _requests(request, Refused(found, form))
    try:
        services.answer(_user(request), found, _values(form), seen=form.cleaned_data["seen"])
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The request is answered."))
    return redirect(back(request, reverse("care:requests")))


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Promises that are not kept, overdue first; marked as kept in place."""
    return _promises(request)


def _promises(request: HttpRequest, wrong: Refused | None = None) -> HttpResponse:
    sight, today = Sight.of(request.user), timezone.localdate()
    mine = _mine(request, sight)
    found = queries.open_promises(
        sight, mine=mine, number=queries.page_number(request.GET), today=today
    )
    if wrong:
        found = queries.with_row(sight, found, wrong.row)
    return page(
        request,
        "care/promises.html",
        sight,
        tab="promises",
        mine=mine,
        open=found,
        kept=queries.kept_promises(sight),
        names=staff_names(),
        wrong=wrong,
        form=wrong.form if wrong else None,
    )


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible(request.user, Promise).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may_write(request.user, "promises"):
        raise PermissionDenied
    form = KeepForm(request.POST, label_suffix="")
    if not _can_be(form, found):
        return _promises(request, Refused(found, form))
    try:
        services.keep(_user(request), found, _values(form), seen=form.cleaned_data["seen"])
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The promise is marked as kept."))
    return redirect(back(request, reverse("care:promises")))


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _user(request: HttpRequest) -> Any:
    return request.user


def back(request: HttpRequest, otherwise: str) -> str:
    """Where the form was, if it says so."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if safe else otherwise
