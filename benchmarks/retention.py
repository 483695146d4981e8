"""The retention curve beside the truth: who had really left 12 and 24 months after they were first seen.

    .venv/bin/python benchmarks/retention.py                  # seeds 1 to 5
    .venv/bin/python benchmarks/retention.py --seeds 900 901

Two kinds of made-up accounts, three years of them: histories with 15% losses a year, a third of which begin within the
first two years (`simulate.histories`), and a contested distributor whose accounts decide for themselves
(`simulate.distributor`; it is true of an account that it left when it was to be expected to buy less than a
hundredth of its need for good). Each is looked at after three years, and after 108 weeks. Beside ours the plain rule: gone is who has not ordered for 365
days.

Wanted: the mean error over the seeds within 3 points at both months; the truth within the 80% interval in most.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.settings import Settings
from mainstay.engine import Ledger
from mainstay.engine.run import assess
from mainstay.learning.imputation import exits
from mainstay.learning.lives import Population, population
from mainstay.learning.retention import MONTH_DAYS, retention
from mainstay.simulate import Company, Distributor, Plan, histories
from mainstay.standing.history import days_of
from mainstay.standing.known import Known
from mainstay.standing.survival import survival

Ints = npt.NDArray[np.int64]
NEVER = 10**9
MONTHS = (12, 24)
LEFT = 0.01  # of the need: who is to be expected to buy less of it has left
WEEKS = 156
FEW_WEEKS = 108  # barely more than two years: who left in the second has not been silent for long


def made(seed: int, accounts: int) -> tuple[Ledger, dict[str, int]]:
    """Histories, of which a third begin later, and the day on which each account was lost."""
    found = histories(
        Plan(accounts=accounts, weeks=WEEKS, regularity=(1, 2, 4), orders_a_year=20, losses_a_year=0.15),
        seed=seed,
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    ids = found.truth["account_id"].to_pylist()
    begin = days_of(Plan().begin)
    late = np.where(rng.random(accounts) < 1 / 3, rng.integers(0, 7 * 104, accounts), 0)
    begins = dict(zip(ids, (begin + late).tolist(), strict=True))
    first = np.array([begins[a] for a in found.lines["account_id"].to_pylist()])
    day = np.asarray(found.lines["ordered_on"].cast(pa.int32()), np.int64)
    lost = [NEVER if on is None else days_of(on) for on in found.truth["lost_on"].to_pylist()]
    ledger = Ledger.from_tables(order_lines=found.lines.filter(pa.array(day >= first)))
    return ledger, dict(zip(ids, lost, strict=True))


def distributor(seed: int, accounts: int) -> tuple[Ledger, dict[str, int]]:
    """A contested distributor, and the Monday from which on each account bought next to nothing."""
    world = Distributor(replace(Company.contested(), accounts=accounts, weeks=WEEKS), seed=seed)
    would, bought = [], []
    while world.week < WEEKS:
        world.step()
        table = world.balance()
        would.append(np.asarray(table["would"]))
        bought.append(np.asarray(table["bought"]))
    needs = np.diff(np.array(would), axis=0, prepend=0)
    buys = np.diff(np.array(bought), axis=0, prepend=0) > LEFT * np.maximum(needs, 1e-9)
    last = WEEKS - 1 - buys[::-1].argmax(axis=0)
    begin = days_of(world.company.begin)
    left = np.where(last < WEEKS - 1, begin + 7 * (last + 1), NEVER)
    ids = world.balance()["account_id"].to_pylist()
    return world.ledger(), dict(zip(ids, left.tolist(), strict=True))


def true_curve(people: Population, left: dict[str, int]) -> npt.NDArray[np.float64]:
    """The curve, had everybody said when they left."""
    day = np.array([left[str(a)] for a in people.words("account_id")])
    # Who placed an order after the day, made before it or by chance, had not left yet.
    day = np.maximum(day, people.last + 1)
    done = day < people.as_of
    time = (np.where(done, day, people.as_of) - people.seen).astype(float)
    times = MONTH_DAYS * np.array(MONTHS, float)
    none = np.zeros(len(people), np.int64)
    return survival(none, time, done, 1).at(times, 1)[0][0]


def measure(name: str, seed: int, accounts: int, weeks: int) -> list[dict[str, float]]:
    ledger, left = made(seed, accounts) if name == "histories" else distributor(seed, accounts)
    begin = Plan().begin if name == "histories" else Company().begin
    result = assess(ledger, begin + timedelta(weeks=weeks))
    known = Known(ledger, result.as_of, result.accounts, result.categories)
    begun = time.process_time()
    people = population(known)
    assert people, "no accounts"
    curves, _ = retention(people, exits(people), Settings())
    seconds = time.process_time() - begun
    truth = true_curve(people, left)
    rows = {r["month"]: r for r in curves.to_pylist() if r["by"] == "all"}
    found = []
    for month, true in zip(MONTHS, truth, strict=True):
        row = rows[month]
        found.append(
            {"month": month, "true": float(true), "ours": row["kept"], "low": row["low"], "high": row["high"],
             "plain": row["plain"], "cpu": seconds}
        )  # fmt: skip
        print(f"{name:12} {seed:4} {weeks:4} weeks, {month:3} months: true {true:6.1%}  ours {row['kept']:6.1%} "
              f"({row['low']:.1%} to {row['high']:.1%})  plain {row['plain']:6.1%}  CPU {seconds:.1f} s", flush=True)  # fmt: skip
    return found


def summary(name: str, rows: Iterable[dict[str, float]]) -> None:
    rows = list(rows)
    for month in MONTHS:
        some = [r for r in rows if r["month"] == month]
        true = np.array([r["true"] for r in some])
        for method in ("ours", "plain"):
            error = np.array([r[method] for r in some]) - true
            print(f"{name:24} {month:3} months, {method:5}: mean error {100 * error.mean():+.1f} points, "
                  f"largest {100 * np.abs(error).max():.1f}")  # fmt: skip
        inside = [r["low"] <= r["true"] <= r["high"] for r in some]
        print(
            f"{name:24} {month:3} months: truth within the 80% interval in {sum(inside)} of {len(inside)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--accounts", type=int, default=400)
    asked = parser.parse_args()
    for name in ("histories", "distributor"):
        for weeks in (WEEKS, FEW_WEEKS):
            rows = [
                row for seed in asked.seeds for row in measure(name, seed, asked.accounts, weeks)
            ]
            summary(f"{name}, {weeks} weeks", rows)


if __name__ == "__main__":
    main()
