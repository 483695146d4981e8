"""What accounts could not buy because we did not have it, asked by account and day.

    supply = Supply.of(found)        # from `Shortages`, over all accounts

While something is missing that an account usually buys, its time passes more slowly: it is not silent,
nor does it buy less, while there is nothing to sell (R9). A week counts once it is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
# Products that are named, and the share of what an account buys from which on it is told.
TOLD_MOST, TOLD_SHARE = 3, 0.1
_BETWEEN = "\x1f"  # account and category as one name


class Found(NamedTuple):
    """What a pass finds.

    accounts, categories: name, week (Monday, days since 1970-01-01), missing; of an account ×
    category the name is that of `pair_names`
    told: account_id, product_id, share of what it usually buys, weeks, since (a Monday)
    """

    accounts: pa.Table
    categories: pa.Table
    told: pa.Table


EVER = 2**40  # days: by all that is known


@dataclass(frozen=True)
class Missed:
    """Weeks in which something was missing, by name.

    names: string (n,); offsets: int64 (n + 1,); monday: int64, rising within a name; missing: float64
    """

    names: pa.Array
    offsets: Longs
    monday: Longs
    missing: Floats

    @classmethod
    def of(cls, rows: pa.Table) -> Missed:
        """rows: name, week, missing"""
        rows = rows.sort_by([("name", "ascending"), ("week", "ascending")])
        names = pc.unique(rows["name"]).cast(pa.string())
        codes = pc.index_in(rows["name"], value_set=names).to_numpy()
        return cls(
            names,
            np.searchsorted(codes, np.arange(len(names) + 1)).astype(np.int64),
            rows["week"].to_numpy().astype(np.int64),
            rows["missing"].to_numpy(),
        )

    def place(self, names: pa.Array | Sequence[str]) -> Longs:
        """Where each name stands; −1 = nothing was ever missing of it."""
        found = pc.index_in(pa.array(names, pa.string()), value_set=self.names)
        return pc.fill_null(found, -1).to_numpy().astype(np.int64)

    def days(self, place: Longs, first: Longs, until: Longs | int, *, at: int) -> Floats:
        """Days missed of the days first ≤ d < until, in weeks that are over before day `at`."""
        from mainstay.standing import supply_loops as loops

        out = np.zeros(len(place))
        until = np.broadcast_to(np.asarray(until, np.int64), place.shape)
        loops.missed_days(place, self.offsets, self.monday, self.missing, first, until, at, out)
        return out

    def left(self, place: Longs, first: int, days: Floats) -> Floats:
        """The share that could be delivered in so many days from a day on, by all that is known: for
        what became of accounts after a date."""
        begin = np.full(len(place), first)
        missed = self.days(place, begin, first + days.astype(np.int64), at=EVER)
        return np.asarray(1.0 - missed / np.maximum(days, 1.0))


@dataclass(frozen=True)
class Told:
    """What of an account's usual purchases we could not deliver in the last half year.

    products: by name, the weightiest first, "…" where there are more; share: of what it usually bought; weeks: of the product that
    was missing longest; since: the first Monday
    """

    products: tuple[str, ...]
    share: float
    weeks: int
    since: int


@dataclass(frozen=True)
class Supply:
    """What accounts, and account × category, could not buy of us."""

    accounts: Missed
    categories: Missed
    told: Mapping[str, Told] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Sequence[Found], names: Mapping[str, str] | None = None) -> Supply:
        """From what the passes over all accounts found; names: of products, by id."""
        accounts, categories, told = (
            pa.concat_tables(tables) for tables in zip(*found, strict=True)
        )
        by_account: dict[str, list[dict[str, Any]]] = {}
        for row in told.sort_by([("share", "descending")]).to_pylist():
            by_account.setdefault(row["account_id"], []).append(row)
        sentences = {
            account: Told(
                _named([row["product_id"] for row in rows], names or {}),
                min(sum(row["share"] for row in rows), 1.0),
                max(row["weeks"] for row in rows),
                min(row["since"] for row in rows),
            )
            for account, rows in by_account.items()
            if sum(row["share"] for row in rows) >= TOLD_SHARE
        }
        return cls(Missed.of(accounts), Missed.of(categories), sentences)

    def of_pairs(self, account: pa.Array, category: pa.Array) -> Longs:
        """Where each account × category stands in `categories`; −1 = nothing was missing of it."""
        place = np.full(len(account), -1, np.int64)
        some = np.flatnonzero(self.accounts.place(account) >= 0)
        names = pair_names(account.take(pa.array(some)), category.take(pa.array(some)))
        place[some] = self.categories.place(names)
        return place


def _named(products: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    first = tuple(names.get(product, product) for product in products[:TOLD_MOST])
    return (*first, "…") if len(products) > TOLD_MOST else first


def pair_names(account: pa.Array, category: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(
        pa.array(account, pa.string()), pa.array(category, pa.string()), _BETWEEN
    )
