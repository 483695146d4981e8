"""Accounts whose orders follow a rhythm model, told order by order; no formula of ours is used."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mainstay.defection.estimators.cnbd import CNBD
from mainstay.defection.estimators.gamma_gamma import GammaGamma
from mainstay.defection.estimators.order_model import OrderModel
from mainstay.defection.estimators.pareto_nbd import ParetoNBD


class Simulated(NamedTuple):
    """What one sees up to T, and what really happens in the `t` weeks after."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    log_gaps: np.ndarray
    alive: np.ndarray
    later: np.ndarray


def simulate(
    model: OrderModel[Any], n: int, *, T: np.ndarray | float, t: float, seed: int
) -> Simulated:
    """Accounts order by order, as the model's story tells it; no formula of ours is used."""
    rng = np.random.default_rng(seed)
    p, k = model.params_, model.k_
    end = np.broadcast_to(np.asarray(T, dtype=float), n)
    rate = np.maximum(rng.gamma(p.r, 1 / p.alpha, n), 1e-12)
    leave, left = np.zeros(n), np.full(n, np.inf)
    if isinstance(model, CNBD):
        leave = rng.beta(p.a, p.b, n)
    if isinstance(model, ParetoNBD):
        left = rng.exponential(1 / np.maximum(rng.gamma(p.s, 1 / p.beta, n), 1e-12))
    x, t_x, log_gaps, later, now = (np.zeros(n) for _ in range(5))
    stays = np.ones(n, bool)
    if isinstance(model, CNBD) and model.leaves_at_zero:
        stays = rng.random(n) >= leave
    alive = stays & (left > end)
    while stays.any():
        gap = rng.gamma(k, 1 / rate)
        now = np.where(stays, now + gap, np.inf)
        stays = stays & (now <= left)
        before, after = stays & (now <= end), stays & (now > end) & (now <= end + t)
        x[before] += 1
        log_gaps[before] += np.log(gap[before])
        t_x[before] = now[before]
        later[after] += 1
        coin = rng.random(n) >= leave
        alive[before] = (coin & (left > end))[before]
        stays = stays & (before | after) & coin
    return Simulated(x, t_x, end.copy(), log_gaps, alive, later)


def simulate_spend(model: GammaGamma, x: np.ndarray, *, seed: int) -> np.ndarray:
    """The mean spend of each account's x orders, order by order; 0 where it has none."""
    rng = np.random.default_rng(seed)
    p = model.params_
    rate = rng.gamma(p.q, 1 / p.v, len(x))
    return np.array(
        [
            rng.gamma(p.p, 1 / of, int(orders)).mean() if orders else 0.0
            for of, orders in zip(rate, x, strict=True)
        ]
    )
