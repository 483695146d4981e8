"""Why accounts fell, in made-up companies whose truth is known: how often the first guess is right.

    .venv/bin/python benchmarks/causes.py                 # three settings × ten seeds, about half an hour
    .venv/bin/python benchmarks/causes.py --seeds 2 --settings usual

The generator's settings and the plain rule list beside it (`cause_rules.py`) were frozen before anything
was measured. A case is an account that truly lost 30% or more of what it would have bought to one main
cause. Beside: the rules, "always the commonest" (known from other companies), and a Bayes oracle that knows
the generator and sees what was recorded (`cause_oracle.py`). Differences come with intervals over companies.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from cause_oracle import FAMILY_NAMES, Oracle, features
from cause_rules import by_rules
from mainstay.causes.families import FAMILIES, UNKNOWN, WHOSE
from mainstay.engine.explaining import Explanation, explain
from mainstay.engine.run import assess
from mainstay.ledger.ledger import Ledger
from mainstay.simulate import Company, Distributor

SETTINGS = ("usual", "careless", "contested")
TAUGHT_BY = 24  # companies that the oracle learns from, a setting
LOST_SHARE, HARDLY = 0.3, 0.1
SEVERAL = 0.5  # with fewer than this said, "names" it does not
BINS = 10
# Where one recorded fact stands alone: no other family has one of this strength so long before the fall
# (in weeks) and after it.
ALONE_WEEKS, ALONE_STRENGTH = (52, 4), 0.1


@dataclass
class Found:
    """Of one company: the cases, and what each method said of them.

    seen: of the cases, whether anything is said of a fall; counts: whether they count as fallen
    told: of every account with a first-ranked family, fallen or not: its probability, and whether the
        account truly lost a tenth and more with this as the main cause
    """

    setting: str
    seed: int
    missing: str
    family: list[str]
    ranked: list[list[str]]
    first: list[str]
    p_first: list[float]
    rules: list[str]
    x: Any
    seen: list[bool]
    counts: list[bool]
    alone: list[float]
    alone_by_main_links: list[float]
    whose: list[str]
    told: list[tuple[float, bool]]
    healthy: int
    healthy_named: int
    seconds: float
    orders_only_unknown: float | None = None
    orders_only_told: list[tuple[float, bool]] | None = None


def look(setting: str, seed: int, missing: float | None = None, orders_only: bool = False) -> Found:
    """Make a company up, judge it at its end, and hold what is said against the truth."""
    company = getattr(Company, setting)()
    if missing is not None:
        company = replace(company, records=replace(company.records, missing=missing))
    world = Distributor(company, seed=seed)
    world.run()
    truth = [r for r in world.truth().to_pylist() if r["main"] and r["category"] is None]
    lost = {r["account_id"]: r["family"] for r in truth if r["lost_share"] >= LOST_SHARE}
    some = {r["account_id"] for r in truth if r["lost_share"] >= HARDLY}
    ledger = world.ledger()
    assessment = assess(ledger, world.today)
    began = time.process_time()
    judged = explain(ledger, assessment)
    seconds = time.process_time() - began
    found = _held(judged, lost)
    healthy = set(assessment.accounts["account_id"].to_pylist()) - some
    named = {r["account_id"] for r in judged.causes.to_pylist() if r["p"] > SEVERAL}
    fell = [a for a in lost if a in set(judged.falls["account_id"].to_pylist())]
    x = dict(zip(fell, features(world, judged, fell), strict=True))
    main = {r["account_id"]: r["family"] for r in truth if r["lost_share"] >= HARDLY}
    said = [r for r in judged.falls.to_pylist() if r["first"] != UNKNOWN]
    only, only_told = _orders_only(world, lost, main) if orders_only else (None, None)
    return Found(
        setting,
        seed,
        "30%" if missing else "as set",
        list(lost.values()),
        **found,
        x=[x.get(a) for a in lost],
        told=[(r["p_first"], main.get(r["account_id"]) == r["first"]) for r in said],
        healthy=len(healthy),
        healthy_named=len(healthy & named),
        seconds=seconds,
        orders_only_unknown=only,
        orders_only_told=only_told,
    )


def _held(judged: Explanation, lost: dict[str, str]) -> dict[str, Any]:
    falls = {r["account_id"]: r for r in judged.falls.to_pylist()}
    causes: dict[str, list[Any]] = {}
    for row in judged.causes.to_pylist():
        causes.setdefault(row["account_id"], []).append(row)
    began = {a: falls[a]["began_on"] for a in lost if a in falls}
    rules = by_rules(judged.signals, began)
    ranked = [
        [c["family"] for c in sorted(causes.get(a, []), key=lambda c: c["rank"])] for a in lost
    ]
    p_of = {a: {c["family"]: c["p"] for c in causes.get(a, [])} for a in lost}
    only, by_main_links = _alone(judged, began), _alone(judged, began, every_link=False)
    return {
        "ranked": ranked,
        "first": [falls[a]["first"] if a in falls else UNKNOWN for a in lost],
        "p_first": [falls[a]["p_first"] if a in falls else 1.0 for a in lost],
        "rules": [rules.get(a, UNKNOWN) for a in lost],
        "seen": [a in falls for a in lost],
        "counts": [bool(falls[a]["counts"]) if a in falls else False for a in lost],
        "whose": [_likeliest_whose(falls[a]) if a in falls else UNKNOWN for a in lost],
        "alone": [p_of[a].get(f, 0.0) if only.get(a) == {f} else np.nan for a, f in lost.items()],
        "alone_by_main_links": [
            p_of[a].get(f, 0.0) if by_main_links.get(a) == {f} else np.nan for a, f in lost.items()
        ],
    }


def _likeliest_whose(fall: dict[str, Any]) -> str:
    return max(WHOSE, key=lambda whose: fall[f"p_{whose}"])


def _alone(
    judged: Explanation, began: dict[str, Any], every_link: bool = True
) -> dict[str, set[str]]:
    """The families that recorded facts speak for around each fall, each fact by its weightiest link.

    every_link: also facts whose link depends on what they say (the kind of a complaint, what a competitor
        was seen with). Without them, as this was first counted, a case with an open complaint and a
        competitor beside its late delivery would pass for one with late deliveries alone.
    """
    from mainstay.causes.catalogue import catalogue

    known = {name: one for name, one in catalogue().items() if one.role == "context"}
    found: dict[str, set[str]] = {}
    before, after = (timedelta(weeks=w) for w in ALONE_WEEKS)
    names = ("account_id", "signal", "since", "strength", "data")
    columns = (judged.signals[c].to_pylist() for c in names)
    for account, name, since, strength, data in zip(*columns, strict=True):
        day = began.get(account)
        if not day or name not in known or strength < ALONE_STRENGTH:
            continue
        one = known[name]
        links = one.links
        if one.by and every_link:
            links = one.by_data.get(json.loads(data).get(one.by), one.links)
        if links and day - before <= since <= day + after:
            found.setdefault(account, set()).add(links[0].cause.split(".")[0])
    return found


def _orders_only(
    world: Distributor, lost: dict[str, str], main: dict[str, str]
) -> tuple[float, list[tuple[float, bool]]]:
    """With order lines alone: of the cases, the share of which it says that it does not know; and of all
    accounts for which it names a family, the probability said and whether that was right."""
    tables = world.tables()
    ledger = Ledger.from_tables(order_lines=tables["order_lines"])
    falls = {
        r["account_id"]: r for r in explain(ledger, assess(ledger, world.today)).falls.to_pylist()
    }
    said = [falls[a]["first"] for a in lost if a in falls]
    told = [
        (r["p_first"], main.get(a) == r["first"]) for a, r in falls.items() if r["first"] != UNKNOWN
    ]
    return float(np.mean([s == UNKNOWN for s in said])) if said else 1.0, told


def _whose(family: str) -> str:
    return FAMILIES[family].whose if family in FAMILIES else UNKNOWN


def figures(found: Sequence[Found], taught: Sequence[Found]) -> dict[str, Any]:
    """Of companies of one setting, beside what the oracle learnt from others."""
    known = [
        (x, f) for one in taught for x, f in zip(one.x, one.family, strict=True) if x is not None
    ]
    oracle = Oracle().fit(np.array([x for x, _ in known]), [f for _, f in known])
    commonest = Counter(f for one in taught for f in one.family).most_common(1)[0][0]
    rows = []
    alone: list[tuple[float, float]] = []
    for one in found:
        alone += _named_alone(oracle, one)
        by_oracle = [_ranked(oracle, x) if x is not None else [commonest] for x in one.x]
        guess = [r[0] for r in by_oracle]
        rows.append(
            {
                "cases": len(one.family),
                "network": _right([r[0] if r else UNKNOWN for r in one.ranked], one.family),
                "says": _right(one.first, one.family),
                "oracle": _right(guess, one.family),
                "rules": _right(one.rules, one.family),
                "commonest": _right([commonest] * len(one.family), one.family),
                "among_three": float(
                    np.mean([f in r[:3] for r, f in zip(one.ranked, one.family, strict=True)])
                ),
                "among_three_oracle": float(
                    np.mean([f in r[:3] for r, f in zip(by_oracle, one.family, strict=True)])
                ),
                "whose": _right(one.whose, [_whose(f) for f in one.family]),
                "whose_oracle": _right([_whose(g) for g in guess], [_whose(f) for f in one.family]),
                "healthy_not_named": 1 - one.healthy_named / max(one.healthy, 1),
                "seen": float(np.mean(one.seen)),
                "counted": float(np.mean(one.counts)),
            }
        )
    mean = {name: round(float(np.mean([r[name] for r in rows])), 3) for name in rows[0]}
    only_told = [pair for one in found for pair in one.orders_only_told or ()]
    only = [one.orders_only_unknown for one in found if one.orders_only_unknown is not None]
    return {
        "companies": len(found),
        **mean,
        "network_over_oracle": round(mean["network"] / mean["oracle"], 3),
        "network_minus_rules": _interval(rows, "network", "rules"),
        "network_minus_commonest": _interval(rows, "network", "commonest"),
        "calibration": _calibration([pair for one in found for pair in one.told]),
        "calibration_of_cases": _calibration(_first_of_cases(found)),
        "one_fact_named": _share_named([p for p, _ in alone]),
        "one_fact_named_oracle": _share_named([p for _, p in alone]),
        "one_fact_cases": len(alone),
        "one_fact_named_by_main_links": _share_named(
            [p for one in found for p in one.alone_by_main_links if not np.isnan(p)]
        ),
        "orders_alone_unknown": round(float(np.mean(only)), 3) if only else None,
        "orders_alone_named": {
            "accounts": len(only_told),
            "said": round(float(np.mean([p for p, _ in only_told])), 3) if only_told else None,
            "right": round(float(np.mean([r for _, r in only_told])), 3) if only_told else None,
        },
        "explain_cpu_s": round(float(np.median([one.seconds for one in found])), 2),
    }


def _named_alone(oracle: Oracle, one: Found) -> list[tuple[float, float]]:
    """Of the cases where one family's facts stand alone: the probability of it, ours and the oracle's.

    The oracle is told that the account fell; ours has to find that as well.
    """
    return [
        (p, float(oracle.predict(x[None])[0][FAMILY_NAMES.index(f)]) if x is not None else 0.0)
        for p, x, f in zip(one.alone, one.x, one.family, strict=True)
        if not np.isnan(p)
    ]


def _share_named(p: Sequence[float]) -> float | None:
    return round(float(np.mean(np.array(p) >= SEVERAL)), 3) if p else None


def _right(said: Sequence[str], true: Sequence[str]) -> float:
    return float(np.mean([s == t for s, t in zip(said, true, strict=True)]))


def _interval(rows: Sequence[dict[str, Any]], one: str, other: str) -> list[float]:
    """90% interval of the mean difference over companies, by the bootstrap."""
    gain = np.array([r[one] - r[other] for r in rows])
    rng = np.random.default_rng(0)
    means = gain[rng.integers(0, len(gain), (2000, len(gain)))].mean(axis=1)
    return [round(float(q), 3) for q in np.quantile(means, [0.05, 0.95])]


def _ranked(oracle: Oracle, x: Any) -> list[str]:
    return [FAMILY_NAMES[int(k)] for k in oracle.predict(x[None])[0].argsort()[::-1]]


def _first_of_cases(found: Sequence[Found]) -> list[tuple[float, bool]]:
    """Of the cases alone. They are chosen by what truly came: a probability that holds over all that is said
    must look too low here, as a rain forecast does on days on which it rained."""
    return [
        (p, said == true)
        for one in found
        for p, said, true in zip(one.p_first, one.first, one.family, strict=True)
        if said != UNKNOWN
    ]


def _calibration(told: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Mean gap between what was said and what was right, in tenths, and its floor by chance."""
    said, right = np.array([p for p, _ in told]), np.array([r for _, r in told], float)
    rng = np.random.default_rng(0)
    floor = np.mean([_gap(said, (rng.random(len(said)) < said).astype(float)) for _ in range(200)])
    return {
        "gap": round(_gap(said, right), 3),
        "floor": round(float(floor), 3),
        "said": round(float(said.mean()), 3),
        "right": round(float(right.mean()), 3),
    }


def _gap(said: np.ndarray, right: np.ndarray) -> float:
    order = np.argsort(said)
    parts = np.array_split(order, BINS)
    return float(sum(len(p) * abs(said[p].mean() - right[p].mean()) for p in parts) / len(said))


def _results(jobs: Sequence[Any]) -> list[Found]:
    return [job.result() for job in jobs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--missing-seeds", type=int, default=10, help="with 30% of facts missing")
    parser.add_argument("--taught-by", type=int, default=TAUGHT_BY)
    parser.add_argument("--settings", nargs="*", default=list(SETTINGS))
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    with ProcessPoolExecutor(args.workers) as pool:
        jobs = {
            s: (
                [pool.submit(look, s, seed, None, seed == seeds[0]) for seed in seeds],
                [pool.submit(look, s, 1000 + seed) for seed in range(args.taught_by)],
                [pool.submit(look, s, seed, 0.3) for seed in seeds[: args.missing_seeds]],
                [pool.submit(look, s, 1000 + seed, 0.3) for seed in range(args.taught_by)],
            )
            for s in args.settings
        }
        out = {}
        for setting, (plain, taught, less, taught_less) in jobs.items():
            out[setting] = figures(_results(plain), _results(taught))
            three = figures(_results(less), _results(taught_less))
            out[setting]["with_30_percent_missing"] = {
                name: three[name]
                for name in (
                    "companies",
                    "network",
                    "oracle",
                    "among_three",
                    "among_three_oracle",
                    "whose",
                    "calibration",
                )
            }
            print(json.dumps({setting: out[setting]}, indent=1), flush=True)
    if args.out:
        args.out.write_text(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
