"""What BG/NBD, MBG/NBD and (M)BG/CNBD-k have in common: parameters, fit, and what they tell."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from mainstay.defection.estimators import cnbd_future
from mainstay.defection.estimators.cnbd_likelihood import loglik_rows
from mainstay.defection.estimators.cnbd_search import (
    CNBDParams,
    brief,
    search_for,
    starts,
    weak_prior,
)
from mainstay.defection.estimators.histories import Histories
from mainstay.defection.estimators.order_model import (
    FEW_REPEATERS,
    OrderModel,
    found_by,
    must_be_observed,
)
from mainstay.defection.estimators.search import LogNormalPrior

Floats = npt.NDArray[np.float64]


class CNBD(OrderModel[CNBDParams]):
    """Base of the family; a subclass says whether an account may leave right after its first order.

    loglik_: with the factor in the gaps where k > 1
    """

    Params = CNBDParams
    leaves_at_zero: ClassVar[bool]

    @property
    def _kernel(self) -> tuple[int, int, Floats]:
        return self.k_, int(self.leaves_at_zero), self.params_.array()

    @classmethod
    def _fit(
        cls,
        histories: Histories,
        *,
        prior: LogNormalPrior[CNBDParams] | None,
        start: CNBDParams | None,
    ) -> Self:
        return cls.fit_histories(histories, prior=prior, start=start)

    @classmethod
    def fit_histories(
        cls,
        histories: Histories,
        *,
        k: int = 1,
        prior: LogNormalPrior[CNBDParams] | None = None,
        start: CNBDParams | None = None,
    ) -> Self:
        """`fit` for one k and histories already gathered; `start`: parameters for that k."""
        must_be_observed(histories)
        found = found_by(
            search_for(histories, k=k, m=int(cls.leaves_at_zero)),
            starts(histories, start, k=k),
            weak=weak_prior(histories, k=k),
            prior=prior,
            alone=histories.repeaters >= FEW_REPEATERS,
            afresh=() if start is None else starts(histories, None, k=k),
            few=[brief(histories, k=k)],
        )
        return cls._from(found, histories.n, k=k)

    @classmethod
    def _params_of(cls, start: OrderModel[CNBDParams] | None) -> CNBDParams | None:
        params = super()._params_of(start)
        return None if start is None or params is None else params_for(params, start.k_, 1)

    def params_for(self, k: int) -> CNBDParams:
        """Parameters of a model with the same mean gap and k events per order."""
        return params_for(self.params_, self.k_, k)

    def _loglik_of_gaps(self, x: Floats, t_x: Floats, log_gaps: npt.ArrayLike | None) -> Floats:
        return gaps_factor(self.k_, x, t_x, log_gaps=log_gaps)

    def _loglik_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        loglik_rows(*self._kernel, x, t_x, T, out)
        return out

    def _alive_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        cnbd_future.alive_rows(*self._kernel, x, t_x, T, out)
        return out

    def _expected_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        cnbd_future.expected_rows(*self._kernel, t, x, t_x, T, out)
        return out

    def _staying_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        cnbd_future.staying_rows(*self._kernel, t, x, t_x, T, out)
        return out

    def _orders_rows(self, n: int, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats:
        out = np.empty(len(x))
        cnbd_future.orders_rows(*self._kernel, n, t, x, t_x, T, out)
        return out


def params_for(params: CNBDParams, of: int, k: int) -> CNBDParams:
    """Parameters with the same mean gap, of a model with k events per order instead of `of`."""
    return replace(params, alpha=params.alpha * k / of)


def gaps_factor(k: int, x: Floats, t_x: Floats, *, log_gaps: npt.ArrayLike | None = None) -> Floats:
    """log of the likelihood's factor that holds no parameter but k; 0 for k = 1.

    With the gaps known: (k − 1) Σ log gap − x log Γ(k).
    Without: the density of t_x alone, (k − 1) x log t_x − log Γ(kx) + log Γ(x), in units in which
    it is 0 for k = 1; it tells regular from irregular less well, but on equal terms for each k.
    """
    if k == 1:
        return np.zeros(len(x))
    if log_gaps is not None:
        return np.asarray((k - 1) * np.asarray(log_gaps, dtype=np.float64) - x * gammaln(k))
    some = np.maximum(x, 1.0)
    factor = (k - 1) * x * np.log(np.where(x > 0, t_x, 1.0)) - gammaln(k * some) + gammaln(some)
    return np.where(x > 0, factor, 0.0)
