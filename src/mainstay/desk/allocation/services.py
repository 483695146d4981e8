"""Writes of short stock: asking for a sheet, a change by hand with its price, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from mainstay import engine
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.access.models import Role, User
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.allocation import queries
from mainstay.desk.allocation.models import (
    APPROVED,
    DRAFT,
    Allocation,
    Sheet,
    SheetLine,
    ShortProduct,
)
from mainstay.desk.facts.services import entry
from mainstay.desk.jobs import services as jobs
from mainstay.desk.jobs.models import Job, State

KIND, APPROVING = "allocate", "approve_allocation"
DECIDERS: frozenset[Any] = SETTERS | {Role.SUPPLY}
AT_ONCE = 100  # lines that are written down while somebody waits
MOST_PAYERS = 8
_SILENT: Callable[..., None] = lambda *_: None  # noqa: E731


def may_decide(user: Any) -> bool:
    return getattr(user, "role", None) in DECIDERS


def under_way(kinds: tuple[str, ...] = (KIND, APPROVING)) -> Job | None:
    waiting = Job.objects.filter(kind__in=kinds, state__in=(State.WAITING, State.RUNNING))
    return waiting.order_by("asked_at").first()


@transaction.atomic
def start(user: User, *, small_share: float | None = None, days: int | None = None) -> Job:
    """Have what is short allocated; what is asked for already is not asked for again.

    Raises: NotAllowed
    """
    _check(user)
    arguments = {"by": user.pk, "small_share": small_share, "days": days}
    return under_way((KIND,)) or jobs.ask(user, KIND, arguments)


def _check(user: User) -> None:
    if not may_decide(user):
        raise NotAllowed(gettext_noop("Your role does not decide about short stock."))


@dataclass(frozen=True)
class Payer:
    """An account that gets less by a change: how much less, and what that is expected to cost."""

    name: str
    account_id: str
    units: float
    cost: float


@dataclass(frozen=True)
class Priced:
    """What a change by hand costs of expected margin, beside what stands now; who pays, the most first.

    broken: floors, contracts and promised days that do not hold with it
    """

    cost: float
    payers: list[Payer]
    found: Any
    lines: list[SheetLine]
    broken: list[Text]


def _rows(lines: list[SheetLine]) -> pa.Table:
    columns = {
        one.name: [getattr(line, one.name) for line in lines] for one in engine.ALLOCATION_LINES
    }
    return pa.table(columns, schema=engine.ALLOCATION_LINES)


def priced(sheet: Sheet, line: SheetLine, units: float | None) -> Priced:
    """What it would cost to give a line so much; None = what the rule gives.

    Raises: InvalidSetting
    """
    product = ShortProduct.objects.get(sheet=sheet, product_id=line.product_id)
    lines = list(SheetLine.objects.filter(sheet=sheet, product_id=line.product_id).order_by("n"))
    hand = {i: one.hand for i, one in enumerate(lines) if one.hand is not None}
    place = next(i for i, one in enumerate(lines) if one.pk == line.pk)
    hand.pop(place, None)
    if units is not None:
        hand[place] = units
    found = engine.anew(_rows(lines), product.available, sheet.small_share, hand)
    paid = [
        Payer(one.name, one.account_id, one.given - found.given[i], found.lost[i] - one.lost)
        for i, one in enumerate(lines)
        if found.given[i] < one.given - 1e-6
    ]
    cost = sum(found.lost) - sum(one.lost for one in lines)
    payers = sorted(paid, key=lambda one: -one.cost)[:MOST_PAYERS]
    broken = queries.broken_if(sheet, product, lines, found.given)
    return Priced(cost, payers, found, lines, broken)


@transaction.atomic
def set_by_hand(
    user: User, line: SheetLine, units: float | None, reason: str, *, seen: int, today: date
) -> Priced:
    """Give a line what a person says, and share out the rest anew; None = as the rule has it.

    Raises: NotAllowed, InvalidSetting, ChangedMeanwhile
    """
    _check(user)
    sheet = Sheet.objects.select_for_update().get(pk=line.sheet_id)
    _check_draft(sheet)
    now = SheetLine.objects.get(pk=line.pk)
    if now.version != seen:
        raise InvalidSetting(
            gettext_noop("This line was changed meanwhile; look at it, and set it again.")
        )
    made = priced(sheet, now, units)
    _set(made, now, units, reason)
    _total(sheet, now.product_id)
    _note_hand(user, sheet, now, units, (reason, today))
    return made


def _check_draft(sheet: Sheet) -> None:
    if not sheet.is_draft:
        raise InvalidSetting(gettext_noop("This sheet was approved, and stands as it is."))


def _set(made: Priced, line: SheetLine, units: float | None, reason: str) -> None:
    found = made.found
    for i, one in enumerate(made.lines):
        one.given, one.lost = found.given[i], found.lost[i]
        one.here, one.price = found.here[i], found.price[i]
        one.why, one.why_not = found.why[i], found.why_not[i]
        if one.pk == line.pk:
            one.hand, one.hand_reason = units, reason if units is not None else None
            one.version += 1
    columns = ["given", "lost", "here", "price", "why", "why_not", "hand", "hand_reason", "version"]
    SheetLine.objects.bulk_update(made.lines, columns, batch_size=500)


def _total(sheet: Sheet, product_id: str) -> None:
    rows = SheetLine.objects.filter(sheet=sheet, product_id=product_id).order_by()
    small = Q(size_class="small")
    sums = rows.aggregate(
        given_sum=Sum("given"), lost_sum=Sum("lost"), small_sum=Sum("given", filter=small)
    )
    ShortProduct.objects.filter(sheet=sheet, product_id=product_id).update(
        given=sums["given_sum"] or 0.0,
        lost=sums["lost_sum"] or 0.0,
        small_given=sums["small_sum"] or 0.0,
    )


def allocation_id(line: SheetLine) -> str:
    return f"{line.sheet_id}-{line.n}"


def _values(line: SheetLine, today: date, decided_by: str) -> dict[str, Any]:
    return {
        "decided_on": today,
        "wanted": line.wanted,
        "given": line.given,
        "given_by": "rule" if line.hand is None else "hand",
        "reason": line.why if line.hand is None else line.hand_reason,
        "decided_by": decided_by,
    }


def _note_hand(
    user: User, sheet: Sheet, line: SheetLine, units: float | None, of: tuple[str, date]
) -> None:
    """The change itself is a fact, also before the sheet is approved."""
    _, today = of
    line.refresh_from_db()
    fact = Allocation.objects.filter(allocation_id=allocation_id(line)).first()
    values = _values(line, today, user.staff_id or user.username) | {"state": "proposed"}
    # Who decides was checked; no other page may write this table.
    with entry(user, trusted=True) as book:
        if units is None:
            if fact is not None:
                book.withdraw(fact, seen=fact.version)
        elif fact is None:
            book.add(_fact(line, values))
        else:
            book.change(fact, values, seen=fact.version)


def _fact(line: SheetLine, values: dict[str, Any]) -> Allocation:
    return Allocation(
        allocation_id=allocation_id(line),
        sheet_id=line.sheet_id,
        product_id=line.product_id,
        account_id=line.account_id,
        order_id=line.order_id,
        line=line.line,
        **values,
    )


_BREAKS = gettext_noop(
    "Changes by hand break floors, contracts or promised days: see which, and approve it all the same or change them."
)


@transaction.atomic
def approve(user: User, sheet: Sheet, *, aware: bool = False) -> Job | None:
    """Decide a sheet as it stands; a long one is written down by the worker, whose job this gives.

    aware: what changes by hand break was shown, and is to be so
    Raises: NotAllowed, InvalidSetting
    """
    _check(user)
    now = Sheet.objects.select_for_update().get(pk=sheet.pk)
    _check_draft(now)
    newest = Sheet.objects.order_by("-made_at", "-id").first()
    if newest is not None and newest.pk != now.pk:
        raise InvalidSetting(gettext_noop("There is a newer sheet; decide about that one."))
    if not aware and queries.broken(now, queries.changed(now)):
        raise InvalidSetting(_BREAKS)
    if now.n_lines > AT_ONCE:
        now.writing = True
        now.save(update_fields=["writing"])
        return jobs.ask(user, APPROVING, {"sheet_id": now.pk, "by": user.pk})
    write_down(now.pk, user.pk)
    return None


@transaction.atomic
def write_down(sheet_id: str, by: int, progress: Callable[..., None] = _SILENT) -> int:
    """Write down who gets what of a sheet; gives how many lines. Safe to repeat."""
    user = User.objects.get(pk=by)
    sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
    if sheet.state != DRAFT:
        return 0
    now, who = timezone.now(), user.staff_id or user.username
    today = timezone.localdate()
    known = {one.allocation_id: one for one in Allocation.objects.filter(sheet_id=sheet_id)}
    lines = list(SheetLine.objects.filter(sheet=sheet).order_by("n"))
    with entry(user, trusted=True) as book:
        for i, line in enumerate(lines):
            values = _values(line, today, who) | {"state": "approved"}
            fact = known.get(allocation_id(line))
            if fact is None:
                book.add(_fact(line, values))
            else:
                book.change(fact, values, seen=fact.version)
            if i % 100 == 0:
                progress(i, len(lines))
    sheet.state, sheet.writing = APPROVED, False
    sheet.approved_at, sheet.approved_by = now, user
    sheet.save(update_fields=["state", "writing", "approved_at", "approved_by"])
    record(user, "allocation.approve", about=sheet, label=sheet.pk, after={"lines": len(lines)})
    return len(lines)
