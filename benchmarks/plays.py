"""What plays keep, in made-up companies that respond to them: Mainstay's plan beside rules of thumb and an oracle.

    .venv/bin/python benchmarks/plays.py                           # three settings × five seeds, some hours
    .venv/bin/python benchmarks/plays.py --seeds 1 --settings usual --policies mainstay "riskiest first"
    .venv/bin/python benchmarks/plays.py --wrong                   # also with wrong beliefs about effects

A company of 600 accounts and three years is run on for 52 weeks. Each week a policy has the same hours of the same
people and the same money, and gives (account, play, who); what it sees is the ledger as of that day. Accounts are
assessed every four weeks, and what is under way is known each week, for all policies alike. What is counted is the margin
less money given, against doing nothing with the same chance (docs/simulator.md: what is done about one account
changes no other's luck). The response of the companies was frozen before anything was measured.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.causes.families import UNKNOWN
from mainstay.core.errors import NotFound
from mainstay.engine.explaining import explain
from mainstay.engine.run import assess
from mainstay.learning.cases import NEVER, Cases
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import LEAST_EXPECTED, Horizon, Outcome, outcome
from mainstay.plays.gains import Rates
from mainstay.plays.people import role_of, team_at
from mainstay.plays.play import POOLS
from mainstay.plays.situation import NOTHING, Run, Situation, situation
from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor import loading
from mainstay.simulate.distributor.columns import from_rows
from mainstay.simulate.distributor.courses import COURSES
from play_policies import CALL, POLICIES, Begun, Week, earned

Floats = npt.NDArray[np.float64]

SETTINGS = ("usual", "careless", "contested")
PLAIN = (
    "riskiest first",
    "most money at risk first",
    "riskiest first, fitting play",
    "most money at risk first, fitting play",
    "mainstay",
    "oracle",
)
WRONG = (
    "mainstay, effects halved",
    "mainstay, effects doubled",
    "mainstay, two signs flipped",
    "mainstay, the two most used flipped",
)
SIMPLE = PLAIN[:4]
WEEKS, HALF = 52, 26
HORIZON_WEEKS = 13
HOUR = 40.0  # money
# What the year's budget is of the year's sales, each pool.
BUDGET = 0.0005


@dataclass(frozen=True)
class How:
    """staff: of the company; hours: a week, of managers and service, others half as many again;
    every: weeks between assessments; accounts: of the company"""

    staff: int = 20
    hours: float = 4.0
    every: int = 4
    accounts: int = 600


@dataclass
class Year:
    """Of one company and policy: margin less money by week and account, and what was done."""

    setting: str
    seed: int
    policy: str
    net: Floats  # (weeks + 1, accounts)
    hours: float = 0.0
    plays: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass
class Looked:
    """What the last assessment left."""

    ledger: Any
    seen: Situation
    p_complete: Floats
    expected: Floats  # share of the horizon's money that was expected to be lost
    horizon: Floats


@dataclass
class Waiting:
    """A play, or nothing, whose outcome will be known."""

    begun: Begun
    code: str
    week: int
    expected: float
    horizon: float
    before: float
    gone: float


def company(setting: str, how: How) -> Company:
    return replace(getattr(Company, setting)(), staff=how.staff, accounts=how.accounts)


def live(setting: str, seed: int, policy: str, how: How) -> Year:
    """A year of one company under one policy ("nothing": none)."""
    began = time.process_time()
    assert set(PLAYS) <= set(COURSES), sorted(set(PLAYS) - set(COURSES))
    world = Distributor(company(setting, how), seed=seed).run()
    codes = world.earned()["account_id"].to_pylist()
    year = Year(setting, seed, policy, np.zeros((WEEKS + 1, len(codes))))
    year.net[0] = earned(world, codes)
    desk = None if policy == "nothing" else Desk(world, POLICIES[policy](), how, year)
    for week in range(WEEKS):
        if desk is not None:
            desk.decide(week)
        world.step()
        year.net[week + 1] = earned(world, codes)
    year.seconds = time.process_time() - began
    return year


class Desk:
    """Who decides each week, with what is known, and has it done."""

    def __init__(self, world: Distributor, policy: Any, how: How, year: Year) -> None:
        self.world, self.policy, self.how, self.year = world, policy, how, year
        self.runs: list[tuple[str, Begun, Any, Any]] = []  # code, what, from, to
        self.waiting: list[Waiting] = []
        self.outcomes: list[Outcome] = []
        self.told: list[tuple[Waiting, float]] = []  # with the share that was lost
        self.spent = dict.fromkeys(POOLS, 0.0)
        self.looked: Looked | None = None
        sales = world.earned()["sales"].to_numpy().sum()
        self.budget = BUDGET * float(sales) / world.week * WEEKS

    def decide(self, week: int) -> None:
        world = self.world
        if week % self.how.every == 0:
            self.looked = self._look()
        looked = self.looked
        assert looked is not None
        self._learn(week)
        today = world.today
        place = {code: i for i, code in enumerate(looked.seen.account_id)}
        runs = [
            Run(place[code], one.play, start, one.staff_id)
            for code, one, start, end in self.runs
            if end >= today and code in place
        ]
        ago = np.full(looked.seen.n, 999.0)
        for code, _one, start, _end in self.runs:
            if code in place:
                ago[place[code]] = min(ago[place[code]], (today - start).days / 7)
        given = Week(
            world=world,
            seen=replace(looked.seen, as_of=today, runs=tuple(runs)),
            team=self._team(looked),
            rates=Rates(1.0, self._sales_per_margin(), HOUR),
            budgets={
                p: self.budget * (week + HORIZON_WEEKS) / WEEKS - self.spent[p] for p in POOLS
            },
            p_complete=looked.p_complete,
            ago=ago,
            weeks_left=WEEKS - week,
            fresh=week % self.how.every == 0,
            outcomes=tuple(self.outcomes),
            cases=cases_of(self.told),
            seed=f"{self.year.setting}-{self.year.seed}-{week}",
        )
        for one in self.policy(given):
            self._begin(one, looked, week)

    def _sales_per_margin(self) -> float:
        table = self.world.earned()
        return float(table["sales"].to_numpy().sum() / table["margin"].to_numpy().sum())

    def _look(self) -> Looked:
        """Assess and explain, from the ledger of today."""
        world, today = self.world, self.world.today
        rows = [
            (
                start.toordinal() * 1440 + 540,
                {
                    "account_id": code,
                    "play": one.play,
                    "from": start.toordinal(),
                    "to": end.toordinal(),
                    "staff_id": one.staff_id,
                    "chosen": "rule" if one.probability is None else "coin",
                    "probability": 1.0 if one.probability is None else one.probability,
                },
            )
            for code, one, start, end in self.runs
        ]
        tables = world.tables() | ({"play_runs": from_rows("play_runs", rows)} if rows else {})
        ledger = loading.ledger(tables, world.company.currency)
        assessment = assess(ledger, today)
        why = explain(ledger, assessment)
        explained = {
            "falls": why.falls,
            "causes": why.causes,
            "outlook": why.outlook,
            "signals": why.signals,
        }
        seen = situation(ledger, assessment.accounts, explained, as_of=today)

        def column(name: str) -> Floats:
            return np.array(assessment.accounts[name].to_pylist(), float)

        horizon = column("horizon_baseline")
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = np.clip(column("horizon_loss") / horizon, 0.0, 1.0)
        return Looked(
            ledger,
            replace(seen, runs=()),
            column("p_complete"),
            np.nan_to_num(expected),
            np.nan_to_num(horizon),
        )

    def _team(self, looked: Looked) -> Any:
        staff = looked.ledger.table("staff", self.world.today).to_pylist()
        usual = self.how.hours
        few = ("manager", "service")
        hours = {
            row["staff_id"]: usual * (1.0 if role_of(row["role"]) in few else 1.5) for row in staff
        }
        return team_at(
            looked.ledger,
            looked.seen.account_id,
            as_of=self.world.today,
            usual_hours=usual,
            hours=hours,
        )

    def _begin(self, one: Begun, looked: Looked, week: int) -> None:
        world, code = self.world, looked.seen.account_id[one.account]
        play = CALL if one.play == "call" else PLAYS.get(one.play)
        ends = world.today + timedelta(weeks=4) if play is None else play.ends_on(world.today)
        if play is not None:
            try:
                world.begin(one.play, code, one.staff_id, money=one.money)
            except NotFound:  # who was to do it has left since
                return
            self.year.hours += play.hours
            self.year.plays[one.play] += 1
            if play.cost.pool:
                self.spent[play.cost.pool] += one.money
        self.runs.append((code, one, world.today, ends))
        i = one.account
        before = float(earned(world, [code])[0])
        # Net sales of a year, as margin of the horizon.
        gone = float(looked.seen.gone[i]) / self._sales_per_margin() * HORIZON_WEEKS / WEEKS
        self.waiting.append(
            Waiting(
                one, code, week, float(looked.expected[i]), float(looked.horizon[i]), before, gone
            )
        )

    def _learn(self, week: int) -> None:
        """Outcomes that are known by now: what came of the horizon's money."""
        for one in [w for w in self.waiting if w.week + HORIZON_WEEKS <= week]:
            self.waiting.remove(one)
            came = float(earned(self.world, [one.code])[0]) - one.before
            begun = one.begun
            money = Horizon(one.horizon, one.expected * one.horizon, came, one.gone)
            learnt = outcome(begun.play, money, min(begun.fit, 1.0), begun.probability)
            if learnt is not None:
                self.outcomes.append(learnt)
            if one.horizon > 0:
                self.told.append((one, 1 - came / one.horizon))


def cases_of(told: Sequence[tuple[Waiting, float]]) -> Cases:
    """What plays that keep are learnt from: each play, or nothing, whose outcome is known."""
    some = [(one, lost) for one, lost in told if one.begun.play in {*PLAYS, NOTHING}]

    def names(values: list[str]) -> Any:
        found = np.empty(len(some), object)
        found[:] = values
        return found

    week = np.array([one.week for one, _ in some], np.int64)
    code = names([one.code for one, _ in some])
    play = names([one.begun.play for one, _ in some])
    chance = [one.begun.probability for one, _ in some]
    return Cases(
        account_id=code,
        unit=code,
        drawn=play,
        done=play,
        cause=names([UNKNOWN] * len(some)),
        fit=np.array([min(one.begun.fit, 1.0) for one, _ in some], float),
        expected=np.maximum([one.expected for one, _ in some], LEAST_EXPECTED),
        lost=np.array([lost for _, lost in some], float),
        probability=np.array([np.nan if p is None else p for p in chance], float),
        design=names([""] * len(some)),
        first=week * 7,
        last=(week + HORIZON_WEEKS) * 7 - 1,
        began=np.where(play == NOTHING, NEVER, week * 7),
        traits=np.zeros((len(some), 0)),
    )


def figures(years: Sequence[Year]) -> dict[str, Any]:
    """Of companies of one setting: what each policy kept a year, beside the others."""
    nothing = {one.seed: one for one in years if one.policy == "nothing"}
    kept: dict[str, dict[int, Floats]] = {}
    out: dict[str, Any] = {}
    for policy in dict.fromkeys(one.policy for one in years):
        mine = [one for one in years if one.policy == policy and one.policy != "nothing"]
        if not mine:
            continue
        gains = {one.seed: (one.net - nothing[one.seed].net).sum(axis=1) for one in mine}
        kept[policy] = gains
        base = [_earned_in(nothing[one.seed]) for one in mine]
        done: Counter[str] = sum((one.plays for one in mine), Counter())
        out[policy] = {
            "kept": round(float(np.mean([g[-1] for g in gains.values()]))),
            "kept_of_margin": round(
                float(np.mean([g[-1] / b for g, b in zip(gains.values(), base, strict=True)])), 4
            ),
            "kept_after_hours": round(
                float(np.mean([gains[one.seed][-1] - HOUR * one.hours for one in mine]))
            ),
            "kept_weeks_27_to_52": round(float(np.mean([g[-1] - g[HALF] for g in gains.values()]))),
            "hours": round(float(np.mean([one.hours for one in mine]))),
            "plays": dict(done.most_common()),
            "cpu_s": round(float(np.mean([one.seconds for one in mine]))),
        }
    return {"companies": len(nothing), "policies": out, "ratios": _ratios(kept)}


def _earned_in(year: Year) -> float:
    return float((year.net[-1] - year.net[0]).sum())


def _ratios(kept: dict[str, dict[int, Floats]]) -> dict[str, Any]:
    """What Mainstay's plan keeps beside the others, with 90% intervals over companies (bootstrap)."""
    found: dict[str, Any] = {}
    for ours in [name for name in kept if name.startswith("mainstay")]:
        for other in [name for name in kept if not name.startswith("mainstay")]:
            seeds = sorted(set(kept[ours]) & set(kept[other]))
            a, b = (np.array([kept[p][s][-1] for s in seeds]) for p in (ours, other))
            late_a, late_b = (
                np.array([kept[p][s][-1] - kept[p][s][HALF] for s in seeds]) for p in (ours, other)
            )
            found[f"{ours} / {other}"] = {
                "year": _ratio(a, b),
                "weeks 27 to 52": _ratio(late_a, late_b),
            }
    return found


def _ratio(a: Floats, b: Floats) -> list[float | None]:
    """Ratio of sums, and its 90% interval."""
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(a), (2000, len(a)))
    some = a[draws].sum(axis=1) / np.where(b[draws].sum(axis=1) > 0, b[draws].sum(axis=1), np.nan)
    whole = a.sum() / b.sum() if b.sum() > 0 else np.nan
    values = [whole, *np.nanquantile(some, [0.05, 0.95])] if np.isfinite(some).any() else [whole]
    return [round(float(v), 3) if np.isfinite(v) else None for v in values]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--settings", nargs="*", default=list(SETTINGS))
    parser.add_argument("--policies", nargs="*", default=list(PLAIN), choices=list(POLICIES))
    parser.add_argument("--wrong", action="store_true", help="also with wrong beliefs")
    parser.add_argument("--hours", type=float, default=How.hours)
    parser.add_argument("--staff", type=int, default=How.staff)
    parser.add_argument("--accounts", type=int, default=How.accounts)
    parser.add_argument("--every", type=int, default=How.every)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    how = How(args.staff, args.hours, args.every, args.accounts)
    policies = ["nothing", *args.policies, *(WRONG if args.wrong else ())]
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    out: dict[str, Any] = {}
    with ProcessPoolExecutor(args.workers) as pool:
        jobs = {
            s: [pool.submit(live, s, seed, p, how) for seed in seeds for p in policies]
            for s in args.settings
        }
        for setting, some in jobs.items():
            out[setting] = figures([job.result() for job in some])
            print(json.dumps({setting: out[setting]}, indent=1), flush=True)
    if args.out:
        args.out.write_text(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
