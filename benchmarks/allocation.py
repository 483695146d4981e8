"""Short stock: how fast it is shared out, and what that is worth in companies that respond to shortage.

    .venv/bin/python benchmarks/allocation.py                       # speed, then three settings × ten seeds
    .venv/bin/python benchmarks/allocation.py --only speed
    .venv/bin/python benchmarks/allocation.py --only worth --seeds 2 --settings usual

Speed: 500 short products that 2,000 accounts want, thinly and all of all, in lots, with contracts and a floor:
CPU seconds, and how far from the bound at most.

Worth: a company of 600 accounts, 80 products and three years is run on for 52 weeks, in which four categories become
short, six weeks each: of each product there is a part of what is needed, and nothing arrives until it is over.
Each week a policy gives from what is left, to that week's orders (docs/simulator.md: how the company responds was
frozen before). “first come” gives by day until nothing is left; “pro rata” and “priority” divide what is left
by the weeks to come, and “priority” shares out the week's part as Mainstay does, by what it knew when the
shortage began. Counted is margin against the same company with the same chance and no shortage; of it, what the
units that were missing would have brought is direct, and the rest is what accounts bought less afterwards.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.engine.allocating import likely_of
from mainstay.engine.explaining import explain
from mainstay.engine.run import assess
from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor import loading, names
from mainstay.simulate.distributor.rationing import ShortLines
from mainstay.standing.known import Known
from mainstay.supply import lots
from mainstay.supply.accounts_of import accounts_of
from mainstay.supply.allocation import allocate
from mainstay.supply.types import Rules, Shelf, Wanted
from mainstay.supply.value_of_supply import POINTS, Stakes, coefficients

Floats = npt.NDArray[np.float64]

SETTINGS = ("usual", "careless", "contested")
POLICIES = ("first come", "pro rata", "priority")
WEEKS, STARTS, LENGTH, LEVEL = 52, (1, 11, 21, 31), 6, 0.5
SHORT = (0, 2, 4, 6)  # categories
RULES = Rules(small_share=0.4)
FADES = 0.5 ** (7 / 91)  # of what was missed, a week later
BOUND, SECONDS = 0.005, 30.0


# Speed


def problem(density: float, seed: int = 1) -> tuple[Wanted, Shelf]:
    """500 products × 2,000 accounts, that share of the pairs wanted; packs of 1 to 48, minimum lots."""
    rng = np.random.default_rng(seed)
    products, accounts = 500, 2000
    product, account = np.nonzero(rng.random((products, accounts)) < density)
    n = len(product)
    step = rng.choice([1.0, 6.0, 12.0, 48.0], products)[product]
    wanted = np.maximum(1, rng.poisson(6, n)) * step + np.where(rng.random(n) < 0.1, 1, 0)
    least = np.minimum(np.where(rng.random(products) < 0.3, 3, 1)[product] * step, wanted)
    a = np.exp(rng.normal(1, 0.6, n))
    small = rng.random(accounts)[account] < 0.6
    lines = Wanted(
        product,
        wanted,
        step,
        least,
        rng.permutation(n),
        np.where(rng.random(n) < 0.02, wanted / 2, 0.0),
        small,
        a,
        0.5 * a / wanted * rng.random(n),
        np.where(rng.random(accounts)[account] < 0.1, 1.1, 1.0),
    )
    there_is = np.floor(np.bincount(product, wanted, products) * rng.uniform(0.2, 0.9, products))
    return lines, Shelf(there_is, 0.4 * np.bincount(product, wanted * small, products))


def speed() -> list[dict[str, Any]]:
    found = []
    for density in (0.002, 0.02, 0.2, 1.0):
        wanted, shelf = problem(density)
        began = time.process_time()
        made = allocate(wanted, shelf)
        seconds = time.process_time() - began
        rules = {
            "priority": made.given,
            "first come": lots.first_come(wanted, shelf.available),
            "pro rata": lots.pro_rata(wanted, shelf.available),
        }
        found.append(
            {
                "lines": len(wanted),
                "cpu_seconds": round(seconds, 2),
                "seconds_bar": SECONDS,
                "gap": made.gap,
                "gap_bar": BOUND,
                "lost": {
                    rule: round(float(wanted.lost(given).sum())) for rule, given in rules.items()
                },
            }
        )
    return found


# Worth


@dataclass
class Seen:
    """What was known of the accounts when a shortage began; by code."""

    quarter: dict[str, float]
    future: dict[str, float]
    before: dict[str, float]
    p_delivery: dict[str, float]
    risk: dict[str, float]
    size: dict[str, str]
    core: dict[str, bool]


@dataclass
class Year:
    """One company under one policy."""

    setting: str
    seed: int
    policy: str
    margin: float
    missed: float = 0.0  # margin of the units that were missing
    fill: dict[str, float] = field(default_factory=dict)
    least_small: float = 1.0  # the worst fill rate of small accounts in a shortage
    seconds: float = 0.0


class Gives:
    """A policy of one company: what is left by product, until when, and what accounts missed lately."""

    def __init__(self, policy: str, sizes: dict[str, str]) -> None:
        self.policy, self.sizes = policy, sizes
        self.until = 0
        self.week = 0
        self.needed: dict[str, float] = {}  # in a week, by product
        self.seen: Seen | None = None
        self.missed: dict[str, float] = {}  # money, fading
        self.asked: dict[tuple[int, str], list[float]] = {}

    def __call__(self, lines: ShortLines, left: dict[str, float]) -> Floats:
        given = self._given(lines, left)
        self._note(lines, given)
        return given

    def _given(self, lines: ShortLines, left: dict[str, float]) -> Floats:
        wanted = lines.wanted
        codes, product = np.unique(np.array(lines.product, object), return_inverse=True)
        there = np.array([left[code] for code in codes])
        if self.policy == "first come":
            return _by_day(product, wanted, there)
        asked = np.bincount(product, wanted, len(codes))
        to_come = np.array([self.needed.get(code, 0.0) for code in codes]) * (
            self.until - self.week - 1
        )
        part = np.minimum(there, asked * there / np.maximum(asked + to_come, 1e-9))
        if self.policy == "pro rata":
            return np.asarray(wanted * (part / np.maximum(asked, 1e-9))[product])
        order = np.argsort(product, kind="stable")
        given = np.zeros(len(wanted))
        lined, shelf = self._programme(lines, product, order, part)
        given[order] = allocate(lined, shelf).given
        return given

    def _programme(
        self, lines: ShortLines, product: Any, order: Any, part: Floats
    ) -> tuple[Wanted, Shelf]:
        seen = self.seen
        assert seen is not None
        who = [lines.account[i] for i in order]
        wanted, price = lines.wanted[order], lines.price[order]
        quarter = np.array([max(seen.quarter.get(one, 0.0), 1e-6) for one in who])
        quarter = np.maximum(quarter, _own(who, wanted * price))
        missed = np.array([self.missed.get(one, 0.0) for one in who])
        before = np.array([seen.before.get(one, 0.0) for one in who]) + POINTS * missed / quarter
        stakes = Stakes(
            price,
            RULES.margin_share * price,
            quarter,
            np.array([max(seen.future.get(one, 0.0), 0.0) for one in who]),
            before,
            np.array([seen.p_delivery.get(one, 0.0) for one in who]),
            np.zeros(len(who), bool),
            np.array([seen.risk.get(one, 1.0) for one in who]),
            wanted,
        )
        a, b = coefficients(stakes)
        small = np.array([seen.size.get(one, "small") == "small" for one in who])
        none = np.zeros(len(who))
        core = np.array([seen.core.get(one, False) for one in who])
        made = Wanted(
            product[order],
            wanted,
            none,
            none,
            np.arange(len(who)),
            none,
            small,
            a,
            b,
            np.where(core, 1 + RULES.core_first, 1.0),
        )
        asked = np.bincount(product[order], wanted * small, len(part))
        return made, Shelf(part, RULES.small_share * asked)

    def _note(self, lines: ShortLines, given: Floats) -> None:
        for code in self.missed:
            self.missed[code] *= FADES
        money = (lines.wanted - given) * lines.price
        sizes = self.sizes
        for i, code in enumerate(lines.account):
            self.missed[code] = self.missed.get(code, 0.0) + float(money[i])
            sums = self.asked.setdefault((self.until, sizes.get(code, "small")), [0.0, 0.0])
            sums[0] += float(lines.wanted[i] * lines.price[i])
            sums[1] += float(given[i] * lines.price[i])


def _own(who: list[str], money: Floats) -> Floats:
    codes, at = np.unique(np.array(who, object), return_inverse=True)
    return np.bincount(at, money, len(codes))[at]


def _by_day(product: Any, wanted: Floats, there: Floats) -> Floats:
    given, left = np.zeros(len(wanted)), there.copy()
    for i, place in enumerate(product.tolist()):
        given[i] = min(wanted[i], left[place])
        left[place] -= given[i]
    return given


def look(world: Distributor) -> Seen:
    """Assess and explain, from the ledger of today."""
    ledger = loading.ledger(world.tables(), world.company.currency)
    today = world.today
    assessment = assess(ledger, today)
    likely = likely_of(explain(ledger, assessment), assessment)
    known = Known(ledger, today, assessment.accounts, assessment.categories)
    codes = assessment.accounts["account_id"]
    ordered = pa.table({"account_id": codes, "money": np.zeros(len(codes))})
    found = accounts_of(known, ordered, likely).to_pylist()
    margin = 1.0 if assessment.meta.get("amount") == "margin" else RULES.margin_share
    return Seen(
        {row["account_id"]: row["quarter"] for row in found},
        {row["account_id"]: margin * (row["expected_52"] or 0.0) / 4 for row in found},
        {row["account_id"]: row["before"] for row in found},
        {row["account_id"]: row["p_delivery"] for row in found},
        {row["account_id"]: row["risk"] for row in found},
        {row["account_id"]: row["size_class"] for row in found},
        {row["account_id"]: row["core"] for row in found},
    )


def live(world: Distributor, job: tuple[str, int], policy: str, sizes: dict[str, str]) -> Year:
    """A year of a company under one policy; “none”: nothing is short.

    sizes: of the accounts as the year began, by which fill rates are told
    """
    setting, seed = job
    began = time.process_time()
    before = float(world.earned()["margin"].to_numpy().sum())
    gives = Gives(policy, sizes)
    if policy != "none":
        world.ration(gives)
    for week in range(WEEKS):
        gives.week = week
        if policy != "none" and week in STARTS:
            gives.seen = look(world) if policy == "priority" else None
            gives.until = week + LENGTH
            category = names.CATEGORIES[SHORT[STARTS.index(week)]]
            piles = world.scarce(category, LENGTH, LEVEL)
            gives.needed = {code: pile / (LENGTH * LEVEL) for code, pile in piles.items()}
        world.step()
    margin = float(world.earned()["margin"].to_numpy().sum()) - before
    year = Year(setting, seed, policy, margin, seconds=time.process_time() - began)
    year.missed = float(world.rationed()["margin_missed"].to_numpy().sum())
    for size in ("large", "medium", "small"):
        some = [sums for (_, one), sums in gives.asked.items() if one == size]
        year.fill[size] = sum(s[1] for s in some) / max(sum(s[0] for s in some), 1e-9)
    small = [sums[1] / sums[0] for (_, one), sums in gives.asked.items() if one == "small"]
    year.least_small = min(small, default=1.0)
    return year


def company(setting: str) -> Company:
    return replace(getattr(Company, setting)(), staff=20, accounts=600, products=80)


def pair(job: tuple[str, int]) -> list[Year]:
    """The same company under each policy, and with nothing short."""
    setting, seed = job
    world = Distributor(company(setting), seed=seed).run()
    sizes = look(world).size
    # A fork would remember no order lines, which an assessment reads.
    return [live(copy.deepcopy(world), job, policy, sizes) for policy in ("none", *POLICIES)]


def summary(years: Sequence[Year]) -> list[dict[str, Any]]:
    """Means over seeds, and priority's advantage with its paired standard error."""
    found = []
    for setting in dict.fromkeys(one.setting for one in years):
        mine = [one for one in years if one.setting == setting]
        seeds = sorted({one.seed for one in mine})
        by = {(one.seed, one.policy): one for one in mine}
        lost = {
            policy: np.array([by[s, "none"].margin - by[s, policy].margin for s in seeds])
            for policy in POLICIES
        }
        later = {
            policy: lost[policy] - np.array([by[s, policy].missed for s in seeds])
            for policy in POLICIES
        }
        row: dict[str, Any] = {"setting": setting, "seeds": len(seeds)}
        for policy in POLICIES:
            some = [by[s, policy] for s in seeds]
            row[policy] = {
                "lost": round(float(lost[policy].mean())),
                "future": round(float(later[policy].mean())),
                "fill": {
                    k: round(float(np.mean([o.fill[k] for o in some])), 3) for k in some[0].fill
                },
                "least_small_fill": round(min(one.least_small for one in some), 3),
            }
        for policy in POLICIES[:2]:
            less = later[policy] - later["priority"]
            error = less.std(ddof=1) / np.sqrt(len(less)) if len(less) > 1 else float("nan")
            row[f"less future margin lost than {policy}"] = {
                "mean": round(float(less.mean())),
                "share": round(float(less.sum() / later[policy].sum()), 3),
                "standard_error": None if np.isnan(error) else round(float(error)),
                "better_in": int((less > 0).sum()),
            }
        found.append(row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=("speed", "worth"))
    parser.add_argument("--seeds", type=int, default=10)
    # The form of the loss was chosen after a look at seed 1.
    parser.add_argument("--first-seed", type=int, default=11)
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=SETTINGS)
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    if asked.only != "worth":
        print(json.dumps({"speed": speed()}, indent=1))
    if asked.only == "speed":
        return
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    jobs = [(setting, seed) for setting in asked.settings for seed in seeds]
    with ProcessPoolExecutor(asked.processes) as pool:
        years = [one for some in pool.map(pair, jobs) for one in some]
    print(json.dumps({"worth": summary(years), "floor": RULES.small_share}, indent=1))


if __name__ == "__main__":
    main()
