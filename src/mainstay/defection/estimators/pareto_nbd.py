"""Pareto/NBD: exponential gaps; an account may leave at any moment, not only after an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from mainstay.defection.estimators import pareto_nbd_loops as loops
from mainstay.defection.estimators.histories import Histories
from mainstay.defection.estimators.order_model import (
    FEW_REPEATERS,
    ONE_PEAK,
    OrderModel,
    found_by,
    mean_gap,
    must_be_observed,
    own_gap,
)
from mainstay.defection.estimators.search import LogNormalPrior, Params, Search

Floats = npt.NDArray[np.float64]

GAPS = 7.0  # of a median lifetime, by the weak prior
TORN = (0.15, 0.3)  # s, and beta in gaps, where some leave at once and the others never


@dataclass(frozen=True)
class ParetoNBDParams(Params):
    """r, alpha (orders, weeks): rate of orders ~ Gamma; s, beta (–, weeks): rate of leaving ~ Gamma."""

    r: float
    alpha: float
    s: float
    beta: float


class ParetoNBD(OrderModel[ParetoNBDParams]):
    """Pareto / negative binomial.

    L = Γ(r+x)/Γ(r) · α^r β^s
        · [(α+T)^{−(r+x)} (β+T)^{−s} + s ∫_{t_x}^{T} (α+u)^{−(r+x)} (β+u)^{−(s+1)} du]
    P(alive) = first term / both
    E[X(t)] = P(alive) · (r+x)(β+T)/((α+T)(s−1)) · [1 − ((β+T)/(β+T+t))^{s−1}]

    Source: Schmittlein, Morrison & Colombo (1987), Counting your customers; how it is computed:
    `pareto_nbd_loops`
    """

    Params = ParetoNBDParams

    @classmethod
    def _fit(
        cls,
        histories: Histories,
        *,
        prior: LogNormalPrior[ParetoNBDParams] | None,
        start: ParetoNBDParams | None,
    ) -> Self:
        must_be_observed(histories)
        found = found_by(
            Search(histories, _derivatives),
            _starts(histories, start),
            weak=weak_prior(histories),
            prior=prior,
            alone=histories.repeaters >= FEW_REPEATERS,
            afresh=() if start is None else _starts(histories, None),
            few=[_brief(histories)],
        )
        return cls._from(found, histories.n)

    def _loglik_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        loops.loglik_rows(self.params_.array(), x, t_x, T, out)
        return out

    def _alive_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        loops.alive_rows(self.params_.array(), x, t_x, T, out)
        return out

    def _expected_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        loops.expected_rows(self.params_.array(), t, x, t_x, T, out)
        return out

    def _staying_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        return t * (self.params_.r + x) / (self.params_.alpha + T)

    def _orders_rows(self, n: int, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        loops.orders_rows(self.params_.array(), n, t, x, t_x, T, out)
        return out


def weak_prior(histories: Histories) -> LogNormalPrior[ParetoNBDParams]:
    """The prior used where the data are too few.

    Medians: r = 1; alpha the mean gap of all accounts together; s = 1 and beta seven such gaps, so
    that half of the accounts leave within them. Wide: a factor 4.5 either way is one standard
    deviation (7.4 for alpha and beta).
    """
    gap = mean_gap(histories)
    median = ParetoNBDParams(1.0, gap, 1.0, GAPS * gap)
    return LogNormalPrior(median, ParetoNBDParams(1.5, 2.0, 1.5, 2.0))


def _starts(histories: Histories, near: ParetoNBDParams | None) -> list[Floats]:
    """Log parameters from which to search; why two, says `cnbd_search.starts`."""
    if near is not None and histories.repeaters >= ONE_PEAK:
        return [np.log(near.array())]
    usual = weak_prior(histories).median
    s, gaps = TORN
    torn = ParetoNBDParams(usual.r, usual.alpha, s, gaps * usual.alpha)
    return [np.log(params.array()) for params in (usual, torn)]


def _brief(histories: Histories) -> Floats:
    """Log parameters where nearly all leave at once; why, says `cnbd_search.brief`."""
    gap = own_gap(histories)
    return np.log([3.0, 3.0 * gap, 6.0, 6.0 * gap])


def _derivatives(h: Histories, theta: Floats, gradient: Floats, hessian: Floats) -> float:
    return loops.loglik_derivatives(theta, h.x, h.t_x, h.T, h.weights, gradient, hessian)
