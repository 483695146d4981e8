"""Which model forecasts which series: what each would have said at earlier months decides.

    tried = rolled(series, horizon)         every candidate at the last origins, from what was known at each
    weights = chosen(tried)                 float64 (n, n_candidates), each row sums to 1

With E[i, c] the sum of absolute errors of candidate c on series i over all origins and horizons, A[i] what
was ordered in them, and E[·, c] / A[·] the same over all series together:

    score[i, c] = E[i, c] + κ · a[i] · E[·, c] / A[·],      a[i] = mean of A[i] a month

so that a short or quiet series is judged by what holds for all. A candidate that scores no better than the
naive one has weight 0; the others share by score^(−p). Where none is better the naive one stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.supply import candidates
from mainstay.supply.profiles import OWN_ORDERS, profiles, seasons

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
ORIGINS = 6  # at which candidates are tried, one month apart
LEAST_KNOWN = 6  # months before the first of them
POOLED = 12.0  # κ, in months
SHARPNESS = 4.0  # p
BEATS = 1e-9


@dataclass(frozen=True)
class Series:
    """Monthly series with what their season needs.

    y, orders: float64 (n, months), as in `monthly.Panel`; first: the first month
    groups: int (n,), of which category each is
    busy: float64 (months + ahead,), `profiles.exposure`, also of the months ahead
    own: κ of a series' own profile beside its category's
    """

    y: Floats
    orders: Floats
    first: int
    groups: Longs
    busy: Floats
    own: float = OWN_ORDERS

    def until(self, months: int) -> Series:
        return Series(
            self.y[:, :months],
            self.orders[:, :months],
            self.first,
            self.groups,
            self.busy,
            self.own,
        )

    def ahead(self, horizon: int) -> Ahead:
        """What each candidate says of the months after the last."""
        n_months = self.y.shape[1]
        busy = self.busy[: n_months + horizon]
        profile = profiles(
            self.y, self.orders, self.groups, busy[:n_months], self.first, own=self.own
        )
        season = seasons(profile, busy, self.first)
        said = candidates.forecasts(self.y, season, busy, horizon)
        return Ahead(np.array(list(said.values())), season[:, n_months:])


@dataclass(frozen=True)
class Ahead:
    """What all candidates say of the months after the last.

    said: float64 (n_candidates, n, horizon), in the order of `candidates.names`; season: (n, horizon), S
    """

    said: Floats
    season: Floats

    def blended(self, weights: Floats) -> Floats:
        """weights: (n, n_candidates). Returns: float64 (n, horizon)"""
        return np.asarray(np.einsum("nc,cnh->nh", weights, self.said))

    @property
    def naive(self) -> Floats:
        return np.asarray(self.said[candidates.names().index(candidates.NAIVE)])


@dataclass(frozen=True)
class Tried:
    """What candidates said at earlier origins, and what came.

    said: float64 (n_candidates, n, origins, horizon); came: (n, origins, horizon); NaN = not known yet,
        or the account was not there
    season: (n, origins, horizon), S as it was known at each origin
    """

    names: tuple[str, ...]
    said: Floats
    came: Floats
    season: Floats

    @property
    def errors(self) -> Floats:
        """Sums of absolute errors, float64 (n, n_candidates)."""
        return np.asarray(np.nansum(np.abs(self.said - self.came), axis=(2, 3)).T)

    @property
    def counts(self) -> Floats:
        """Months compared, float64 (n,)."""
        return (~np.isnan(self.came)).sum(axis=(1, 2)).astype(np.float64)

    @property
    def amounts(self) -> Floats:
        return np.asarray(np.nansum(self.came, axis=(1, 2)))

    def blended(self) -> Floats:
        """What the blends would have said, each origin with weights chosen from the others alone: else
        they would look better than they are. Returns: float64 (n, origins, horizon)"""
        found = np.full_like(self.came, np.nan)
        n_origins = self.came.shape[1]
        for j in range(n_origins):
            others = [k for k in range(n_origins) if k != j] or [j]
            weights = chosen(
                Tried(
                    self.names,
                    self.said[:, :, others],
                    self.came[:, others],
                    self.season[:, others],
                )
            )
            found[:, j] = np.einsum("nc,cnh->nh", weights, self.said[:, :, j])
        return found


def rolled(series: Series, horizon: int, origins: int = ORIGINS) -> Tried:
    """Every candidate at the last origins; none where too few months are known before them."""
    n, n_months = series.y.shape
    # The last origin is one month before the end: so much of it has come.
    ends = [end for end in range(n_months - origins, n_months) if end >= LEAST_KNOWN]
    names = candidates.names()
    said = np.full((len(names), n, len(ends), horizon), np.nan)
    came, season = (np.full((n, len(ends), horizon), np.nan) for _ in range(2))
    for j, end in enumerate(ends):
        known = min(horizon, n_months - end)
        came[:, j, :known] = series.y[:, end : end + known]
        came[:, j][np.isnan(series.y[:, end - 1])] = np.nan
        found = series.until(end).ahead(horizon)
        said[:, :, j], season[:, j] = found.said, found.season
    return Tried(names, said, came, season)


def chosen(tried: Tried, pooled: float = POOLED, sharpness: float = SHARPNESS) -> Floats:
    """The weight of each candidate for each series; float64 (n, n_candidates)."""
    errors, counts, amounts = tried.errors, tried.counts, tried.amounts
    weights = np.zeros_like(errors)
    naive = tried.names.index(candidates.NAIVE)
    if not amounts.sum():
        weights[:, naive] = 1.0
        return weights
    # Each series weighs in by its size, as in what is to be small.
    overall = errors.sum(axis=0) / amounts.sum()
    size = np.where(counts > 0, amounts / np.maximum(counts, 1), 0.0)
    size = np.where(size > 0, size, max(float(size.mean()), BEATS))
    score = errors + pooled * size[:, None] * overall
    better = score < score[:, [naive]] * (1 - BEATS)
    # One that was never off at all is no more than a thousand times as good as the worst.
    worst = np.maximum(score.max(axis=1, keepdims=True), BEATS)
    shares = np.where(better, np.maximum(score / worst, 1e-3) ** -sharpness, 0.0)
    none = ~better.any(axis=1)
    shares[none] = 0.0
    shares[none, naive] = 1.0
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
