"""How regular: the choice of k, for BG/CNBD-k and MBG/CNBD-k."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError, InvalidHistory
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators.cnbd import CNBD, gaps_factor, params_for
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.histories import check, gather
from mainstay.defection.estimators.order_model import FEW_REPEATERS, OrderModel
from mainstay.defection.estimators.search import LogNormalPrior

M = TypeVar("M", bound="CNBDk")
K_MAX = 8
GAIN = 1.0  # of log-likelihood, for which a more regular rhythm is believed


class CNBDk(CNBD):
    """Base of BG/CNBD-k and MBG/CNBD-k, whose k the data choose.

    k is the regularity: the coefficient of variation of an account's gaps is 1/√k.
    logliks_: {k: log-likelihood} tried
    """

    logliks_: dict[int, float]

    @classmethod
    def fit(
        cls,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        log_gaps: npt.ArrayLike | None = None,
        prior: LogNormalPrior[CNBDParams] | None = None,
        start: OrderModel[CNBDParams] | None = None,
        k: int | None = None,
    ) -> Self:
        """Maximum likelihood over the parameters and, unless k is given, k = 1..8.

        log_gaps: (n,), sum over an account's gaps of log(gap in weeks), 0 where x = 0. With them k
            is told by the gaps themselves; without, by t_x alone, which says less.
        start: a model of nearly the same data; k is looked for around its k
        k rises until the log-likelihood has not gained twice in a row; a gain below 1 is none, and
        with hardly any repeat order k is 1. Other arguments as in `OrderModel.fit`.
        """
        histories = gather(x, t_x, T, weights=weights)
        x_, past, _T = check(x, t_x, T)
        w = np.ones(len(x_)) if weights is None else np.asarray(weights, dtype=np.float64)
        gaps = np.zeros(len(x_)) if log_gaps is None else np.asarray(log_gaps, dtype=np.float64)
        if gaps.shape != x_.shape or not np.all(np.isfinite(gaps)):
            raise InvalidHistory(
                _(
                    "log_gaps must be one number an account: 0 if it has no gap, each gap a day or more."
                )
            )
        if k is not None and (k < 1 or k != int(k)):
            raise FitError(_("k must be a whole number of 1 or more; got {k}."), k=k)
        tried: dict[int, float] = {}

        def at(order: int, near: CNBDParams | None, of: int, like: type[M]) -> M:
            params = None if near is None else params_for(near, of, order)
            model = like.fit_histories(histories, k=order, prior=prior, start=params)
            model.loglik_ += float(w @ gaps_factor(order, x_, past, log_gaps=log_gaps))
            tried[order] = model.loglik_
            return model

        near = cls._params_of(start)
        if k is not None or histories.repeaters < FEW_REPEATERS:
            best = at(1 if k is None else int(k), near, 1, cls)
        elif isinstance(start, CNBDk):
            best = _from_near(start.k_, lambda order: at(order, near, 1, cls))
        else:
            best = _from_one(lambda order, params, of: at(order, params, of, cls), near)
        best.logliks_ = tried
        return best


def _from_one(at: Callable[[int, CNBDParams | None, int], M], near: CNBDParams | None) -> M:
    """k rises until the log-likelihood has not gained twice in a row; each from the one before."""
    best = model = at(1, near, 1)
    for order in range(2, K_MAX + 1):
        model = at(order, model.params_, order - 1)
        if model.loglik_ > best.loglik_ + GAIN:
            best = model
        if order >= best.k_ + 2:
            break
    return best


def _from_near(k: int, at: Callable[[int], M]) -> M:
    """Up from a k that was best of nearly the same data while that gains; else down while it does."""
    best = at(k)
    while best.k_ < K_MAX and (more := at(best.k_ + 1)).loglik_ > best.loglik_ + GAIN:
        best = more
    if best.k_ > k:
        return best
    top = best.loglik_
    while best.k_ > 1 and (less := at(best.k_ - 1)).loglik_ >= top - GAIN:
        best, top = less, max(top, less.loglik_)
    return best
