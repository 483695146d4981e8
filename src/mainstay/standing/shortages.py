"""What was missing of each account's usual purchases while we could not deliver.

    watch = Watch(ledger, as_of)
    watch.kernel.of(lines)       # within a pass over all accounts; None = there is nothing to look for
    watch.saw(found)             # what it gave, each time
    watch.supply                 # None where nothing was ever missing

Of each account, and of each account × category, the share of what it usually buys that we could not
deliver in a week: with v[p] its money for product p in the 52 weeks before week w, a[p, w] the share
of p that could be delivered,

    missing[w] = Σ_p v[p] · (1 − a[p, w]) / Σ_p v[p]

What it usually buys lies before the week, so that the same holds at whatever later date one asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.lines import SALE, Lines
from mainstay.standing.history import days_of, kind_codes, net_sales
from mainstay.standing.supply import Found, Supply, pair_names

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
WEEK_DAYS = 7
MONDAY = 4  # days since 1970-01-01, a Thursday, of the first Monday
# Less of what an account usually buys is no shortage; and never nothing is left, so that time goes on.
LEAST_MISSING, MOST_MISSING = 0.05, 0.95
# What is told of: products missing in the last half year for some weeks, each worth naming.
TOLD_DAYS, TOLD_WEEKS, TOLD_MISSING, TOLD_EACH = 182, 2, 0.5, 0.01


@dataclass(frozen=True)
class Shelf:
    """The weeks in which products could not be delivered in full.

    product: string (n,); offsets: int64 (n + 1,); product i has the weeks offsets[i]:offsets[i + 1]
    monday: int64, days since 1970-01-01, rising within a product; missing: float64, 0 < m ≤ 1
    """

    product: pa.Array
    offsets: Longs
    monday: Longs
    missing: Floats

    @classmethod
    def of(cls, supply: pa.Table, successor: Mapping[str, str] | None = None) -> Shelf | None:
        """None where all could be delivered always.

        supply: the table, as known at the date
        successor: by product, what took its place: what is missing of that is missing of it too
        """
        short = supply.filter(pc.less(supply["available"], 1.0))
        weeks: dict[str, dict[int, float]] = {}
        for name, week, there in zip(
            short["product_id"].to_pylist(),
            np.asarray(short["week"].cast(pa.int32()), np.int64).tolist(),
            short["available"].to_pylist(),
            strict=True,
        ):
            monday = week - (week - MONDAY) % WEEK_DAYS
            missing = 1.0 - max(there, 0.0)
            of_product = weeks.setdefault(name, {})
            of_product[monday] = max(missing, of_product.get(monday, 0.0))
        for old, new in (successor or {}).items():
            if new in weeks and old not in weeks:
                weeks[old] = weeks[new]
        if not weeks:
            return None
        rows = [sorted(of_product.items()) for of_product in weeks.values()]
        flat = [pair for of_product in rows for pair in of_product]
        return cls(
            pa.array(list(weeks), pa.string()),
            np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64),
            np.array([monday for monday, _ in flat], np.int64),
            np.array([missing for _, missing in flat], np.float64),
        )


@dataclass(frozen=True)
class Shortages:
    """Reads from order lines what each account usually buys of what was missing.

    as_of: neither lines nor weeks that end later are looked at
    """

    as_of: date
    shelf: Shelf

    columns: ClassVar[tuple[str, ...]] = ("category", "kind", "product_id")

    def of(self, lines: Lines) -> Found:
        place = pc.index_in(lines.names["product_id"], value_set=self.shelf.product)
        short = np.append(pc.fill_null(place, -1).to_numpy().astype(np.int64), -1)
        product = short[lines.codes["product_id"]]  # a line without a product takes the last place
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        counts = (kind_codes(lines) == SALE) & (lines.day < days_of(self.as_of))
        money = np.where(counts, np.maximum(net_sales(lines), 0.0), 0.0)
        touched = np.zeros(lines.n_accounts, bool)
        touched[owner[(product >= 0) & (money > 0)]] = True
        who = np.flatnonzero(touched)
        rows = np.flatnonzero(touched[owner] & (money > 0))
        own = np.searchsorted(who, owner[rows])
        some = _Bought(own, lines.day[rows].astype(np.int64), money[rows], product[rows])
        account_ids = lines.account_ids.take(pa.array(who))
        accounts = self._missing(some, account_ids)
        told = self._told(some, account_ids)
        category = lines.codes["category"][rows].astype(np.int64)
        n_categories = max(len(lines.names["category"]), 1)
        pair = np.where(category >= 0, own * n_categories + category, -1)
        hit = np.unique(pair[(some.product >= 0) & (pair >= 0)])
        inside = np.flatnonzero(np.isin(pair, hit))
        order = inside[np.argsort(pair[inside], kind="stable")]
        where = np.searchsorted(hit, pair[order])
        names = pair_names(
            account_ids.take(pa.array(hit // n_categories)),
            lines.names["category"].take(pa.array(hit % n_categories)),
        )
        parts = _Bought(where, some.day[order], some.money[order], some.product[order])
        return Found(accounts, self._missing(parts, names), told)

    def _missing(self, bought: _Bought, names: pa.Array) -> pa.Table:
        from mainstay.standing import supply_loops as loops

        shelf = self.shelf
        # Before anything was bought, nothing was usual.
        begin = int(bought.day.min()) if len(bought.day) else days_of(self.as_of)
        first = int(shelf.monday[shelf.monday >= begin].min(initial=days_of(self.as_of)))
        last = min(int(shelf.monday.max()), days_of(self.as_of) - WEEK_DAYS)
        n_weeks = max((last - first) // WEEK_DAYS + 1, 0)
        missing = np.zeros((len(names), n_weeks))
        loops.missing(
            *bought, shelf.offsets, shelf.monday, shelf.missing, first, LEAST_MISSING, missing
        )
        who, week = np.nonzero(missing)
        return pa.table(
            {
                "name": names.take(pa.array(who)),
                "week": first + WEEK_DAYS * week,
                "missing": np.minimum(missing[who, week], MOST_MISSING),
            }
        )

    def _told(self, bought: _Bought, account_ids: pa.Array) -> pa.Table:
        from mainstay.standing import supply_loops as loops

        at, shelf = days_of(self.as_of), self.shelf
        recent = (shelf.monday >= at - TOLD_DAYS) & (shelf.monday + WEEK_DAYS <= at)
        recent &= shelf.missing >= TOLD_MISSING
        of_week = np.repeat(np.arange(len(shelf.product)), np.diff(shelf.offsets))
        weeks = np.bincount(of_week[recent], minlength=len(shelf.product))
        since = np.full(len(shelf.product), np.iinfo(np.int64).max)
        np.minimum.at(since, of_week[recent], shelf.monday[recent])
        since = np.where(weeks >= TOLD_WEEKS, since, -1)
        who, product, share = loops.usual_shares(*bought, since, TOLD_EACH)
        return pa.table(
            {
                "account_id": account_ids.take(pa.array(who)),
                "product_id": shelf.product.take(pa.array(product)),
                "share": share,
                "weeks": weeks[product],
                "since": since[product],
            }
        )


class _Bought(NamedTuple):
    """Sales by owner, rising: owner and day, money, and the place of the product on the shelf, −1 =
    never short."""

    owner: Longs
    day: Longs
    money: Floats
    product: Longs


class Watch:
    """What was missing before a date, seen within one pass over all accounts; nothing where there is
    no table `supply` or all could be delivered.

    kernel: its part of the pass; None = there is nothing to look for
    """

    def __init__(
        self, ledger: Ledger, as_of: date, known_until: date | datetime | None = None
    ) -> None:
        self.kernel: Shortages | None = None
        self._found: list[Found] = []
        rows = ledger.table("supply", as_of=as_of, known_until=known_until)
        if not rows.num_rows:
            return
        shelf = Shelf.of(rows, ledger.assortment(as_of, known_until).successor)
        if shelf:
            self.kernel = Shortages(as_of, shelf)
            products = ledger.table("products", as_of=as_of, known_until=known_until)
            self._names = _names(products)

    def columns(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that the pass must ask for, with its own."""
        return tuple(dict.fromkeys((*own, *Shortages.columns))) if self.kernel else own

    def saw(self, found: list[Found]) -> None:
        """What the kernel found in the pass."""
        self._found = found

    @cached_property
    def supply(self) -> Supply | None:
        """Of all accounts, once the pass is over; None = nothing was ever missing."""
        return Supply.of(self._found, self._names) if self._found else None

    def about(self) -> dict[str, int]:
        """How many products were missing at times, and of how many accounts; {} = none."""
        if not self.kernel or not self.supply:
            return {}
        return {
            "products": len(self.kernel.shelf.product),
            "accounts": len(self.supply.accounts.names),
        }


def _names(products: pa.Table) -> dict[str, str]:
    named = products.filter(pc.is_valid(products["name"])).select(["product_id", "name"])
    return {row["product_id"]: row["name"] for row in named.to_pylist()}
