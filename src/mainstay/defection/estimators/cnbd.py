"""What BG/NBD, MBG/NBD and (M)BG/CNBD-k have in common: parameters, fit, and what they tell."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln

from mainstay.core.errors import FitError
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators import cnbd_future
from mainstay.defection.estimators.cnbd_likelihood import loglik_gradient, loglik_rows
from mainstay.defection.estimators.histories import Histories, check, gather

Floats = npt.NDArray[np.float64]

BOUND = 12.0  # of |log parameter|: e¹² weeks or accounts are beyond any order history
FEW_REPEATERS = 10  # with fewer, four parameters are not tried without a prior
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
    weeks; one order in seven followed by leaving (a = .7, b = 4.2). Wide: a factor 4.5 either way
    is one standard deviation (7.4 for alpha).
    """
    weeks = float(histories.weights @ histories.T) + 1.0
    orders = float(histories.weights @ histories.x) + 1.0
    return LogNormalPrior(
        CNBDParams(1.0, k * weeks / orders, 0.7, 4.2), CNBDParams(1.5, 2.0, 1.5, 1.5)
    )


class CNBD:
    """Base of the family; a subclass says whether an account may leave right after its first order.

    params_: CNBDParams; k_: events per order (1 = exponential gaps); loglik_: log-likelihood at
    the optimum, with the factor in the gaps where k > 1; n_: accounts; se_: CNBDParams of standard
    errors (from the curvature at the optimum); used_prior_: whether a prior was needed or given
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
    ) -> Self:
        """Maximum likelihood; with a weak prior where the data are too few (`used_prior_`).

        x: (n,), order days after the first; t_x, T: (n,), weeks
        weights: (n,), accounts that share a row; one each unless given
        prior: use this one in any case
        Raises: InvalidHistory, FitError
        """
        return cls.fit_histories(gather(x, t_x, T, weights=weights), prior=prior)

    @classmethod
    def fit_histories(
        cls,
        histories: Histories,
        *,
        k: int = 1,
        prior: LogNormalPrior | None = None,
        start: CNBDParams | None = None,
    ) -> Self:
        """`fit` for one k and histories already gathered; `start` may be a fit of another k."""
        if histories.n <= 0 or not np.any(histories.T > 0):
            raise FitError(
                _(
                    "No account has been observed for a day or more; "
                    "load a longer history or choose a later date."
                )
            )
        weak = weak_prior(histories, k=k)
        begin = np.log(astuple(start or weak.median))
        search = _Search(histories, k, int(cls.leaves_at_zero))
        repeaters = histories.weights[histories.x > 0].sum()
        found = None
        if prior is None and repeaters >= FEW_REPEATERS:
            found = search.run(begin, None)
        used_prior = found is None
        if found is None:
            found = search.run(begin, prior or weak)
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


@dataclass(frozen=True)
class _Search:
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
        found = minimize(
            self.objective,
            np.clip(begin, -BOUND + 1, BOUND - 1),
            args=(prior,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-BOUND, BOUND)] * 4,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8, "maxcor": 20},
        )
        log_theta = found.x
        if not np.isfinite(found.fun) or np.any(np.abs(log_theta) > BOUND - 0.01):
            return None
        for _step in range(2):  # Newton, to the last digits
            curvature = self.curvature(log_theta, prior)
            if np.min(np.linalg.eigvalsh(curvature)) <= 0:
                return None
            move = np.linalg.solve(curvature, self.objective(log_theta, prior)[1])
            if np.max(np.abs(move)) > 1:
                return None
            log_theta = log_theta - move
        log_se = np.sqrt(np.diag(np.linalg.inv(curvature)) / self.histories.n)
        if np.max(log_se) > VAGUE:
            return None
        value = self.objective(log_theta, None)[0]
        return log_theta, -value * self.histories.n, log_se

    def curvature(self, log_theta: Floats, prior: LogNormalPrior | None) -> Floats:
        """The Hessian of the objective, by central differences of its gradient."""
        step = 1e-4
        rows = [
            (
                self.objective(log_theta + step * unit, prior)[1]
                - self.objective(log_theta - step * unit, prior)[1]
            )
            / (2 * step)
            for unit in np.eye(4)
        ]
        return np.asarray((np.array(rows) + np.array(rows).T) / 2)
