"""Reads of trials: which there are, who was drawn, who has begun, and what a new one would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import ngettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import day, sentence
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases.models import PlayRun
from mainstay.desk.designs import words
from mainstay.desk.designs.models import Design, Draw
from mainstay.desk.facts.columns import field_of
from mainstay.desk.paging import Numbered

PAGE = 50
MOST = 200  # trials in the list
AGAIN_DAYS = 182  # a trial of the same play that was switched off since then is told of
NAMED = 20  # accounts that a preview names of each kind
HELD, MANAGERS = "held", "managers"


@dataclass(frozen=True)
class Listed:
    """A trial as the list shows it.

    drawn: accounts that the reader sees; waits: of them, who waits or goes without today, or on the first day
        of a trial to come
    """

    row: Design
    title: str
    state: str
    drawn: int
    waits: int


def state_of(row: Design, today: date) -> str:
    if row.off_on is not None:
        return "off"
    if row.begins > today:
        return "to_come"
    return "over" if row.to_on < today else ""


def draws(sight: Sight) -> QuerySet[Draw]:
    """What was drawn at accounts that the reader sees."""
    rows = Draw.objects.all()
    if sight.user.sees_all_accounts:
        return rows
    return rows.filter(account_id__in=sight.accounts.values("account_id"))


def _waits(today: date) -> Q:
    return Q(arm=HELD, to_on__gte=today) | Q(from_on__gt=today) & ~Q(arm=HELD)


def designs(sight: Sight, today: date) -> list[Listed]:
    """All trials, the newest first."""
    rows = list(Design.objects.all()[:MOST])
    counted = {
        one["design"]: one
        for one in draws(sight)
        .order_by()
        .values("design")
        .annotate(
            drawn=Count("id"),
            waits=Count("id", filter=_waits(today)),
            first=Count("id", filter=Q(arm=HELD) | Q(wave__gt=1)),
        )
    }
    plays = cases.catalogue()
    found = []
    for row in rows:
        n = counted.get(row.design, {"drawn": 0, "waits": 0, "first": 0})
        state = state_of(row, today)
        waits = {"": n["waits"], "to_come": n["first"]}.get(state, 0)
        found.append(Listed(row, cases.title(plays, row.play), state, n["drawn"], waits))
    return found


@dataclass(frozen=True)
class Part:
    """One wave of a trial, or those who go without."""

    arm: str
    wave: int
    begins: date
    drawn: int


def parts(sight: Sight, row: Design) -> list[Part]:
    rows = draws(sight).filter(design=row.design).order_by()
    found = rows.values("arm", "wave").annotate(first=Min("from_on"), n=Count("id"))
    some = [Part(one["arm"], one["wave"] or 0, one["first"], one["n"]) for one in found]
    return sorted(some, key=lambda part: (part.arm == HELD, part.wave))


@dataclass(frozen=True)
class Drawn:
    """One account of a trial; begun: the first day of the play since it was switched on; early: before its day"""

    row: Draw
    name: str
    unit: str
    begun: date | None

    @property
    def early(self) -> bool:
        held = self.row.arm == HELD
        return self.begun is not None and (
            self.begun < self.row.from_on or (held and self.begun <= self.row.to_on)
        )


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Drawn]
    number: int
    further: bool


def with_begun(sight: Sight, row: Design) -> QuerySet[Any]:
    """The draws of a trial, each with `begun`."""
    runs = PlayRun.objects.filter(
        account_id=OuterRef("account_id"), play=row.play, from_on__gte=row.on
    ).order_by("from_on")
    mine = draws(sight).filter(design=row.design)
    return mine.annotate(begun=Subquery(runs.values("from_on")[:1]))


def page(sight: Sight, row: Design, arm: str, wave: int, number: int) -> Page:
    rows = with_begun(sight, row)
    if arm:
        rows = rows.filter(arm=arm, **({"wave": wave} if arm != HELD else {}))
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(told(sight, row, found[:PAGE]), number, len(found) > PAGE)


def told(sight: Sight, row: Design, some: list[Any]) -> list[Drawn]:
    """Draws with the names of their accounts, and of who was drawn where managers were."""
    ids = [one.account_id for one in some]
    names = dict(sight.accounts.filter(account_id__in=ids).values_list("account_id", "name"))
    people = manager_names([one.unit for one in some]) if row.kind == MANAGERS else {}
    return [
        Drawn(one, names.get(one.account_id, one.account_id), people.get(one.unit, ""), one.begun)
        for one in some
    ]


@dataclass(frozen=True)
class Waiting:
    """A trial in which an account waits for a play; held: goes without until, else waits until `day`"""

    design: Design
    title: str
    held: bool
    day: date


def waiting_for(today: date, play: str) -> QuerySet[Draw]:
    """What was drawn for the accounts that wait for a play, or go without, today."""
    on = _on(today).filter(play=play)
    return Draw.objects.filter(_waits(today), design__in=on.values("design")).order_by()


def waiting(account_ids: Iterable[str], today: date, play: str = "") -> dict[str, Waiting]:
    """By account, the trial in which it waits, or goes without, today; play: of trials of this alone"""
    rows = Draw.objects.filter(_waits(today), account_id__in=list(account_ids)).order_by()
    mine = list(rows.filter(play=play) if play else rows)
    on = {one.design: one for one in _on(today).filter(design__in={d.design for d in mine})}
    plays = cases.catalogue() if on else {}
    return {
        drawn.account_id: Waiting(
            on[drawn.design],
            cases.title(plays, drawn.play),
            drawn.arm == HELD,
            drawn.to_on if drawn.arm == HELD else drawn.from_on,
        )
        for drawn in mine
        if drawn.design in on
    }


def _on(today: date) -> QuerySet[Design]:
    return Design.objects.filter(off_on__isnull=True, to_on__gte=today).order_by()


# What a new one would be


def may_wait() -> dict[str, Any]:
    """The plays that accounts may wait for, by name."""
    return {
        name: play for name, play in cases.catalogue().items() if play.extra and play.in_service
    }


def standing(today: date) -> pa.Table:
    """DRAWS of the trials that are not over."""
    kinds = dict(_on(today).values_list("design", "kind"))
    columns = [name for name in engine.DRAWS.names if name != "kind"]
    rows = [
        {name: getattr(one, field_of(name)) for name in columns} | {"kind": kinds[one.design]}
        for one in Draw.objects.filter(design__in=list(kinds)).iterator(chunk_size=2000)
    ]
    return pa.Table.from_pylist(rows, engine.DRAWS)


@dataclass(frozen=True)
class Left:
    """Those who could have the play and are in no draw, for one reason."""

    why: str
    n: int
    accounts: list[Account]


@dataclass(frozen=True)
class Preview:
    """What a trial would be, in words."""

    outlook: Any
    said: list[str]
    drawn: list[Account]
    n: int
    left: list[Left]
    candidates: int


def outlook(sight: Sight, row: Mapping[str, Any], today: date) -> Any:
    """Raises: InvalidSetting where it can't be, NotFound where nothing was planned"""
    newest = sight.assessment.pk if sight.assessment else ""
    basis = engine.trial_basis(settings.HOME.store, newest, cases.catalogue())
    design = engine.design_of(row)
    return engine.trial_outlook(design, row["play"], basis, standing(today), today)


def drawn_before(found: Any, today: date) -> list[str]:
    """That the play was drawn at some of these accounts not long ago, and called off: whoever draws again until a
    draw pleases chooses, and no effect of it can be told."""
    ids = found.drawn.draws["account_id"].to_pylist()
    plays = set(found.drawn.draws["play"].to_pylist())
    since = today - timedelta(days=AGAIN_DAYS)
    off = list(Design.objects.filter(play__in=plays, off_on__gte=since)[:MOST])
    said = []
    for row in off:
        n = (
            Draw.objects.filter(design=row.design, account_id__in=ids)
            .values("account_id")
            .distinct()
            .count()
        )
        if n:
            told = ngettext(
                "“%(trial)s” of the same play was switched off on %(day)s: %(n)s of these accounts would be drawn again. Who draws until it pleases chooses; both draws stay on record.",
                "“%(trial)s” of the same play was switched off on %(day)s: %(n)s of these accounts would be drawn again. Who draws until it pleases chooses; both draws stay on record.",
                n,
            )
            said.append(told % {"trial": row.design, "day": day(row.off_on), "n": numbers.plain(n)})
    return said


def preview(sight: Sight, found: Any, today: date) -> Preview:
    drawn = found.drawn.draws["account_id"].to_pylist()
    left: dict[str, list[str]] = {}
    for one in found.drawn.left_out.to_pylist():
        left.setdefault(one["why"], []).append(one["account_id"])
    shown = {*drawn[:NAMED], *(a for mine in left.values() for a in mine[:NAMED])}
    known = {one.account_id: one for one in sight.accounts.filter(account_id__in=shown)}

    def named(ids: list[str]) -> list[Account]:
        return [known[one] for one in ids[:NAMED] if one in known]

    said = [sentence(one, sight.currency) for one in found.said]
    return Preview(
        found,
        [*said, *drawn_before(found, today)],
        named(drawn),
        len(drawn),
        [
            Left(str(words.LEFT_OUT.get(why, why)), len(mine), named(mine))
            for why, mine in left.items()
        ],
        found.candidates.num_rows,
    )
