"""An account's own rhythm: its usual gap between order days, and the silence that is late for it.

Gaps of account i ~ Gamma(shape k_i, rate β_i), in season-adjusted days. Its mean gap μ = k/β has a
prior pooled over the accounts, β ~ Gamma(a, B/k); so after m gaps that sum to G,

    β | gaps ~ Gamma(a + m·k, B/k + G)
    P(next gap ≤ g) = I_z(k, a + m·k),   z = g / (g + B/k + G)

and the silence beyond which it is late is the 95% quantile of that. The shape is pooled too: log k
by moments, drawn to the accounts' median the more, the fewer its gaps. Only the last 26 gaps count,
so that an account may change its rhythm. Gaps that ended before we looked are the shorter ones, and m
of them fill m/(m + 1) of the time that was watched; so G is taken (m + 1)/m times. (The silence that
is still open cannot be used: it would excuse itself.) A silence that it has had twice among these
gaps is not late; one that it has had once is respected up to twice the quantile.

Source: the predictive distribution of a Gamma with a conjugate prior on its rate (compound Gamma,
Dubey 1970); regularity of orders as a Gamma shape, after Platzer & Reutterer (2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mainstay.standing.season import Season

Floats = npt.NDArray[np.float64]
LATE_QUANTILE = 0.95
LAST_GAPS = 26
EXCEPTION_TIMES = 2.0  # a silence that it had once is respected up to so many times the quantile
PRIOR_GAPS = 1.0  # the population counts like one gap in the usual gap
SHAPES = (0.3, 50.0)
KNOTS = 193  # between them, at which quantiles of many accounts are worked out exactly
DEFAULT_SHAPE = 1.5  # where too few accounts have enough gaps to tell
ENOUGH_GAPS, ENOUGH_ACCOUNTS = 5, 10  # for a shape of the population's own
_ROUNDING = 1.0 / 12.0  # variance of days rounded to whole ones


class Columns(Protocol):
    """Arrays by name; a panel of features or a plain dict."""

    def __getitem__(self, name: str, /) -> Any: ...


@dataclass(frozen=True)
class Gaps:
    """The gaps between the order days of each account, in days; float64 (n_accounts,).

    count: number of gaps, 0 = one order day
    mean, sd: of all gaps
    recent_mean, median, second, longest: of the last 26: mean, median, the longest but one, the
        longest
    last_day: the last order day, days since 1970-01-01
    NaN where there are too few gaps for it.
    """

    count: Floats
    mean: Floats
    sd: Floats
    recent_mean: Floats
    median: Floats
    second: Floats
    longest: Floats
    last_day: Floats

    @classmethod
    def of(cls, features: Columns) -> Gaps:
        """From the columns of `AccountFeatures` at one date, days as days since 1970-01-01."""

        def column(name: str) -> Floats:
            return np.asarray(features[name]).astype(np.float64)

        return cls(
            column("order_days") - 1.0,
            column("gap_mean"),
            column("gap_sd"),
            column("gap_mean_26"),
            column("gap_median"),
            column("gap_second"),
            column("gap_max"),
            column("last_day"),
        )


@dataclass(frozen=True)
class Rhythm:
    """Arrays (n_accounts,); NaN for an account with fewer than two order days.

    usual_days: usual gap between order days: the median of the last gaps, drawn to the
        population's while there are few
    late_after_days: days of silence after the last order day beyond which it is late, in calendar
        days: more in the company's quiet weeks, fewer in the busy ones
    shape: of the Gamma of its gaps; 1 = at random, more = regular
    stocked_up: how many times longer that is than usual, since its last order was so large; 1 = not
        (`loading`)
    """

    usual_days: Floats
    late_after_days: Floats
    shape: Floats
    stocked_up: Floats

    @property
    def usual_late_after_days(self) -> Floats:
        """The limit without what it stocked up."""
        return np.asarray(self.late_after_days / self.stocked_up)


def rhythm(
    gaps: Gaps, late_quantile: float = LATE_QUANTILE, season: Season | None = None
) -> Rhythm:
    """The rhythm of each account at one date.

    late_quantile: the predictive quantile of the next gap beyond which a silence is late
    season: as it could be known at that date; None = every week is like the others
    """
    has = gaps.count >= 1
    m = np.minimum(gaps.count, LAST_GAPS)
    shape = _shapes(gaps)
    late = _next_gap_quantile(gaps, m, shape, late_quantile)
    if season is not None:
        silent_from = gaps.last_day + 1.0
        late = season.day(season.clock(silent_from) + late) - silent_from
    late = np.fmax(late, np.fmin(gaps.longest, EXCEPTION_TIMES * late))
    late = np.fmax(late, gaps.second)
    typical = float(np.median(np.log(gaps.median[has]))) if has.any() else 0.0
    with np.errstate(invalid="ignore"):
        usual = np.exp((m * np.log(gaps.median) + PRIOR_GAPS * typical) / (m + PRIOR_GAPS))
    usual, late, shape = (np.where(has, v, np.nan) for v in (usual, late, shape))
    return Rhythm(usual, late, shape, np.ones(len(shape)))


def _shapes(gaps: Gaps) -> Floats:
    """Each account's shape: its own by moments, drawn to the population's."""
    own, known, spread = _own_shapes(gaps)
    centre, between = _pooled(own, known, spread)
    weight = between / (between + spread)
    return np.exp(weight * own + (1.0 - weight) * centre)


def pooled_regularity(gaps: Gaps) -> tuple[float, float]:
    """The population's: the middle account's shape, and the standard deviation of its logarithm."""
    centre, between = _pooled(*_own_shapes(gaps))
    return float(np.exp(centre)), float(np.sqrt(between))


def _own_shapes(gaps: Gaps) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """log k of each account by moments (0 where unknown), whether known, and its variance.

    The variance is that of an account's own estimate; where it is unknown, it is infinite.
    """
    n = gaps.count
    known = np.isfinite(gaps.sd) & (n >= 2)
    with np.errstate(invalid="ignore"):
        own = np.log(np.clip(gaps.mean**2 / (gaps.sd**2 + _ROUNDING), *SHAPES))
    own = np.where(known, own, 0.0)
    spread = np.where(known, 2.0 / np.maximum(n, 1.0), np.inf)  # variance of log k by moments
    return own, known & (n >= ENOUGH_GAPS), spread


def _pooled(own: Floats, enough: npt.NDArray[np.bool_], spread: Floats) -> tuple[float, float]:
    """The population's centre of log k, and the variance between accounts."""
    if enough.sum() < ENOUGH_ACCOUNTS:
        return float(np.log(DEFAULT_SHAPE)), 0.25
    centre = float(np.median(own[enough]))
    return centre, max(float(own[enough].var()) - float(spread[enough].mean()), 0.05)


def _next_gap_quantile(gaps: Gaps, m: Floats, shape: Floats, share: float) -> Floats:
    """The predictive quantile of the next gap, in days; NaN without any gap."""
    from scipy.special import digamma, polygamma

    has = gaps.count >= 1
    late = np.full(len(has), np.nan)
    if not has.any():
        return late
    k, m = shape[has], m[has]
    mean = gaps.recent_mean[has] * (m + 1.0) / m
    log_mean = np.log(mean)
    # var(log mean gap) = ψ′(a) between accounts + ψ′(m·k) within each
    between = 1.0
    if len(mean) >= ENOUGH_ACCOUNTS:
        between = float(log_mean.var() - polygamma(1, m * k).mean())
    a = _inverse_trigamma(min(max(between, 0.05), 2.5))
    prior = np.exp(float(log_mean.mean()) + float(digamma(a))) / k
    late[has] = (prior + m * mean) * _odds_of_gap(k, m, a, share)
    return late


def _odds_of_gap(k: Floats, m: Floats, a: float, share: float) -> Floats:
    """z / (1 − z) with I_z(k, a + m·k) = share, of each account.

    k: shapes, within SHAPES; m: gaps that count, 1 to LAST_GAPS
    Of many accounts between exact values by a cubic spline in log k, good to eight digits.
    """
    from scipy.interpolate import CubicSpline
    from scipy.special import betaincinv

    def exact(k: Floats, m: npt.ArrayLike) -> Floats:
        z = betaincinv(k, a + np.asarray(m) * k, share)
        return np.asarray(z / (1.0 - z))

    if len(k) < 2 * LAST_GAPS * KNOTS:
        return exact(k, m)
    least, most = np.log(SHAPES)
    knots = np.linspace(least, most, KNOTS)
    odds, at = np.empty(len(k)), np.log(k)
    for gaps in np.unique(m):
        some = m == gaps
        odds[some] = np.exp(CubicSpline(knots, np.log(exact(np.exp(knots), gaps)))(at[some]))
    return odds


def _inverse_trigamma(value: float) -> float:
    """a with ψ′(a) = value, by Newton's method on 1/ψ′."""
    from scipy.special import polygamma

    a = 0.5 + 1.0 / value
    for _ in range(20):
        tri = float(polygamma(1, a))
        a += tri * (1.0 - tri / value) / float(polygamma(2, a))
    return a
