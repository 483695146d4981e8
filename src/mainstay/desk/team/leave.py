"""Who is on leave, and who stands in: as a plan reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Absence

AHEAD_DAYS = 14
BEFORE = timedelta(days=92)  # rows that a leave of today may have begun with
SATURDAY, WEEKEND_DAYS = 5, 2


@dataclass(frozen=True)
class Leave:
    """The leave of one person that is now, or begins soon.

    whole: for all of a week from today, so that others stand in; else their hours are fewer
    stand_ins: who stands in, with for how many accounts; alone: accounts that nobody stands in for
    """

    from_on: date
    to_on: date | None
    whole: bool
    stand_ins: tuple[tuple[str, int], ...] = ()
    alone: int = 0


def on_leave(sight: Sight, staff_ids: Sequence[str], today: date) -> dict[str, Leave]:
    """Of these people, those who are or will soon be away."""
    wanted = set(staff_ids)
    first = _first(today)
    whole = {code for code, row in first.items() if _whole(row, today)}
    stands, alone = _stands_in(sight, whole & wanted, whole, today)
    names = manager_names(sorted({who for found in stands.values() for who in found}))
    return {
        code: Leave(
            row.from_on,
            row.to_on,
            code in whole,
            tuple(sorted((names.get(who, who), n) for who, n in stands.get(code, {}).items())),
            alone.get(code, 0),
        )
        for code, row in first.items()
        if code in wanted
    }


@dataclass(frozen=True)
class _Days:
    """From when to when; to_on None = it is not known how long."""

    from_on: date
    to_on: date | None


def _first(today: date) -> dict[str, _Days]:
    """The leave of everybody that is now, or the next that begins soon; rows that adjoin are one leave."""
    rows = Absence.objects.exclude(to_on__lt=today - BEFORE).order_by("staff_id", "from_on", "id")
    found: dict[str, _Days] = {}
    for staff_id, from_on, to_on in rows.values_list("staff_id", "from_on", "to_on"):
        before = found.get(staff_id)
        if before is None or _over(before, from_on, today):
            found[staff_id] = _Days(from_on, to_on)
        elif _adjoins(before, from_on):
            found[staff_id] = _Days(before.from_on, _later(before.to_on, to_on))
    soon = today + timedelta(days=AHEAD_DAYS)
    return {
        code: days
        for code, days in found.items()
        if days.from_on <= soon and (days.to_on is None or days.to_on >= today)
    }


def _over(days: _Days, then: date, today: date) -> bool:
    """Whether it ended before today, and what begins then does not go on with it."""
    return days.to_on is not None and days.to_on < today and not _adjoins(days, then)


def _adjoins(days: _Days, then: date) -> bool:
    """Whether no working day lies between the end of a leave and a day."""
    if days.to_on is None or then <= days.to_on:
        return True
    between = range(1, (then - days.to_on).days)
    return len(between) <= WEEKEND_DAYS and all(
        (days.to_on + timedelta(days=n)).weekday() >= SATURDAY for n in between
    )


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _whole(days: _Days, today: date) -> bool:
    """Whether it takes the whole of the coming week's working days."""
    week = [today + timedelta(days=n) for n in range(engine.WEEK_DAYS)]
    work = [day for day in week if day.weekday() < SATURDAY]
    return all(days.from_on <= day and (days.to_on is None or day <= days.to_on) for day in work)


def _stands_in(
    sight: Sight, whose: set[str], away: set[str], today: date
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """By manager, their deputies with how many accounts, and how many have none who is there."""
    if not whose or sight.assessment is None:
        return {}, {}
    mine = Account.objects.filter(assessment=sight.assessment, manager_id__in=sorted(whose))
    managed = dict(mine.order_by().values_list("account_id", "manager_id"))
    deputies = assigned_on(today).filter(role="deputy", account_id__in=mine.values("account_id"))
    # Of several the latest counts, as in a plan.
    stands = dict(deputies.order_by("from_on", "id").values_list("account_id", "staff_id"))
    found: dict[str, dict[str, int]] = {}
    alone: dict[str, int] = {}
    for account, manager in managed.items():
        deputy = stands.get(account)
        if deputy is None or deputy in away:
            alone[manager] = alone.get(manager, 0) + 1
            continue
        by = found.setdefault(manager, {})
        by[deputy] = by.get(deputy, 0) + 1
    return found, alone
