"""A truth for every estimator, what is seen of it, and histories that are hard to fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from simulated import simulate, simulate_spend

from mainstay.defection.estimators import (
    BGNBD,
    MBGNBD,
    NBD,
    BGCNBDk,
    GammaGamma,
    MBGCNBDk,
    ParetoNBD,
)
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.gamma_gamma import GammaGammaParams
from mainstay.defection.estimators.model import Model
from mainstay.defection.estimators.nbd import NBDParams
from mainstay.defection.estimators.order_model import OrderModel
from mainstay.defection.estimators.pareto_nbd import ParetoNBDParams

Arrays = tuple[np.ndarray, ...]

TRUTHS: dict[type[Model[Any]], Model[Any]] = {
    NBD: NBD(NBDParams(1.3, 12.0)),
    ParetoNBD: ParetoNBD(ParetoNBDParams(1.3, 12.0, 0.8, 25.0)),
    BGNBD: BGNBD(CNBDParams(1.3, 12.0, 0.9, 4.0)),
    MBGNBD: MBGNBD(CNBDParams(1.3, 12.0, 0.9, 4.0)),
    BGCNBDk: BGCNBDk(CNBDParams(1.6, 5.0, 0.9, 4.0), k=2),
    MBGCNBDk: MBGCNBDk(CNBDParams(1.6, 8.0, 0.9, 5.0), k=3),
    GammaGamma: GammaGamma(GammaGammaParams(5.0, 4.0, 90.0)),
}


def seen_of(model: type[Model[Any]], n: int, *, seed: int) -> Arrays:
    """What `fit` takes: x, t_x, T over up to three years, or x and mean spend, of n accounts."""
    truth = TRUTHS[model]
    if isinstance(truth, OrderModel):
        return tuple(simulate(truth, n, T=np.linspace(10, 150, n), t=0, seed=seed)[:3])
    x = np.random.default_rng(seed).geometric(0.2, n) - 1.0
    assert isinstance(truth, GammaGamma)
    return x, simulate_spend(truth, x, seed=seed + 1)


def hard_histories() -> dict[str, Arrays]:
    """x, t_x, T that no estimator may fail on."""
    usual = simulate(TRUTHS[MBGNBD], 3000, T=104.0, t=0, seed=5)[:3]
    giant = tuple(values.copy() for values in usual)
    giant[0][0], giant[1][0] = 728, 103.9
    ones = np.ones
    return {
        "giant among thousands": giant,
        "ten years": simulate(TRUTHS[MBGNBD], 1500, T=np.linspace(1, 521, 1500), t=0, seed=6)[:3],
        "twenty accounts": tuple(values[:20] for values in usual),
        "one account": (ones(1) * 5, ones(1) * 20, ones(1) * 22),
        "one that never came back": (0 * ones(1), 0 * ones(1), ones(1) * 22),
        "all equal": (ones(200) * 12, ones(200) * 48, ones(200) * 52),
        "nobody came back": (0 * ones(500), 0 * ones(500), np.linspace(1, 520, 500)),
        "daily for ten years": (ones(300) * 3649, ones(300) * 521, ones(300) * 521),
        "some observed for no day": (
            np.array([0, 0, 3.0]),
            np.array([0, 0, 5.0]),
            np.array([0, 0, 9.0]),
        ),
        "all gone long ago": (ones(300) * 20, np.linspace(1, 10, 300), ones(300) * 520),
        "nobody ever leaves": (np.arange(1.0, 301), ones(300) * 104, ones(300) * 104),
        "half there, half gone at once": (
            np.r_[ones(200) * 30, 0 * ones(200)],
            np.r_[np.linspace(98, 104, 200), 0 * ones(200)],
            ones(400) * 104,
        ),
    }


def hard_spends() -> dict[str, Arrays]:
    """x and mean spend that Gamma-Gamma may not fail on."""
    x, mean = seen_of(GammaGamma, 3000, seed=7)
    some = x > 0
    giant = mean.copy()
    giant[np.argmax(some)] = 1e7
    orders = x.copy()
    orders[np.argmax(some)] = 3649
    return {
        "giant among thousands": (x, giant),
        "twenty accounts": (x[some][:20], mean[some][:20]),
        "one account": (np.ones(1) * 5, np.ones(1) * 20),
        "one order each": (np.ones(500), mean[some][:500]),
        "daily for ten years": (orders, mean),
        "in won": (x, mean * 1e6),
        "in millions": (x, mean / 1e6),
        "two prices": (np.ones(400) * 3, np.r_[np.ones(200) * 10, np.ones(200) * 12]),
        "nearly the same": (np.ones(300) * 3, np.linspace(9.9, 10.1, 300)),
    }
