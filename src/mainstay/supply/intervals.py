"""How far off a forecast may be: from how far the same forecasts were off before.

With f the forecast and y what came, at the earlier origins of `choice`:

    u[i] = (Σ |y − f| / S over series i + κ · ρ · a[i]) / (months compared + κ)      its usual error
    ρ = Σ |y − f| / Σ y over all series, a[i] its mean month
    interval = [f + k · q₁₀ · u · S · s[h], f + k · q₉₀ · u · S · s[h]], not below 0

S is the season's factor of the month (`profiles`): twice as much may be off by twice as much. q are quantiles of
(y − f) / (u · S · s) over all series and origins, k is such that of these 80% lay within, and s[h] tells how errors
grow with the months ahead, from the months that could be compared, and never shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.supply.choice import Tried

Floats = npt.NDArray[np.float64]
COVERED = 0.8
Z_80 = 1.2816  # 80% of a normal law lie within so many standard deviations
POOLED = 6.0  # κ, in months
LEAST = 30  # months compared, from which on quantiles are read; else those of the normal law
NORMAL = (-1.6, 1.6)  # of errors in units of their mean size: 1.2816 · √(π / 2)
SCALES = np.geomspace(0.4, 2.5, 43)


@dataclass(frozen=True)
class Spread:
    """How far off the forecasts of some series may be.

    unit: u · S · s of the months ahead, float64 (n, horizon); low, high: k · q
    compared: months behind it
    """

    unit: Floats
    low: float
    high: float
    compared: int

    def around(self, forecast: Floats) -> tuple[Floats, Floats]:
        """Both ends of the intervals of forecasts (n, horizon)."""
        ends = forecast + self.low * self.unit, forecast + self.high * self.unit
        return np.maximum(ends[0], 0.0), np.maximum(ends[1], 0.0)

    def deviation(self) -> Floats:
        """Standard deviations, as of a normal law with that interval; float64 (n, horizon)."""
        return np.asarray(self.unit * (self.high - self.low) / (2 * Z_80))

    def of(self, places: npt.NDArray[np.int64]) -> Spread:
        """Of some of the series."""
        return Spread(self.unit[places], self.low, self.high, self.compared)


def spread_of(said: Floats, tried: Tried, size: Floats, season: Floats) -> Spread:
    """From forecasts at earlier origins.

    said: float64 (n, origins, tried horizon), what was forecast at them
    size: float64 (n,), a mean month, also of series that were never compared
    season: float64 (n, horizon), S of the months for which intervals are wanted
    """
    came, horizon = tried.came, season.shape[1]
    error = np.abs(came - said) / tried.season
    counts = (~np.isnan(error)).sum(axis=(1, 2))
    total = float(np.nansum(came))
    # Where nothing could be compared a month is as uncertain as it is large.
    rate = float(np.nansum(np.abs(came - said))) / total if total > 0 else 1.0
    usual = (np.nansum(error, axis=(1, 2)) + POOLED * rate * size) / (counts + POOLED)
    usual = np.maximum(usual, 1e-9)
    grows = _growth(error, horizon)
    unit = usual[:, None, None] * grows[: came.shape[2]] * tried.season
    ahead = usual[:, None] * grows[:horizon] * season
    scaled = (came - said) / unit
    seen = ~np.isnan(scaled)
    n = int(seen.sum())
    if n < LEAST:
        return Spread(ahead, *NORMAL, n)
    low, high = np.quantile(scaled[seen], [(1 - COVERED) / 2, (1 + COVERED) / 2])
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    width = unit[seen]
    there, told = said[seen], came[seen]
    inside = [
        float(
            (
                (told >= np.maximum(there + k * low * width, 0.0))
                & (told <= there + k * high * width)
            ).mean()
        )
        for k in SCALES
    ]
    k = float(SCALES[int(np.argmin(np.abs(np.array(inside) - COVERED)))])
    return Spread(ahead, k * low, k * high, n)


def _growth(error: Floats, horizon: int) -> Floats:
    """s[h]: 1 on average over the months that were compared."""
    counts = (~np.isnan(error)).sum(axis=(0, 1))
    means = np.nansum(error, axis=(0, 1)) / np.maximum(counts, 1)
    seen = counts > 0
    grows = np.ones(max(horizon, error.shape[2]))
    if seen.sum() < 2 or means[seen].mean() <= 0:
        return grows
    h = np.arange(1, len(grows) + 1)
    known = h[: len(means)][seen]
    slope = np.polyfit(known, means[seen] / means[seen].mean(), 1, w=np.sqrt(counts[seen]))[0]
    slope = float(np.clip(slope, 0.0, 0.1))
    return np.asarray(np.maximum(1.0 + slope * (h - known.mean()), 0.5))
