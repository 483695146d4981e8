"""Did the rate fall, since when, and by how much: one changepoint in a series of weekly counts.

A series of counts y₁…y_n with exposures e₁…e_n (1 = an ordinary week; less where season, calendar
or our own stock-out let them order less) either has one rate, or changes it once, in week c:

    y_w ~ Poisson(λ₁ e_w) before week c,  Poisson(λ₂ e_w) from it on,  λ ~ Gamma(s, β) each
    P(change) = π, spread evenly over the weeks 2…n

With Y and E the sums of counts and exposures of a stretch, its evidence is, up to what is common,

    M(Y, E) = β^s / Γ(s) · Γ(s+Y) / (β+E)^{s+Y}
    P(none | y) ∝ (1−π) M(Y, E),   P(c | y) ∝ π/(n−1) M(Y₁, E₁) M(Y₂, E₂)

and P(λ₂/λ₁ ≤ ρ | c) = I_z(s+Y₂, s+Y₁) with z/(1−z) = ρ (β+E₂)/(β+E₁). All in closed form from
prefix sums; nothing is sampled.

Source: Raftery & Akman (1986), Bayesian analysis of a Poisson process with a change-point; the
ratio's distribution is derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln, polygamma

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.changepoint_loops import posterior
from mainstay.defection.estimators.newton import lowest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
LOG_SHAPE = 4.0  # of |log s|, beyond which a prior would be too sure of itself


@dataclass(frozen=True)
class RatePrior:
    """λ ~ Gamma(shape, rate); rate in weeks, so that shape / rate is the mean per week."""

    shape: float
    rate: float


@dataclass(frozen=True)
class ChangeRule:
    """What counts as a change.

    p_change: probability, before looking, that a series changed at all
    fall, rise: ratios of the rates now and before, from which on one speaks of a fall or a rise
    block: weeks whose posterior together is at most this share one evaluation of P(ratio ≤ …), in
        their middle; 0 = each week its own. At .02, p_fell and p_rose are right to ± .02, and to
        ± .005 where a change is more probable than none.
    """

    p_change: float = 0.2
    fall: float = 0.7
    rise: float = 1.3
    block: float = 0.02


@dataclass(frozen=True)
class Changes:
    """The posterior of each series; arrays (n_series,).

    p_changed: probability that the rate changed
    p_fell, p_rose: that it changed, and to at most `fall`, at least `rise` of what it was
    since: index, within the series, of the most probable first week at the new rate; −1 where
        no change is more probable than one
    rate_before, rate_now: posterior means per week of exposure 1, averaged over all possibilities
    """

    p_changed: Floats
    p_fell: Floats
    p_rose: Floats
    since: Ints
    rate_before: Floats
    rate_now: Floats

    @property
    def ratio(self) -> Floats:
        """rate_now / rate_before."""
        return np.asarray(self.rate_now / self.rate_before)


@dataclass(frozen=True)
class Series:
    """Weekly counts of many series, one after the other, each from its own first week.

    counts: int32 (n_counts,)
    offsets: int64 (n_series + 1,); series i has counts[offsets[i]:offsets[i + 1]]
    exposure: float64 (n_counts,), of each count; 1 is an ordinary week
    calendar: float64 (n_weeks,), instead: of each calendar week, in the last of which every series
        ends; the quicker of the two. Neither: 1 everywhere
    """

    counts: Ints
    offsets: npt.NDArray[np.int64]
    exposure: Floats | None = None
    calendar: Floats | None = None

    @classmethod
    def from_matrix(cls, counts: npt.ArrayLike, *, exposure: npt.ArrayLike | None = None) -> Series:
        """counts: (n_series, n_weeks); exposure: (n_weeks,), or the same shape as counts."""
        matrix = np.atleast_2d(np.asarray(counts))
        n_series, n_weeks = matrix.shape
        flat, offsets = matrix.ravel(), np.arange(n_series + 1, dtype=np.int64) * n_weeks
        if exposure is None:
            return cls(flat, offsets)
        given = np.asarray(exposure, dtype=np.float64)
        if given.ndim == 1:
            return cls(flat, offsets, calendar=given)
        return cls(flat, offsets, exposure=given.ravel())

    def checked_exposure(self) -> tuple[Floats, bool]:
        """The exposures, and whether they are by calendar week.

        Raises: InvalidSetting
        """
        offsets = np.asarray(self.offsets)
        lengths = np.diff(offsets)
        covered = len(offsets) > 0 and offsets[0] == 0 and offsets[-1] == len(self.counts)
        if not covered or np.any(lengths < 0):
            raise InvalidSetting(
                _("The offsets of the series must rise from 0 to the number of counts, {n}."),
                n=len(self.counts),
            )
        if self.exposure is not None:
            exposure, wanted = np.asarray(self.exposure, dtype=np.float64), len(self.counts)
        else:
            wanted = int(lengths.max(initial=0))
            exposure = np.asarray(
                np.ones(wanted) if self.calendar is None else self.calendar, dtype=np.float64
            )
        if len(exposure) < wanted or not np.all(np.isfinite(exposure) & (exposure >= 0)):
            raise InvalidSetting(
                _(
                    "There must be {wanted} exposures of 0 or more (1 is an ordinary week); "
                    "there are {n}."
                ),
                wanted=wanted,
                n=len(exposure),
            )
        return np.ascontiguousarray(exposure), self.exposure is None


def _whole(counts: npt.NDArray[np.generic]) -> Ints:
    whole = np.ascontiguousarray(counts, dtype=np.int32)
    same = counts.dtype == np.int32 or np.array_equal(whole, counts)
    if not same or whole.min(initial=0) < 0:
        raise InvalidSetting(_("Counts must be whole numbers of 0 or more."))
    return whole


def find_changes(series: Series, prior: RatePrior, *, rule: ChangeRule | None = None) -> Changes:
    """The changepoint posterior of each series, in closed form.

    prior: of the rates; `estimate_prior` gives it from all series of a peer group together
    Raises: InvalidSetting
    """
    rule = rule or ChangeRule()
    model = np.array([prior.shape, prior.rate, rule.p_change])
    above_0 = np.array([*model, rule.fall, rule.rise])
    if not np.all(np.isfinite(above_0) & (above_0 > 0)) or rule.p_change >= 1 or rule.block < 0:
        raise InvalidSetting(
            _("Prior and limits must be above 0, and the probability of a change below 1.")
        )
    exposure, shared = series.checked_exposure()
    n = len(series.offsets) - 1
    out, since = np.empty((n, 5)), np.empty(n, np.int32)
    offsets = np.ascontiguousarray(series.offsets, dtype=np.int64)
    limits = (float(rule.fall), float(rule.rise), float(rule.block))
    posterior(_whole(series.counts), offsets, exposure, shared, model, limits, out, since)
    changed, fell, rose, before, now = (np.ascontiguousarray(column) for column in out.T)
    return Changes(changed, fell, rose, since, before, now)


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
