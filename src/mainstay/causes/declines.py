"""Did an account's purchases fall, and when: what its orders say of every possible beginning.

With z_t the money of period t in units of its own grain (variance over mean), s_t the season, and a
mean that is Gamma(a, b) before looking, purchases that follow the course c from period τ on say

    P(z | τ, c) ∝ Π_t c_{t−τ}^{z_t} · (b + Σ_t s_t c_{t−τ})^{−(a + Σ_t z_t)}

where c is 1 before τ and then goes to the share ρ, at once or over half a year or a whole one: accounts
leave little by little. Without a fall, c = 1. Dividing one by the other leaves a likelihood ratio for
each τ, which the causes then weigh: a fall is likelier to begin where there is a reason. Against a fall
stand not only steady purchases but growing ones.

Source: the Gamma–Poisson changepoint in closed form, as in defection.changepoint, here on money and
looking back: that one asks whether something changes now, this one when it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from mainstay.causes.purchases import PERIODS, YEAR_PERIODS, Purchases

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FALLS = (0.02, 0.15, 0.35, 0.55, 0.7)  # ρ; a fall is one of 30% and more
SLOPES = (1, 6, 13)  # periods that a fall takes
OTHERS = (0.87, 1.3, 1.8, 3.0)  # ρ of what is no fall, at any time
OVER = (1, 6)  # periods that such a course takes
# Categories are many, and none of them decides alone: fewer courses will do.
CATEGORY_FALLS, CATEGORY_SLOPES, CATEGORY_OVER = (0.05, 0.3, 0.6), (1, 6), (1,)
NOW_PERIODS = 7  # the last half year: what it buys now
SHAPE = 1.0  # a: before looking, the mean may be anything
LEAST_BEFORE = 3  # periods that must be known before a fall
SUREST = 60.0  # log of the ratio; more would be exact to the point of overflowing
LEAST_MONEY_PERIODS = 2  # with purchases, to speak of any
CATEGORY_SHARE = 0.25  # probability, before looking, that a fall is one of a single category
MATCH = (0.25, 4.0)  # how far a category's part of a fall may speak for or against its own causes
_CHUNK = 4096


@dataclass(frozen=True)
class Declines:
    """What the orders of each account say.

    ratio: float array (n_accounts, PERIODS), likelihood that a fall begins with period τ over that of
        none; 0 where none could be seen
    match: float32 array (n_pairs, PERIODS), of the fall that begins with τ, the category's part over its
        part of what the account bought before, within MATCH
    before: float array (n_accounts, PERIODS), money a period in the year before τ; after: of the last
        half year, as far as it is after τ
    """

    ratio: Floats
    match: npt.NDArray[np.float32]
    before: Floats
    after: Floats


@dataclass(frozen=True)
class _Courses:
    """Which courses are looked at: (ρ, periods)."""

    falls: tuple[tuple[float, int], ...]
    others: tuple[tuple[float, int], ...]


_OF_ACCOUNTS = _Courses(tuple(product(FALLS, SLOPES)), tuple(product(OTHERS, OVER)))
_OF_CATEGORIES = _Courses(
    tuple(product(CATEGORY_FALLS, CATEGORY_SLOPES)), tuple(product(OTHERS, CATEGORY_OVER))
)


def declines(bought: Purchases) -> Declines:
    """What orders say of when purchases fell."""
    season = season_of(bought)
    n, there = len(bought.amount), bought.there
    found = Declines(
        np.zeros((n, PERIODS)),
        np.ones(bought.of_pair.shape, np.float32),
        np.zeros((n, PERIODS)),
        np.zeros((n, PERIODS)),
    )
    # A few thousand accounts at a time: the work between takes ten times what is found.
    for start in range(0, n, _CHUNK):
        accounts = slice(start, min(start + _CHUNK, n))
        pairs = slice(*np.searchsorted(bought.pair_account, [accounts.start, accounts.stop]))
        some = (
            bought.amount[accounts],
            there[accounts],
            bought.n_categories[accounts],
            bought.pair_account[pairs] - start,
            bought.of_pair[pairs],
        )
        (
            found.ratio[accounts],
            found.match[pairs],
            found.before[accounts],
            found.after[accounts],
        ) = _of_some(*some, season)
    return found


def _of_some(
    amount: Floats,
    there: Bools,
    n_categories: Longs,
    account: Longs,
    of_pair: Floats,
    season: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Ratio, match, before and after of some accounts and their categories.

    account: the place of each category's account
    """
    of_account = _ratio(amount, there, season, _OF_ACCOUNTS)
    before, after = _levels(amount, there, season)
    pair_there = there[account]
    pair_before, pair_after = _levels(of_pair, pair_there, season)
    share = _part(pair_before, before[account])
    one, all_lost = np.zeros_like(of_account), np.zeros_like(of_account)
    np.add.at(one, account, share * _ratio(of_pair, pair_there, season, _OF_CATEGORIES))
    alone = n_categories < 2
    one[alone] = of_account[alone]
    lost = np.maximum(pair_before - pair_after, 0.0)
    np.add.at(all_lost, account, lost)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(share > 0, _part(lost, all_lost[account]) / share, 1.0)
    match = np.clip(np.nan_to_num(found, nan=1.0), *MATCH)
    ratio = (1 - CATEGORY_SHARE) * of_account + CATEGORY_SHARE * one
    return ratio, match, before, after


def season_of(bought: Purchases) -> Floats:
    """Of each period, what is usual in that part of the year; 1 where a year is not known twice.

    Every account counts alike, so that one large one is no season.
    """
    scale = bought.amount.mean(axis=1, keepdims=True)
    total = (bought.amount / np.maximum(scale, 1e-9)).sum(axis=0)
    known = PERIODS - bought.data_begin
    if known < 2 * YEAR_PERIODS or total.sum() <= 0:
        return np.ones(PERIODS)
    years = total[PERIODS - known // YEAR_PERIODS * YEAR_PERIODS :].reshape(-1, YEAR_PERIODS)
    part = (years / np.maximum(years.mean(axis=1, keepdims=True), 1e-9)).mean(axis=0)
    back = np.arange(PERIODS) - PERIODS
    return np.clip(part[back % YEAR_PERIODS], 0.3, 3.0)


def _levels(amount: Floats, there: Bools, season: Floats) -> tuple[Floats, Floats]:
    """Mean money a period in the year before each τ, and now: of the last half year, as far as it is
    after τ."""
    money, weight = np.where(there, amount, 0.0), np.where(there, season, 0.0)
    before, weight_before = np.cumsum(money, axis=1) - money, np.cumsum(weight, axis=1) - weight
    year_ago = np.maximum(np.arange(PERIODS) - YEAR_PERIODS, 0)
    of_year, weight_of_year = (
        before - before[:, year_ago],
        weight_before - weight_before[:, year_ago],
    )
    total, all_weight = money.sum(axis=1, keepdims=True), weight.sum(axis=1, keepdims=True)
    now = np.maximum(np.arange(PERIODS), PERIODS - NOW_PERIODS)
    return (
        _part(of_year, weight_of_year),
        _part(total - before[:, now], all_weight - weight_before[:, now]),
    )


def _ratio(amount: Floats, there: Bools, season: Floats, courses: _Courses) -> Floats:
    counts = np.where(there, amount, 0.0) / _grain(amount, there)[:, None]
    weight = np.where(there, season, 0.0)
    total = counts.sum(axis=1, keepdims=True)
    # Before looking, its mean is the account's own.
    prior = SHAPE * weight.sum(axis=1, keepdims=True) / np.maximum(total, 1e-9)

    def likelihood(share: float, over: int) -> Floats:
        course = _course(share, over)
        bulk = np.maximum(prior + weight @ course, 1e-300)
        return np.asarray(counts @ np.log(course) - (SHAPE + total) * np.log(bulk))

    enough = (amount > 0).sum(axis=1) >= LEAST_MONEY_PERIODS
    first = there.argmax(axis=1)
    possible = there & (np.arange(PERIODS) >= first[:, None] + LEAST_BEFORE) & (total > 0)
    possible &= enough[:, None]
    steady = likelihood(1.0, 1)[:, :1]
    fall = _log_mean([likelihood(*course) for course in courses.falls])
    other = _log_mean([likelihood(*course) for course in courses.others])
    other = _log_sum(np.where(possible, other, -np.inf)) - np.log(
        np.maximum(possible.sum(axis=1), 1)
    )
    none = np.logaddexp(steady, other[:, None]) - np.log(2)
    log_ratio = np.where(possible, fall - none, -2 * SUREST)
    # Capped all together, so that the surest beginning stays the surest. No course that is looked at is quite
    # the true one: who fell beyond doubt is not to be dated beyond doubt.
    log_ratio *= np.minimum(SUREST / np.maximum(log_ratio.max(axis=1, keepdims=True), 1e-9), 1.0)
    return np.where(possible, np.exp(np.maximum(log_ratio, -SUREST)), 0.0)


@cache
def _course(share: float, over: int) -> Floats:
    """c of every period (rows) for every τ (columns): 1 before it, then to `share` over some periods."""
    since = np.arange(PERIODS)[:, None] - np.arange(PERIODS)[None, :] + 1
    return np.asarray(share ** np.clip(since / over, 0.0, 1.0))


def _grain(amount: Floats, there: Bools) -> Floats:
    """Variance over mean of the money of a period; from neighbours, which one change moves little."""
    both = there[:, 1:] & there[:, :-1]
    step = np.where(both, (amount[:, 1:] - amount[:, :-1]) ** 2, 0.0)
    n = np.maximum(both.sum(axis=1), 1)
    mean = np.where(there, amount, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    spread = step.sum(axis=1) / (2 * n)
    # Less than a tenth of the mean would take every small dip for a fall.
    return np.maximum(spread / np.maximum(mean, 1e-9), 0.1 * np.maximum(mean, 1e-9)) + 1e-9


def _log_mean(values: list[Floats]) -> Floats:
    return np.asarray(np.logaddexp.reduce(values) - np.log(len(values)))


def _log_sum(values: Floats) -> Floats:
    top = values.max(axis=1)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return safe + np.log(np.exp(values - safe[:, None]).sum(axis=1))


def _part(some: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, some / whole, 0.0)
