"""Money at risk: what an account would bring in 52 weeks if nothing changed, less what it will.

The interval is one of outcomes, of the loss as it will be realised: the account is alive or not, may
leave on any day of the year, buys at a rate known only roughly, and in orders of a certain size. So
what it buys is lumps of that size, their number negative binomial while it stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.risk_loops import loss_interval

Floats = npt.NDArray[np.float64]
YEAR_WEEKS = 52


@dataclass(frozen=True)
class Outlook:
    """What the next year is expected to bring; float arrays (n_accounts,).

    baseline: money in 52 weeks if nothing changed
    rate: money a week while the account lives, as it buys now
    rate_shape: shape of the Gamma that tells how well `rate` is known
    grain: money of a typical order (mean square / mean): amounts come in such lumps
    p_alive: probability that the account still buys
    survival: share of the 52 weeks that a living account is expected to stay, 0 < s ≤ 1
    """

    baseline: Floats
    rate: Floats
    rate_shape: Floats
    grain: Floats
    p_alive: Floats
    survival: Floats


@dataclass(frozen=True)
class AtRisk:
    """Money at risk over 52 weeks, signed, with its 80% interval; float arrays (n_accounts,)."""

    expected: Floats
    money: Floats
    low: Floats
    high: Floats


def money_at_risk(outlook: Outlook) -> AtRisk:
    """E[amount | nothing changed] − E[amount | the model] over 52 weeks, and its interval.

    Returns: an interval that holds 80% of the losses as they will be realised, and their mean
    """
    expected = outlook.p_alive * outlook.rate * YEAR_WEEKS * outlook.survival
    money = outlook.baseline - expected
    low, high = loss_interval(
        outlook.baseline,
        outlook.rate,
        outlook.rate_shape,
        outlook.grain,
        outlook.p_alive,
        _hazard(outlook.survival),
    )
    # Where nearly all outcomes are the same loss, the mean may lie outside of them.
    return AtRisk(expected, money, np.minimum(low, money), np.maximum(high, money))


def _hazard(survival: Floats) -> Floats:
    """The weekly hazard h with (1 − e^(−52h)) / 52h = survival, by Newton's method on 52h."""
    s = np.clip(survival, 0.02, 1.0)
    z = np.where(s > 0.999, 0.0, np.maximum(2 * (1 - s), 1e-6))
    z = np.where(s < 0.35, 1 / s, z)
    for _ in range(30):
        safe = np.maximum(z, 1e-9)
        share = -np.expm1(-safe) / safe
        slope = (np.exp(-safe) - share) / safe
        z = np.where(s > 0.999, 0.0, np.maximum(safe - (share - s) / slope, 1e-9))
    return z / YEAR_WEEKS
