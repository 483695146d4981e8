"""The seasonal index from a company's weeks: what its years agree on, drawn to 1 by how much they don't.

The formulas stand at the head of `season`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
YEAR_WEEKS = 52
# Weights over neighbouring weeks, the widest last. A season with sharp edges (weeks in which all is
# closed) wants the narrow ones, a thin history the wide one; how the years foretell each other decides.
SMOOTHINGS = tuple(
    np.array(weights) / sum(weights)
    for weights in ([1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 3.0, 2.0, 1.0])
)
LEAST, MOST = 0.05, 5.0
ONE_YEAR_TRUST = 0.5


def level_of(profile: Floats, busy: Floats | None = None) -> Floats:
    """What an ordinary week brings, each year's own and growth within it; float64 (years, 52).

    profile: order days (years, 52), none of the years empty
    busy: how busy each week is for what we know; None = all alike
    """
    years = len(profile)
    means = profile.mean(axis=1)
    if busy is not None:
        means = profile.sum(axis=1) / busy.sum(axis=1)
    growth = np.log(means[-1] / means[0]) / (years - 1) if years > 1 else 0.0
    tilt = np.exp(growth * (np.arange(YEAR_WEEKS) - (YEAR_WEEKS - 1) / 2) / YEAR_WEEKS)
    return np.asarray(means[:, None] * tilt)


def index_of(profile: Floats) -> Floats:
    """The index, float64 (52,) with mean 1, from order days (years, 52), none of the years empty."""
    years = len(profile)
    ratio = profile / level_of(profile)
    ratio /= ratio.mean(axis=1, keepdims=True)
    smoothing = SMOOTHINGS[-1]
    if years > 1:
        smoothing = min(SMOOTHINGS, key=lambda weights: _error_between_years(ratio, weights))
    smooth = _smoothed(ratio, smoothing)
    between = float(smooth.var(axis=0, ddof=1).mean()) if years > 1 else 0.0
    counting = float((smoothing**2).sum() / profile.mean())  # variance by chance alone
    return _drawn(smooth.mean(axis=0), max(between, counting) / years, years)


def index_beside(profile: Floats, level: Floats, left: Floats) -> Floats:
    """The index from what the calendar leaves of each week; as `index_of`.

    level: `level_of` these weeks; left: (years, 52), what feasts and closing leave of each, > 0: a week
        of which little is left tells little
    """
    years = len(profile)
    share = profile / level
    smoothing = SMOOTHINGS[-1]
    if years > 1:
        smoothing = min(SMOOTHINGS, key=lambda weights: _error_beside(share, left, weights))
    smooth, whole = _smoothed(share, smoothing), _smoothed(left, smoothing)
    known = whole.sum(axis=0)
    mean = smooth.sum(axis=0) / known
    between = 0.0
    if years > 1:
        apart = ((smooth - whole * mean) ** 2 / whole).sum(axis=0)
        between = float(apart.mean() / (years - 1))
    counting = float((smoothing**2).sum() * share.mean() / profile.mean())
    return _drawn(mean, max(between, counting) / float(known.mean()), years)


def first_look(profile: Floats, apart: Floats) -> Floats:
    """A smooth index through the weeks that no feast touches in some year; as `index_of`.

    apart: (years, 52), how much of each week no feast touches
    """
    known = apart.sum(axis=0)
    seen = np.flatnonzero(known > 0.5)
    if len(seen) < 2:
        return np.ones(YEAR_WEEKS)
    mean = (profile / level_of(profile) * apart).sum(axis=0)[seen] / known[seen]
    index = np.interp(np.arange(YEAR_WEEKS), seen, mean, period=YEAR_WEEKS)
    index = np.clip(_smoothed(index[None, :], SMOOTHINGS[-1])[0], LEAST, MOST)
    return np.asarray(index / index.mean())


def _drawn(mean: Floats, noise: float, years: int) -> Floats:
    """The mean of the years, drawn to 1 by what they disagree on."""
    trust = 1.0 if years > 1 else ONE_YEAR_TRUST
    signal = max(float(mean.var()) - noise, 0.0)
    weight = trust * signal / (signal + noise) if signal > 0 else 0.0
    index = np.clip(1.0 + weight * (mean - 1.0), LEAST, MOST)
    return np.asarray(index / index.mean())


def _error_beside(share: Floats, left: Floats, weights: Floats) -> float:
    """How far each year lies from the smoothed mean of the others, by what is left of its weeks."""
    smooth, whole = _smoothed(share, weights), _smoothed(left, weights)
    others = (smooth.sum(axis=0) - smooth) / (whole.sum(axis=0) - whole)
    return float(((share - left * others) ** 2 / left).mean())


def _error_between_years(ratio: Floats, weights: Floats) -> float:
    """How far each year lies from the smoothed mean of the others."""
    smooth = _smoothed(ratio, weights)
    others = (smooth.sum(axis=0) - smooth) / (len(ratio) - 1)
    return float(((ratio - others) ** 2).mean())


def _smoothed(ratio: Floats, weights: Floats) -> Floats:
    """Each year's ratios smoothed over neighbouring weeks, the year's end joining its beginning."""
    half = len(weights) // 2
    smooth = np.zeros_like(ratio)
    for share, step in zip(weights, range(-half, half + 1), strict=True):
        smooth += share * np.roll(ratio, -step, axis=1)
    return smooth
