"""What accounts ordered of each product month by month, and series made of it.

    rows = ledger.map_accounts(Monthly(as_of), columns=Monthly.columns, as_of=as_of)
    panel = Panel.of(rows, ("account_id", "category"), first, months)

A month's demand is what was ordered in it less what was returned of it, and never below 0. Months are
counted from January 1970. A series begins with the first month in which the account ordered anything:
before it there was nobody who could have ordered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import groups, summed
from mainstay.ledger.lines import CREDIT, FEE, SALE, Lines
from mainstay.standing.history import kind_codes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
YEAR_MONTHS = 12
EPOCH = 1970
FIRST_DAYS = 3  # data that begin later in a month do not tell all of it


def month_of(on: date) -> int:
    """Months since January 1970."""
    return (on.year - EPOCH) * YEAR_MONTHS + on.month - 1


def first_of(month: int) -> date:
    """The first day of a month counted from January 1970."""
    year, place = divmod(int(month), YEAR_MONTHS)
    return date(EPOCH + year, place + 1, 1)


def first_whole(begin: date) -> int:
    """The first month that data which begin on a day tell whole."""
    return month_of(begin) + (begin.day > FIRST_DAYS)


def first_to_come(as_of: date) -> int:
    """The first month of which no day is over at a date."""
    return month_of(as_of) + (as_of.day > 1)


def mean_month(y: Floats) -> Floats:
    """The mean of the last year's months that are known, of each series; 0 where none is."""
    last = y[:, -YEAR_MONTHS:]
    return np.asarray(np.nansum(last, axis=1) / np.maximum((~np.isnan(last)).sum(axis=1), 1))


@dataclass(frozen=True)
class Monthly:
    """A kernel: sums of each account × product × unit × month of months that were over at a date.

    as_of: the month in which it lies, and what comes after, is left out
    with_products: False = category is all that rows are told apart by
    Returns a table: account_id, product_id, category, unit, month (int32, from January 1970), quantity
    (NaN where a line has none), amount (net, reporting currency), orders (lines of sales)
    """

    as_of: date
    with_products: bool = True
    columns: ClassVar[tuple[str, ...]] = ("kind", "product_id", "category", "unit", "quantity")

    def __call__(self, lines: Lines) -> pa.Table:
        month = (
            lines.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            if len(lines.day)
            else np.zeros(0, np.int64)
        )
        kind = kind_codes(lines)
        # A credit note is about a price, and takes no goods back.
        kept = np.flatnonzero((month < month_of(self.as_of)) & (kind != FEE) & (kind != CREDIT))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        codes = {c: lines.codes[c][kept] for c in ("category", "unit")}
        codes["product_id"] = (
            lines.codes["product_id"][kept]
            if self.with_products
            else np.full(len(kept), -1, np.int32)
        )
        first, place = groups(account, *codes.values(), month[kept])
        n = len(first)

        def named(column: str) -> pa.Array:
            here = codes[column][first]
            return lines.names[column].cast(pa.string()).take(pa.array(here, mask=here < 0))

        quantity = lines.values["quantity"][kept]
        net = lines.values.get("net", lines.amount)[kept]
        sign = np.where(kind[kept] == SALE, 1.0, -1.0)
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(account[first])),
                "product_id": named("product_id"),
                "category": named("category"),
                "unit": named("unit"),
                "month": pa.array(month[kept][first].astype(np.int32)),
                # Of returns, files write the quantity with either sign.
                "quantity": pa.array(
                    summed(place, np.where(sign > 0, quantity, -np.abs(quantity)), n)
                ),
                "amount": pa.array(summed(place, net, n)),
                "orders": pa.array(np.bincount(place[sign > 0], minlength=n)),
            }
        )


@dataclass(frozen=True)
class Panel:
    """Monthly series that end together.

    keys: a tuple a series; y: float64 (n, months), NaN before the account began
    first: the first month of y; orders: float64 (n, months), lines
    """

    keys: tuple[tuple[Any, ...], ...]
    y: Floats
    orders: Floats
    first: int

    @property
    def end(self) -> int:
        """The month after the last."""
        return self.first + self.y.shape[1]

    @classmethod
    def of(
        cls, rows: pa.Table, by: Sequence[str], span: tuple[int, int], measure: str = "quantity"
    ) -> Panel:
        """Series of rows as `Monthly` gives them, one for each combination of `by`, in its order.

        span: the first month, and the month after the last
        """
        first, end = span
        rows = rows.filter(
            pc.and_(pc.greater_equal(rows["month"], first), pc.less(rows["month"], end))
        )
        sums = rows.group_by([*by, "month"]).aggregate([(measure, "sum"), ("orders", "sum")])
        keys = sums.select(list(by)).group_by(list(by)).aggregate([])
        keys = keys.sort_by([(name, "ascending") for name in by])
        names = tuple(zip(*(keys[name].to_pylist() for name in by), strict=True))
        place_of = {name: i for i, name in enumerate(names)}
        columns = [sums[name].to_pylist() for name in by]
        place = np.array([place_of[key] for key in zip(*columns, strict=True)], np.int64)
        month = np.asarray(sums["month"], np.int64) - first
        y, orders = np.zeros((len(names), end - first)), np.zeros((len(names), end - first))
        y[place, month] = np.nan_to_num(np.asarray(sums[measure + "_sum"], np.float64))
        orders[place, month] = np.asarray(sums["orders_sum"], np.float64)
        return cls(names, np.maximum(y, 0.0), orders, first)._begun(by)

    def _begun(self, by: Sequence[str]) -> Panel:
        """With nothing known of the months before an account's first order."""
        if "account_id" not in by:
            return self
        at = list(by).index("account_id")
        began: dict[Any, int] = {}
        for key, row in zip(self.keys, self.y, strict=True):
            some = np.flatnonzero(row > 0)
            if len(some):
                began[key[at]] = min(int(some[0]), began.get(key[at], row.size))
        start = np.array([began.get(key[at], self.y.shape[1]) for key in self.keys], np.int64)
        before = np.arange(self.y.shape[1]) < start.reshape(-1, 1)
        return replace(self, y=np.where(before, np.nan, self.y))

    def take(self, places: Sequence[int] | Longs) -> Panel:
        at = np.asarray(places, np.int64)
        return Panel(tuple(self.keys[i] for i in at), self.y[at], self.orders[at], self.first)

    def until(self, end: int) -> Panel:
        """As it was known when month `end` began."""
        n = max(0, end - self.first)
        return Panel(self.keys, self.y[:, :n], self.orders[:, :n], self.first)
