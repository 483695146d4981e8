"""NBD: exponential gaps, and nobody ever leaves: the yardstick that every other model must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, polygamma, psi

from mainstay.defection.estimators.histories import Histories
from mainstay.defection.estimators.order_model import (
    FEW_REPEATERS,
    OrderModel,
    found_by,
    mean_gap,
    must_be_observed,
)
from mainstay.defection.estimators.search import LogNormalPrior, Params, Search

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NBDParams(Params):
    """r, alpha (orders, weeks): rate of orders ~ Gamma."""

    r: float
    alpha: float


class NBD(OrderModel[NBDParams]):
    """Negative binomial: Poisson orders at a rate that is Gamma over accounts.

    L = Γ(r+x)/Γ(r) · α^r (α+T)^{−(r+x)}, as of the order days themselves: comparable with the others
    E[X(t)] = t (r+x)/(α+T)

    Source: Ehrenberg (1959), The pattern of consumer purchases
    """

    Params = NBDParams

    @classmethod
    def _fit(
        cls,
        histories: Histories,
        *,
        prior: LogNormalPrior[NBDParams] | None,
        start: NBDParams | None,
    ) -> Self:
        must_be_observed(histories)
        weak = weak_prior(histories)
        found = found_by(
            Search(histories, _derivatives),
            [np.log((start or weak.median).array())],
            weak=weak,
            prior=prior,
            alone=histories.repeaters >= FEW_REPEATERS,
            afresh=() if start is None else [np.log(weak.median.array())],
        )
        return cls._from(found, histories.n)

    def _loglik_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        r, alpha = self.params_.array()
        return np.asarray(
            gammaln(r + x) - gammaln(r) - r * np.log1p(T / alpha) - x * np.log(alpha + T)
        )

    def _alive_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return np.ones(len(x))

    def _expected_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return t * (self.params_.r + x) / (self.params_.alpha + T)

    def _staying_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return self._expected_rows(t, x, t_x, T)

    def _orders_rows(self, n: int, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        shape, rate = self.params_.r + x, self.params_.alpha + T
        some = np.where(t > 0, t, 1.0)
        log_p = (
            gammaln(shape + n)
            - gammaln(shape)
            - gammaln(n + 1.0)
            - shape * np.log1p(some / rate)
            - n * np.log1p(rate / some)
        )
        return np.where(t > 0, np.exp(np.minimum(log_p, 0.0)), float(n == 0))


def weak_prior(histories: Histories) -> LogNormalPrior[NBDParams]:
    """The prior used where the data are too few: medians r = 1 and, for alpha, the mean gap of all
    accounts together; a factor 4.5 (alpha: 7.4) either way is one standard deviation."""
    return LogNormalPrior(NBDParams(1.0, mean_gap(histories)), NBDParams(1.5, 2.0))


def _derivatives(h: Histories, theta: Floats, gradient: Floats, hessian: Floats) -> float:
    r, alpha = theta
    w, shape, end = h.weights, r + h.x, alpha + h.T
    short = np.log1p(h.T / alpha)
    value = w @ (gammaln(shape) - gammaln(r) - r * short - h.x * np.log(end))
    gradient[0] = w @ (psi(shape) - psi(r) - short)
    gradient[1] = w @ (r / alpha - shape / end)
    hessian[0, 0] = w @ (polygamma(1, shape) - polygamma(1, r))
    hessian[0, 1] = hessian[1, 0] = w @ (1.0 / alpha - 1.0 / end)
    hessian[1, 1] = w @ (shape / (end * end) - r / (alpha * alpha))
    return float(value)
