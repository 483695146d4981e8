"""Declines of a known size, put into steady histories from a known week on: who sees them, and when?

    .venv/bin/python benchmarks/injected.py                    # simulated and real, about five minutes
    .venv/bin/python benchmarks/injected.py --only simulated --accounts 300

Every method is watched week by week on undisturbed histories of the same kind, and its threshold set
there so that it raises .2 false alarms per account and year: in 1 of 20 windows of 13 weeks it
reaches it from below. Then other accounts fall. Reported: the share of them at which it does so within
13 weeks of the fall, and the delay as restricted mean to 26 weeks. The same count for all; who stood
above the threshold already, for whatever reason, is not found. A CUSUM that knows what nobody does
(the rates before and after, and how regular the account is) is the limit. Of categories there is
another beside it, which knows the shares and reads the account's own orders alone, as Mainstay does.
Wanted: 90% of what it finds, and more than each rule.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import alarms
from alarms import Statistic, Watched, as_lines, days_of, series_of, settings_of
from mainstay.defection.changepoint import Series, regularity
from mainstay.simulate import Cut, Decline, Plan, histories, inject
from mainstay.standing.season import Season

WINDOW, HORIZON = 13, 26
FALSE_ALARMS = 0.2  # per account and year
FACTORS = (0.7, 0.5, 0.2)
RULES: dict[str, tuple[Statistic, float]] = {
    "previous gap": (alarms.previous_gap, 1.0),
    "2 x mean gap": (alarms.mean_gap, 2.0),
    "70% of last year": (alarms.last_year, 0.3),
}
BEFORE = 118  # weeks of undisturbed history
DEMO = Path(__file__).parent.parent / "demo" / "online_retail_ii.parquet"


def raised(statistic: np.ndarray, limit: float) -> np.ndarray:
    """Whether an alarm is raised in each week: it stands at or above the limit, and did not before."""
    above = statistic >= limit
    new = above.copy()
    new[:, 1:] &= ~above[:, :-1]
    new[:, 0] = False  # what stood there before one looked is no news
    return new


def rate_of_alarms(statistic: np.ndarray, account: np.ndarray, limit: float) -> float:
    """Per account and year: windows in which one is raised, for whichever of its categories.

    account: which one a row belongs to
    """
    new = raised(statistic, limit)[:, 1:]
    weeks = new.shape[1] // WINDOW * WINDOW
    by_row = new[:, :weeks].reshape(len(new), -1, WINDOW).any(axis=2)
    found = np.zeros((account.max() + 1, by_row.shape[1]), bool)
    np.logical_or.at(found, account, by_row)
    return float(found.mean() * 52 / WINDOW)


def threshold(statistic: np.ndarray, account: np.ndarray) -> float:
    """The lowest limit down to which no more than the false alarms allowed are raised."""
    values = np.unique(np.quantile(statistic[:, 1:], 1 - np.geomspace(1e-4, 0.7, 150)))[::-1]
    best = float(np.nextafter(statistic.max(), np.inf))
    for value in values:
        if rate_of_alarms(statistic, account, value) > FALSE_ALARMS:
            break
        best = float(value)
    return best


def seen(statistic: np.ndarray, after: np.ndarray, limit: float) -> dict[str, float]:
    """Share at which an alarm is raised within the window, restricted mean of the weeks until then.

    after: of each row, the first week whose end lies after the fall
    """
    weeks = after[:, None] + np.arange(HORIZON)
    new = np.take_along_axis(raised(statistic, limit), weeks, axis=1)
    delay = np.where(new.any(axis=1), new.argmax(axis=1) + 1, HORIZON)
    return {
        "found": round(float(new[:, :WINDOW].any(axis=1).mean()), 3),
        "weeks": round(float(delay.mean()), 1),
    }


@dataclass(frozen=True)
class Kind:
    """Accounts of one kind: where thresholds are set, and where they are tested undisturbed."""

    calm: Watched
    other: Watched

    def account(self, watched: Watched) -> np.ndarray:
        _, place = np.unique([key[0] for key in watched.keys], return_inverse=True)
        return place


@dataclass(frozen=True)
class Fallen:
    """Accounts that fell. after: of each row, the first of its dates that lies after the fall."""

    watched: Watched
    after: np.ndarray


def judge(kind: Kind, falls: dict[float, Fallen]) -> Iterator[dict[str, object]]:
    """A row a factor: what each method finds at the same rate of false alarms."""
    calm_of, other_of = kind.account(kind.calm), kind.account(kind.other)
    limits, false, shipped = {}, {}, {}
    methods: dict[str, Statistic] = {"mainstay": alarms.mainstay}
    methods |= {name: rule for name, (rule, _) in RULES.items()}
    for name, method in methods.items():
        calm, other = method(kind.calm), method(kind.other)
        limits[name] = threshold(calm, calm_of)
        false[name] = round(rate_of_alarms(other, other_of, limits[name]), 3)
        if name in RULES:
            limit = float(np.nextafter(RULES[name][1], np.inf))
            shipped[name] = round(rate_of_alarms(other, other_of, limit), 2)
        else:
            steady = rate_of_alarms(other, other_of, 0.5) * WINDOW / 52
    for factor, fallen in falls.items():
        limit_rule = alarms.cusum(factor)
        limit = threshold(limit_rule(kind.calm), calm_of)
        other = limit_rule(kind.other)
        best = seen(limit_rule(fallen.watched), fallen.after, limit)
        by_order: dict[str, object] = {}
        if fallen.watched.keys[0][1] is not None:
            own_rule = alarms.cusum_of_orders(factor)
            own = threshold(own_rule(kind.calm), calm_of)
            by_order["cusum_of_orders"] = seen(own_rule(fallen.watched), fallen.after, own)
        rows = {
            name: seen(method(fallen.watched), fallen.after, limits[name])
            for name, method in methods.items()
        }
        yield _with_bar(
            {
                "factor": factor,
                "accounts": len(fallen.after),
                "threshold": round(limits["mainstay"], 3),
                "cusum": best,
                **by_order,
                **rows,
                "false_alarms": {
                    "cusum": round(rate_of_alarms(other, other_of, limit), 3),
                    **false,
                },
                "false_alarms_as_shipped": shipped,
                "steady_windows_with_alarm_at_half": round(steady, 3),
            }
        )


def _with_bar(row: dict[str, object]) -> dict[str, object]:
    ours, limit = row["mainstay"]["found"], row["cusum"]["found"]
    beaten = ours > max(row[name]["found"] for name in RULES)
    return row | {
        "of_cusum": round(ours / max(limit, 1e-9), 2),
        "met": bool(ours >= 0.9 * limit and beaten),
    }


# Simulated accounts


def _dates(begin: date, first: int, weeks: int) -> list[date]:
    return [begin + timedelta(weeks=first + w) for w in range(1, weeks + 1)]


def _true_rates(
    plan: Plan, keys: list[tuple[str, str | None]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order days a week, Gamma shape and share of the orders of each row; of a category, whose orders
    are a part of its account's."""
    rate, k = plan.orders_a_year / 52, plan.regularity[0]
    p = plan.categories
    none = np.prod([1 - share for share in p.values()])
    rates, shapes, shares = (np.empty(len(keys)) for _ in range(3))
    for i, (_, category) in enumerate(keys):
        share = 1.0
        if category is not None:
            share = p[category] + none * p[category] / sum(p.values())
        rates[i], shapes[i], shares[i] = rate * share, 1 / (share / k + 1 - share), share
    return rates, shapes, shares


def _watch(
    plan: Plan,
    lines: pa.Table,
    dates: list[date],
    category: str | None,
    priors: Watched | None = None,
) -> Watched:
    ids = [f"S{i:06}" for i in range(plan.accounts)]
    found = as_lines(lines, ids)
    if priors is None:
        settings, season = settings_of(found, dates, plan.begin)
    else:
        settings, season = priors.settings, priors.season
    if category is None:
        keys: list[tuple[str, str | None]] = [(a, None) for a in ids]
    elif priors is None:
        keys = [(a, c) for a in ids for c in sorted(plan.categories)]
    else:
        keys = [(a, category) for a in ids]
    return Watched(found, keys, dates, settings, season, *_true_rates(plan, keys))


def simulated(
    orders: float, k: float, category: str | None, accounts: int
) -> Iterator[dict[str, object]]:
    plan = Plan(
        accounts=accounts,
        weeks=BEFORE + 52 + HORIZON,
        orders_a_year=orders,
        spread=None,
        regularity=(k,),
        season=0.3,
    )
    walk = _dates(plan.begin, BEFORE - 1, 1 + 52 + HORIZON)
    calm, other = (
        _watch(plan, histories(plan, seed=seed).lines, walk, category) for seed in (1, 2)
    )
    falls = {}
    for factor in FACTORS:
        decline = Decline(1.0, (BEFORE, BEFORE + 52), (factor,), category)
        made = histories(replace(plan, decline=decline), seed=3)
        fell = made.truth["declines_on"].cast(pa.int32()).to_numpy()
        after = (fell - (plan.begin - date(1970, 1, 1)).days) // 7 - BEFORE + 1
        falls[factor] = Fallen(_watch(plan, made.lines, walk, category, calm), after)
    for row in judge(Kind(calm, other), falls):
        yield {"orders_a_year": orders, "regularity": k, "what": category or "all", **row}


# Real accounts


@dataclass(frozen=True)
class Real:
    """The demo's order lines, goods with an account, once each; and where they begin and end."""

    lines: pa.Table
    begin: date
    end: date

    @classmethod
    def read(cls) -> Real:
        sold = f"""
            SELECT DISTINCT "Customer ID"::BIGINT::VARCHAR AS account_id, StockCode AS product_id,
                   InvoiceDate::DATE AS ordered_on, Invoice AS order_id,
                   round(Quantity * Price, 2)::DOUBLE AS amount
            FROM '{DEMO}' WHERE "Customer ID" IS NOT NULL AND regexp_matches(StockCode, '^[0-9]{{5}}')
        """
        lines = duckdb.sql(f"""
            SELECT sold.*, category FROM ({sold}) sold
            LEFT JOIN read_csv('{DEMO.parent / "products.csv"}', all_varchar=true) USING (product_id)
            WHERE amount <> 0 ORDER BY account_id, ordered_on
        """).to_arrow_table()
        days = lines["ordered_on"].to_pylist()
        return cls(lines, min(days), max(days) + timedelta(days=1))


REAL_BEFORE = 60  # weeks
REPEATS = 12  # draws of who falls, when, and which orders go: there are few such accounts
BUSY = {"10 to 18": (10, 18), "18 and more": (18, 1000)}


def real() -> Iterator[dict[str, object]]:
    """Accounts of the demo that ordered steadily: ten days and more in the year before, and on.

    An account counts as steady that had order days in each quarter from the year before the first fall
    to the end; on which thresholds are set and which ones fall is drawn, REPEATS times, and averaged.
    """
    demo, rng = Real.read(), np.random.default_rng(1)
    weeks = (demo.end - demo.begin).days // 7
    walk = _dates(demo.begin, REAL_BEFORE, weeks - REAL_BEFORE)
    ids = sorted(set(demo.lines["account_id"].to_pylist()))
    everybody = as_lines(demo.lines, ids)
    settings, season = settings_of(everybody, walk, demo.begin)
    series = series_of(everybody)
    first = days_of(walk[0])
    quarters = np.arange(first - 364, days_of(walk[-1]) + 1, 91)
    steady = {
        account: int(((days >= first - 364) & (days < first)).sum())
        for (account, category), days in series.items()
        if category is None and np.histogram(days, quarters)[0].min() > 0
    }
    for name, (least, most) in BUSY.items():
        accounts = [a for a in sorted(steady) if least <= steady[a] < most]
        for what in ("all", "largest category"):
            known = _real_watch(demo.lines, accounts, what, walk, settings, season)
            found = [_real_repeat(demo.lines, known, rng) for _ in range(REPEATS)]
            for rows in zip(*found, strict=True):
                yield {"orders_a_year": name, "regularity": "real", "what": what, **_mean(rows)}


def _real_repeat(
    lines: pa.Table, known: Watched, rng: np.random.Generator
) -> list[dict[str, object]]:
    drawn = rng.permutation(len(known.keys))
    calm, other = (_part(known, np.sort(part)) for part in np.array_split(drawn, 2))
    after = rng.integers(1, len(known.dates) - HORIZON + 1, len(other.keys))
    accounts = [account for account, _ in other.keys]
    own = lines.filter(pc.is_in(lines["account_id"], value_set=pa.array(accounts)))
    falls = {}
    for factor in FACTORS:
        cuts = [
            Cut(account, known.dates[week] - timedelta(weeks=1), factor, category)
            for (account, category), week in zip(other.keys, after, strict=True)
        ]
        cut = as_lines(inject(own, cuts, rng), accounts)
        falls[factor] = Fallen(replace(other, lines=cut), after)
    return list(judge(Kind(calm, other), falls))


def _part(known: Watched, rows: np.ndarray) -> Watched:
    return replace(
        known,
        keys=[known.keys[i] for i in rows],
        rate=known.rate[rows],
        regularity=known.regularity[rows],
        share=known.share[rows],
    )


def _mean(rows: tuple[dict[str, object], ...]) -> dict[str, object]:
    """Figures averaged over the draws, and what follows from them."""
    mean: dict[str, object] = {}
    for name, first in rows[0].items():
        values = [row[name] for row in rows]
        if isinstance(first, dict):
            mean[name] = {
                part: round(float(np.mean([value[part] for value in values])), 3) for part in first
            }
        else:
            mean[name] = round(float(np.mean(values)), 3)
    return _with_bar(mean)


def _real_watch(
    lines: pa.Table,
    accounts: list[str],
    what: str,
    walk: list[date],
    settings: list,
    season: Season,
) -> Watched:
    """Accounts, or of each the category that it orders most often; rates as their whole history has them."""
    own = as_lines(
        lines.filter(pc.is_in(lines["account_id"], value_set=pa.array(accounts))), accounts
    )
    series = series_of(own)
    keys: list[tuple[str, str | None]] = [(account, None) for account in accounts]
    if what != "all":
        best: dict[str, tuple[int, str]] = {}
        for (account, category), days in series.items():
            if category is not None:
                best[account] = max(best.get(account, (0, "")), (len(days), category))
        keys = [(account, best[account][1]) for account in accounts]
    rate, k, share = (np.empty(len(keys)) for _ in range(3))
    for i, key in enumerate(keys):
        time = season.clock(series[key] + 0.5) / 7
        rate[i] = (len(time) - 1) / (time[-1] - time[0])
        k[i] = regularity(Series(time, np.array([0, len(time)]), time[-1:]))[0]
        share[i] = len(series[key]) / len(series[key[0], None])
    return Watched(own, keys, walk, settings, season, rate, k, share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=("simulated", "real"))
    parser.add_argument("--accounts", type=int, default=800, help="simulated ones of each kind")
    parser.add_argument("--orders", type=float, nargs="+", default=[10, 26, 52, 104])
    parser.add_argument("--regularity", type=float, nargs="+", default=[1, 2, 4])
    parser.add_argument("--what", nargs="+", default=["all", "tools"])
    given = parser.parse_args()
    if given.only != "real":
        for what in given.what:
            for orders in given.orders:
                for k in given.regularity:
                    category = None if what == "all" else what
                    for row in simulated(orders, k, category, given.accounts):
                        print(json.dumps(row), flush=True)
    if given.only != "simulated":
        for row in real():
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
