"""Changepoints in the order days of many series, beside ruptures' KernelCPD on their weekly counts.

    .venv/bin/python benchmarks/run.py changepoint

All of them fall to a third in a known week; both are asked when. Wanted: at least 400,000 series of 156
weeks a second on one core, and 70 times as many as ruptures. The second table is of Mainstay alone, on
many steady series; how regular each is, is reckoned apart.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import contest
from contest import Entrant
from environments import OURS, RUPTURES, write_arrays
from results import Result, Table


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--series", type=int, default=500_000, help="steady ones, of Mainstay alone"
    )
    parser.add_argument("--peer-series", type=int, default=20_000)
    parser.add_argument("--weeks", type=int, default=156)


def series(given: argparse.Namespace) -> dict[str, np.ndarray]:
    """Weekly counts, each series' rate, and counts of the first ones that fall to a third 30 weeks before the end."""
    rng = np.random.default_rng(1)
    rates = rng.gamma(1.5, 0.2, given.series)
    counts = rng.poisson(rates[:, None], (given.series, given.weeks)).astype(np.int32)
    falling = counts[: given.peer_series].copy()
    at = given.weeks - 30
    falling[:, at:] = rng.binomial(falling[:, at:], 1 / 3)
    return {"steady": counts, "falling": falling, "rates": rates}


def weeks_off(since: np.ndarray, rates: np.ndarray, at: int) -> float:
    """How many weeks the guess is off, in the middle, of the busy series of which there is one."""
    known = (rates[: len(since)] > 0.5) & (since >= 0)
    return float(np.median(np.abs(since[known] - at)))


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    made = series(given)
    falling = write_arrays(folder / "falling.npz", counts=made["falling"])
    steady = write_arrays(folder / "steady.npz", counts=made["steady"])
    both = [Entrant("Mainstay", OURS, "changes", falling)]
    both += [Entrant("ruptures, KernelCPD", RUPTURES, "changes", falling)]
    runs = contest.hold(both, rounds, folder)
    alone = contest.hold([Entrant("Mainstay", OURS, "changes", steady)], rounds, folder)
    at = given.weeks - 30
    off = [weeks_off(one.arrays["since"], made["rates"], at) for one in runs]
    rates = [len(made["falling"]) / one.middle("cpu") for one in runs]
    tables = {
        "changepoint": contest.table(runs, series_a_CPU_second=rates, weeks_off=off),
        "changepoint-steady": Table(
            ["steady series", "CPU s", "series a CPU second"],
            [[given.series, alone[0].middle("cpu"), given.series / alone[0].middle("cpu")]],
        ),
    }
    raw = {"falling": contest.raw(runs), "steady": contest.raw(alone)}
    return Result("changepoint", command, tables, raw, contest.versions(runs))
