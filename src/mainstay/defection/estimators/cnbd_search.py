"""The search for the parameters of the family: the prior, the optimum, its standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.estimators.cnbd_likelihood import loglik_derivatives
from mainstay.defection.estimators.histories import Histories
from mainstay.defection.estimators.newton import Lowest, lowest

Floats = npt.NDArray[np.float64]

BOUND = 20.0  # of |log parameter|
FAR = 12.0  # |log parameter| beyond which an optimum is not one that the data tell
FEW_REPEATERS = 10  # with fewer, four parameters are not tried without a prior
MANY, SAMPLE = 40_000, 20_000  # rows from which on, accounts with which, the search begins
ONE_PEAK = 1000  # repeaters from which on the likelihood is taken to have one peak
TORN = (0.1, 0.3)  # a, b where some leave at once and the others never
VAGUE = 3.0  # standard error of a log parameter from which on the data do not tell it


@dataclass(frozen=True)
class CNBDParams:
    """r, alpha (events, weeks): rate of events ~ Gamma; a, b: probability of leaving ~ Beta."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class LogNormalPrior:
    """Independent log-normal priors: medians, and standard deviations of the logarithms."""

    median: CNBDParams
    log_sd: CNBDParams

    def penalty(self, log_theta: Floats) -> tuple[float, Floats, Floats]:
        """−log density up to a constant, its slope and curvature in the log parameters."""
        sd = np.array(astuple(self.log_sd))
        z = (log_theta - np.log(astuple(self.median))) / sd
        return float((z * z).sum()) / 2, z / sd, np.diag(1 / (sd * sd))


def weak_prior(histories: Histories, *, k: int = 1) -> LogNormalPrior:
    """The prior used where the data are too few.

    Medians: r = 1; alpha so that the mean gap is that of all accounts together, (ΣT + 1)/(Σx + 1)
    weeks, and at most three times the longest history; one order in seven followed by leaving
    (a = .7, b = 4.2). Wide: a factor 4.5 either way is one standard deviation (7.4 for alpha).
    """
    weeks = float(histories.weights @ histories.T) + 1.0
    orders = float(histories.weights @ histories.x) + 1.0
    gap = min(weeks / orders, 3.0 * float(histories.T.max()))
    return LogNormalPrior(CNBDParams(1.0, k * gap, 0.7, 4.2), CNBDParams(1.5, 2.0, 1.5, 1.5))


def starts(histories: Histories, near: CNBDParams | None, *, k: int) -> list[Floats]:
    """Log parameters from which to search.

    With few accounts the likelihood may have several peaks: some leave now and then, or some leave
    at once and the others never. So it is looked at from both sides. `near`, which may be a fit of
    an earlier date, is believed where there are enough accounts for one peak.
    """
    if near is not None and histories.repeaters >= ONE_PEAK:
        return [np.log(astuple(near))]
    usual = weak_prior(histories, k=k).median
    torn = CNBDParams(usual.r, usual.alpha, *TORN)
    return [np.log(astuple(params)) for params in (usual, torn)]


@dataclass(frozen=True)
class Search:
    """The way to the optimum in the four log parameters."""

    histories: Histories
    k: int
    m: int

    def objective(
        self, log_theta: Floats, prior: LogNormalPrior | None
    ) -> tuple[float, Floats, Floats]:
        """−(log-likelihood + log prior) per account, its slope and its curvature."""
        h = self.histories
        theta = np.exp(log_theta)
        slope, curvature = np.empty(4), np.empty((4, 4))
        value = -loglik_derivatives(
            self.k, self.m, theta, h.x, h.t_x, h.T, h.weights, slope, curvature
        )
        slope = -slope * theta
        curvature = np.diag(slope) - curvature * (theta[:, None] * theta)
        if prior is not None:
            extra, pull, stiffness = prior.penalty(log_theta)
            value, slope, curvature = value + extra, slope + pull, curvature + stiffness
        return value / h.n, slope / h.n, curvature / h.n

    def run(
        self, begins: Sequence[Floats], prior: LogNormalPrior | None
    ) -> tuple[Floats, float, Floats] | None:
        """log parameters, log-likelihood, standard errors of the log parameters.

        begins: log parameters to start from; the best of the optima that they lead to is taken
        None where there is no inner optimum, or one so flat that the data do not tell it.
        """
        optima = [self.lowest(begin, prior) for begin in self.near(begins, prior)]
        best = min(optima, key=lambda optimum: optimum.value)
        variances = best.variances() if best.inner else None
        log_se = np.full(4, np.nan)
        if variances is not None:
            log_se = np.sqrt(variances / self.histories.n)
        told = np.max(log_se) < VAGUE and np.max(np.abs(best.point)) < FAR
        if prior is None and not told:
            return None
        extra = 0.0 if prior is None else prior.penalty(best.point)[0]
        return best.point, extra - best.value * self.histories.n, log_se

    def lowest(self, begin: Floats, prior: LogNormalPrior | None) -> Lowest:
        bound = FAR if prior is None else BOUND
        return lowest(lambda log_theta: self.objective(log_theta, prior), begin, bound=bound)

    def near(self, begins: Sequence[Floats], prior: LogNormalPrior | None) -> Sequence[Floats]:
        """Where to begin with very many accounts: at the best optimum of a sample of them."""
        if len(self.histories.x) <= MANY:
            return begins
        sample = Search(self.histories.sample(SAMPLE), self.k, self.m)
        found = [optimum for b in begins if (optimum := sample.lowest(b, prior)).inner]
        return [min(found, key=lambda optimum: optimum.value).point] if found else begins
