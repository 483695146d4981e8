"""(x, t_x, T) of every account from raw lines, beside lifetimes, PyMC-Marketing, Polars and DuckDB.

    .venv/bin/python benchmarks/run.py rfm --lines 13000000

Each has the lines in memory in the form it likes best: arrays, a data frame, a table of its own. Polars and
DuckDB stand here with one thread and with one a core: CPU seconds are least with one, wall clock with more.
Wanted: at least 10 times less CPU than lifetimes, and equal frequency, recency and T for every account.
Only Mainstay looks at amounts: a day is an order day when what it sold sums to more than 0.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

import contest
from contest import Entrant
from environments import DUCKDB, LIFETIMES, OURS, POLARS, PYMC, write_arrays
from make_lines import Size, write
from results import Result


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--giant", type=int, default=50_000)


def sale_lines(size: Size, folder: Path) -> dict[str, np.ndarray]:
    """Account code, day and amount of the sale lines; every one of them makes its day an order day."""
    write(folder / "lines.parquet", size)
    columns = ["account_id", "ordered_on", "amount", "kind"]
    table = pq.read_table(folder / "lines.parquet", columns=columns, read_dictionary=["account_id"])
    table = table.filter(pc.equal(table["kind"], "sale")).unify_dictionaries().combine_chunks()
    return {
        "account": table["account_id"].chunk(0).indices.to_numpy().astype(np.int32),
        "day": table["ordered_on"].cast("int32").to_numpy(),
        "amount": table["amount"].cast("float64").to_numpy(),
    }


def entrants(lines: Path) -> list[Entrant]:
    def one(name: str, peer, **settings: str) -> Entrant:
        return Entrant(name, peer, "summary", lines, settings)

    cores = str(os.cpu_count())
    return [
        one("Mainstay, one thread", OURS),
        one("DuckDB, one thread", DUCKDB, PEER_THREADS="1"),
        one(f"DuckDB, {cores} threads", DUCKDB, PEER_THREADS=cores),
        one("Polars, one thread", POLARS, POLARS_MAX_THREADS="1"),
        one(f"Polars, {cores} threads", POLARS, POLARS_MAX_THREADS=cores),
        one("PyMC-Marketing, `rfm_summary`", PYMC),
        one("lifetimes, `summary_data_from_transaction_data`", LIFETIMES),
    ]


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    """Whether both say the same of every account, whatever their order."""
    ways = [np.argsort(arrays["account"]) for arrays in (one, other)]
    return all(
        np.array_equal(one[name][ways[0]], other[name][ways[1]])
        for name in ("account", "x", "t_x", "T")
    )


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    lines = sale_lines(Size(given.lines, given.accounts, given.giant), folder)
    data = write_arrays(folder / "lines.npz", **lines, as_of=lines["day"].max() + 1)
    runs = contest.hold(entrants(data), rounds, folder)
    equal = [same(runs[0].arrays, one.arrays) for one in runs]
    tables = {"rfm": contest.table(runs, equal_for_every_account=equal)}
    raw = {
        "lines": len(lines["day"]),
        "accounts": len(runs[0].arrays["account"]),
        "runs": contest.raw(runs),
    }
    return Result("rfm", command, tables, raw, contest.versions(runs))
