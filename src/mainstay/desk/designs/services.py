"""Writes of trials: switched on with all that is drawn, switched off with a reason, drawn late in the night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from django.db import IntegrityError

from mainstay import engine
from mainstay.core.errors import MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import Role, User
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.designs.models import Design, Draw
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.services import Book, ThereAlready, entry

SWITCH: frozenset[Any] = frozenset({Role.DIRECTOR})


class NotRunning(MainstayError):
    """A trial that is over, or was switched off."""

    code = "not_running"


def may_switch(user: Any) -> bool:
    return getattr(user, "role", None) in SWITCH


def _check(user: User) -> None:
    if not may_switch(user):
        raise NotAllowed(gettext_noop("Trials are switched on and off by a director alone."))


def switch_on(
    user: User, row: Mapping[str, Any], draws: Iterable[Mapping[str, Any]], *, today: date
) -> Design:
    """Write a trial down with all that was drawn in it.

    row: of `designs` without who and when; draws: rows of `design_draws`
    Raises: NotAllowed, ThereAlready
    """
    _check(user)
    same = gettext_noop("There was a trial of this name already: call this one otherwise.")
    if Design.objects.filter(design__iexact=row["design"]).exists():
        raise ThereAlready(same)
    made = Design(
        **_fields(row), on=today, by_id=user.staff_id or user.username
    )  # fmt: skip
    try:
        with entry(user, trusted=True) as book:
            book.add(made)
            _write(book, draws)
    except IntegrityError:  # of two who switch on at once, the second
        raise ThereAlready(same) from None
    return made


def switch_off(user: User, design: Design, reason: str, *, seen: int, today: date) -> None:
    """End a trial before its day: nobody waits any more.

    Raises: NotAllowed, NotRunning, ChangedMeanwhile
    """
    _check(user)
    if design.off_on is not None:
        raise NotRunning(gettext_noop("This trial was switched off already."))
    if design.to_on < today:
        raise NotRunning(gettext_noop("This trial is over; there is nothing to switch off."))
    values = {"off_on": today, "off_by": user.staff_id or user.username, "reason": reason}
    with entry(user, trusted=True) as book:
        book.change(design, values, seen=seen)


def keep_draws(store: Path, assessment: Any) -> int:
    """Write down who was drawn late when an assessment's plan was made; gives how many.

    Not of an assessment that looks back: what was never proposed to anybody was not drawn either.
    """
    known_until = assessment.meta.get("facts_known_until")
    if not known_until:
        return 0
    try:
        plan = engine.plan_of(store, assessment.id)
    except NotFound:
        return 0
    names = plan.draws["design"].unique().to_pylist()
    if not names:
        return 0
    on = Design.objects.filter(design__in=names, off_on__isnull=True)
    running = set(on.values_list("design", flat=True))
    day = engine.day_of_plan(plan.as_of, datetime.fromisoformat(known_until))
    rows = engine.rows_of_draws(plan.draws, day)
    with entry(cast(User, None), said_by="mainstay", trusted=True) as book:
        return _write(book, (row for row in rows if row["design"] in running))


def _write(book: Book, draws: Iterable[Mapping[str, Any]]) -> int:
    return book.add_all([Draw(**_fields(row)) for row in draws])


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field_of(name): value for name, value in row.items()}
