"""The life of each account as its orders tell it: since when, until when, with which gaps, for what margin a year.

An account that ordered in the first quarter of the data may have begun long before: its birthday is not known,
unless master data say since when it buys (`since`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import distinct_of_each, summed
from mainstay.ledger.lines import FEE, SALE, Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, date_of, days_of, kind_codes
from mainstay.standing.known import Known

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
YEAR_DAYS = 364
EARLY_DAYS = 91  # of the first quarter
EDGE_DAYS = 91  # who ordered so soon after the data begin may have begun before
AWAY_DAYS = 365  # a silence as long as this, ended by an order, is a win-back
NEVER = -1


@dataclass(frozen=True)
class Lives:
    """A kernel: one row an account with an order day before `as_of`.

    margin_share: margin as a share of the net sales of lines whose cost is not known
    core_size: net sales of 52 weeks from which on an account is as large as a core account

    Columns: account_id; first_day, last_day (int64, days since 1970-01-01), order_days, log_gaps (sum of
    the logarithms of the gaps in weeks), returns (silences of AWAY_DAYS or more that an order ended); margins
    (a list: of each year since the first order, the last one begun; reporting currency), sold, costed (net
    sales of all lines, and of those whose cost is known); margin_52, margin_prev_52; early_orders,
    early_categories, early_sales (of the first 13 weeks), half_sales (of the first 26), core_day (on
    which 52 weeks first brought core_size; NEVER)
    """

    as_of: date
    margin_share: float
    core_size: float = np.inf
    columns = ("kind", "cost", "category")

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.as_of)
        kind = kind_codes(lines)
        days = collapse(lines, at, kind)
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(days.offsets))
        some = np.asarray(days.order)
        account, day = owner[some], days.day[some].astype(np.int64)
        count = np.bincount(account, minlength=lines.n_accounts)
        ends = np.cumsum(count)
        here = np.flatnonzero(count)
        first = np.zeros(lines.n_accounts, np.int64)
        last = np.zeros(lines.n_accounts, np.int64)
        first[here], last[here] = day[(ends - count)[here]], day[ends[here] - 1]
        gap = np.where(np.diff(account) == 0, np.diff(day), 0)
        of_gap, gap = account[1:][gap > 0], gap[gap > 0]
        sums = _Sums(lines, kind, first, at, self.margin_share)
        early = day - first[account] < EARLY_DAYS
        columns = {
            "first_day": first,
            "last_day": last,
            "order_days": count,
            "log_gaps": summed(of_gap, np.log(gap / 7), lines.n_accounts),
            "returns": np.bincount(of_gap[gap >= AWAY_DAYS], minlength=lines.n_accounts),
            "early_orders": np.bincount(account[early], minlength=lines.n_accounts),
            "core_day": _core_days(days, owner, first, self.core_size),
        } | sums.columns()
        table = {name: pa.array(values[here]) for name, values in columns.items()}
        return pa.table(
            {"account_id": lines.account_ids.cast(pa.string()).take(pa.array(here))}
            | table
            | {"margins": sums.margins(here)}
        )


class _Sums:
    """Money of each account's lines, fees left out, in windows since its first order and before the date."""

    def __init__(
        self, lines: Lines, kind: npt.NDArray[np.int32], first: Ints, at: int, share: float
    ) -> None:
        self.n, self.first, self.at = lines.n_accounts, first, at
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        kept = (kind != FEE) & (lines.day < at)
        self.account, self.day = account[kept], lines.day[kept].astype(np.int64)
        self.age = np.maximum(self.day - first[self.account], 0)
        self.net = lines.amount[kept]
        cost = (
            lines.values["cost"][kept] if "cost" in lines.values else np.full(len(self.net), np.nan)
        )
        self.costed = ~np.isnan(cost)
        self.margin = np.where(self.costed, self.net - np.nan_to_num(cost), self.net * share)
        codes = lines.codes.get("category")
        self.category = None if codes is None else np.where(kind == SALE, codes, -1)[kept]

    def columns(self) -> dict[str, npt.NDArray[np.generic]]:
        back = (self.at - 1 - self.day) // YEAR_DAYS
        young = self.age < EARLY_DAYS
        return {
            "sold": self._sum(self.net, self.net > 0),
            "costed": self._sum(self.net, (self.net > 0) & self.costed),
            "margin_52": self._sum(self.margin, back == 0),
            "margin_prev_52": self._sum(self.margin, back == 1),
            "early_sales": self._sum(self.net, young),
            "half_sales": self._sum(self.net, self.age < 2 * EARLY_DAYS),
            "early_categories": self._categories(young),
        }

    def margins(self, here: Ints) -> pa.ListArray:
        years = (self.at - 1 - self.first[here]) // YEAR_DAYS + 1
        offsets = np.concatenate([[0], np.cumsum(years)])
        starts = np.zeros(self.n, np.int64)
        starts[here] = offsets[:-1]
        known = np.isin(self.account, here)
        place = starts[self.account[known]] + self.age[known] // YEAR_DAYS
        sums = np.round(summed(place, self.margin[known], offsets[-1]), 4)
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(sums))

    def _sum(self, values: Floats, some: npt.NDArray[np.bool_]) -> Floats:
        return np.round(summed(self.account[some], values[some], self.n), 4)

    def _categories(self, some: npt.NDArray[np.bool_]) -> Ints:
        if self.category is None:
            return np.zeros(self.n, np.int64)
        some = some & (self.category >= 0)
        return distinct_of_each(self.account[some], self.category[some], self.n)


def _core_days(days: Days, owner: Ints, first: Ints, size: float) -> Ints:
    """The first day on which the 52 weeks up to it brought `size`; NEVER."""
    found = np.full(len(first), NEVER, np.int64)
    if not np.isfinite(size) or not len(owner):
        return found
    far = np.int64(2**32)
    key = owner * far + days.day + 2**31
    before = np.searchsorted(key, key - YEAR_DAYS, side="right")
    before = np.maximum(before, days.offsets[owner])
    summed = np.concatenate([[0.0], np.cumsum(days.net)])
    year = summed[1:] - summed[before]
    reached = np.flatnonzero((year >= size * MONEY_UNIT) & (days.day >= first[owner]))
    place = np.unique(owner[reached], return_index=True)[1]
    found[owner[reached][place]] = days.day[reached][place]
    return found


@dataclass(frozen=True)
class Population:
    """The accounts whose lives are known, in order of `account_id`; arrays (n,), days since 1970-01-01.

    table: of `Lives`, beside columns of the assessment: segment, size_class, state, p_alive, core, usual_days
    as_of, begin: the date, and the first day of the data
    seen: the first day from which each is watched: its first order, or where it was there before, the
        first day of the data
    born: its first order; where `since` says so, that day; NEVER = there before, nobody knows since when
    """

    table: pa.Table
    as_of: int
    begin: int
    seen: Ints
    born: Ints

    def __len__(self) -> int:
        return self.table.num_rows

    def floats(self, name: str) -> Floats:
        """A column as numbers; NaN = not known."""
        return np.asarray(self.table[name].cast(pa.float64()).fill_null(np.nan), float)

    def words(self, name: str) -> list[str | None]:
        """A column of words."""
        found: list[str | None] = self.table[name].to_pylist()
        return found

    @property
    def first(self) -> Ints:
        return np.asarray(self.table["first_day"], np.int64)

    @property
    def last(self) -> Ints:
        return np.asarray(self.table["last_day"], np.int64)


def population(known: Known) -> Population | None:
    """The lives of all judged accounts as they were known; None without an order before the date."""
    span = known.ledger.span()
    if span is None or span[0] >= known.as_of:
        return None
    kernel = Lives(known.as_of, known.settings.margin_share, core_size(known))
    rows = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )
    table = known.sql(
        """
        select l.*, j.name, j.segment, j.size_class, j.state, j.p_alive, j.core, a.since
        from lives l join judged j using (account_id) left join accounts a using (account_id)
        order by account_id
        """,
        lives=rows,
    )
    if not table.num_rows:
        return None
    begin = days_of(span[0])
    first = np.asarray(table["first_day"], np.int64)
    told = np.asarray(
        pc.fill_null(table["since"].cast(pa.date32()).cast(pa.int32()), NEVER), np.int64
    )
    before = first < begin + EDGE_DAYS
    newly = before & (told >= begin) & (told <= first)
    born = np.where(before & ~newly, np.where((told >= 0) & (told < begin), told, NEVER), first)
    seen = np.where(before & ~newly, begin, first)
    return Population(table, days_of(known.as_of), begin, seen, born)


def core_size(known: Known) -> float:
    """Net sales of 52 weeks that make a core account: the lower quartile of those that are, else of tier A;
    infinite where there is neither."""
    bought = known.accounts
    for name, word in (("core", "yes"), ("tier", "A")):
        some = bought.filter(pc.fill_null(pc.equal(bought[name], word), False))["amount_52"]
        sizes = np.asarray(some.drop_null(), float)
        if (sizes > 0).any():
            return float(np.quantile(sizes[sizes > 0], 0.25))
    return float("inf")


def quarter_of(day: int) -> str:
    """The quarter of a day, such as 2024-Q1."""
    on = date_of(day)
    return f"{on.year}-Q{(on.month + 2) // 3}"


def grouped(names: Sequence[str | None]) -> tuple[list[str], Ints]:
    """The names there are, in order, and of each row its place among them; −1 = no name."""
    words = sorted({name for name in names if name})
    place = {name: n for n, name in enumerate(words)}
    return words, np.array([place.get(name or "", -1) for name in names], np.int64)
