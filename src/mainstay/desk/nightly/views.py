"""For administrators: when the nightly run begins, what it imports, what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError, NotFound
from mainstay.desk.access.rights import ADMINISTRATORS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.words import sentence
from mainstay.desk.jobs import services as jobs
from mainstay.desk.nightly import queries, services, trying
from mainstay.desk.nightly.forms import ScheduleForm, SourceForm
from mainstay.desk.nightly.models import Night, Source
from mainstay.desk.paging import page_number

administrators = allowed(ADMINISTRATORS)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The schedule, the sources, the last runs."""
    user: Any = request.user
    now = timezone.now()
    known = queries.schedule_shown(now)
    form = ScheduleForm(known, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_schedule(user, **form.values(), now=now)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("nightly:page")
    zone, desk = queries.zone_of(known.zone), timezone.get_current_timezone_name()
    context = {
        "form": form,
        "next": queries.next_run(known, now),
        "zone": zone,
        "here": desk if desk != zone.key else "",
        "sources": queries.sources(),
        "page": queries.nights(page_number(request.GET)),
        "under_way": queries.under_way(),
        "section": "people",
    }
    return render(request, "nightly/page.html", context, status=422 if form.errors else 200)


@administrators
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Begin one now."""
    user: Any = request.user
    try:
        night = services.run_now(user, timezone.now())
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("nightly:page")
    return redirect("nightly:night", night.pk)


@administrators
@require_safe
def night(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its steps and what came of them."""
    user: Any = request.user
    found = queries.one_night(pk)
    if found is None:
        raise Http404
    if found.job.is_over and not found.night.seen:
        services.looked_at(user)
    context = {"run": found, "names": queries.names(), "section": "people"}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "nightly/_night.html" if part else "nightly/night.html", context)


@administrators
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a run off; what is imported stays."""
    user: Any = request.user
    found = get_object_or_404(Night, pk=pk)
    jobs.cancel(user, found.job_id)
    return redirect("nightly:night", pk)


@administrators
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """Whether something of the last run failed, for the navigation."""
    return render(request, "nightly/_badge.html", {"trouble": queries.trouble()})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a source, or change one."""
    user: Any = request.user
    known = get_object_or_404(Source, pk=pk) if pk is not None else None
    form = SourceForm(known, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.save_source(user, form.wanted(known), timezone.now(), pk=pk)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            _say_tried(request, made)
            return redirect("nightly:page")
    context = {"form": form, "known": known, "section": "people"}
    return render(request, "nightly/source.html", context, status=422 if form.errors else 200)


def _say_tried(request: HttpRequest, source: Source) -> None:
    """Whether the night will find it: it is tried at once, and nothing of it imported."""
    try:
        found = sentence(trying.try_source(source))
    except MainstayError as error:
        said = _("Saved, but “{name}” could not be reached. {why}")
        messages.warning(request, said.format(name=source.name, why=in_words(error)))
    else:
        said = _("Saved, and “{name}” was tried. {found}")
        messages.success(request, said.format(name=source.name, found=found))


@administrators
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a source; what it brought stays."""
    user: Any = request.user
    try:
        services.remove_source(user, pk)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("Removed. What it brought stays."))
    return redirect("nightly:page")
