"""What people write down: in time or late, rightly or wrongly, or not at all; in versions.

Moments are minutes since the first day of year 1 (ordinal · 1440).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mainstay.simulate.distributor.company import Records
from mainstay.simulate.distributor.makeup import Floats

DAY = 1440
NEVER = 10**12
NOTICED_DAYS = 14  # after which somebody sees that a fact stands on the wrong page
DRAWS = 6  # that a fact takes: missing, late, how late, the hour, wrong, how wrong
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "complaints": ("kind", ("quality", "delivery", "service", "invoice", "conduct", "other")),
    "requests": ("kind", ("product", "custom_product", "service", "terms", "other")),
    "notices": ("kind", ("will_reduce", "dissatisfied", "asked_rival_price")),
    "competitor_sightings": ("what", ("price", "product", "service", "visit", "favours")),
    "visits": ("kind", ("visit", "service_call", "call", "message")),
}
MISDATED = {"visits": "on", "notices": "on", "competitor_sightings": "on"}
IDS = {
    "complaints": "complaint_id",
    "requests": "request_id",
    "competitor_sightings": "sighting_id",
    "visits": "visit_id",
}
CLOSED: dict[str, Callable[[int], dict[str, Any]]] = {
    "complaints": lambda day: {"first_answer_at": day * DAY + 600, "solved_at": day * DAY + 660},
    "requests": lambda day: {"answered_on": day, "outcome": "Not theirs"},
}
PERSONAL = ("contacts", "contact_id", "by_contact_id")


@dataclass
class Fact:
    """A fact that happened, and what became of it on paper.

    recorded: the moment it reached the ledger; NEVER where nobody wrote it down
    true: False where its kind was written down wrongly, so that it speaks for something else
    shifted: days by which its date was written down wrongly
    stray: another account on whose page it stands too, and since when; None = on none
    """

    table: str
    row: dict[str, Any]
    recorded: int
    lag: int = 0
    true: bool = True
    shifted: int = 0
    stray: tuple[int, int] | None = None


class Book:
    """All versions of all rows, with the moment each reached the ledger."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.rows: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.happened = 0
        self.missing = 0

    def note(self, table: str, row: dict[str, Any], on: int, draws: Floats) -> Fact:
        """Somebody may write down what happened on a day.

        row: its days as ordinals and its moments as minutes, by column
        draws: (DRAWS,) from 0 to 1
        """
        how = self.records
        self.happened += 1
        lag = int(60 * 8 + draws[3] * 60 * 10)
        if draws[1] < how.late:
            lag += int(DAY * (1 - np.log(max(1 - draws[2], 1e-9)) * how.late_days))
        if draws[0] < how.missing:
            self.missing += 1
            return Fact(table, row, NEVER, lag)
        fact = Fact(table, dict(row), on * DAY + lag, lag)
        if draws[4] < how.wrong:
            _spoil(fact, float(draws[5]))
        self._put(table, fact.recorded, fact.row)
        return fact

    def stray(
        self, table: str, row: Mapping[str, Any], on: int, account: str, draws: Floats
    ) -> int:
        """What never was: a fact of one account that somebody writes down on another, now and then.

        Returns: the moment, or NEVER
        """
        wrong = draws[4] > 1 - self.records.wrong and draws[0] >= self.records.missing
        if table not in KINDS or not wrong:
            return NEVER
        copy = {k: v for k, v in row.items() if k not in PERSONAL} | {"account_id": account}
        if table in IDS:
            copy[IDS[table]] = f"{row[IDS[table]]}-2"
        at = on * DAY + int(60 * 9 + draws[3] * 60 * 8)
        self._put(table, at, copy)
        if table in CLOSED:  # somebody notices
            later = on + NOTICED_DAYS
            self._put(table, at + NOTICED_DAYS * DAY, copy | CLOSED[table](later))
        return at

    def surely(self, table: str, row: Mapping[str, Any], on: int, minute: int = 480) -> Fact:
        """What an office writes down on the day: staff, assignments, terms."""
        fact = Fact(table, dict(row), on * DAY + minute, minute)
        self._put(table, fact.recorded, fact.row)
        return fact

    def again(self, fact: Fact, on: int, **changes: Any) -> None:
        """A further version of a fact: what changed on a day, as late as its first was written down."""
        fact.row = fact.row | changes
        if fact.recorded >= NEVER:
            return
        at = max(on * DAY + fact.lag, fact.recorded + 60)
        self._put(fact.table, at, fact.row)

    def _put(self, table: str, at: int, row: Mapping[str, Any]) -> None:
        self.rows.setdefault(table, []).append((at, dict(row)))


def _spoil(fact: Fact, how: float) -> None:
    """A wrong kind, or where a table knows none a wrong day."""
    if fact.table in KINDS and (how < 0.6 or fact.table not in MISDATED):
        column, kinds = KINDS[fact.table]
        others = [kind for kind in kinds if kind != fact.row[column]]
        fact.row[column] = others[int(how / 0.6 * len(others)) % len(others)]
        fact.true = False
    elif fact.table in MISDATED:
        # Never ahead: nobody writes down a visit as of next month.
        fact.shifted = -int(3 + 60 * (how % 0.4))
        fact.row[MISDATED[fact.table]] += fact.shifted
