"""(x, t_x, T) of every account from raw lines, beside lifetimes on the same lines.

    .venv/bin/python benchmarks/rfm.py --lines 13000000

Wanted: at least 10 times less CPU, and equal frequency, recency and T for every account.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from environments import LIFETIMES, measured
from mainstay.standing.history import summary
from make_lines import Size, write


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--giant", type=int, default=50_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = sale_lines(Size(given.lines, given.accounts, given.giant), Path(folder))
        account, day, amount = lines["account"], lines["day"], lines["amount"]
        as_of = int(day.max()) + 1
        summary(account[:10], day[:10], amount[:10], as_of=as_of)  # compiled, or read from cache
        ours, seconds = measured(lambda: summary(account, day, amount, as_of=as_of), repeat=3)
        raw, out = Path(folder, "raw.npz"), Path(folder, "out.npz")
        np.savez(raw, account=account, day=day, as_of=as_of)
        theirs = LIFETIMES.run("summary", raw, out)
        other = np.load(out)
    same = (
        np.array_equal(ours.account, other["account"])
        and np.array_equal(ours.x, other["x"])
        and np.array_equal(np.rint(ours.t_x * 7), other["t_x"])
        and np.array_equal(np.rint(ours.T * 7), other["T"])
    )
    print(
        json.dumps(
            {
                "lines": len(day),
                "accounts": len(ours.account),
                "equal_for_every_account": same,
                "cpu_seconds": round(seconds, 4),
                "lifetimes_cpu_seconds": round(theirs["seconds"], 2),
                "times_faster": round(theirs["seconds"] / seconds, 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
