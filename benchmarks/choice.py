"""The choice of plays: how near the best, and how fast, beside HiGHS alone and beside greedy.

    .venv/bin/python benchmarks/choice.py                       # 10,000 and 100,000 accounts
    .venv/bin/python benchmarks/choice.py --accounts 10000 --peer-seconds 60

Made-up accounts: money at risk is log-normal (σ 1.6), hours of a play 1 to 12, of three people (its manager,
one for service, one senior), money of one of four pools for a third of the plays; 12 plays, 200 people with
30 hours, 5 new things each a week. Everybody's hours are scarce: what is worth doing would take many weeks.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import product

import numpy as np

from mainstay.plays.choice import choose
from mainstay.plays.programme import Choice, Programme, greedy

PLAYS, PEOPLE, POOLS = 12, 200, 4


def made(
    n: int, *, seed: int, places: float = 5.0, plays: int = PLAYS, people: int = PEOPLE
) -> Programme:
    """A company's options."""
    rng = np.random.default_rng(seed)
    managers, service, senior = people * 7 // 10, people // 4, people // 20
    risk = np.exp(rng.normal(8, 1.6, n))
    fit = rng.uniform(0, 1, (n, plays)) ** 2 * rng.uniform(0.1, 0.3, plays)
    hours = np.round(
        rng.uniform(0.5, 6, (plays, 3)) * (rng.random((plays, 3)) < [0.95, 0.5, 0.3]), 1
    )
    hours[:, 0] = np.maximum(hours[:, 0], 0.5)
    money = np.where(rng.random(plays) < 1 / 3, rng.uniform(0.01, 0.05, plays), 0.0)
    pool = rng.integers(0, POOLS, plays)
    who = np.stack(
        [
            rng.integers(0, managers, n),
            managers + rng.integers(0, service, n),
            managers + service + rng.integers(0, senior, n),
        ]
    )
    cost = 40 * hours.sum(1) + money * risk[:, None]
    value = risk[:, None] * fit - cost
    account, play = np.nonzero(value > 0)
    option = np.arange(len(account))
    rows, entries, amounts = [], [], []
    for role in range(3):
        some = hours[play, role] > 0
        rows.append(who[role][account[some]])
        entries.append(option[some])
        amounts.append(hours[play[some], role])
    rows.append(people + who[0][account])  # new things of each manager
    entries.append(option)
    amounts.append(np.ones(len(option)))
    some = money[play] > 0
    rows.append(2 * people + pool[play[some]])
    entries.append(option[some])
    amounts.append((money[play] * risk[account])[some])
    there_is = np.concatenate(
        [np.full(people, 30.0), np.full(people, places), np.full(POOLS, 0.001 * risk.sum())]
    )
    return Programme(
        account,
        value[account, play],
        np.concatenate(entries),
        np.concatenate(rows),
        np.concatenate(amounts),
        there_is,
    )


def plain(programme: Programme, seconds: float) -> tuple[float, float]:
    """HiGHS on the whole, with a limit of time: value found and bound proved."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    from mainstay.plays.choice import _rows

    rows, right = _rows(programme)
    found = milp(
        -programme.value,
        integrality=np.ones(programme.n_options),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, -np.inf, right),
        options={"time_limit": seconds, "mip_rel_gap": 1e-3},
    )
    value = -float(found.fun) if found.x is not None else 0.0
    return value, -float(found.mip_dual_bound) if found.mip_dual_bound is not None else np.inf


def broken(programme: Programme, choice: Choice) -> bool:
    used = programme.uses @ choice.taken.astype(float)  # type: ignore[operator]
    _, times = np.unique(programme.account[choice.taken], return_counts=True)
    return bool((used > programme.there_is + 1e-6).any() or (times > 1).any())


@dataclass(frozen=True)
class Row:
    """One method on one company."""

    method: str
    value: float
    taken: int
    seconds: float


def measured(programme: Programme, peer_seconds: float) -> tuple[list[Row], float]:
    """Each method on the same options, and the bound that ours proves."""
    began = time.process_time()
    found = choose(programme)
    rows = [Row("Mainstay", found.value, int(found.taken.sum()), time.process_time() - began)]
    assert not broken(programme, found)
    began = time.process_time()
    quick = greedy(programme)
    rows.append(Row("greedy", quick.value, int(quick.taken.sum()), time.process_time() - began))
    bound = found.bound
    if peer_seconds:
        began = time.process_time()
        value, proved = plain(programme, peer_seconds)
        rows.append(Row("HiGHS alone", value, 0, time.process_time() - began))
        bound = min(bound, proved)
    return rows, bound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--peer-seconds", type=float, default=0, help="HiGHS alone, so long at most"
    )
    asked = parser.parse_args()
    print(
        "| accounts | options | new things | seed | method | plays | short of the bound | CPU s |"
    )
    print("|" + "---|" * 8)
    for n, places, seed in product(asked.accounts, (5.0, 1e6), range(asked.seeds)):
        programme = made(n, seed=seed, places=places)
        rows, bound = measured(programme, asked.peer_seconds)
        limit = f"{places:.0f} each" if places < 1e6 else "any"
        for row in rows:
            print(
                f"| {n:,} | {programme.n_options:,} | {limit} | {seed} | {row.method} | "
                f"{row.taken or '–'} | {1 - row.value / bound:.2%} | {row.seconds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
