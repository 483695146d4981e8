"""How what an account buys shifts between categories: now beside the year before, and beside its peers.

The distance of two mixes is their total variation, TV = ½ Σ |p − q|: the part of the purchases that would have
to move to make one of the other, which can be said in one sentence; Jensen–Shannon's bits can't.

An account with few orders shifts by chance. A share p_c = Σ_d a_dc / Σ_d a_d is a ratio of sums over order days
d; its variance, with order days as what is drawn, is Σ_d (a_dc − p_c a_d)² / (Σ_d a_d)² · D / (D − 1) (Cochran
1977, Sampling Techniques, eq. 6.13; D order days). If nothing changed, the difference of two shares is near normal
around 0, and |difference| has the mean √(2/π) · se: by chance TV is ½ √(2/π) Σ_c se_c. What is more is a shift.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from mainstay.core.arrays import summed
from mainstay.ledger.lines import SALE, Lines
from mainstay.standing.history import days_of, kind_codes
from mainstay.standing.known import Known
from mainstay.standing.needs.bought import Bools, Floats, Ints, Peers

YEAR_DAYS = 364
LEAST_ORDER_DAYS = 4  # of each year
NOTABLE = 0.1  # of what they buy moved, beyond chance
SURE = 3.0  # standard deviations of what chance does, which are rather too small
_HALF_NORMAL = math.sqrt(2 / math.pi)


@dataclass(frozen=True)
class Baskets:
    """A kernel: one row per account, category and year (0 = the 364 days before as_of, 1 = those before).

    Columns: account_id, category, year (int32), money (Σ_d a_dc), squares (Σ_d a_dc²), with_day
    (Σ_d a_dc a_d), day_money (Σ_d a_d), day_squares (Σ_d a_d²), order_days; sale lines that name a
    category alone, a_d over those
    """

    as_of: date
    columns = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        age = days_of(self.as_of) - 1 - lines.day.astype(np.int64)
        category = lines.codes["category"].astype(np.int64)
        kept = (age >= 0) & (age < 2 * YEAR_DAYS) & (category >= 0)
        rows = np.flatnonzero(kept & (kind_codes(lines) == SALE) & (lines.amount > 0))
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[rows]
        n_categories = max(len(lines.names["category"]), 1)
        # A day of an account, then a category of that day, then a category of that account's year.
        day, at = np.unique(owner * (2 * YEAR_DAYS) + age[rows], return_inverse=True)
        cell, of_cell = np.unique(at * n_categories + category[rows], return_inverse=True)
        a_dc = summed(of_cell, lines.amount[rows], len(cell))
        at, category = cell // n_categories, cell % n_categories
        a_d = summed(at, a_dc, len(day))
        span = day // YEAR_DAYS  # account * 2 + year
        key, place = np.unique(span[at] * n_categories + category, return_inverse=True)
        n_spans = 2 * lines.n_accounts

        span_of = key // n_categories
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(span_of // 2)),
                "category": lines.names["category"]
                .cast(pa.string())
                .take(pa.array(key % n_categories)),
                "year": pa.array((span_of % 2).astype(np.int32)),
                "money": summed(place, a_dc, len(key)),
                "squares": summed(place, a_dc**2, len(key)),
                "with_day": summed(place, a_dc * a_d[at], len(key)),
                "day_money": summed(span, a_d, n_spans)[span_of],
                "day_squares": summed(span, a_d**2, n_spans)[span_of],
                "order_days": np.bincount(span, minlength=n_spans)[span_of].astype(np.int64),
            }
        )


@dataclass(frozen=True)
class Mix:
    """shares, year by year and with their variances: arrays (n_accounts, n_categories, 2), NaN where
    nothing was bought; order_days: (n_accounts, 2)
    """

    categories: list[str]
    shares: Floats
    variance: Floats
    money: Floats
    order_days: Ints

    @classmethod
    def of(cls, known: Known) -> Mix:
        kernel = Baskets(known.as_of)
        rows = known.ledger.map_accounts(
            kernel, kernel.columns, known.as_of, known_until=known.known_until
        )
        account = known.places(rows["account_id"])
        encoded = rows["category"].combine_chunks().dictionary_encode()
        n, names = len(known.account_id), encoded.dictionary.to_pylist()
        value = {
            name: np.asarray(rows[name], np.float64)
            for name in ("money", "squares", "with_day", "day_money", "day_squares", "order_days")
        }
        year = np.asarray(rows["year"], np.int64)
        category = np.asarray(encoded.indices, np.int64)
        ours = account >= 0
        at = (account[ours], category[ours], year[ours])
        p = value["money"] / value["day_money"]
        days = value["order_days"]
        spread = value["squares"] - 2 * p * value["with_day"] + p**2 * value["day_squares"]
        var = np.maximum(spread, 0) / value["day_money"] ** 2 * days / np.maximum(days - 1, 1)
        shares, variance, money = (np.zeros((n, len(names), 2)) for _ in range(3))
        shares[at], variance[at], money[at] = p[ours], var[ours], value["money"][ours]
        order_days = np.zeros((n, 2), np.int64)
        order_days[at[0], at[2]] = days[ours].astype(np.int64)
        return cls(names, shares, variance, money, order_days)

    @property
    def told(self) -> Bools:
        """Accounts whose orders of both years are enough to compare, (n,)."""
        return np.asarray(self.order_days.min(axis=1) >= LEAST_ORDER_DAYS)

    def shift(self) -> tuple[Floats, Floats, Floats]:
        """TV of now and before, what chance makes of it, and by how much chance varies; NaN = not told.

        That spread is as if categories varied independently: ½ √((1 − 2/π) Σ se²).
        """
        moved = np.abs(self.shares[:, :, 0] - self.shares[:, :, 1]).sum(axis=1) / 2
        square = self.variance.sum(axis=2)
        chance = _HALF_NORMAL * np.sqrt(square).sum(axis=1) / 2
        varies = np.sqrt((1 - 2 / math.pi) * square.sum(axis=1)) / 2
        moved, chance, varies = (
            np.where(self.told, one, np.nan) for one in (moved, chance, varies)
        )
        return moved, chance, varies

    def of_peers(self, peers: Peers, year: int) -> Floats:
        """The mean mix of an account's peers, each alike, without its own; (n, n_categories)."""
        has = self.order_days[:, year] >= LEAST_ORDER_DAYS
        one = np.where(has[:, None], self.shares[:, :, year], 0.0)
        n = np.bincount(peers.code[has], minlength=len(peers.n))[peers.code] - has
        groups = np.zeros((len(peers.n), one.shape[1]))
        np.add.at(groups, peers.code, one)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((n > 0)[:, None], (groups[peers.code] - one) / n[:, None], np.nan)


def mixes(known: Known, peers: Peers) -> tuple[pa.Table, pa.Table]:
    """How each account's mix moved, and of each of its categories the shares.

    Returns: per account `moved` (TV), `by_chance`, `shifted` (whether beyond chance, and notable),
        `from_peers` (TV to the mean mix of its peers), each with its `peers_…` median; and account ×
        category: now, before, peers, peers_before (shares), money, money_before, beyond (the change of
        the share less that of peers)
    """
    mix = Mix.of(known)
    moved, chance, varies = mix.shift()
    theirs, theirs_before = mix.of_peers(peers, 0), mix.of_peers(peers, 1)
    away = np.abs(mix.shares[:, :, 0] - theirs).sum(axis=1) / 2
    away = np.where(mix.order_days[:, 0] >= LEAST_ORDER_DAYS, away, np.nan)
    excess = np.maximum(moved - chance, 0.0)
    shifted = (excess >= NOTABLE) & (moved > chance + SURE * varies)
    accounts = pa.table(
        {
            "account": np.arange(len(moved)),
            "moved": _known(moved),
            "by_chance": _known(chance),
            "shifted": pa.array(shifted, mask=np.isnan(moved)),
            "from_peers": _known(away),
            "peers_moved": _known(peers.medians(moved)),
            "peers_from_peers": _known(peers.medians(away)),
        }
    )
    account, category = np.nonzero((mix.money > 0).any(axis=2))
    change = mix.shares[account, category, 0] - mix.shares[account, category, 1]
    usual = theirs[account, category] - theirs_before[account, category]
    names = pa.array(mix.categories, pa.string())
    categories = pa.table(
        {
            "account": account,
            "category": names.take(pa.array(category)),
            "now": mix.shares[account, category, 0],
            "before": mix.shares[account, category, 1],
            "peers": _known(theirs[account, category]),
            "peers_before": _known(theirs_before[account, category]),
            "money": mix.money[account, category, 0],
            "money_before": mix.money[account, category, 1],
            "beyond": _known(change - usual),
        }
    )
    return accounts, categories


def _known(values: Floats) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
