"""BG/NBD and Pareto/NBD fitted beside lifetimes and PyMC-Marketing (MAP), and what CLVTools says of CDNOW.

    .venv/bin/python benchmarks/run.py btyd --accounts 1000000 --pareto-accounts 20000

Wanted of BG/NBD: at least 15 times less CPU than lifetimes, and a log-likelihood equal to 6 digits. All log-
likelihoods are Mainstay's, at the parameters that each found; PyMC-Marketing's are of a fit with its priors.
Pareto/NBD has fewer accounts: lifetimes searches without a slope, PyMC-Marketing through a slow function.
CLVTools is an R package and not run here: its numbers are those that its own tests hold it to.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import contest
from contest import Entrant
from environments import LIFETIMES, OURS, PYMC, write_arrays
from mainstay.defection.estimators import BGNBD, ParetoNBD
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.histories import gather
from mainstay.defection.estimators.pareto_nbd import ParetoNBDParams
from reference import cdnow
from results import Result, Table

TRUTH = CNBDParams(0.6, 8.0, 0.8, 3.0)
# github.com/bachmannpatrick/CLVTools, tests/testthat/test_correctness_{bgnbd,pnbd}.R
CLVTOOLS = {
    "BG/NBD": (BGNBD, (0.2425945, 4.4136019, 0.7929199, 2.4258881), -9582.429),
    "Pareto/NBD": (ParetoNBD, (0.55315, 10.57633, 0.60625, 11.67150), -9594.976),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--pareto-accounts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)


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


def gathered(data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Equal histories as one with a weight: what lifetimes' documentation advises, done for it."""
    rows = gather(data["x"], data["t_x"], data["T"])
    weights = rows.weights.astype(np.int64)
    return {"x": rows.x.astype(np.int64), "t_x": rows.t_x, "T": rows.T, "weights": weights}


def logliks(runs: list[contest.Runs], model: object, params: object, data: dict) -> list[float]:
    """Log-likelihood of all accounts at what each entrant found."""
    past = data["x"], data["t_x"], data["T"]
    return [
        round(float(model(params(*one.told[-1]["params"])).loglik(*past).sum()), 2) for one in runs
    ]


def against_clvtools() -> Table:
    """Mainstay's estimates on CDNOW's sample beside CLVTools'."""
    past = [cdnow()[name] for name in ("x", "t_x", "T")]
    rows = []
    for name, (model, params, loglik) in CLVTOOLS.items():
        ours = model.fit(*past)
        found = ours.params_.array()
        rows.append([f"Mainstay, {name}", words(found), f"{ours.loglik_:.3f}"])
        rows.append([f"CLVTools, {name}", words(params), f"{loglik:.3f}"])
    return Table(["2,357 accounts of CDNOW", "parameters", "log-likelihood"], rows)


def words(params: object) -> str:
    return ", ".join(f"{value:.4f}" for value in params)


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    data = accounts(given.accounts, given.seed)
    few = accounts(given.pareto_accounts, given.seed)
    many, rows = gathered(data), write_arrays(folder / "accounts.npz", **data)
    weighted = write_arrays(folder / "weighted.npz", **many)
    some = write_arrays(folder / "some.npz", **few)
    bgnbd = contest.hold(
        [
            Entrant("Mainstay", OURS, "bgnbd", rows),
            Entrant("PyMC-Marketing, MAP", PYMC, "bgnbd", rows),
            Entrant(
                "lifetimes, given equal histories once with weights", LIFETIMES, "bgnbd", weighted
            ),
            Entrant("lifetimes", LIFETIMES, "bgnbd", rows),
        ],
        rounds,
        folder,
    )
    pareto = contest.hold(
        [
            Entrant("Mainstay", OURS, "pareto", some),
            Entrant("PyMC-Marketing, MAP", PYMC, "pareto", some),
            Entrant("lifetimes", LIFETIMES, "pareto", some),
        ],
        rounds,
        folder,
    )
    found = logliks(bgnbd, BGNBD, CNBDParams, data)
    found_pareto = logliks(pareto, ParetoNBD, ParetoNBDParams, few)
    tables = {
        "bgnbd": contest.table(bgnbd, log_likelihood=[f"{value:,.2f}" for value in found]),
        "pareto": contest.table(pareto, log_likelihood=[f"{value:,.2f}" for value in found_pareto]),
        "clvtools": against_clvtools(),
    }
    raw = {
        "accounts": given.accounts,
        "unique_histories": len(many["x"]),
        "pareto_accounts": given.pareto_accounts,
        "bgnbd": contest.raw(bgnbd),
        "pareto": contest.raw(pareto),
    }
    return Result("btyd", command, tables, raw, contest.versions(bgnbd))
