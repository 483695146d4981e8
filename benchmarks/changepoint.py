"""Changepoints in the order days of many series, beside ruptures' KernelCPD on weekly counts of some.

    .venv/bin/python benchmarks/changepoint.py

Half of the series fall to a third in a known week; both are asked when. Wanted: at least 400,000
series of 156 weeks a second on one core; how regular each is, is reckoned apart.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from environments import RUPTURES, measured
from mainstay.defection.changepoint import Series, estimate_prior, find_changes, regularity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--series", type=int, default=500_000)
    parser.add_argument("--weeks", type=int, default=156)
    parser.add_argument("--peer-series", type=int, default=5_000)
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    n, weeks = given.series, given.weeks
    rates = rng.gamma(1.5, 0.2, n)
    counts = rng.poisson(rates[:, None], (n, weeks)).astype(np.int32)
    prior, of_prior = measured(lambda: estimate_prior(counts.sum(axis=1), np.full(n, float(weeks))))
    find_changes(Series.from_matrix(counts[:5]), prior)  # compiled, or read from the cache
    steady = Series.from_matrix(counts)
    found, seconds = measured(lambda: find_changes(steady, prior), repeat=3)
    regularity(Series.from_matrix(counts[:5]))
    k, regularity_seconds = measured(lambda: regularity(steady), repeat=3)
    _, regular_seconds = measured(lambda: find_changes(steady, prior, k=k), repeat=3)
    falling = counts[: given.peer_series].copy()
    at = weeks - 30
    falling[:, at:] = rng.binomial(falling[:, at:], 1 / 3)
    busy = rates[: given.peer_series] > 0.5
    series = Series.from_matrix(falling)
    ours, falling_seconds = measured(lambda: find_changes(series, prior), repeat=3)
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder, "counts.npz"), counts=falling)
        theirs = RUPTURES.run(Path(folder, "counts.npz"))
    known = busy & (ours.since >= 0)
    # The last order at the old rate; the new one begins in the week after it at the latest.
    since = series.time[series.offsets[:-1][known] + ours.since[known]]
    off = np.abs(np.ceil(since) - at)
    their_off = np.abs(np.array(theirs["since"]) - at)[known]
    print(
        json.dumps(
            {
                "series": n,
                "weeks": weeks,
                "series_per_cpu_second": round(n / seconds),
                "regularities_per_cpu_second": round(n / regularity_seconds),
                "series_as_regular_as_they_are_per_cpu_second": round(n / regular_seconds),
                "falling_series_per_cpu_second": round(len(falling) / falling_seconds),
                "ruptures_series_per_cpu_second": round(len(falling) / theirs["seconds"]),
                "prior_cpu_seconds": round(of_prior, 3),
                "steady_series_with_p_fell_above_90": round(float((found.p_fell > 0.9).mean()), 5),
                "busy_falls_with_p_fell_above_90": round(
                    float((ours.p_fell > 0.9)[busy].mean()), 3
                ),
                "median_weeks_off": float(np.median(off)),
                "ruptures_median_weeks_off": float(np.median(their_off)),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
