"""What every estimator has: parameters, how well they are known, and how they were found."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators.search import Found, Params

Floats = npt.NDArray[np.float64]
P = TypeVar("P", bound=Params)


class Model(Generic[P]):
    """Base of all estimators.

    params_: the parameters; k_: events per order (1 = exponential gaps)
    loglik_: log-likelihood at the optimum; n_: accounts; used_prior_: whether a prior was needed
    or given
    covariance_: float64 (n_params, n_params), of the parameters in their own units and order, from
        the curvature of log-likelihood and prior at the optimum; None unless fitted
    standard_errors_: its square roots, by name; None unless fitted
    """

    Params: ClassVar[type[Any]]
    params_: P
    k_: int
    loglik_: float
    n_: float
    used_prior_: bool
    covariance_: Floats | None
    standard_errors_: P | None

    def __init__(self, params: P, *, k: int = 1) -> None:
        """A model with given parameters; `fit` finds them."""
        values = params.array()
        if not (np.all(np.isfinite(values)) and np.all(values > 0) and k >= 1):
            raise FitError(
                _(
                    "The parameters of a model must be numbers above 0 and k at least 1; "
                    "got {params}, k = {k}."
                ),
                params=str(params),
                k=k,
            )
        self.params_, self.k_ = params, int(k)
        self.loglik_, self.n_, self.used_prior_ = float("nan"), 0.0, False
        self.covariance_, self.standard_errors_ = None, None

    @classmethod
    def _from(cls, found: Found, n: float, *, k: int = 1) -> Self:
        """The model of an optimum, by the delta method in the parameters' own units."""
        theta = np.exp(found.log_theta)
        model = cls(cls.Params(*theta.tolist()), k=k)
        model.loglik_, model.n_, model.used_prior_ = found.loglik, n, found.used_prior
        covariance = found.covariance * (theta[:, None] * theta)
        model.covariance_ = covariance
        model.standard_errors_ = cls.Params(*np.sqrt(np.diag(covariance)).tolist())
        return model

    def __repr__(self) -> str:
        k = f", k={self.k_}" if self.k_ != 1 else ""
        return f"{type(self).__name__}({self.params_}{k})"
