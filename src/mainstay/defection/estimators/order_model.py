"""The one surface of the models of when accounts order: fit, and what follows from x, t_x, T."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators.histories import Histories, check, gather
from mainstay.defection.estimators.model import Model, P
from mainstay.defection.estimators.search import Found, LogNormalPrior, Search

Floats = npt.NDArray[np.float64]

FEW_REPEATERS = 10  # with fewer, the parameters are not tried without a prior
ONE_PEAK = 1000  # repeaters from which on the likelihood is taken to have one peak


class OrderModel(Model[P], ABC):
    """Base of NBD, Pareto/NBD, BG/NBD, MBG/NBD and (M)BG/CNBD-k.

    A history: x order days after the first, t_x weeks from the first to the last, T weeks from the
    first to the last day known. An account of which nothing is known yet has x = t_x = T = 0, so
    `expected_orders(t, 0, 0, 0)` is E[X(t)] and `p_orders(n, t, 0, 0, 0)` is P(X(t) = n).
    """

    @classmethod
    def fit(
        cls,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        log_gaps: npt.ArrayLike | None = None,
        prior: LogNormalPrior[P] | None = None,
        start: OrderModel[P] | None = None,
    ) -> Self:
        """Maximum likelihood; with a weak prior where the data are too few (`used_prior_`).

        x: (n,), order days after the first; t_x, T: (n,), weeks
        weights: (n,), accounts that share a row; one each unless given
        log_gaps: (n,), sum over an account's gaps of log(gap in weeks), 0 where x = 0; tells k
            where the model has one, and is of no use to the others
        prior: use this one in any case
        start: a model of the same parameters that may be near, such as that of an earlier date; it
            makes the search quicker, and changes the result in its last digits alone
        Raises: InvalidHistory, FitError
        """
        histories = gather(x, t_x, T, weights=weights)
        return cls._fit(histories, prior=prior, start=cls._params_of(start))

    @classmethod
    @abstractmethod
    def _fit(
        cls, histories: Histories, *, prior: LogNormalPrior[P] | None, start: P | None
    ) -> Self:
        """`fit` for histories already gathered; `start`: parameters."""

    @classmethod
    def _params_of(cls, start: OrderModel[P] | None) -> P | None:
        if start is None:
            return None
        if not isinstance(start.params_, cls.Params):
            raise FitError(
                _(
                    "{model} can't start from {start}, whose parameters are others; "
                    "start from a model of the same kind, or leave it out."
                ),
                model=cls.__name__,
                start=str(start),
            )
        return start.params_

    @abstractmethod
    def _loglik_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _alive_rows(self, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _expected_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _staying_rows(self, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _orders_rows(self, n: int, t: Floats, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

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
        return self._loglik_rows(x_, t_, T_) + self._loglik_of_gaps(x_, t_, log_gaps)

    def _loglik_of_gaps(
        self, x: Floats, t_x: Floats, log_gaps: npt.ArrayLike | None
    ) -> Floats | float:
        """What the lengths of the gaps add: nothing where they are irregular."""
        return 0.0

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:
        """P(still buying at T) of each account (n,). Under BG, 1 wherever x = 0: never rank by it."""
        return self._alive_rows(*check(x, t_x, T))

    def expected_orders(
        self, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """E[order days in the t weeks after T | x, t_x, T] of each account (n,).

        t: weeks, one for all or (n,)
        """
        return self._expected_rows(*_with_horizon(t, x, t_x, T))

    def expected_orders_if_staying(
        self, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """E[order days in the t weeks after T] of each account (n,) if it is alive and never leaves.

        expected_orders / (p_alive · this) is the share of its orders that leaving will not take.
        """
        return self._staying_rows(*_with_horizon(t, x, t_x, T))

    def p_orders(
        self, n: int, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
    ) -> Floats:
        """P(exactly n order days in the t weeks after T | x, t_x, T) of each account (n_accounts,).

        n = 0 is the probability of complete defection within t.
        """
        if n < 0 or n != int(n):
            raise FitError(_("n counts order days: a whole number of 0 or more; got {n}."), n=n)
        return self._orders_rows(int(n), *_with_horizon(t, x, t_x, T))


def must_be_observed(histories: Histories) -> None:
    """Raises: FitError where nobody has been seen for a day."""
    if histories.n <= 0 or not np.any(histories.T > 0):
        raise FitError(
            _(
                "No account has been observed for a day or more; "
                "load a longer history or choose a later date."
            )
        )


def found_by(
    search: Search[Histories],
    begins: Sequence[Floats],
    *,
    weak: LogNormalPrior[P],
    prior: LogNormalPrior[P] | None,
    alone: bool,
    afresh: Sequence[Floats] = (),
    few: Sequence[Floats] = (),
) -> Found:
    """`Search.fit`, or a FitError that says what to try."""
    found = search.fit(begins, weak=weak, prior=prior, alone=alone, afresh=afresh, few=few)
    if found is None:
        raise FitError(
            _(
                "The rhythm model found no best fit for {n} accounts; check for accounts with "
                "impossible dates, or give a prior with smaller spread."
            ),
            n=int(search.data.n),
        )
    return found


def own_gap(histories: Histories) -> float:
    """(Σt_x + 1)/(Σx + 1) weeks: between order days, whatever the silence after the last."""
    weeks = float(histories.weights @ histories.t_x) + 1.0
    return weeks / (float(histories.weights @ histories.x) + 1.0)


def mean_gap(histories: Histories) -> float:
    """(ΣT + 1)/(Σx + 1) weeks, and at most three times the longest history."""
    weeks = float(histories.weights @ histories.T) + 1.0
    orders = float(histories.weights @ histories.x) + 1.0
    return min(weeks / orders, 3.0 * float(histories.T.max()))


def _with_horizon(
    t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    x_, past, T_ = check(x, t_x, T)
    t_ = np.asarray(t, dtype=np.float64)
    if not np.all(np.isfinite(t_) & (t_ >= 0)):
        raise FitError(_("A horizon must be 0 weeks or more; got {t}."), t=str(t))
    t_, x_, past, T_ = np.broadcast_arrays(np.atleast_1d(t_), x_, past, T_)
    contiguous: Any = np.ascontiguousarray
    return contiguous(t_), contiguous(x_), contiguous(past), contiguous(T_)
