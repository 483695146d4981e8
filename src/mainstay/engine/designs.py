"""Trials that run in a company: who could be in one, what was drawn by a day, and who is drawn when they come late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.learning.designs import (
    BEGINS,
    CANDIDATES,
    DRAWS,
    HOLD_OUT,
    Design,
    draw_later,
)
from mainstay.ledger.ledger import Ledger
from mainstay.plays.play import Play
from mainstay.plays.trials import Trials

# What may keep a play from an account that could have it all the same: others need the hours or the money more.
COULD_HAVE = ("", "hours", "things", "budget", "coin", "other_better")
KEPT = pa.field("kept", pa.float64())  # margin that the play would keep in 52 weeks


@dataclass(frozen=True)
class TrialsKnown:
    """The trials that are not over on the day of a plan, by what was recorded before it.

    designs: rows of `designs`; draws: DRAWS of theirs, each under the account that its code is part of
    begun: by account and play, the last day on which it was begun
    """

    day: date
    designs: tuple[Mapping[str, Any], ...]
    draws: pa.Table
    begun: Mapping[tuple[str, str], date]

    @property
    def trials(self) -> Trials:
        """What a plan of the day obeys."""
        waits: dict[str, tuple[str, date]] = {}
        begins: dict[str, str] = {}
        for row in self.draws.to_pylist():
            account, play, first = row["account_id"], row["play"], row["from"]
            if row["arm"] != BEGINS:
                waits[account] = (play, row["to"] + timedelta(days=1))
            elif first > self.day:
                waits[account] = (play, first)
            elif self.begun.get((account, play), date.min) < first:
                begins[account] = play
        return Trials(waits, begins)

    def with_(self, late: pa.Table) -> TrialsKnown:
        return replace(self, draws=pa.concat_tables([self.draws, late]))


def day_of_plan(as_of: date, known_until: date | datetime | None) -> date:
    """The day on which a plan is made: order lines may end some days before it, what people know does not."""
    if known_until is None:
        return as_of
    until = known_until.date() if isinstance(known_until, datetime) else known_until
    return max(as_of, until)


def trials_known(
    ledger: Ledger, as_of: date, known_until: date | datetime | None = None
) -> TrialsKnown:
    """The trials that run, or are switched on and still to begin, on the day of a plan.

    known_until: what was recorded at or after it is not known; None = as_of
    """
    until, day = known_until or as_of, day_of_plan(as_of, known_until)
    main_of = ledger.joins_at(until).main_of

    def rows(table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ledger.table(table, None, until).to_pylist()
        return found

    on = tuple(row for row in rows("designs") if lasts(row, day))
    kinds = {row["design"]: row["kind"] for row in on}
    draws: dict[str, dict[str, Any]] = {}
    begun: dict[tuple[str, str], date] = {}
    if kinds:
        for row in sorted(rows("design_draws"), key=lambda one: (one["on"], one["account_id"])):
            if row["design"] in kinds:
                account = main_of(row["account_id"])
                mine = {**row, "account_id": account, "kind": kinds[row["design"]]}
                draws.setdefault(account, mine)  # of two codes that are one account, the first
        for row in rows("play_runs"):
            of = (main_of(row["account_id"]), row["play"])
            begun[of] = max(row["from"], begun.get(of, date.min))
    return TrialsKnown(day, on, pa.Table.from_pylist(list(draws.values()), DRAWS), begun)


def lasts(row: Mapping[str, Any], day: date) -> bool:
    """Whether a design that was switched on, a row of `designs`, is not over on a day, and not off."""
    off: date | None = row["off_on"]
    return bool(day <= row["to"] and (off is None or off > day))


def design_of(row: Mapping[str, Any]) -> Design:
    """A design from a row of `designs`.

    Raises: InvalidSetting
    """
    waves = 1 if row["kind"] == HOLD_OUT else int(row["waves"] or 0)
    between = timedelta(weeks=int(row["weeks_between"] or 0))
    starts = tuple(row["begins"] + wave * between for wave in range(waves))
    return Design(row["design"], row["kind"], starts, row["to"], float(row["held"] or 0.0))


def candidates_of(options: pa.Table, accounts: pa.Table, play: str) -> pa.Table:
    """Who could have a play: CANDIDATES with `kept`, by account.

    options: of a plan; accounts: of its assessment. Equals are of the same size and state.
    """
    could = pc.is_in(options["kept_out"], value_set=pa.array(COULD_HAVE, pa.string()))
    some = options.filter(pc.and_(could, pc.equal(options["play"], play)))
    of = accounts.select(["account_id", "tier", "manager_id", "size_class", "state"])
    at = pc.index_in(some["account_id"], value_set=of["account_id"].combine_chunks())
    some, of = some.filter(pc.is_valid(at)), of.take(pc.drop_null(at))
    equals = pc.binary_join_element_wise(
        pc.fill_null(of["size_class"], ""), pc.fill_null(of["state"], ""), " "
    )
    columns = [of["account_id"], some["play"], of["tier"], of["manager_id"], equals, some["kept"]]
    return pa.table(columns, schema=pa.schema([*CANDIDATES, KEPT])).sort_by("account_id")


def drawn_late(
    known: TrialsKnown, options: pa.Table, accounts: pa.Table, plays: Mapping[str, Play]
) -> pa.Table:
    """Draws of accounts that became candidates of trials that run; DRAWS.

    options: of a plan in which they have not been drawn; accounts: of its assessment
    """
    found = DRAWS.empty_table()
    for row in known.designs:
        some = candidates_of(options, accounts, row["play"])
        standing = pa.concat_tables([known.draws, found])
        late = draw_later(design_of(row), some, plays, standing, known.day)
        found = pa.concat_tables([found, late])
    return found


def rows_of_draws(draws: pa.Table, on: date) -> list[dict[str, Any]]:
    """The rows of `design_draws` of what was drawn on a day."""
    return [
        {name: value for name, value in row.items() if name != "kind"} | {"on": on}
        for row in draws.to_pylist()
    ]
