"""Who is gone and since when is not known, only how likely it is: draws of it, and figures that carry that doubt.

An account that has not ordered for a while is gone with 1 − P(alive). Of one that is gone for good, the day on which it
went is not seen: it placed no order between it and its last one, so for a hazard that is even within a gap

    p(went after u | no order since) ∝ P(next gap > u),   u ≥ 0

P(next gap > u) is the rhythm model's (MBG/CNBD-k: λ | history ~ Gamma(r + kx, α + t_x), gaps Erlang(k, λ)).
What lies beyond the date has not happened yet: that account is still there.

Figures are worked out once a draw and put together by Rubin's rules (1987): their mean, and as variance the mean of
their variances and (1 + 1/M) times the variance between them. Intervals of shares are Wilson's with the number of
cases that has this variance (Rothman 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from mainstay.defection.rhythm_forecast import Forecast, History, forecast
from mainstay.learning.lives import EDGE_DAYS, Population

if TYPE_CHECKING:
    from mainstay.defection.estimators.cnbd import CNBD

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
DRAWS = 20
Z80 = 1.2815515655446004  # of 80% intervals
FAR_DAYS = 728.0  # no account goes later after its last order than that
STEPS = 33  # of the distribution of when it went
PLAIN_DAYS = 365  # the plain rule: gone is who has not ordered for so long
SURE = 0.999


@dataclass(frozen=True)
class Exits:
    """How likely each account is gone, and the distribution of when; arrays follow the population.

    p_gone: that it will never order again, (n,); 0 and 1 where nothing else can be said
    within: P(went within the day | gone) at `days_after` the last order, (n, STEPS)
    """

    last: Ints
    as_of: int
    p_gone: Floats
    days_after: Floats
    within: Floats

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Bools]:
        """One possible truth: the day until which each was there, at most the date, and whether it went then."""
        n = len(self.last)
        gone = rng.random(n) < self.p_gone
        u = rng.random(n)
        place = np.clip((self.within < u[:, None]).sum(axis=1), 1, STEPS - 1)
        low, high = (
            np.take_along_axis(self.within, (place - step)[:, None], 1)[:, 0] for step in (1, 0)
        )
        part = np.clip((u - low) / np.maximum(high - low, 1e-12), 0.0, 1.0)
        after = self.days_after[place - 1] + part * np.diff(self.days_after)[place - 1]
        went = self.last + np.maximum(after, 0.5)
        done = gone & (went < self.as_of)
        return np.where(done, went, float(self.as_of)), done

    def plain(self) -> tuple[Floats, Bools]:
        """The plain rule: gone on the day after the last order, once nothing came for a year."""
        done = self.as_of - self.last > PLAIN_DAYS
        return np.where(done, self.last + 1.0, float(self.as_of)), done


def rhythm_model(people: Population) -> Forecast:
    """The rhythm model of all these accounts."""
    return forecast(_history(people), 13)


def exits(people: Population, rhythm: Forecast | None = None) -> Exits:
    """What orders tell about who is gone. P(alive) is the assessment's, where it has one; closed accounts are gone.

    rhythm: `rhythm_model` of them, where the caller has it
    """
    rhythm = rhythm or rhythm_model(people)
    p_alive = people.floats("p_alive")
    p_alive = np.where(np.isnan(p_alive), rhythm.p_alive, p_alive)
    silent = people.as_of - people.last
    p_alive = np.where(np.isnan(p_alive), silent <= PLAIN_DAYS, p_alive)
    state = np.array(people.words("state"), object)
    p_gone = np.where(state == "closed", 1.0, 1.0 - np.clip(p_alive, 0.0, 1.0))
    days_after = FAR_DAYS * np.linspace(0.0, 1.0, STEPS) ** 2
    within = np.tile(days_after / FAR_DAYS, (len(people), 1))
    for cohort in rhythm.cohorts:
        if cohort.model is not None:
            within[cohort.rows] = _when(cohort.model, cohort.x, cohort.t_x, days_after / 7)
    return Exits(people.last, people.as_of, p_gone, days_after, within)


def _history(people: Population) -> History:
    first, last = people.first, people.last
    return History(
        x=np.asarray(people.table["order_days"], np.int64) - 1,
        t_x=(last - first) / 7,
        T=np.maximum(people.as_of - 1 - first, 0) / 7,
        log_gaps=np.asarray(people.table["log_gaps"], float),
        left_truncated=first < people.begin + EDGE_DAYS,
    )


def _when(model: CNBD, x: Ints, t_x: Floats, weeks: Floats) -> Floats:
    """P(went within so many weeks of the last order | gone), (n, len(weeks)).

    P(gap > u) = Σ_{j<k} Γ(s + j) / (Γ(s) j!) (β / (β + u))^s (u / (β + u))^j,   s = r + kx, β = α + t_x
    """
    shape = (model.params_.r + model.k_ * x)[:, None]
    rate = (model.params_.alpha + t_x)[:, None]
    z = weeks / (rate + weeks)
    longer = np.zeros((len(x), len(weeks)))
    for j in range(model.k_):
        factor = np.exp(gammaln(shape + j) - gammaln(shape) - gammaln(j + 1.0))
        longer += factor * z**j * np.exp(shape * np.log1p(-z))
    steps = 0.5 * (longer[:, 1:] + longer[:, :-1]) * np.diff(weeks)
    summed = np.concatenate([np.zeros((len(x), 1)), np.cumsum(steps, axis=1)], axis=1)
    return np.asarray(summed / np.maximum(summed[:, -1:], 1e-12))


@dataclass(frozen=True)
class Pooled:
    """A figure over all draws: its mean, its variance, and the share of it that is doubt about who is gone."""

    value: Floats
    variance: Floats
    doubt: Floats


def rubin(values: Floats, variances: Floats) -> Pooled:
    """Put draws together; both (M, …). Source: Rubin (1987)"""
    m = len(values)
    between = values.var(axis=0, ddof=1) * (1 + 1 / m) if m > 1 else np.zeros(values.shape[1:])
    total = variances.mean(axis=0) + between
    doubt = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    return Pooled(values.mean(axis=0), total, doubt)


def share_interval(share: Floats, variance: Floats, n: Floats) -> tuple[Floats, Floats]:
    """80% interval of a share by Wilson, with as many cases as have that variance; at most n.

    Source: Rothman (1978); where nobody or everybody went, n itself
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cases = np.where(variance > 0, share * (1 - share) / variance, n)
    cases = np.clip(np.where((share <= 0) | (share >= 1), n, cases), 1.0, np.maximum(n, 1.0))
    z2 = Z80 * Z80 / cases
    middle = (share + z2 / 2) / (1 + z2)
    half = Z80 * np.sqrt(share * (1 - share) / cases + z2 / (4 * cases)) / (1 + z2)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
