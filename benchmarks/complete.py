"""Complete defection on Online Retail II: ours and each peer at eight rolling cut-offs.

    .venv/bin/python benchmarks/complete.py --horizon 13 --draws 20

Cut-offs lie 4 weeks apart, the last one as late as its horizon allows. For each: AUC and average
precision of every method; over all of them the gain over the peer that is best on average, with its
90% interval (accounts drawn with all their cut-offs), and the error of calibration above what chance
shows, also with the true level given, which is what remains when only who leaves is unknown, and not
how many. Then the same on 50, 150 and 500 accounts drawn at random. `--draws 0` leaves that out.

Wanted: the intervals above 0; no cut-off more than .005 AUC behind the best peer there; small
samples never more than .01 behind on average; calibration no more than .01 above the floor.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay import Ledger, replay
from mainstay.cli.demo_data import FEES
from mainstay.core.home import Home
from mainstay.defection.scores import at_level, calibration, calibration_floor
from mainstay.engine import ImportOptions, Replay, open_ledger, replay_dates, run_import
from mainstay.engine.replay_tables import OURS

DEMO = Path(__file__).parent.parent / "demo" / "online_retail_ii.parquet"
SIZES = (50, 150, 500)
MEASURES = ("auc", "average_precision")


def loaded(folder: Path) -> Ledger:
    """The demo's orders, without the codes that are no articles."""
    home = Home(folder).prepare()
    fees = tuple(code.replace("_CHARGES", " CHARGES") for code in FEES.split())
    run_import(home, [DEMO], ImportOptions(fee_codes=fees, currency="GBP"))
    return open_ledger(home)


def cut_offs(ledger: Ledger, horizon: int) -> list[date]:
    """Rolling cut-offs, the last one as late as the lines allow; a small sample's end earlier."""
    span = ledger.span()
    assert span, "no order lines"
    return replay_dates(span[0], span[1] + timedelta(days=1), horizon)


def by_method(found: Replay, measure: str) -> dict[str, dict[date, float]]:
    """Of each method the measure at each cut-off."""
    table: dict[str, dict[date, float]] = {}
    for row in found.scores.to_pylist():
        if row["as_of"] is not None and row["outcome"] == "complete":
            table.setdefault(row["method"], {})[row["as_of"]] = (
                np.nan if row[measure] is None else row[measure]
            )
    return table


def print_scores(found: Replay) -> None:
    for measure in MEASURES:
        table = by_method(found, measure)
        print(f"\n{measure}")
        print(f"{'':18}" + "".join(f"{on:%y-%m-%d} " for on in found.as_of) + "    mean")
        for method, values in table.items():
            cells = "".join(f"{values.get(on, np.nan):8.3f} " for on in found.as_of)
            print(f"{method:18}{cells}{np.nanmean(list(values.values())):8.4f}")
    print("80% intervals of the next 52 weeks' loss:", found.meta["intervals"])
    print("\nn       ", *(f"{r['n']:8}" for r in ours(found)))
    print("left    ", *(f"{r['happened'] / r['n']:8.3f}" for r in ours(found)))


def ours(found: Replay) -> list[dict]:
    rows = found.scores.to_pylist()
    return [r for r in rows if r["method"] == OURS and r["as_of"] and r["outcome"] == "complete"]


def print_gains(found: Replay) -> None:
    print("\ngain over each peer, mean over the cut-offs, with its 90% interval")
    for row in found.differences.to_pylist():
        if row["as_of"] is None and row["outcome"] == "complete":
            mark = " best peer" if row["best"] else ""
            print(
                f"{row['measure']:18} {row['method']:16} {row['gain']:+.4f} "
                f"{row['low']:+.4f} … {row['high']:+.4f}{mark}"
            )
    table = by_method(found, "auc")
    behind = {
        on: table[OURS][on] - max(v[on] for m, v in table.items() if m != OURS and on in v)
        for on in found.as_of
    }
    worst = min(behind, key=lambda on: behind[on])
    print(f"worst cut-off against the best peer there: {worst}, {behind[worst]:+.4f} AUC")


def print_calibration(found: Replay) -> None:
    print("\ncalibration          error   floor  excess | level given: error   floor  excess")
    rows = []
    for on in found.as_of:
        here = pc.equal(found.judged["as_of"], pa.scalar(on))
        some = found.judged.filter(pc.and_(here, pc.equal(found.judged["outcome"], "complete")))
        p, happened = some["p"].to_numpy(), some["happened"].to_numpy(zero_copy_only=False)
        told = at_level(p, happened.mean())
        pairs = [(calibration(happened, q).error, calibration_floor(q)) for q in (p, told)]
        rows.append([v for error, floor in pairs for v in (error, floor, error - floor)])
        print_row(f"{on} {p.mean():.3f} {happened.mean():.3f}", rows[-1])
    print_row("mean", np.mean(rows, axis=0))


def print_row(name: str, values: Sequence[float]) -> None:
    first, second = (
        "".join(f"{v:8.4f}" for v in values[:3]),
        "".join(f"{v:8.4f}" for v in values[3:]),
    )
    print(f"{name:24}{first} |{second}")


def samples(ledger: Ledger, found: Replay, cuts: int, horizon: int, draws: int) -> None:
    """The same on few accounts, drawn among those that are eligible at some cut-off."""
    everybody = np.array(sorted(set(found.judged["account_id"].to_pylist())))
    lines = ledger.order_lines(None)
    for size in SIZES:
        tables: dict[str, list[dict[str, float]]] = {measure: [] for measure in MEASURES}
        begun = time.perf_counter()
        for seed in range(draws):
            drawn = np.random.default_rng(seed).choice(everybody, size, replace=False)
            some = lines.filter(pc.is_in(lines["account_id"], value_set=pa.array(drawn)))
            sample = Ledger.from_tables(order_lines=some, reporting_currency="GBP")
            small = replay(sample, cut_offs(sample, horizon)[-cuts:], horizon)
            for measure in MEASURES:
                found_here = by_method(small, measure)
                tables[measure].append(
                    {m: float(np.nanmean(list(v.values()))) for m, v in found_here.items() if v}
                )
        seconds = (time.perf_counter() - begun) / max(draws, 1)
        for measure, rows in tables.items():
            names = [m for m in rows[0] if all(m in row for row in rows)]
            means = {m: float(np.mean([row[m] for row in rows])) for m in names}
            best = max((m for m in names if m != OURS), key=lambda m: means[m])
            gains = np.array([row[OURS] - row[best] for row in rows])
            error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.nan
            print(
                f"{size:4} accounts, {len(rows)} draws, {measure:18} ours {means[OURS]:.4f}, best peer "
                f"{best} {means[best]:.4f}, gain {gains.mean():+.4f} ± {error:.4f} ({seconds:.0f} s a draw)",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--horizon", type=int, nargs="*", default=[13, 26])
    parser.add_argument("--cuts", type=int, default=8)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--small-cuts", type=int, default=8, help="cut-offs of the small samples")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = loaded(Path(folder))
        for horizon in given.horizon:
            begun = time.perf_counter()
            found = replay(ledger, cut_offs(ledger, horizon)[-given.cuts :], horizon)
            print(f"\n# horizon {horizon} weeks ({time.perf_counter() - begun:.0f} s)")
            print_scores(found)
            print_gains(found)
            print_calibration(found)
            row = ours_overall(found)
            print(
                f"\nBrier {row['brier']:.4f}, lift {row['lift']:.3f}, money flagged "
                f"{row['money_flagged']:.3f}, lead {row['lead_weeks']} weeks",
                flush=True,
            )
            if given.draws:
                print()
                samples(ledger, found, given.small_cuts, horizon, given.draws)


def ours_overall(found: Replay) -> dict:
    rows = found.overall.to_pylist()
    (row,) = [r for r in rows if r["method"] == OURS and r["outcome"] == "complete"]
    return row


if __name__ == "__main__":
    main()
