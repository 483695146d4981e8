"""Somebody's calendar as a file that calendar programs read again and again (RFC 5545).

All-day events with identities that stay: what moves to another day is the same event, changed. SEQUENCE
counts the seconds from 2020 on to its last change, so that it only grows, whatever changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar

from mainstay.desk.access.models import Event as Done
from mainstay.desk.access.models import Role
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Incentive, Visit, VisitDue
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.models import OPEN, Case, CaseStep, PlayRun
from mainstay.desk.digests.ics_text import EPOCH, Entry, event
from mainstay.desk.digests.links import Links
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rights import visible
from mainstay.desk.team.models import Step

MOST = 500  # of each kind, the earliest first
SINCE = timedelta(days=31)  # an end that is longer ago is not shown
VISITS_SINCE = timedelta(days=92)
EVERY = "PT1H"
END = b"END:VCALENDAR\r\n"


def made(user: Any, links: Links, today: date) -> bytes:
    """The calendar of somebody, of what they may see now, in the language that is active."""
    whole = Calendar()
    whole.add("prodid", "-//Mainstay//Calendar//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("x-wr-calname", _("Mainstay: my steps and visits"))
    whole.add("x-published-ttl", EVERY)
    whole.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    events = [event(entry) for entry in entries(user, links, today)]
    head: bytes = whole.to_ical().removesuffix(END)
    return b"".join([head, *events, END])


Names = dict[str, str]
# What is shown of some accounts, once their names are known.
Shown = tuple[set[str], Callable[[Names], Iterable[Entry]]]


def entries(user: Any, links: Links, today: date) -> list[Entry]:
    sight = Sight.of(user)
    if not user.staff_id:
        return []
    parts = [
        _steps(sight, links),
        _visits(sight, links, today),
        _handovers(sight, links),
        _plays_that_end(sight, links, today),
        _incentives_that_end(sight, links, today),
    ]
    names = _names(sight, set().union(*(accounts for accounts, _ in parts)))
    found = [entry for _, shown in parts for entry in shown(names)]
    return sorted(found, key=lambda entry: (entry.on, entry.kind, entry.of))


def _visible(sight: Sight, model: type[Fact]) -> QuerySet[Any]:
    return visible(sight.user, model, sight.assessment.pk if sight.assessment else None)


def _names(sight: Sight, ids: set[str]) -> Names:
    return dict(sight.accounts.filter(account_id__in=ids).values_list("account_id", "name"))


def _said(names: Names, account_id: str, what: str) -> str:
    """Account and what is to be done, on one line."""
    return " ".join(f"{names.get(account_id, account_id)}: {what}".split())


def _steps(sight: Sight, links: Links) -> Shown:
    """Steps of open cases that are theirs and not done."""
    rows = _visible(sight, CaseStep).filter(
        owner_id=sight.user.staff_id,
        done_on__isnull=True,
        due_on__isnull=False,
        case_id__in=Case.objects.filter(OPEN).values("case_id"),
    )
    of = Case.objects.filter(case_id=OuterRef("case_id")).order_by().values("pk")
    steps = list(rows.annotate(case_pk=Subquery(of[:1])).order_by("due_on", "id")[:MOST])

    def shown(names: Names) -> Iterator[Entry]:
        for step in steps:
            url = links.to("cases:show", step.case_pk, anchor=f"step-{step.pk}")
            title = _said(names, step.account_id, case_words.told(step.what))
            yield Entry("step", step.step_id, step.due_on, title, url, step.recorded_at)

    return {step.account_id for step in steps}, shown


def _visits(sight: Sight, links: Links, today: date) -> Shown:
    """The next visit to each account that they look after; for who sees all, that they manage."""
    mine = sight.accounts
    if sight.user.role != Role.MANAGER:
        mine = mine.filter(manager_id=sight.user.staff_id)
    rows = VisitDue.objects.filter(
        account_id__in=mine.values("account_id"), due_on__gte=today - VISITS_SINCE
    )
    due = list(rows.only("account_id", "due_on").order_by("due_on", "id")[:MOST])
    ids = {one.account_id for one in due}
    written = Visit.objects.filter(account_id__in=ids).order_by().values("account_id")
    last = dict(written.annotate(at=Max("recorded_at")).values_list("account_id", "at"))
    # A day moves with what is written down of visits, with tiers as assessed, and with the rhythm.
    moved_at = max((at for at in (_assessed_at(sight), _rhythm_set_at()) if at), default=EPOCH)

    def shown(names: Names) -> Iterator[Entry]:
        for one in due:
            changed_at = max(moved_at, last.get(one.account_id) or EPOCH)
            title = _said(names, one.account_id, pgettext("calendar", "visit is due"))
            url = links.to("care:visit", one.account_id)
            yield Entry("visit", one.account_id, one.due_on, title, url, changed_at)

    return ids, shown


def _assessed_at(sight: Sight) -> datetime | None:
    return sight.assessment.made_at if sight.assessment else None


def _rhythm_set_at() -> datetime | None:
    done = Done.objects.filter(verb="settings.rhythm").order_by("-at")
    return done.values_list("at", flat=True).first()


def _handovers(sight: Sight, links: Links) -> Shown:
    """Accounts that they take over, or introduce somebody at."""
    me = sight.user.staff_id
    open_ones = Step.objects.select_related("handover").filter(done_on__isnull=True)
    taken = open_ones.filter(to_staff_id=me)
    given = open_ones.filter(introduced_by=me, introduced_on__isnull=True)
    steps = sorted({*taken[:MOST], *given[:MOST]}, key=lambda step: (step.due_on, step.pk))

    def shown(names: Names) -> Iterator[Entry]:
        for step in steps:
            what = (
                pgettext("calendar", "take over")
                if step.to_staff_id == me
                else pgettext("calendar", "introduce your successor")
            )
            url = links.to("team:handover", step.handover_id)
            of = f"{step.handover_id} {step.account_id} {step.role}"
            title = _said(names, step.account_id, what)
            yield Entry("handover", of, step.due_on, title, url, step.handover.made_at)

    return {step.account_id for step in steps}, shown


def _plays_that_end(sight: Sight, links: Links, today: date) -> Shown:
    """The day on which a play that they lead stops."""
    rows = _visible(sight, PlayRun).filter(
        staff_id=sight.user.staff_id, result__isnull=True, to_on__gte=today - SINCE
    )
    runs = list(rows.exclude(play="nothing").order_by("to_on", "id")[:MOST])
    plays = cases.catalogue() if runs else {}

    def shown(names: Names) -> Iterator[Entry]:
        for run in runs:
            what = _("{play} ends").format(play=cases.title(plays, run.play))
            url = links.to("accounts:account", run.account_id)
            of = f"{run.account_id} {run.play} {run.from_on}"
            title = _said(names, run.account_id, what)
            yield Entry("play", of, run.to_on, title, url, run.recorded_at)

    return {run.account_id for run in runs}, shown


def _incentives_that_end(sight: Sight, links: Links, today: date) -> Shown:
    """The day on which what they gave an account ends."""
    rows = _visible(sight, Incentive).filter(owner_id=sight.user.staff_id, to_on__gte=today - SINCE)
    given = list(rows.order_by("to_on", "id")[:MOST])

    def shown(names: Names) -> Iterator[Entry]:
        for one in given:
            title = _said(names, one.account_id, pgettext("calendar", "an incentive ends"))
            url = links.to("care:terms", one.account_id)
            yield Entry("incentive", one.incentive_id, one.to_on, title, url, one.recorded_at)

    return {one.account_id for one in given}, shown
