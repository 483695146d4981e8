"""BG/NBD and Pareto/NBD, beside lifetimes on the same arrays.

    .venv/bin/python benchmarks/btyd.py --accounts 1000000 --pareto-accounts 20000

Wanted of BG/NBD: at least 15 times less CPU than lifetimes, and a log-likelihood equal to 6 digits.
Pareto/NBD has fewer accounts, since lifetimes searches for its parameters without a slope.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import astuple
from pathlib import Path

import numpy as np

from environments import LIFETIMES, measured
from mainstay.defection.estimators import BGNBD, MBGCNBDk, ParetoNBD
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.histories import gather
from mainstay.defection.estimators.pareto_nbd import ParetoNBDParams

TRUTH = CNBDParams(0.6, 8.0, 0.8, 3.0)


def accounts(n: int, seed: int) -> dict[str, np.ndarray]:
    """x, t_x, T in weeks, on whole days, of accounts that follow BG/NBD for up to two years."""
    rng = np.random.default_rng(seed)
    T = rng.integers(7, 731, n)
    rate = rng.gamma(TRUTH.r, 1 / TRUTH.alpha, n)
    leave = rng.beta(TRUTH.a, TRUTH.b, n)
    x, last, now = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)
    stays = np.arange(n)
    while len(stays):
        now[stays] += rng.exponential(7 / np.maximum(rate[stays], 1e-12))
        stays = stays[now[stays] <= T[stays]]
        day = np.ceil(now[stays]).astype(np.int64)
        another = day > last[stays]  # two orders on one day are one order day
        x[stays] += another
        last[stays] = day
        stays = stays[rng.random(len(stays)) >= leave[stays]]
    return {"x": x, "t_x": last / 7, "T": T / 7}


def pareto(data: dict[str, np.ndarray]) -> dict[str, object]:
    """Ours and theirs fitted to the same accounts."""
    past = data["x"], data["t_x"], data["T"]
    ParetoNBD.fit(*(values[:100] for values in past))
    ours, seconds = measured(lambda: ParetoNBD.fit(*past), repeat=3)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "raw.npz")
        np.savez(file, **data)
        theirs = LIFETIMES.run("pareto", file)
    at_theirs = float(ParetoNBD(ParetoNBDParams(*theirs["params"])).loglik(*past).sum())
    return {
        "accounts": len(data["x"]),
        "cpu_seconds": round(seconds, 4),
        "lifetimes_cpu_seconds": round(theirs["seconds"], 2),
        "times_faster": round(theirs["seconds"] / seconds, 1),
        "params": [round(value, 5) for value in astuple(ours.params_)],
        "lifetimes_params": [round(value, 5) for value in theirs["params"]],
        "loglik": round(ours.loglik_, 3),
        "loglik_at_lifetimes_params": round(at_theirs, 3),
        "loglik_by_lifetimes": round(theirs["loglik"], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--pareto-accounts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    data = accounts(given.accounts, given.seed)
    x, t_x, T = data["x"], data["t_x"], data["T"]
    BGNBD.fit(x[:100], t_x[:100], T[:100])  # compiled, or read from the cache
    ours, seconds = measured(lambda: BGNBD.fit(x, t_x, T), repeat=3)
    rows, gathering = measured(lambda: gather(x, t_x, T), repeat=3)
    default, all_k = measured(lambda: MBGCNBDk.fit(x, t_x, T))
    with tempfile.TemporaryDirectory() as folder:
        raw, gathered = Path(folder, "raw.npz"), Path(folder, "gathered.npz")
        np.savez(raw, **data)
        np.savez(
            gathered,
            x=rows.x.astype(np.int64),
            t_x=rows.t_x,
            T=rows.T,
            weights=rows.weights.astype(np.int64),
        )
        theirs = LIFETIMES.run("fit", raw)
        helped = LIFETIMES.run("fit_gathered", gathered)
    at_theirs = float(BGNBD(CNBDParams(*theirs["params"])).loglik(x, t_x, T).sum())
    print(
        json.dumps(
            {
                "accounts": given.accounts,
                "unique_histories": len(rows.x),
                "cpu_seconds": round(seconds, 3),
                "of_which_gathering": round(gathering, 3),
                "lifetimes_cpu_seconds": round(theirs["seconds"], 2),
                "lifetimes_given_our_gathered_rows": round(helped["seconds"], 2),
                "times_faster": round(theirs["seconds"] / seconds, 1),
                "mbg_cnbd_k_cpu_seconds": round(all_k, 3),
                "mbg_cnbd_k_chosen": default.k_,
                "params": [round(value, 5) for value in astuple(ours.params_)],
                "lifetimes_params": [round(value, 5) for value in theirs["params"]],
                "loglik": round(ours.loglik_, 3),
                "loglik_at_lifetimes_params": round(at_theirs, 3),
                "relative_difference": abs(ours.loglik_ / at_theirs - 1),
                "pareto_nbd": pareto(accounts(given.pareto_accounts, given.seed)),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
