"""Accounts whose orders follow a rhythm model, told order by order; no formula of ours is used."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mainstay.defection.estimators.cnbd import CNBD


class Simulated(NamedTuple):
    """What one sees up to T, and what really happens in the `t` weeks after."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    log_gaps: np.ndarray
    alive: np.ndarray
    later: np.ndarray


def simulate(model: CNBD, n: int, *, T: np.ndarray | float, t: float, seed: int) -> Simulated:
    """Accounts order by order, as the model's story tells it; no formula of ours is used."""
    rng = np.random.default_rng(seed)
    p, k = model.params_, model.k_
    end = np.broadcast_to(np.asarray(T, dtype=float), n)
    rate = np.maximum(rng.gamma(p.r, 1 / p.alpha, n), 1e-12)
    leave = rng.beta(p.a, p.b, n)
    x, t_x, log_gaps, later, now = (np.zeros(n) for _ in range(5))
    stays = rng.random(n) >= leave if model.leaves_at_zero else np.ones(n, bool)
    alive = stays.copy()
    while stays.any():
        gap = rng.gamma(k, 1 / rate)
        now = np.where(stays, now + gap, np.inf)
        before, after = now <= end, (now > end) & (now <= end + t)
        x[before] += 1
        log_gaps[before] += np.log(gap[before])
        t_x[before] = now[before]
        later[after] += 1
        coin = rng.random(n) >= leave
        alive[before] = coin[before]
        stays = stays & (before | after) & coin
    return Simulated(x, t_x, end.copy(), log_gaps, alive, later)
