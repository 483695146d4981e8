"""Reads of the complaints' desk: which clocks run out first, one complaint with its log, an account's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Subquery

from mainstay.core.service_standards import KINDS, SEVERITIES, Standard
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Account, Assessment
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints import clock as clocks
from mainstay.desk.complaints import escalation, words
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.complaints.rules import Rules
from mainstay.desk.facts import changes
from mainstay.desk.facts import words as fact_words
from mainstay.desk.facts.handing import unseen
from mainstay.desk.facts.models import Product
from mainstay.desk.numbers import typed
from mainstay.desk.relations.models import Contact
from mainstay.desk.team.models import Staff

PAGE = 50
LOG = 200
VIEWS = ("open", "mine", "overdue", "escalated", "waiting")
OF_ACCOUNT = 5


@dataclass(frozen=True)
class Asked:
    """What of the desk somebody wants to see."""

    view: str = "open"
    kind: str = ""
    severity: int | None = None
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From an address; what is not understood is left out."""
        view, kind = given.get("view", ""), given.get("kind", "")
        severity, page = given.get("severity", ""), given.get("page", "")
        return cls(
            view if view in VIEWS else "open",
            kind if kind in KINDS else "",
            int(severity) if severity in [str(n) for n in SEVERITIES] else None,
            min(typed(page, 1) or 1, 10_000),
        )

    def query(self, **changed: Any) -> str:
        """The address of the same list with something changed; of its first page."""
        asked = replace(self, **{"page": 1, **changed})
        parts = {
            "view": asked.view if asked.view != "open" else "",
            "kind": asked.kind,
            "severity": asked.severity,
            "page": asked.page if asked.page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def here(self) -> str:
        return self.query(page=self.page)


@dataclass(frozen=True)
class Row:
    """One running clock as the desk shows it."""

    clock: Clock
    complaint: Complaint
    account: str
    owner: str
    step: clocks.Step
    said: str
    level: str = ""

    @property
    def what(self) -> str:
        return str(words.STEPS[self.clock.what])

    @property
    def look(self) -> str:
        """late, soon or fine: the colour of its bar, which the words say too."""
        if self.step.state is clocks.State.MISSED:
            return "late"
        return "soon" if self.step.warns else "fine"


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    number: int
    further: bool


def _views(user: Any, now: datetime) -> dict[str, Q]:
    runs = Q(waiting=False)
    mine = Q(owner_id=user.staff_id) if user.staff_id else Q(pk__in=[])
    return {
        "open": runs,
        "mine": runs & mine,
        "overdue": runs & Q(next_due_at__lt=now),
        "escalated": runs & escalation.theirs(user, now),
        "waiting": Q(waiting=True),
    }


def _narrowed(seen: Seen, asked: Asked) -> QuerySet[Clock]:
    found = seen.clocks
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.severity:
        found = found.filter(severity=asked.severity)
    return found


def desk_page(seen: Seen, asked: Asked, now: datetime) -> Page:
    """The clocks that were asked for, the one that runs out first on top."""
    found = _narrowed(seen, asked).filter(_views(seen.user, now)[asked.view])
    found = found.order_by("next_due_at", "complaint_id")
    start = (asked.page - 1) * PAGE
    # Keys first: the database sorts them alone where it has to sort, not the complaints with them.
    keys = list(found.values_list("pk", flat=True)[start : start + PAGE + 1])
    by_key = Clock.objects.select_related("complaint").in_bulk(keys[:PAGE])
    rows = [by_key[key] for key in keys[:PAGE] if key in by_key]
    return Page(shown(rows, now), asked.page, len(keys) > PAGE)


def shown(running: list[Clock], now: datetime) -> list[Row]:
    """Clocks with their names and the time that is left, in five queries."""
    rules = Rules.read()
    accounts = account_names(clock.account_id for clock in running)
    staff = staff_named(clock.owner_id for clock in running)
    return [
        _row(
            clock,
            now,
            rules,
            (
                accounts.get(clock.account_id, clock.account_id),
                staff.get(clock.owner_id, clock.owner_id),
            ),
        )
        for clock in running
    ]


def _row(clock: Clock, now: datetime, rules: Rules, names: tuple[str, str]) -> Row:
    if clock.waiting:
        timed = clocks.Timed(clock.what, 1.0, clock.next_due_at, clock.next_due_at)
        said = words.lasting(now - clock.next_due_at)
        return Row(clock, clock.complaint, *names, clocks.stand(timed, None, now), said)
    calendar = None if clock.always else rules.calendar(clock.country)
    timed = clocks.Timed(clock.what, clock.hours, clock.next_due_at)
    step = clocks.stand(timed, calendar, now)
    level = escalation.level(clock, now)
    return Row(clock, clock.complaint, *names, step, say(step, always=clock.always), level)


def say(step: clocks.Step, *, always: bool) -> str:
    """How a clock stands, in words."""
    if step.state is clocks.State.RUNNING:
        return words.left(step.left, always=always)
    if step.state is clocks.State.MISSED:
        return words.late(step.late_by)
    return str(words.STATES[step.state])


@dataclass(frozen=True)
class Tab:
    """One view of the desk, with how many it holds."""

    name: str
    count: int
    here: bool
    address: str


def tabs(seen: Seen, asked: Asked, now: datetime) -> list[Tab]:
    """The views with their counts, in one query."""
    views = _views(seen.user, now)
    counts = (
        _narrowed(seen, asked)
        .order_by()
        .aggregate(**{name: Count("pk", filter=which) for name, which in views.items()})
    )
    return [Tab(view, counts[view], view == asked.view, asked.query(view=view)) for view in VIEWS]


def account_names(ids: Iterable[str]) -> dict[str, str]:
    return dict(_latest(account_id__in=set(ids)).values_list("account_id", "name"))


def _latest(**which: Any) -> QuerySet[Account]:
    """Accounts of the latest assessment, by its one key: through a join, or a list of keys, one of the
    databases or the other reads all of them."""
    latest = Assessment.objects.filter(is_latest=True).order_by()
    return Account.objects.filter(assessment_id=Subquery(latest.values("pk")[:1]), **which)


def staff_named(codes: Iterable[str | None]) -> dict[str, str]:
    wanted = {code for code in codes if code}
    return dict(Staff.objects.filter(staff_id__in=wanted).values_list("staff_id", "name"))


@dataclass(frozen=True)
class Entry:
    """One line of the log: who did what when; changed: label, before, after."""

    event: Event
    word: str
    changed: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Whole:
    """One complaint with all that its page shows."""

    complaint: Complaint
    account: Account | None
    product: str
    contact: str
    owner: str
    unseen: str  # why who works on it won't find it in the desk
    standard: Standard
    steps: list[tuple[clocks.Step, str, str]]  # the clock, its name, how it stands
    log: list[Entry]


def whole(complaint: Complaint, staff: Mapping[str, str], now: datetime) -> Whole:
    """staff: names by code"""
    account = _latest(account_id=complaint.account_id).first()
    running = Clock.objects.filter(pk=complaint.pk).first()
    owner = complaint.owner_id or (running.owner_id if running else "")
    rules = Rules.read()
    country = running.country if running else (account.country if account else "")
    standard = rules.standard(complaint.kind, complaint.severity)
    steps = rules.steps(complaint, country, now)
    return Whole(
        complaint=complaint,
        account=account,
        product=_name(Product.objects, product_id=complaint.product_id),
        contact=_name(Contact.objects, contact_id=complaint.contact_id),
        owner=staff.get(owner) or staff_named([owner]).get(owner, owner),
        unseen=unseen(complaint.account_id, complaint.owner_id),
        standard=standard,
        steps=[
            (step, str(words.STEPS[step.what]), say(step, always=standard.always)) for step in steps
        ],
        log=log_of(complaint, staff),
    )


def _name(rows: Any, **code: str | None) -> str:
    """Nothing is asked where there is no code."""
    named = rows.filter(**code) if all(code.values()) else rows.none()
    return named.values_list("name", flat=True).first() or ""


def log_of(complaint: Complaint, staff: Mapping[str, str]) -> list[Entry]:
    """What was written of a complaint, the newest first."""
    owner = fact_words.label(complaint.TABLE, "owner_id")
    events = Event.objects.filter(object_kind=complaint.TABLE, object_id=complaint.key)
    found = []
    for event in events.select_related("actor")[:LOG]:
        if event.verb == "complaints.word":
            found.append(Entry(event, str((event.after or {}).get("text", "")), []))
        else:
            told = [
                (label, staff.get(before, before), staff.get(after, after))
                if label == owner
                else (label, before, after)
                for label, before, after in changes.told(complaint.TABLE, event)
            ]
            found.append(Entry(event, "", told))
    return found


def one(seen: Seen, pk: int) -> Complaint | None:
    """A complaint that this user may see."""
    return seen.complaints.filter(pk=pk).select_related("recorded_by").first()


def of_account(seen: Seen, account_id: str, now: datetime) -> list[Row]:
    """The clocks of an account's open complaints, the most urgent first, in two queries.

    Told by the clock on the wall: how much of that is working time, the complaint's own page says.
    """
    running = seen.clocks.filter(account_id=account_id, waiting=False)
    found = running.order_by("next_due_at").select_related("complaint")[:OF_ACCOUNT]
    return [_plain_row(clock, now) for clock in found]


def _plain_row(clock: Clock, now: datetime) -> Row:
    span = clock.next_due_at - clock.complaint.opened_at
    hours = max(span.total_seconds() / 3600, 0.01)
    step = clocks.stand(clocks.Timed(clock.what, hours, clock.next_due_at), None, now)
    return Row(clock, clock.complaint, "", clock.owner_id, step, say(step, always=True))
