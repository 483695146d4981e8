"""Did the rate fall, since when, and by how much: one changepoint in a series of order days.

Gaps g between order days, in season-adjusted time, are Gamma(k, β) each: k tells how regular the
account is (1 = at random), λ = β/k how often it orders. Either all have one β, or those after one
order day have ρβ. With β ~ Gamma(s, r/k), m₁, m₂ gaps of lengths G₁, G₂ before and after that day, u
the gap still open, A = s + k(m₁ + m₂), D = r/k + G₁ + G₂ and B = D − (1 − ρ)G₂, what they say is

    P(j, ρ | gaps) ∝ π_j w_ρ ρ^{k m₂} (B + ρu)^{−A} Σ_{i<k} (A)_i/i! (ρu / (B + ρu))^i
    P(none | gaps) ∝ π₀            (D + u)^{−A}  Σ_{i<k} (A)_i/i! (u / (D + u))^i

in closed form: the sum over ρ and j is what Shiryaev's rule would watch if it knew the rate, and
β integrated out is what it does not know. Nothing is sampled. The open gap counts by its survival,
so a regular account is missed a few days after it is due, an irregular one much later.

A change longer ago than a year is how the account buys now: where one is likelier than none, what
lies before it is cut off, and the rest is looked at again.

Source: Shiryaev (1963), Roberts (1966), a change of distribution found as quickly as can be; the
Gamma form of renewal gaps and of their survival is derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln, polygamma

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.changepoint_loops import posterior, regularities, rising
from mainstay.defection.estimators.newton import lowest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
A_DAY = 1.0 / 7.0  # in weeks
LOG_SHAPE = 4.0  # of |log s|, beyond which a prior would be too sure of itself

# The ratios that are asked about, each standing for those around it, and how likely each is before
# looking: as much to falls of 30% and more as to all else, since they are what one must not miss.
RATIOS = np.array([0.05, 0.15, 0.3, 0.48, 0.68, 0.87, 1.15, 1.5, 2.1, 3.5])
RATIO_WEIGHTS = np.array([0.12, 0.12, 0.12, 0.12, 0.12, 0.06, 0.06, 0.12, 0.1, 0.06])


@dataclass(frozen=True)
class RatePrior:
    """λ ~ Gamma(shape, rate); rate in weeks, so that shape / rate is the mean per week.

    Of all series, or arrays (n_series,) of each.
    """

    shape: float | Floats
    rate: float | Floats


@dataclass(frozen=True)
class RegularityPrior:
    """How regular the accounts of a peer group are: log k ~ Normal(log shape, spread²).

    shape: of all series, or of each: Gamma shape of the gaps of the middle account; 1 = orders at random
    spread: between accounts
    """

    shape: float | Floats = 1.5
    spread: float = 0.5

    def pairs(self) -> tuple[float | Floats, float | Floats]:
        """The mean of ((g − g′)/(g + g′))², and how many pairs of gaps that knowledge is worth.

        (g − g′)/(g + g′) is 2·Beta(k, k) − 1: mean square 1/(2k+1), mean fourth power
        3/((2k+1)(2k+3)); the spread of k around its middle moves the mean square by 2k/(2k+1)² a unit
        of log k.
        """
        twice = 2.0 * self.shape + 1.0
        mean = 1.0 / twice
        within = 3.0 / (twice * (twice + 2.0)) - mean**2
        between = (self.spread * 2.0 * self.shape / twice**2) ** 2
        return mean, within / between


@dataclass(frozen=True)
class ChangeRule:
    """What counts as a change.

    p_change: probability, before looking, that a series changed within a year
    half_life_weeks: a change so much longer ago is half as likely before looking: one that nobody saw
        while it was new is hardly one
    fall, rise: ratios of the rates now and before, from which on one speaks of a fall or a rise
    """

    p_change: float = 0.07
    half_life_weeks: float = 13.0
    fall: float = 0.7
    rise: float = 1.3


@dataclass(frozen=True)
class Changes:
    """The posterior of each series; arrays (n_series,).

    p_changed: probability that the rate changed within the last year
    p_fell, p_rose: that it changed, and to at most `fall`, at least `rise` of what it was
    since: place, within the series, of the last order day at the old rate; −1 where no change is
        likelier than one
    rate_before, rate_now: posterior means per week of exposure 1, averaged over all possibilities
    known: how well rate_now is known: the shape of a Gamma whose mean it is
    """

    p_changed: Floats
    p_fell: Floats
    p_rose: Floats
    since: Ints
    rate_before: Floats
    rate_now: Floats
    known: Floats

    @property
    def ratio(self) -> Floats:
        """rate_now / rate_before."""
        return np.asarray(self.rate_now / self.rate_before)


@dataclass(frozen=True)
class Series:
    """The order days of many series, one after the other.

    time: float64 (n_days,), rising within a series, in season-adjusted weeks: a week in which
        everybody orders half as much is half a week
    offsets: int64 (n_series + 1,); series i has time[offsets[i]:offsets[i + 1]]
    end: float64 (n_series,), until when each was watched, on the same clock
    """

    time: Floats
    offsets: Longs
    end: Floats

    @classmethod
    def from_matrix(cls, counts: npt.ArrayLike, *, exposure: npt.ArrayLike | None = None) -> Series:
        """From weekly counts (n_series, n_weeks), the order days of a week spread evenly over it.

        exposure: (n_weeks,) or like counts; 1 = an ordinary week
        Raises: InvalidSetting
        """
        given = np.atleast_2d(np.asarray(counts))
        matrix = given.astype(np.int64)
        if not np.array_equal(matrix, given) or matrix.min(initial=0) < 0:
            raise InvalidSetting(_("Counts must be whole numbers of 0 or more."))
        weeks = np.ones(matrix.shape[1]) if exposure is None else np.asarray(exposure, float)
        wanted = matrix.shape[-1:] if weeks.ndim == 1 else matrix.shape
        if weeks.shape != wanted or not np.all(np.isfinite(weeks) & (weeks >= 0)):
            raise InvalidSetting(
                _("Each week needs an exposure of 0 or more (1 is an ordinary week).")
            )
        weeks = np.broadcast_to(weeks, matrix.shape)
        begin = np.cumsum(weeks, axis=1) - weeks
        flat = matrix.ravel()
        place = np.arange(flat.sum()) - np.repeat(np.cumsum(flat) - flat, flat)
        within = (place + 0.5) / np.repeat(flat, flat)
        time = np.repeat(begin.ravel(), flat) + within * np.repeat(weeks.ravel(), flat)
        offsets = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))])
        return cls(time, offsets, weeks.sum(axis=1))

    def checked(self) -> Series:
        """The same with the types that the loops need.

        Raises: InvalidSetting
        """
        time = np.ascontiguousarray(self.time, np.float64)
        offsets = np.ascontiguousarray(self.offsets, np.int64)
        end = np.ascontiguousarray(self.end, np.float64)
        covered = len(offsets) == len(end) + 1 and offsets[0] == 0 and offsets[-1] == len(time)
        if not covered or np.any(np.diff(offsets) < 0):
            raise InvalidSetting(
                _("The offsets of the series must rise from 0 to the number of order days, {n}."),
                n=len(time),
            )
        if not rising(time, offsets, end):
            raise InvalidSetting(
                _("The times of each series must be numbers that rise, and none after its end.")
            )
        return Series(time, offsets, end)


def regularity(
    series: Series, prior: RegularityPrior | None = None, *, least_gap: npt.ArrayLike = A_DAY
) -> Floats:
    """How regular each series is: the shape k of its gaps, in [.5, 16]; float64 (n_series,).

    From the differences of neighbouring gaps, which a change of the rate hardly touches; drawn to
    the peer group's.
    least_gap: of all series, or of each, in weeks: what lies closer is one order day
    """
    known = series.checked()
    n = len(known.end)
    k, about = np.empty(n), np.empty((3, n))
    about[0], about[1] = (prior or RegularityPrior()).pairs()
    about[2] = least_gap
    regularities(known.time, known.offsets, about, k)
    return k


def find_changes(
    series: Series,
    prior: RatePrior,
    *,
    k: npt.ArrayLike = 1.0,
    rule: ChangeRule | None = None,
) -> Changes:
    """The changepoint posterior of each series, in closed form.

    prior: of the rates; `estimate_prior` gives it from all series of a peer group together
    k: of all series, or one each: how regular they are (`regularity`); 1 = at random
    Raises: InvalidSetting
    """
    rule = rule or ChangeRule()
    limits = np.array([rule.p_change, rule.half_life_weeks, rule.fall, rule.rise])
    known = series.checked()
    n = len(known.end)
    shapes = np.ascontiguousarray(np.broadcast_to(np.asarray(k, np.float64), n))
    rates = np.empty((2, n))
    rates[0], rates[1] = prior.shape, prior.rate
    above_0 = np.concatenate([limits, shapes, rates.ravel()])
    if not np.all(np.isfinite(above_0) & (above_0 > 0)) or rule.p_change >= 1:
        raise InvalidSetting(
            _(
                "Prior, limits and regularity must be above 0, and the probability of a change "
                "below 1."
            )
        )
    ratios = np.stack([RATIOS, np.log(RATIOS), RATIO_WEIGHTS / RATIO_WEIGHTS.sum()])
    out, since = np.empty((n, 6)), np.empty(n, np.int32)
    posterior(known.time, known.offsets, known.end, shapes, rates, limits, ratios, out, since)
    changed, fell, rose, before, now, events = (np.ascontiguousarray(c) for c in out.T)
    return Changes(changed, fell, rose, since, before, now, events)


def estimate_prior(totals: npt.ArrayLike, exposures: npt.ArrayLike) -> RatePrior:
    """The Gamma prior of the rates, from all series of a peer group (empirical Bayes).

    totals: (n_series,), counts summed; exposures: (n_series,), exposures summed
    Maximises Π Γ(s+Y)/Γ(s) β^s / (β+E)^{s+Y}, held in bounds by s ~ logN(0, 1), so that a handful
    of series, or equal ones, give a usable prior too.
    """
    Y, E = np.asarray(totals, dtype=np.float64), np.asarray(exposures, dtype=np.float64)
    use = E > 0
    Y, E = Y[use], E[use]
    if len(Y) == 0:
        return RatePrior(1.0, 1.0)
    unique, times = np.unique(Y, return_counts=True)
    mean = (Y.sum() + 0.5) / E.sum()
    found = lowest(
        lambda logs: _prior_loss(logs, Y, E, (unique, times)),
        np.array([0.0, np.log(mean)]),
        bound=12.0,
    )
    log_shape, log_mean = float(np.clip(found.point[0], -LOG_SHAPE, LOG_SHAPE)), found.point[1]
    return RatePrior(exp(log_shape), exp(log_shape - log_mean))


def _prior_loss(
    logs: Floats, Y: Floats, E: Floats, unique: tuple[Floats, npt.NDArray[np.integer]]
) -> tuple[float, Floats, Floats]:
    """−log posterior a series, its slope and curvature in log s and log mean (s / β).

    unique: the values of Y, and how many series have each; its gamma functions are the dear part
    """
    s, beta = exp(logs[0]), exp(logs[0] - logs[1])
    N, (values, times) = len(Y), unique
    log_end, by_end = np.log(beta + E), 1 / (beta + E)
    shape = s + values
    value = (times * (gammaln(shape) - gammaln(s))).sum() - ((s + Y) * log_end).sum()
    value += N * s * log(beta) - logs[0] ** 2 / 2
    by_s = (times * (digamma(shape) - digamma(s))).sum() + N * log(beta) - log_end.sum()
    by_beta = N * s / beta - ((s + Y) * by_end).sum()
    ss = (times * (polygamma(1, shape) - polygamma(1, s))).sum()
    s_beta = N / beta - by_end.sum()
    beta_2 = ((s + Y) * by_end * by_end).sum() - N * s / beta**2
    # From (s, β) to (log s, log β), with the prior of log s
    p, q = s * by_s - logs[0], beta * by_beta
    pp, pq, qq = s * by_s + s * s * ss - 1.0, s * beta * s_beta, q + beta * beta * beta_2
    # and on to (log s, log mean), which are told nearly apart from each other
    slope = np.array([p + q, -q])
    curvature = np.array([[pp + 2 * pq + qq, -pq - qq], [-pq - qq, qq]])
    return -value / N, -slope / N, -curvature / N
