"""In which share of its orders an account buys a category, before one looks at the account itself.

    table = CategoryShares(as_of)(lines)             a row a category, of some accounts
    shares = shares_of(tables put together)          category → Share

Of an account that bought it h more times in n more orders, h ~ Beta-binomial(n, m, ρ): m the mean share
among those who buy the category, ρ how far they lie apart (0 = all alike, 1 = always or never). By
moments, an account of many orders counting for no more than one whose own share is well known:

    m = Σ w h / Σ w n,   w = 1 / (1 + ρ₀(n − 1))
    ρ = (Σ w (h − mn)²/n / (m(1 − m)) − Σ w) / Σ w (n − 1)

Source: Griffiths (1973), the Beta-binomial by moments; Kleinman (1973), its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pyarrow as pa

from mainstay.defection.clocks import LEAST_CATEGORY_DAYS, by_category, own_orders
from mainstay.ledger.lines import Lines
from mainstay.standing.history import collapse, days_of, kind_codes

USUAL_APART = 0.1  # ρ₀
APART = (0.02, 0.9)  # of ρ: nobody is believed to be all alike
LEAST_ACCOUNTS = 5  # who buy a category, for their share to say something of others
UNITS = 2.0**30
SUMS = ("accounts", "n", "n_less_1", "h", "h_squared")


@dataclass(frozen=True)
class Share:
    """mean: m; apart: ρ."""

    mean: float
    apart: float

    @property
    def shape(self) -> float:
        """Of the Gamma with the same mean and variance: what it is worth, in orders that hold it."""
        return self.mean / ((1.0 - self.mean) * self.apart)


@dataclass(frozen=True)
class CategoryShares:
    """A kernel: one row a category; weighted sums over the accounts that bought it often enough.

    Columns: category, times (int64, how many accounts), SUMS (int64, in 2⁻³⁰: whole numbers add up to
    the same in whatever order the accounts come)
    """

    as_of: date

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.as_of)
        whole = collapse(lines, at, kind_codes(lines))
        pairs, owner, category = by_category(lines)
        found = own_orders(collapse(pairs, at, kind_codes(pairs)), whole, owner, at)
        held = np.diff(found.starts)
        rows = np.flatnonzero((held >= LEAST_CATEGORY_DAYS) & (found.orders > 2))
        # The first order that held it began the count, which is no evidence of how often others do.
        n, h = found.orders[rows] - 1.0, held[rows] - 1.0
        weight = 1.0 / (1.0 + USUAL_APART * (n - 1.0))
        values = (np.ones(len(n)), n, n - 1.0, h, h * h / n)
        size = len(lines.names["category"])
        sums = [np.bincount(category[rows], weights=weight * v, minlength=size) for v in values]
        times = np.bincount(category[rows], minlength=size)
        return pa.table(
            {
                "category": lines.names["category"],
                "times": pa.array(times.astype(np.int64)),
                **{
                    name: pa.array(np.rint(total * UNITS).astype(np.int64))
                    for name, total in zip(SUMS, sums, strict=True)
                },
            }
        ).filter(pa.array(times > 0))


def shares_of(table: pa.Table) -> Mapping[str, Share]:
    """Of each category that enough accounts buy, from the tables of `CategoryShares` put together."""
    names = ("times", *SUMS)
    whole = table.group_by("category").aggregate([(name, "sum") for name in names])
    found = {}
    for row in whole.to_pylist():
        if row["times_sum"] < LEAST_ACCOUNTS:
            continue
        accounts, n, n_less_1, h, h_squared = (row[f"{name}_sum"] / UNITS for name in SUMS)
        mean = min(max(h / n, 0.01), 0.99)
        around = (h_squared - 2.0 * mean * h + mean**2 * n) / (mean * (1.0 - mean))
        apart = (around - accounts) / max(n_less_1, 1e-9)
        found[row["category"]] = Share(mean, float(np.clip(apart, *APART)))
    return found
