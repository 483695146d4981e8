"""Where the search for the parameters of BG/NBD, MBG/NBD and (M)BG/CNBD-k begins, and their prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.estimators.cnbd_likelihood import loglik_derivatives
from mainstay.defection.estimators.histories import Histories
from mainstay.defection.estimators.order_model import ONE_PEAK, mean_gap, own_gap
from mainstay.defection.estimators.search import LogNormalPrior, Params, Search

Floats = npt.NDArray[np.float64]

TORN = (0.1, 0.3)  # a, b where some leave at once and the others never


@dataclass(frozen=True)
class CNBDParams(Params):
    """r, alpha (events, weeks): rate of events ~ Gamma; a, b: probability of leaving ~ Beta."""

    r: float
    alpha: float
    a: float
    b: float


def weak_prior(histories: Histories, *, k: int = 1) -> LogNormalPrior[CNBDParams]:
    """The prior used where the data are too few.

    Medians: r = 1; alpha so that the mean gap is that of all accounts together, (ΣT + 1)/(Σx + 1)
    weeks, and at most three times the longest history; one order in seven followed by leaving
    (a = .7, b = 4.2). Wide: a factor 4.5 either way is one standard deviation (7.4 for alpha).
    """
    median = CNBDParams(1.0, k * mean_gap(histories), 0.7, 4.2)
    return LogNormalPrior(median, CNBDParams(1.5, 2.0, 1.5, 1.5))


def starts(histories: Histories, near: CNBDParams | None, *, k: int) -> list[Floats]:
    """Log parameters from which to search.

    With few accounts the likelihood may have several peaks: some leave now and then, or some leave
    at once and the others never. So it is looked at from both sides. `near`, which may be a fit of
    an earlier date, is believed where there are enough accounts for one peak.
    """
    if near is not None and histories.repeaters >= ONE_PEAK:
        return [np.log(near.array())]
    usual = weak_prior(histories, k=k).median
    torn = CNBDParams(usual.r, usual.alpha, *TORN)
    return [np.log(params.array()) for params in (usual, torn)]


def brief(histories: Histories, *, k: int) -> Floats:
    """Log parameters where nearly all leave at once, and the others order often: a third peak that
    few data may have, in which the long silence of most says nothing of how often they ordered."""
    return np.log([5.0, 5.0 * k * own_gap(histories), 6.0, 1.0])


def search_for(histories: Histories, *, k: int, m: int) -> Search[Histories]:
    """The search over histories, for k events per order and m as in `cnbd_likelihood`."""

    def derivatives(h: Histories, theta: Floats, gradient: Floats, hessian: Floats) -> float:
        return loglik_derivatives(k, m, theta, h.x, h.t_x, h.T, h.weights, gradient, hessian)

    return Search(histories, derivatives)
