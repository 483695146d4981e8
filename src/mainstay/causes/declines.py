"""Did an account's purchases fall, and when: what its orders say of every possible beginning.

With z_t the money of period t in units of its own grain (variance over mean), s_t the season, and a
mean that is Gamma(a, b) before looking, purchases that fall to the share ρ from period τ on say

    P(z | τ, ρ) ∝ ρ^{Z₂} (b + S₁ + ρ S₂)^{−(a + Z₁ + Z₂)}

Z₁, Z₂ the money and S₁, S₂ the season before τ and from it on; without a fall, ρ = 1. Dividing one by
the other leaves a likelihood ratio for each τ, which the causes then weigh: a fall is likelier to
begin where there is a reason. Against a fall stand not only steady purchases but growing ones.

Source: the Gamma–Poisson changepoint in closed form, as in defection.changepoint, here on money and
looking back: that one asks whether something changes now, this one when it did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.causes.purchases import PERIODS, YEAR_PERIODS, Purchases

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

FALLS = np.array([0.02, 0.15, 0.35, 0.55, 0.7])  # ρ; a fall is one of 30% and more
FALL_WEIGHTS = np.full(5, 0.2)
OTHERS = np.array([0.87, 1.3, 1.8, 3.0])  # ρ of what is no fall, at any time
OTHER_WEIGHTS = np.array([0.3, 0.3, 0.2, 0.2])
SHAPE = 1.0  # a: before looking, the mean may be anything
LEAST_BEFORE = 3  # periods that must be known before a fall
LEAST_MONEY_PERIODS = 2  # with purchases, to speak of any
CATEGORY_SHARE = 0.25  # probability, before looking, that a fall is one of a single category
MATCH = (0.25, 4.0)  # how far a category's part of a fall may speak for or against its own causes
_CHUNK = 4096


@dataclass(frozen=True)
class Declines:
    """What the orders of each account say.

    ratio: float array (n_accounts, PERIODS), likelihood that a fall begins with period τ over that of
        none; 0 where none could be seen
    match: float array (n_pairs, PERIODS), of the fall that begins with τ, the category's part over its
        part of what the account bought before, within MATCH
    before: float array (n_accounts, PERIODS), money a period before τ; after: from τ on
    """

    ratio: Floats
    match: Floats
    before: Floats
    after: Floats


def declines(bought: Purchases) -> Declines:
    """What orders say of when purchases fell."""
    season = season_of(bought)
    of_account = _ratios(bought.amount, bought.begun, bought.data_begin, season)
    begun = bought.begun[bought.pair_account]
    of_pair = _ratios(bought.of_pair, begun, bought.data_begin, season)
    before, after = _levels(bought.amount, bought.begun, bought.data_begin, season)
    pair_before, pair_after = _levels(bought.of_pair, begun, bought.data_begin, season)
    share = _part(pair_before, before[bought.pair_account])
    one = np.zeros_like(of_account)
    np.add.at(one, bought.pair_account, share * of_pair)
    alone = np.bincount(bought.pair_account, minlength=len(one)) < 2
    one[alone] = of_account[alone]
    lost = np.maximum(pair_before - pair_after, 0.0)
    all_lost = np.zeros_like(of_account)
    np.add.at(all_lost, bought.pair_account, lost)
    part = _part(lost, all_lost[bought.pair_account])
    with np.errstate(divide="ignore", invalid="ignore"):
        match = np.where(share > 0, part / share, 1.0)
    match = np.clip(np.nan_to_num(match, nan=1.0), *MATCH)
    ratio = (1 - CATEGORY_SHARE) * of_account + CATEGORY_SHARE * one
    return Declines(ratio, match, before, after)


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


def _sums(
    amount: Floats, begun: Longs, data_begin: int, season: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Money and season before each τ and from it on, of the periods that the account was there."""
    there = np.arange(PERIODS) >= np.maximum(begun, data_begin)[:, None]
    money, weight = np.where(there, amount, 0.0), np.where(there, season, 0.0)
    before = np.cumsum(money, axis=1) - money
    weight_before = np.cumsum(weight, axis=1) - weight
    total, all_weight = money.sum(axis=1, keepdims=True), weight.sum(axis=1, keepdims=True)
    return before, total - before, weight_before, all_weight - weight_before


def _levels(amount: Floats, begun: Longs, data_begin: int, season: Floats) -> tuple[Floats, Floats]:
    """Mean money a period before each τ and from it on, in an ordinary season."""
    before, after, weight_before, weight_after = _sums(amount, begun, data_begin, season)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            np.where(weight_before > 0, before / weight_before, 0.0),
            np.where(weight_after > 0, after / weight_after, 0.0),
        )


def _ratios(amount: Floats, begun: Longs, data_begin: int, season: Floats) -> Floats:
    found = np.zeros_like(amount)
    for start in range(0, len(amount), _CHUNK):
        rows = slice(start, start + _CHUNK)
        found[rows] = _ratio(amount[rows], begun[rows], data_begin, season)
    return found


def _ratio(amount: Floats, begun: Longs, data_begin: int, season: Floats) -> Floats:
    first = np.maximum(begun, data_begin)
    before, after, weight_before, weight_after = _sums(amount, begun, data_begin, season)
    grain = _grain(amount, first)[:, None]
    before, after = before / grain, after / grain
    total, weight = before + after, weight_before + weight_after
    prior = SHAPE * weight / np.maximum(total, 1e-9)  # its mean is the account's own

    def likelihood(share: float) -> Floats:
        loss = np.log(np.maximum(prior + weight_before + share * weight_after, 1e-300))
        return after * np.log(share) - (SHAPE + total) * loss

    enough = (amount > 0).sum(axis=1) >= LEAST_MONEY_PERIODS
    possible = (np.arange(PERIODS) >= first[:, None] + LEAST_BEFORE) & (total > 0)
    possible &= enough[:, None]
    steady = likelihood(1.0)[:, :1]
    fall = _log_mean(np.stack([likelihood(share) for share in FALLS]), FALL_WEIGHTS)
    other = _log_mean(np.stack([likelihood(share) for share in OTHERS]), OTHER_WEIGHTS)
    other = _log_sum(np.where(possible, other, -np.inf)) - np.log(
        np.maximum(possible.sum(axis=1), 1)
    )
    none = np.logaddexp(steady, other[:, None]) - np.log(2)
    with np.errstate(over="ignore"):
        ratio = np.exp(np.clip(fall - none, -60, 60))
    return np.where(possible, ratio, 0.0)


def _grain(amount: Floats, first: Longs) -> Floats:
    """Variance over mean of the money of a period; from neighbours, which one change moves little."""
    there = np.arange(PERIODS) >= first[:, None]
    both = there[:, 1:] & there[:, :-1]
    step = np.where(both, (amount[:, 1:] - amount[:, :-1]) ** 2, 0.0)
    n = np.maximum(both.sum(axis=1), 1)
    mean = np.where(there, amount, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    spread = step.sum(axis=1) / (2 * n)
    # Less than a tenth of the mean would take every small dip for a fall.
    return np.maximum(spread / np.maximum(mean, 1e-9), 0.1 * np.maximum(mean, 1e-9)) + 1e-9


def _log_mean(values: Floats, weights: Floats) -> Floats:
    top = values.max(axis=0)
    return top + np.log(np.tensordot(weights, np.exp(values - top), axes=1))


def _log_sum(values: Floats) -> Floats:
    top = values.max(axis=1)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return safe + np.log(np.exp(values - safe[:, None]).sum(axis=1))


def _part(some: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, some / whole, 0.0)
