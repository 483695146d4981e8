"""Pages about our people: what hangs on each, and handing over the accounts of those who leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases.asked import waiting
from mainstay.desk.facts.forms import staff_named
from mainstay.desk.facts.rights import WRITERS, may_write
from mainstay.desk.paging import Numbered, page_number
from mainstay.desk.team import exposure, handover, queries, watch
from mainstay.desk.team import load as carried
from mainstay.desk.team.forms import LeavingForm, StepForm
from mainstay.desk.team.models import Step

leaders = allowed(WRITERS["assignments"])


@leaders
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    today = timezone.localdate()
    found = exposure.people(sight, today)
    going = [p.staff_id for p in found if p.leaves_on]
    return _page(
        request,
        "team/people.html",
        people=[p for p in found if p.known],
        unknown=exposure.unknown_codes(found, today),
        unusual=watch.unusual(going, timezone.now()),
        currency=sight.currency,
    )


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """What everybody carries; whoever leads nobody sees what they carry themselves."""
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "team", "assessment": None})
    leads = may_write(request.user, "assignments")
    found = carried.team(sight, timezone.localdate(), everybody=leads)
    number = page_number(request.GET)
    start = (number - 1) * carried.PAGE
    return _page(
        request,
        "team/load.html",
        section="user" if leads else "check",  # what stands for it in the navigation
        team=found,
        page=LoadPage(number, len(found.people) > start + carried.PAGE),
        people=found.people[start : start + carried.PAGE],
        leads=leads,
        requests=waiting(sight),
        currency=sight.currency,
        assessment=sight.assessment,
    )


@dataclass(frozen=True)
class LoadPage(Numbered):
    number: int
    further: bool


@leaders
@require_safe
def person(request: HttpRequest, staff_id: str) -> HttpResponse:
    """If this person leaves."""
    sight = Sight.of(request.user)
    found = queries.leaving(sight, staff_id, timezone.localdate())
    unusual = watch.unusual([staff_id], timezone.now()).get(staff_id)
    return _page(
        request,
        "team/person.html",
        found=found,
        unusual=unusual,
        form=LeavingForm(initial={"leaves_on": found.person.leaves_on}),
        currency=sight.currency,
        assessment=sight.assessment,
    )


@leaders
@require_POST
def plan(request: HttpRequest, staff_id: str) -> HttpResponse:
    form = LeavingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the last day."))
        return redirect("team:person", staff_id)
    try:
        made = handover.plan(
            _user(request), staff_id, form.cleaned_data["leaves_on"], today=timezone.localdate()
        )
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("team:person", staff_id)
    messages.success(request, _("The plan is made; look at who takes what."))
    return redirect("team:handover", made.pk)


@require_safe
def show(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The checklist of a handover."""
    sight = Sight.of(request.user)
    leads = may_write(request.user, "assignments")
    found = queries.one_handover(request.user, handover_id, leader=leads)
    today = timezone.localdate()
    steps = queries.steps_of(sight, found, today)
    return _page(
        request,
        "team/handover.html",
        handover=found,
        name=staff_named(found.staff_id),
        steps=steps,
        done=sum(s.step.done_on is not None for s in steps),
        takers=queries.takers().items(),
        leads=leads,
        currency=sight.currency,
    )


@require_POST
def step(request: HttpRequest, step_id: int) -> HttpResponse:
    """One step: given to somebody else, introduced, or done."""
    one = Step.objects.filter(pk=step_id).select_related("handover").first()
    leads = may_write(request.user, "assignments")
    if one is None:
        raise Http404
    queries.one_handover(request.user, one.handover_id, leader=leads)
    try:
        _do(request, one)
    except MainstayError as error:
        messages.error(request, in_words(error))
    return redirect("team:handover", one.handover_id)


def _do(request: HttpRequest, one: Step) -> None:
    user, today = _user(request), timezone.localdate()
    match request.POST.get("do"):
        case "change":
            form = StepForm(request.POST)
            if form.is_valid():
                handover.change_step(user, one.pk, **form.cleaned_data)
            else:
                messages.error(request, _("Choose who takes over, and by when."))
        case "introduced":
            handover.introduce(user, one.pk, today=today)
        case "done":
            handover.finish(user, one.pk, today=today)


def _user(request: HttpRequest) -> Any:
    return request.user


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {"section": "team"} | context)
