"""The search for the parameters of the family: the prior, the optimum, its standard errors."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from mainstay.defection.estimators.cnbd_likelihood import loglik_gradient
from mainstay.defection.estimators.histories import Histories

Floats = npt.NDArray[np.float64]

BOUND = 20.0  # of |log parameter|
FAR = 12.0  # |log parameter| beyond which an optimum is not one that the data tell
FEW_REPEATERS = 10  # with fewer, four parameters are not tried without a prior
MANY, SAMPLE = 40_000, 20_000  # rows from which on, accounts with which, the search begins
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

    def penalty(self, log_theta: Floats) -> tuple[float, Floats]:
        """−log density up to a constant, and its gradient in the log parameters."""
        z = (log_theta - np.log(astuple(self.median))) / np.array(astuple(self.log_sd))
        return float(z @ z) / 2, z / np.array(astuple(self.log_sd))


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


@dataclass(frozen=True)
class Search:
    """The way to the optimum in the four log parameters."""

    histories: Histories
    k: int
    m: int

    def objective(self, log_theta: Floats, prior: LogNormalPrior | None) -> tuple[float, Floats]:
        """−(log-likelihood + log prior) per account, and its gradient."""
        h = self.histories
        theta = np.exp(log_theta)
        gradient = np.empty(4)
        value = loglik_gradient(self.k, self.m, theta, h.x, h.t_x, h.T, h.weights, gradient)
        value, gradient = -value, -gradient * theta
        if prior is not None:
            extra, slope = prior.penalty(log_theta)
            value, gradient = value + extra, gradient + slope
        return value / h.n, gradient / h.n

    def run(
        self, begin: Floats, prior: LogNormalPrior | None
    ) -> tuple[Floats, float, Floats] | None:
        """log parameters, log-likelihood, standard errors of the log parameters.

        None where there is no inner optimum, or one so flat that the data do not tell it.
        """
        log_theta = self.from_sample(begin, prior) if len(self.histories.x) > MANY else None
        if log_theta is None:
            log_theta = self.descend(begin, prior)
        if log_theta is None:
            return None
        curvature = self.curvature(log_theta, prior)
        log_se = np.full(4, np.nan)
        told = False
        if np.min(np.linalg.eigvalsh(curvature)) > 0:
            inner = self.newton(log_theta, curvature, prior, close=1e-7)
            if inner is not None:
                log_theta = inner
                log_se = np.sqrt(np.diag(np.linalg.inv(curvature)) / self.histories.n)
                told = bool(np.max(log_se) < VAGUE and np.max(np.abs(log_theta)) < FAR)
        if prior is None and not told:
            return None
        value = self.objective(log_theta, None)[0]
        return log_theta, -value * self.histories.n, log_se

    def from_sample(self, begin: Floats, prior: LogNormalPrior | None) -> Floats | None:
        """Near the optimum: that of a sample, mended by a few looks at all, with its curvature."""
        sample = Search(self.histories.sample(SAMPLE), self.k, self.m)
        log_theta = sample.descend(begin, prior)
        if log_theta is None:
            return None
        curvature = sample.curvature(log_theta, prior)
        if np.min(np.linalg.eigvalsh(curvature)) <= 0:
            return None
        return self.newton(log_theta, curvature, prior, close=1e-3)

    def descend(self, begin: Floats, prior: LogNormalPrior | None) -> Floats | None:
        """The optimum by L-BFGS, or None."""
        found = minimize(
            self.objective,
            np.clip(begin, -BOUND + 1, BOUND - 1),
            args=(prior,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-BOUND, BOUND)] * 4,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8, "maxcor": 20},
        )
        return np.asarray(found.x) if np.isfinite(found.fun) else None

    def newton(
        self, log_theta: Floats, curvature: Floats, prior: LogNormalPrior | None, *, close: float
    ) -> Floats | None:
        """Newton steps with one curvature until the next is below `close`; None if they wander."""
        for _step in range(8):
            move = np.linalg.solve(curvature, self.objective(log_theta, prior)[1])
            length = np.max(np.abs(move))
            if length > 1 or np.max(np.abs(log_theta - move)) > BOUND:
                return None
            log_theta = log_theta - move
            if length < close:
                return log_theta
        return None

    def curvature(self, log_theta: Floats, prior: LogNormalPrior | None) -> Floats:
        """The Hessian of the objective, by differences of its gradient."""
        step = 1e-5
        here = self.objective(log_theta, prior)[1]
        rows = np.array(
            [self.objective(log_theta + step * unit, prior)[1] - here for unit in np.eye(4)]
        )
        return np.asarray((rows + rows.T) / (2 * step))
