"""What BG/NBD, MBG/NBD and (M)BG/CNBD-k have in common: parameters, fit, and what they tell."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from mainstay.core.errors import FitError
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators import cnbd_future
from mainstay.defection.estimators.cnbd_likelihood import loglik_rows
from mainstay.defection.estimators.cnbd_search import (
    FEW_REPEATERS,
    CNBDParams,
    LogNormalPrior,
    Search,
    starts,
    weak_prior,
)
from mainstay.defection.estimators.histories import Histories, check, gather

Floats = npt.NDArray[np.float64]


class CNBD:
    """Base of the family; a subclass says whether an account may leave right after its first order.

    params_: CNBDParams; k_: events per order (1 = exponential gaps); loglik_: log-likelihood at
    the optimum, with the factor in the gaps where k > 1; n_: accounts; se_: CNBDParams of standard
    errors (from the curvature at the optimum; NaN where there is none); used_prior_: whether a
    prior was needed or given
    """

    leaves_at_zero: ClassVar[bool]
    params_: CNBDParams
    k_: int
    loglik_: float
    n_: float
    se_: CNBDParams | None
    used_prior_: bool

    def __init__(self, params: CNBDParams, *, k: int = 1) -> None:
        """A model with given parameters; `fit` finds them."""
        values = np.array(astuple(params))
        if not (np.all(np.isfinite(values)) and np.all(values > 0) and k >= 1):
            raise FitError(
                _(
                    "r, alpha, a and b must be numbers above 0 and k at least 1; got {params}, k = {k}."
                ),
                params=str(params),
                k=k,
            )
        self.params_, self.k_ = params, int(k)
        self.loglik_, self.n_, self.se_, self.used_prior_ = float("nan"), 0.0, None, False

    @property
    def _kernel(self) -> tuple[int, int, Floats]:
        return self.k_, int(self.leaves_at_zero), np.array(astuple(self.params_))

    @classmethod
    def fit(
        cls,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        prior: LogNormalPrior | None = None,
        start: CNBD | None = None,
    ) -> Self:
        """Maximum likelihood; with a weak prior where the data are too few (`used_prior_`).

        x: (n,), order days after the first; t_x, T: (n,), weeks
        weights: (n,), accounts that share a row; one each unless given
        prior: use this one in any case
        start: a model that may be near, such as that of an earlier date; it makes the search
            quicker, and changes the result in its last digits alone
        Raises: InvalidHistory, FitError
        """
        near = None if start is None else start.params_for(1)
        return cls.fit_histories(gather(x, t_x, T, weights=weights), prior=prior, start=near)

    @classmethod
    def fit_histories(
        cls,
        histories: Histories,
        *,
        k: int = 1,
        prior: LogNormalPrior | None = None,
        start: CNBDParams | None = None,
    ) -> Self:
        """`fit` for one k and histories already gathered; `start`: parameters for that k."""
        if histories.n <= 0 or not np.any(histories.T > 0):
            raise FitError(
                _(
                    "No account has been observed for a day or more; "
                    "load a longer history or choose a later date."
                )
            )
        weak = weak_prior(histories, k=k)
        begins = starts(histories, start, k=k)
        search = Search(histories, k, int(cls.leaves_at_zero))
        found = None
        if prior is None and histories.repeaters >= FEW_REPEATERS:
            found = search.run(begins, None)
            if found is None and start is not None:
                found = search.run(starts(histories, None, k=k), None)
        used_prior = found is None
        if found is None:
            found = search.run(begins, prior or weak)
        if found is None:
            raise FitError(
                _(
                    "The rhythm model found no best fit for {n} accounts; check for accounts with "
                    "impossible dates, or give a prior with smaller spread."
                ),
                n=int(histories.n),
            )
        log_theta, loglik, log_se = found
        model = cls(CNBDParams(*np.exp(log_theta).tolist()), k=k)
        model.loglik_, model.n_, model.used_prior_ = loglik, histories.n, used_prior
        model.se_ = CNBDParams(*(np.exp(log_theta) * log_se).tolist())
        return model

    def params_for(self, k: int) -> CNBDParams:
        """Parameters of a model with the same mean gap and k events per order."""
        return replace(self.params_, alpha=self.params_.alpha * k / self.k_)

    def loglik(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        log_gaps: npt.ArrayLike | None = None,
    ) -> Floats:
        """log-likelihood of each account (n,).

        log_gaps: (n,), sum of the logarithms of its gaps in weeks; matters for k > 1 only
        """
        x_, t_, T_ = check(x, t_x, T)
        out = np.empty(len(x_))
        loglik_rows(*self._kernel, x_, t_, T_, out)
        return out + gaps_factor(self.k_, x_, t_, log_gaps=log_gaps)

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """P(still buying at T) of each account (n,). Under BG, 1 wherever x = 0: never rank by it."""
        x_, t_, T_ = check(x, t_x, T)
        out = np.empty(len(x_))
        cnbd_future.alive_rows(*self._kernel, x_, t_, T_, out)
        return out

    def expected_orders(
        self, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """E[order days in the t weeks after T | x, t_x, T] of each account (n,).

        t: weeks, one for all or (n,)
        An account of which nothing is known yet: x = t_x = T = 0.
        """
        t_, x_, past, T_ = _with_horizon(t, x, t_x, T)
        out = np.empty(len(x_))
        cnbd_future.expected_rows(*self._kernel, t_, x_, past, T_, out)
        return out

    def expected_orders_if_staying(
        self, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """E[order days in the t weeks after T] of each account (n,) if it is alive and never leaves.

        expected_orders / (p_alive · this) is the share of its orders that leaving will not take.
        """
        t_, x_, past, T_ = _with_horizon(t, x, t_x, T)
        out = np.empty(len(x_))
        cnbd_future.staying_rows(*self._kernel, t_, x_, past, T_, out)
        return out

    def p_orders(
        self, n: int, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """P(exactly n order days in the t weeks after T | x, t_x, T) of each account (n_accounts,).

        n = 0 is the probability of complete defection within t.
        """
        t_, x_, past, T_ = _with_horizon(t, x, t_x, T)
        out = np.empty(len(x_))
        cnbd_future.orders_rows(*self._kernel, int(n), t_, x_, past, T_, out)
        return out

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.params_}, k={self.k_})"


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


def _with_horizon(
    t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    x_, past, T_ = check(x, t_x, T)
    t_ = np.asarray(t, dtype=np.float64)
    if not np.all(np.isfinite(t_) & (t_ >= 0)):
        raise FitError(_("A horizon must be 0 weeks or more; got {t}."), t=str(t))
    t_, x_, past, T_ = np.broadcast_arrays(np.atleast_1d(t_), x_, past, T_)
    contiguous = np.ascontiguousarray
    return contiguous(t_), contiguous(x_), contiguous(past), contiguous(T_)
