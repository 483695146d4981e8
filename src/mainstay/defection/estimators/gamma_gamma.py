"""Gamma-Gamma: how much an order is worth, account by account, apart from how often it orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError, InvalidHistory
from mainstay.core.texts import gettext_noop as _
from mainstay.defection.estimators.gamma_gamma_likelihood import loglik_derivatives, loglik_rows
from mainstay.defection.estimators.histories import evenly
from mainstay.defection.estimators.model import Model
from mainstay.defection.estimators.search import LogNormalPrior, Params, Search

Floats = npt.NDArray[np.float64]

FEW_ACCOUNTS = 10  # with fewer, the parameters are not tried without a prior
ALIKE = 0.01  # relative range of the means, up to which there is nothing to tell apart


@dataclass(frozen=True)
class GammaGammaParams(Params):
    """p: shape of one account's orders; q, v (–, money): how accounts differ in the mean."""

    p: float
    q: float
    v: float


@dataclass(frozen=True)
class Spends:
    """Orders x ≥ 1 and mean spend of each account, float64 (n,), with weights; sorted."""

    x: Floats
    mean: Floats
    weights: Floats

    @property
    def n(self) -> float:
        """Number of accounts."""
        return float(self.weights.sum())

    @property
    def rows(self) -> int:
        """Number of different spends."""
        return len(self.x)

    def sample(self, n: int) -> Spends:
        """n accounts at even distances: the same ones each time."""
        rows, taken = evenly(self.weights, n)
        return Spends(self.x[rows], self.mean[rows], taken)


class GammaGamma(Model[GammaGammaParams]):
    """Gamma-Gamma model of spend.

    An account's orders are worth Gamma(p, ν) each, and ν ~ Gamma(q, v) over accounts, apart from
    how often it orders. E[spend | x, m] = p (v + x m) / (px + q − 1).

    Only positive means: credit notes and margins below 0 need their own treatment.

    Source: Fader & Hardie (2013), The gamma-gamma model of monetary value
    """

    Params = GammaGammaParams

    @classmethod
    def fit(
        cls,
        x: npt.ArrayLike,
        mean: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        prior: LogNormalPrior[GammaGammaParams] | None = None,
        start: GammaGamma | None = None,
    ) -> Self:
        """Maximum likelihood; with a weak prior where the data are too few (`used_prior_`).

        x: (n,), orders over which the mean is taken; an account with 0 tells nothing, whatever its
            mean
        mean: (n,), mean spend of these orders, in money, > 0
        weights: (n,), accounts that share a row; one each unless given
        prior: use this one in any case
        start: a model that may be near; changes the result in its last digits alone
        n_ counts the accounts with an order.
        Raises: InvalidHistory, FitError (a mean of 0 or less; no order at all; all means the same)
        """
        spends = _gather(x, mean, weights)
        # In units of the typical mean, so that no currency is too small for the search.
        unit = float(np.exp(spends.weights @ np.log(spends.mean) / spends.n))
        scaled = Spends(spends.x, spends.mean / unit, spends.weights)
        weak = weak_prior()
        begins = [np.log(weak.median.array())]
        afresh: list[Floats] = []
        if start is not None:
            near = replace(start.params_, v=start.params_.v / unit)
            begins, afresh = [np.log(near.array())], begins
        if prior is not None:
            prior = replace(prior, median=replace(prior.median, v=prior.median.v / unit))
        found = Search(scaled, _derivatives).fit(
            begins, weak=weak, prior=prior, alone=spends.n >= FEW_ACCOUNTS, afresh=afresh
        )
        if found is None:
            raise FitError(
                _(
                    "The spend model found no best fit for {n} accounts; check for accounts with "
                    "an impossible mean, or give a prior with smaller spread."
                ),
                n=int(spends.n),
            )
        in_money = found.log_theta + np.log([1.0, 1.0, unit])
        loglik = found.loglik - spends.n * float(np.log(unit))
        return cls._from(replace(found, log_theta=in_money, loglik=loglik), spends.n)

    def loglik(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """log-likelihood of each account's mean (n,), a density per unit of money; 0 where x = 0."""
        x_, mean_ = _check(x, mean)
        out = np.zeros(len(x_))
        some = x_ > 0
        values = np.empty(int(some.sum()))
        loglik_rows(self.params_.array(), x_[some], mean_[some], values)
        out[some] = values
        return out

    def expected_spend(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """E[spend per order to come | x, mean] of each account (n,), in money.

        It lies between the account's own mean and that of all; x = 0 gives that of all.
        Raises: FitError where the model has no finite mean (px + q ≤ 1)
        """
        x_, mean_ = _check(x, mean)
        p, q, v = self.params_.array()
        shape = p * x_ + q - 1.0
        if (shape <= 0).any():
            raise FitError(
                _(
                    "With p = {p} and q = {q} accounts differ so much that one with x = {x} has no "
                    "finite expected spend; leave such accounts out, or give a prior with a larger q."
                ),
                p=round(float(p), 4),
                q=round(float(q), 4),
                x=float(x_[np.argmax(shape <= 0)]),
            )
        return np.asarray(p * (v + x_ * np.where(x_ > 0, mean_, 0.0)) / shape)


def weak_prior() -> LogNormalPrior[GammaGammaParams]:
    """The prior used where the data are too few, for means in units of the typical one.

    Medians: one account's orders and the accounts' means each vary by half (p = 4, q = 5, and v = 1
    so that the mean is 1). Wide: a factor 4.5 either way is one standard deviation.
    """
    return LogNormalPrior(GammaGammaParams(4.0, 5.0, 1.0), GammaGammaParams(1.5, 1.5, 1.5))


def _check(x: npt.ArrayLike, mean: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both as float64 arrays of one length.

    Raises: InvalidHistory; FitError where an account with an order has a mean of 0 or less
    """
    arrays = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, mean))
    x_, mean_ = (np.ascontiguousarray(array) for array in np.broadcast_arrays(*arrays))
    wrong = ~np.isfinite(x_) | (x_ < 0) | (x_ != np.floor(x_)) | (~np.isfinite(mean_) & (x_ > 0))
    if wrong.any():
        raise InvalidHistory(
            _(
                "Row {row} (and {others} others) has x = {x} and a mean spend of {mean}; "
                "x counts orders, and the mean must be a number."
            ),
            row=int(np.argmax(wrong)),
            others=int(wrong.sum()) - 1,
            x=float(x_[np.argmax(wrong)]),
            mean=float(mean_[np.argmax(wrong)]),
        )
    below = (mean_ <= 0) & (x_ > 0)
    if below.any():
        raise FitError(
            _(
                "Row {row} (and {others} others) has a mean spend of {mean}; the spend model is for "
                "means above 0. Leave such accounts out, or use net sales instead of margin."
            ),
            row=int(np.argmax(below)),
            others=int(below.sum()) - 1,
            mean=round(float(mean_[np.argmax(below)]), 4),
        )
    return x_, mean_


def _gather(x: npt.ArrayLike, mean: npt.ArrayLike, weights: npt.ArrayLike | None) -> Spends:
    """Equal rows once, those without an order left out, in an order of their own."""
    x_, mean_ = _check(x, mean)
    w = np.ones(len(x_)) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != x_.shape or not np.all(np.isfinite(w) & (w >= 0)):
        raise InvalidHistory(
            _("There are {n} histories; give as many weights, each 0 or more."), n=len(x_)
        )
    keep = np.flatnonzero((x_ > 0) & (w > 0))
    if not len(keep):
        raise FitError(
            _("No account has an order with a spend; load a longer history or choose a later date.")
        )
    keep = keep[np.lexsort((mean_[keep], x_[keep]))]
    x_, mean_, w = x_[keep], mean_[keep], w[keep]
    new = np.concatenate(([True], (np.diff(x_) != 0) | (np.diff(mean_) != 0)))
    rows = np.flatnonzero(new)
    spends = Spends(x_[rows], mean_[rows], np.add.reduceat(w, rows))
    if spends.n > 1 and np.ptp(spends.mean) <= ALIKE * spends.mean.max():
        raise FitError(
            _(
                "All {n} accounts have practically the same mean spend of {mean}; expect that of each, "
                "no model is needed."
            ),
            n=int(spends.n),
            mean=round(float(spends.mean[0]), 4),
        )
    return spends


def _derivatives(spends: Spends, theta: Floats, gradient: Floats, hessian: Floats) -> float:
    return loglik_derivatives(theta, spends.x, spends.mean, spends.weights, gradient, hessian)
