"""The search for a model's parameters: the prior, the optimum, its covariance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Generic, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from mainstay.defection.estimators.newton import Lowest, lowest

Floats = npt.NDArray[np.float64]

BOUND = 20.0  # of |log parameter|
FAR = 12.0  # |log parameter| beyond which an optimum is not one that the data tell
MANY, SAMPLE = 40_000, 20_000  # rows from which on, accounts with which, the search begins
VAGUE = 3.0  # standard error of a log parameter from which on the data do not tell it


@dataclass(frozen=True)
class Params:
    """The parameters of a model, all above 0; a subclass names them."""

    def array(self) -> Floats:
        return np.array(astuple(self), dtype=np.float64)


P = TypeVar("P", bound=Params)


@dataclass(frozen=True)
class LogNormalPrior(Generic[P]):
    """Independent log-normal priors: medians, and standard deviations of the logarithms."""

    median: P
    log_sd: P

    def penalty(self, log_theta: Floats) -> tuple[float, Floats, Floats]:
        """−log density up to a constant, its slope and curvature in the log parameters."""
        sd = self.log_sd.array()
        z = (log_theta - np.log(self.median.array())) / sd
        return float((z * z).sum()) / 2, z / sd, np.diag(1 / (sd * sd))


class Data(Protocol):
    """What a model is fitted to: `n` accounts in `rows` different rows."""

    @property
    def n(self) -> float: ...

    @property
    def rows(self) -> int: ...

    def sample(self, n: int) -> Self:
        """n accounts at even distances, the same ones each time."""


D = TypeVar("D", bound=Data)
Derivatives = Callable[[D, Floats, Floats, Floats], float]


@dataclass(frozen=True)
class Found:
    """An optimum.

    log_theta: float64 (n,), logarithms of the parameters; loglik: log-likelihood there
    covariance: float64 (n, n), of the logarithms
    used_prior: whether a prior was given or needed
    """

    log_theta: Floats
    loglik: float
    covariance: Floats
    used_prior: bool


@dataclass(frozen=True)
class Search(Generic[D]):
    """The way to the optimum in the logarithms of the parameters.

    derivatives: (data, theta, gradient, hessian) → log-likelihood; fills the last two, in theta
    """

    data: D
    derivatives: Derivatives[D]

    def objective(
        self, log_theta: Floats, prior: LogNormalPrior[P] | None
    ) -> tuple[float, Floats, Floats]:
        """−(log-likelihood + log prior) per account, its slope and its curvature."""
        n = len(log_theta)
        theta = np.exp(log_theta)
        slope, curvature = np.empty(n), np.empty((n, n))
        value = -self.derivatives(self.data, theta, slope, curvature)
        slope = -slope * theta
        curvature = np.diag(slope) - curvature * (theta[:, None] * theta)
        if prior is not None:
            extra, pull, stiffness = prior.penalty(log_theta)
            value, slope, curvature = value + extra, slope + pull, curvature + stiffness
        accounts = self.data.n
        return value / accounts, slope / accounts, curvature / accounts

    def fit(
        self,
        begins: Sequence[Floats],
        *,
        weak: LogNormalPrior[P],
        prior: LogNormalPrior[P] | None,
        alone: bool,
        afresh: Sequence[Floats] = (),
        few: Sequence[Floats] = (),
    ) -> Found | None:
        """Without a prior where the data tell the parameters, else with one; None: no optimum.

        begins: log parameters to start from; afresh: where to start if they lead nowhere; few:
            where to start with a prior, too
        weak: the prior that is used where the data are too few
        prior: one to be used in any case
        alone: whether to try without a prior first
        """
        found = None
        if prior is None and alone:
            found = self.run(begins, None)
            if found is None and afresh:
                found = self.run(afresh, None)
        return found or self.run([*begins, *few], prior or weak)

    def run(self, begins: Sequence[Floats], prior: LogNormalPrior[P] | None) -> Found | None:
        """The best of the optima to which the beginnings lead.

        None where there is no inner optimum, or, without a prior, one so flat or so far off that
        the data do not tell it.
        """
        optima = [self.lowest(begin, prior) for begin in self.near(begins, prior)]
        best = min(optima, key=lambda optimum: optimum.value)
        covariance = best.covariance() if best.inner else None
        if covariance is None:
            return None
        covariance /= self.data.n
        vague = float(np.sqrt(np.max(np.diag(covariance)))) >= VAGUE
        if prior is None and (vague or np.max(np.abs(best.point)) >= FAR):
            return None
        extra = 0.0 if prior is None else prior.penalty(best.point)[0]
        return Found(best.point, extra - best.value * self.data.n, covariance, prior is not None)

    def lowest(self, begin: Floats, prior: LogNormalPrior[P] | None) -> Lowest:
        bound = FAR if prior is None else BOUND
        return lowest(lambda log_theta: self.objective(log_theta, prior), begin, bound=bound)

    def near(self, begins: Sequence[Floats], prior: LogNormalPrior[P] | None) -> Sequence[Floats]:
        """Where to begin with very many accounts: at the best optimum of a sample of them."""
        if self.data.rows <= MANY:
            return begins
        sample = Search(self.data.sample(SAMPLE), self.derivatives)
        found = [optimum for b in begins if (optimum := sample.lowest(b, prior)).inner]
        return [min(found, key=lambda optimum: optimum.value).point] if found else begins
