"""What was meant for whom: by coins and designs, before anything happened, and by people and the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.engine.designs import design_of
from mainstay.learning.designs import BEGINS, HOLD_OUT, Design, chance_now
from mainstay.ledger.ledger import Ledger
from mainstay.plays.play import Play
from mainstay.plays.situation import NOTHING

LEAST_DAYS = 28  # of a comparison in a design: in less, orders say next to nothing


@dataclass(frozen=True)
class Meant:
    """A play, or nothing, that was drawn or chosen for an account on a day.

    days: for which its outcome is looked at; None = the horizon of the assessment before it
    probability: with which it was drawn; None = a person or the rule chose it
    unit: what was drawn (the account or its manager); design: "" = none
    """

    account: str
    play: str
    begins: date
    probability: float | None = None
    unit: str = ""
    design: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Known:
    """The tables as they were known on a day, rows of joined codes under their account.

    plays: those that count; a row of another play tells nothing
    """

    ledger: Ledger
    plays: Mapping[str, Play]
    as_of: date
    until: Any = None

    def rows(self, name: str) -> list[dict[str, Any]]:
        main_of = self.ledger.joins_at(self.until or self.as_of).main_of
        rows = self.ledger.table(name, self.as_of, self.until).to_pylist()
        return [
            {**row, "account_id": main_of(row["account_id"])} if "account_id" in row else row
            for row in rows
        ]

    def of_plays(self, name: str) -> list[dict[str, Any]]:
        named = {*self.plays, NOTHING}
        return [row for row in self.rows(name) if row["play"] in named]


def runs_of(known: Known) -> list[Meant]:
    """What was begun, and where it was chosen to do nothing."""
    return [
        Meant(
            row["account_id"],
            row["play"],
            row["from"],
            row["probability"] if row["chosen"] == "coin" else None,
        )
        for row in known.of_plays("play_runs")
    ]


def drawn_by_coins(known: Known) -> list[Meant]:
    """What coins drew, as if it had been done."""
    return [
        Meant(row["account_id"], row["play"], row["on"], row["probability"])
        for row in known.of_plays("coins")
    ]


def drawn_by_designs(known: Known) -> tuple[list[Meant], list[tuple[str, date, date]]]:
    """What designs drew, as known on a day.

    A hold-out: each account from its own day on, for the horizon. Begun in turn: on the first day of each wave, who
    begins then and who, drawn by then, still waits; both until the next wave, since only so long are they apart.
    Where all who wait begin, nothing is left to chance; nor is it where an account came to a manager whose wave had
    begun. What would have begun after a design was switched off was not drawn.
    Returns: these; and account, first and last day of each draw, within which nothing else tells its own outcome
    """
    told = {row["design"]: (of, row) for row in known.rows("designs") if (of := _read(row))}
    by_design: dict[str, list[dict[str, Any]]] = {}
    for row in known.of_plays("design_draws"):
        by_design.setdefault(row["design"], []).append(row)
    found: list[Meant] = []
    spans: list[tuple[str, date, date]] = []
    for design, rows in sorted(by_design.items()):
        if design not in told:
            continue
        of, ends = told[design][0], told[design][1]["off_on"] or date.max
        drawn = [{**row, "kind": of.kind} for row in rows if row["from"] < ends]
        found += _held_out(drawn) if of.kind == HOLD_OUT else _in_turn(of, drawn, ends)
        for row in rows:
            begins = min(row["from"], max(of.starts[0], row["on"]))
            spans.append((row["account_id"], begins, min(row["to"], ends)))
    return found, spans


def _read(row: Mapping[str, Any]) -> Design | None:
    """None of a row, brought by a file, that can't be a design."""
    try:
        return design_of(row)
    except InvalidSetting:
        return None


def _held_out(rows: list[dict[str, Any]]) -> list[Meant]:
    return [_meant(row, row["arm"] == BEGINS, row["from"], row["probability"]) for row in rows]


def _in_turn(design: Design, rows: list[dict[str, Any]], ends: date) -> list[Meant]:
    found = []
    rows = [row for row in rows if row["from"] in design.starts]
    for day, following in zip(design.starts, (*design.starts[1:], date.max), strict=True):
        until = min(following, ends)
        days = None if until == date.max else (until - day).days
        there = {row["account_id"]: row for row in rows if row["on"] <= day}
        if not there or (days is not None and days < LEAST_DAYS):
            continue
        now = chance_now(pa.Table.from_pylist(list(there.values())), day).to_pylist()
        found += [
            _meant(there[row["account_id"]], row["begun"], day, row["probability"], days)
            for row in now
            if 0 < row["probability"] < 1
        ]
    return found


def _meant(
    row: Mapping[str, Any], begun: bool, day: date, probability: float, days: int | None = None
) -> Meant:
    play = row["play"] if begun else NOTHING
    return Meant(row["account_id"], play, day, probability, row["unit"], row["design"], days)


@dataclass(frozen=True)
class Intended:
    """What was meant for whom: by designs, and by coins, people and the rule where no design had drawn.

    spans: account, first and last day of what was drawn, within which nothing else tells its own outcome
    """

    by_designs: list[Meant]
    others: list[Meant]
    spans: list[tuple[str, date, date]]


def intended(known: Known, weeks_at: Callable[[date], int]) -> Intended:
    """weeks_at: of the horizon on a day"""
    designs, spans = drawn_by_designs(known)
    others = by_intention(runs_of(known), drawn_by_coins(known), spans, weeks_at)
    coins = [
        (one.account, one.begins, one.begins + timedelta(weeks=weeks_at(one.begins)))
        for one in others
        if one.probability is not None
    ]
    return Intended(designs, others, [*spans, *coins])


def by_intention(
    runs: Iterable[Meant],
    coins: Iterable[Meant],
    spans: Iterable[tuple[str, date, date]],
    weeks_at: Callable[[date], int],
) -> list[Meant]:
    """The first coin of each account and horizon, and what began where nothing was drawn before.

    What a coin or a design drew tells an outcome whether it was taken or not: who leaves a drawn play undone
    has a reason, and what is left would not be alike any more. What began at such an account within that time
    is part of that outcome and tells none of its own.
    spans: of draws of designs; weeks_at: of the horizon on a day
    """
    taken: dict[str, list[tuple[date, date]]] = {}
    for account, first, last in spans:
        taken.setdefault(account, []).append((first, last))

    def within(one: Meant) -> bool:
        return any(first <= one.begins <= last for first, last in taken.get(one.account, ()))

    kept = []
    for coin in sorted(coins, key=lambda one: one.begins):
        if not within(coin):
            last = coin.begins + timedelta(days=7 * weeks_at(coin.begins) - 1)
            taken.setdefault(coin.account, []).append((coin.begins, last))
            kept.append(coin)
    return [*kept, *(run for run in runs if not within(run))]
