"""Money at risk: what an account would bring in 52 weeks if nothing changed, less what it will.

The interval is one of outcomes, of the loss as it will be realised: the account is alive or not, may
leave on any day, buys at a rate known only roughly, and in orders of a certain size. So
what it buys is lumps, their number negative binomial while it stays.

Orders at random of mean m and mean square v² bring n·v² of variance for n that are expected: lumps of
v²/m, the grain. Of an account as regular as k, the number of orders varies less: by n/k + (1 − 1/k²)/6
instead of n. So its lumps are

    grain − m·(1 − 1/k) + m·(1 − 1/k²) / 6n

Source: Cox (1962), Renewal theory: the moments of a renewal reward sum, and of the number of renewals
from any moment on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.risk_loops import loss_interval

Floats = npt.NDArray[np.float64]
YEAR_WEEKS = 52
LEAST_ORDERS = 0.1  # that are expected, for what is said of many to hold
LEAST_LUMP = 0.1  # of the grain


@dataclass(frozen=True)
class Outlook:
    """What the next year is expected to bring; float arrays (n_accounts,).

    baseline: money in 52 weeks if nothing changed
    rate: money a week while the account lives, as it buys now
    rate_shape: shape of the Gamma that tells how well `rate` is known
    grain: money of a typical order (mean square / mean): of orders at random, amounts come in such lumps
    order: money of the mean order
    regularity: shape k of the gaps between orders; 1 = at random
    p_alive: probability that the account still buys
    survival: share of the 52 weeks that a living account is expected to stay, 0 < s ≤ 1
    """

    baseline: Floats
    rate: Floats
    rate_shape: Floats
    grain: Floats
    order: Floats
    regularity: Floats
    p_alive: Floats
    survival: Floats


@dataclass(frozen=True)
class AtRisk:
    """Money at risk, signed, with its 80% interval; float arrays (n_accounts,).

    baseline: if nothing changed; expected: by the model; both over the time that was asked for
    """

    baseline: Floats
    expected: Floats
    money: Floats
    low: Floats
    high: Floats


def money_at_risk(
    outlook: Outlook, weeks: float = YEAR_WEEKS, *, busy_weeks: float | None = None
) -> AtRisk:
    """E[amount | nothing changed] − E[amount | the model] over some weeks, and its interval.

    weeks: how far ahead
    busy_weeks: the same in season-adjusted weeks, in which accounts buy as in so many ordinary ones
    Returns: an interval that holds 80% of the losses as they will be realised, and their mean
    """
    busy = weeks if busy_weeks is None else busy_weeks
    hazard = _hazard(outlook.survival)
    stays = outlook.survival if weeks == YEAR_WEEKS else _share(np.maximum(weeks * hazard, 1e-9))
    baseline = outlook.baseline * (busy / YEAR_WEEKS)
    expected = outlook.p_alive * outlook.rate * busy * stays
    money = baseline - expected
    low, high = loss_interval(
        baseline,
        outlook.rate,
        outlook.rate_shape,
        _lumps(outlook, busy),
        outlook.p_alive,
        hazard,
        float(weeks),
        float(busy),
    )
    # Where nearly all outcomes are the same loss, the mean may lie outside of them.
    return AtRisk(baseline, expected, money, np.minimum(low, money), np.maximum(high, money))


def _lumps(outlook: Outlook, busy_weeks: float) -> Floats:
    """The lumps in which money comes within so many weeks."""
    # More irregular than at random is left at random: of few orders bursts can't be told from chance.
    k = np.maximum(outlook.regularity, 1.0)
    n = np.maximum(busy_weeks * outlook.rate / np.maximum(outlook.order, 1e-9), LEAST_ORDERS)
    less = outlook.order * ((1.0 - 1.0 / k) - (1.0 - 1.0 / k**2) / (6.0 * n))
    return np.clip(outlook.grain - less, LEAST_LUMP * outlook.grain, outlook.grain)


def _share(z: Floats) -> Floats:
    """(1 − e^−z) / z"""
    return np.asarray(-np.expm1(-z) / z, np.float64)


def _hazard(survival: Floats) -> Floats:
    """The weekly hazard h with (1 − e^(−52h)) / 52h = survival, by Newton's method on 52h."""
    s = np.clip(survival, 0.02, 1.0)
    z = np.where(s > 0.999, 0.0, np.maximum(2 * (1 - s), 1e-6))
    z = np.where(s < 0.35, 1 / s, z)
    for _ in range(30):
        safe = np.maximum(z, 1e-9)
        share = _share(safe)
        slope = (np.exp(-safe) - share) / safe
        z = np.where(s > 0.999, 0.0, np.maximum(safe - (share - s) / slope, 1e-9))
    return z / YEAR_WEEKS
