"""What lifetimes makes of the same histories, written down for the tests of the estimators.

    .venv/bin/python benchmarks/reference.py

Fits lifetimes' BG/NBD, MBG/NBD, Pareto/NBD and Gamma-Gamma to CDNOW's sample and to 1,500 simulated
accounts, in its own environment, and writes tests/data/lifetimes/: the simulated accounts, the
parameters and log-likelihoods, and what each model says of 50 accounts.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from environments import LIFETIMES

DATA = Path(__file__).parent.parent / "tests" / "data"
CALIBRATION_ENDS = np.datetime64("1997-10-01")
SHOWN = 50


def cdnow() -> dict[str, np.ndarray]:
    """x, t_x, T in weeks, and the mean spend of repeat order days, of CDNOW's sample."""
    table = pq.read_table(DATA / "cdnow_sample.parquet")
    ids = np.array(table["sample_id"].to_pylist())
    days = table["date"].to_numpy().astype("datetime64[D]")
    dollars = table["dollar_value"].to_numpy()
    rows = []
    for account in np.unique(ids):
        mine = (ids == account) & (days < CALIBRATION_ENDS)
        own, of_day = np.unique(days[mine], return_inverse=True)
        spent = np.bincount(of_day, weights=dollars[mine])
        since = (CALIBRATION_ENDS - own[0]).astype(float) - 1
        mean = spent[1:].mean() if len(own) > 1 else 0.0
        rows.append((len(own) - 1, (own[-1] - own[0]).astype(float) / 7, since / 7, mean))
    return dict(zip(("x", "t_x", "T", "mean"), np.array(rows).T, strict=True))


def simulated(n: int = 1500, seed: int = 1) -> dict[str, np.ndarray]:
    """Accounts that follow Pareto/NBD and Gamma-Gamma, order by order; to three decimals."""
    rng = np.random.default_rng(seed)
    rate, ends = rng.gamma(1.4, 1 / 9.0, n), rng.exponential(1 / rng.gamma(0.9, 1 / 40.0, n))
    T = np.linspace(8, 104, n).round(3)
    spend = rng.gamma(4.5, 1 / 80.0, n)
    rows = []
    for i in range(n):
        seen = rng.exponential(1 / rate[i], 2000).cumsum()
        seen = seen[seen <= min(ends[i], T[i])]
        mean = rng.gamma(6.0, 1 / spend[i], len(seen)).mean().round(3) if len(seen) else 0.0
        last = max(round(seen[-1], 3), 0.001) if len(seen) else 0.0
        rows.append((len(seen), last, T[i], mean))
    return dict(zip(("x", "t_x", "T", "mean"), np.array(rows).T, strict=True))


def shortened(value: float) -> str:
    return f"{value:.13g}"


def write(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    file = DATA / "lifetimes" / name
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def main() -> None:
    fits, forecasts = [], []
    made = simulated()
    for name, data in (("cdnow", cdnow()), ("simulated", made)):
        shown = np.lexsort((data["T"], data["t_x"], data["x"]))
        shown = shown[np.linspace(0, len(shown) - 1, SHOWN).astype(int)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "histories.npz")
            np.savez(file, shown=shown, **data)
            found = LIFETIMES.run("reference", file)["models"]
        for model, told in found.items():
            params = [*map(shortened, told["params"]), ""][:4]
            fits.append((name, model, shortened(told["loglik"]), *params))
            for figure, values in told["figures"].items():
                for row, value in zip(shown, values, strict=True):
                    of = [shortened(data[column][row]) for column in ("x", "t_x", "T", "mean")]
                    forecasts.append((name, model, figure, *of, shortened(value)))
    write("simulated.csv", list(made), zip(*made.values(), strict=True))
    write("fits.csv", ("data", "model", "loglik", "param_1", "param_2", "param_3", "param_4"), fits)
    write("forecasts.csv", ("data", "model", "figure", "x", "t_x", "T", "mean", "value"), forecasts)


if __name__ == "__main__":
    main()
