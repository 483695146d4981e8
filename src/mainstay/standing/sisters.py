"""Sister accounts: those of the same chain or buying group. When they leave, the others often follow.

chains = Chains(ledger, known_until=None)
code = chains.codes(account_id, on)          which accounts belong together, as known at a date
near = sisters(code, silences)               how many of each account's sisters have left
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.history import days_of

if TYPE_CHECKING:
    from mainstay.ledger.joins import Joins
    from mainstay.ledger.ledger import Ledger

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
GONE_DAYS = 365  # of silence, whatever the rhythm


def units(
    account_id: Sequence[str], parent: Sequence[str | None], group: Sequence[str | None]
) -> list[str]:
    """The name under which an account counts together with others: its group, else the top of its
    chain.

    A chain that runs in a circle counts under its first account in order.
    """
    parents = {a: p for a, p in zip(account_id, parent, strict=True) if p}
    found = []
    for account, grouped in zip(account_id, group, strict=True):
        if grouped:
            found.append(grouped)
            continue
        path = [account]
        while (up := parents.get(path[-1])) is not None:
            if up in path:
                path = [min(path)]
                break
            path.append(up)
        found.append(path[-1])
    return found


@dataclass
class Chains:
    """Which accounts are of one chain or buying group, as it was known at a date.

    known_until: facts recorded later do not count; None = the date asked about
    joined_until: codes are joined by what was recorded before it; None = as the facts
    """

    ledger: Ledger
    known_until: date | datetime | None = None
    joined_until: date | datetime | None = None
    _kept: list[tuple[pa.Table, Joins, Mapping[str, str]]] = field(default_factory=list)
    _numbered: tuple[Sequence[str], Mapping[str, str], Longs] | None = None

    def at(self, on: date) -> Mapping[str, str]:
        """The name of the chain of each account that has a sister; {} where nobody has one."""
        rows = self.ledger.table("accounts", as_of=on, known_until=self.known_until)
        joins = self.ledger.joins_at(self.joined_until or self.known_until or on)
        # Most dates see the same rows; the ledger then hands out the same table.
        for table, before, found in self._kept:
            if table is rows and before == joins:
                return found
        found = _chains(rows, joins)
        self._kept.append((rows, joins, found))
        return found

    def codes(self, account_id: Sequence[str], on: date) -> Longs:
        """A number for the chain of each account; −1 = it has no sister. int64 (n_accounts,)."""
        chain, before = self.at(on), self._numbered
        if before is None or before[0] is not account_id or before[1] is not chain:
            numbers = {name: i for i, name in enumerate(sorted(set(chain.values())))}
            code = np.array([numbers.get(chain.get(a, ""), -1) for a in account_id], np.int64)
            self._numbered = before = (account_id, chain, code)
        return before[2]


def _chains(rows: pa.Table, joins: Joins) -> Mapping[str, str]:
    told = pc.or_(pc.is_valid(rows["parent_id"]), pc.is_valid(rows["group_id"]))
    parent: dict[str, str | None] = {}
    group: dict[str, str | None] = {}
    for row in rows.filter(told).select(["account_id", "parent_id", "group_id"]).to_pylist():
        main = joins.main_of(row["account_id"])
        above = joins.main_of(row["parent_id"]) if row["parent_id"] else None
        # A joined code's own row only fills what the main account's leaves open.
        first = main == row["account_id"]
        for place, value in ((parent, above if above != main else None), (group, row["group_id"])):
            if value and (first or not place.get(main)):
                place[main] = value
    # The head of a chain is one of it, also where the table says no more of it.
    members = sorted({*parent, *group, *(p for p in parent.values() if p)})
    names = units(members, [parent.get(a) for a in members], [group.get(a) for a in members])
    many = Counter(names)
    return {a: name for a, name in zip(members, names, strict=True) if many[name] > 1}


@dataclass(frozen=True)
class Silences:
    """What is looked at of each account at a date; arrays (n,).

    days: since the last order day; late_after_days: beyond which it is late, NaN = not known
    excused: it was as silent in the same weeks of last year
    money: of the better of the last two years; an account without any is nobody's evidence
    """

    days: Longs
    late_after_days: Floats
    excused: Bools
    money: Floats

    @classmethod
    def of(cls, on: date, columns: Any, late_after_days: Floats) -> Silences:
        """From the columns of `AccountFeatures` at one date, days as days since 1970-01-01."""

        def column(name: str) -> Floats:
            return np.asarray(columns[name], float)

        year = column("amount_52")
        # Where the data are younger than that, the last 52 weeks are what there is of them.
        year = np.where(np.isnan(year), column("amount_total"), year)
        return cls(
            days=days_of(on) - 1 - columns["last_day"].astype(np.int64),
            late_after_days=late_after_days,
            excused=np.asarray(columns["silent_same_weeks_last_year"], bool),
            money=np.maximum(np.fmax(year, column("amount_prev_52")), 0.0),
        )

    @property
    def gone(self) -> Bools:
        """Lost, or silent beyond its limit."""
        limit = np.nan_to_num(self.late_after_days, nan=np.inf)
        late = (self.days > limit) & ~self.excused
        return np.asarray(late | (self.days > GONE_DAYS))


@dataclass(frozen=True)
class Sisters:
    """Of each account, float64 (n,); NaN = it has no sister that bought within two years.

    count: how many there are; gone: of these, lost or silent beyond their limit
    gone_share: `gone`, each weighted by its money; 0 … 1
    """

    count: Floats
    gone: Floats
    gone_share: Floats


def sisters(code: Longs, silences: Silences) -> Sisters:
    """How many of each account's sisters have left, itself left out.

    code: int64 (n,), accounts with the same one are sisters; −1 = it has none
    """
    counts = (code >= 0) & (silences.money > 0)
    unit = code[counts]
    gone = silences.gone & counts

    def of_others(value: Floats) -> Floats:
        """Sum over the sisters of each account; 0 where there are none."""
        value = np.where(counts, value, 0.0)
        together = np.bincount(unit, weights=value[counts], minlength=int(code.max(initial=-1)) + 2)
        return np.where(code >= 0, together[code] - value, 0.0)

    count = of_others(np.ones(len(code)))
    left = of_others(gone.astype(float))
    money, lost = of_others(silences.money), of_others(np.where(gone, silences.money, 0.0))
    none = count == 0
    share = lost / np.where(none | (money <= 0), 1.0, money)
    return Sisters(
        np.where(none, np.nan, count),
        np.where(none, np.nan, left),
        np.where(none, np.nan, np.clip(share, 0.0, 1.0)),
    )
