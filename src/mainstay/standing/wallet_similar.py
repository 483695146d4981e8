"""What an account could buy, from what similar accounts buy of us: an estimate, never a knowledge.

Of accounts alike, some give us nearly all that they buy. The 90th percentile of spend among accounts of
the same segment, region, country and age stands for the wallet of each (Perlich, Rosset, Lawrence &
Zadrozny 2007, "quantile" or realistic wallet); never its own spend, which only bounds it from below.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.standing.quantiles import independent, quantile_regression
from mainstay.standing.wallet import YEAR_DAYS, Wallet

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

QUANTILES = (0.80, 0.90, 0.95)  # low, the estimate, high
LEAST_SIMILAR = 30
MOST_FITTED = 4_000  # more cost time and move the percentiles by less than their own error


@dataclass(frozen=True)
class Kinds:
    """What accounts are, besides what they buy; one value an account.

    segment, region, country: None = not known
    age_days: since the first order, or since it became an account
    """

    account_id: Sequence[str]
    segment: Sequence[str | None]
    region: Sequence[str | None]
    country: Sequence[str | None]
    age_days: Floats


def estimated(kinds: Kinds, bought: Floats) -> Wallet:
    """The 90th percentile of what similar accounts buy from us, between the 80th and the 95th.

    Known only of accounts in their second year or older that bought in the last 52 weeks and have
    30 such accounts in their segment. Who buys more than the 95th percentile is like no other:
    nothing can be said of it. Never below what the account buys from us.

    bought: net sales of the last 52 weeks; NaN = not known
    """
    wallet = Wallet.unknown(len(bought))
    usable = (np.nan_to_num(bought) > 0) & (kinds.age_days >= YEAR_DAYS)
    segment = _levels(kinds.segment, usable)
    usable &= segment >= 0
    if not usable.any():
        return wallet
    X = _design(kinds, segment, usable)
    sample = _sample(kinds.account_id, segment, usable)
    columns = independent(X[sample])
    spend = np.log(bought[sample])
    fitted = [quantile_regression(X[np.ix_(sample, columns)], spend, q) for q in QUANTILES]
    who = np.flatnonzero(usable)
    # Percentiles of separate fits may cross; in order they are nearer the truth (Chernozhukov et al. 2010).
    found = np.sort(X[np.ix_(who, columns)] @ np.array(fitted).T, axis=1)
    low, middle, high = np.exp(found).T
    inside = bought[who] <= high * (1 + 1e-9)  # the logarithm of a value and back is not that value
    who, low, middle, high = who[inside], low[inside], middle[inside], high[inside]
    wallet.purchases[who] = np.maximum(middle, bought[who])
    wallet.low[who] = np.maximum(low, bought[who])
    wallet.high[who] = np.maximum(high, bought[who])
    wallet.bought[who] = bought[who]
    wallet.source[who] = "estimated"
    wallet.number[who] = np.bincount(segment[sample])[segment[who]]
    return wallet


def _levels(words: Sequence[str | None], usable: npt.NDArray[np.bool_]) -> Ints:
    """Codes of the words that enough usable accounts share, rising with the words; −1 = none."""
    known = np.array([w or "" for w in words], object).astype(str)
    names, code = np.unique(known, return_inverse=True)
    enough = (np.bincount(code[usable], minlength=len(names)) >= LEAST_SIMILAR) & (names != "")
    number = np.where(enough, np.cumsum(enough) - 1, -1)
    return np.asarray(number[code], np.int64)


def _design(kinds: Kinds, segment: Ints, usable: npt.NDArray[np.bool_]) -> Floats:
    """A column a segment, region and country with enough accounts, and the logarithm of the age.

    The age in whole years: the days of accounts that began together would be fitted as if they told
    something.
    """
    codes = [segment, _levels(kinds.region, usable), _levels(kinds.country, usable)]
    columns = [(code == k).astype(float) for code in codes for k in range(code.max() + 1)]
    years = np.maximum(np.floor(kinds.age_days / YEAR_DAYS), 1.0)
    return np.column_stack([*columns, np.log(years)])


def _sample(account_id: Sequence[str], segment: Ints, usable: npt.NDArray[np.bool_]) -> Ints:
    """Accounts to fit on: all, or an equal number a segment, the same ones every day."""
    who = np.flatnonzero(usable)
    if len(who) <= MOST_FITTED:
        return who
    most = max(MOST_FITTED // (int(segment.max()) + 1), LEAST_SIMILAR)
    drawn = np.array([zlib.crc32(account_id[i].encode()) for i in who.tolist()], np.int64)
    who = who[np.lexsort((drawn, segment[who]))]
    first = np.searchsorted(segment[who], segment[who])  # where its segment begins
    return np.sort(who[np.arange(len(who)) - first < most])
