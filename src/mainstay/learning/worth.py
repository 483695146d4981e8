"""What keeping accounts is worth (R28), in the company's own figures; nothing is told that the data do not tell.

    point_value   Σ_i m_i Σ_{y=1..H} [Π_{s≤y} (ρ_s + .01) − Π_{s≤y} ρ_s] (1 + g)^(y − ½) / (1 + d)^(y − ½)

m_i: an account's margin of the last 52 weeks, of those that are there (P(alive)); ρ_a: of those that were there 52
weeks ago, first seen a years before, the share that is there now (a period's rates, as in a life table: they need no
whole year since the data begin, and are of the year that quarters tell of); beyond the highest age its share; g: how the margin of kept accounts grew (`growth_limit` at most); H, d: the settings
`worth_years`, `discount_share`. All sums of margin are before what serving costs.
Intervals: 80%, from draws of who is gone and, for the shares, of which accounts there are (bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.settings import Settings
from mainstay.learning.imputation import Bools, Exits, Floats, Ints
from mainstay.learning.lives import NEVER, YEAR_DAYS, Population
from mainstay.ledger.sql import quoted
from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money

DRAWS = 60
LEAST = 10  # accounts; fewer tell no figure
GROWTH_LIMIT = 0.2  # a year, either way: no growth goes on for years beyond it
POINT = 0.01
LOW, HIGH = 0.1, 0.9

# `value` null = not known; n: accounts that it is told by; unit: share, money, accounts, hours.
WORTH = pa.schema(
    [
        ("measure", pa.string()),
        ("unit", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n", pa.int64()),
    ]
)
# A row a year of age (0 = the first): accounts whose year is over and in which, or after which, they still ordered.
AGES = pa.schema(
    [
        ("age", pa.int32()),
        ("birthday_known", pa.bool_()),  # no: years since they were first seen
        ("accounts", pa.int64()),
        ("margin", pa.float64()),  # of that year, the mean
        ("low", pa.float64()),
        ("high", pa.float64()),
        # Those still there, by their age when the last 52 weeks began: mean margin of the 52 before, and what these
        # add to it. All ages together are `growth_kept`.
        ("before", pa.float64()),
        ("growth", pa.float64()),
        ("growth_low", pa.float64()),
        ("growth_high", pa.float64()),
    ]
)
MEASURES = {
    "retention": "share",  # of those that were there 52 weeks ago, who is there now
    "margin_kept": "money",  # margin of the last 52 weeks of those that are there
    "growth_kept": "share",  # of the margin of those that were there both years
    "cost_to_win": "money",  # an account
    "cost_to_keep": "money",  # an account and year: serving costs of those there
    "hours_to_keep": "hours",  # an account and year
    "won_for_kept": "share",  # cost to win one / cost to keep one for a year
    "point_value": "money",  # of one point of retention a year, over the horizon
    "loss": "money",  # margin a year that leaves within the next
    "growth_needed": "share",  # new margin a year that makes up for it, of what there is
    "first_year": "money",  # margin of an account's first 52 weeks
    "accounts_needed": "accounts",  # new accounts that bring it within their first year
}


def ages(people: Population, exits: Exits, seed: int = 0) -> pa.Table:
    """Margin by years since the first order, and how those that are there grew: see AGES."""
    rng = np.random.default_rng(seed)
    known = people.born != NEVER
    offset = np.where(known, (people.first - people.born) // YEAR_DAYS, 0)
    margins = people.table["margins"].combine_chunks()
    lengths = np.asarray(pc.list_value_length(margins), np.int64)
    flat = np.asarray(margins.flatten(), float)
    starts = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(people)), lengths)
    year = np.arange(len(flat)) - starts[owner]
    over = people.first[owner] + YEAR_DAYS * (year + 1) <= people.as_of
    there = people.last[owner] >= people.first[owner] + YEAR_DAYS * year
    kept = _kept(people, exits)
    since = np.where(known, people.born, people.seen)
    aged = (people.as_of - YEAR_DAYS - since) // YEAR_DAYS
    now, before = people.floats("margin_52"), people.floats("margin_prev_52")
    rows = []
    for told in (True, False):
        some = over & there & (known[owner] == told)
        age = year + offset[owner]
        for one in np.unique(age[some]):
            same = kept & (known == told) & (aged == one)
            grown = _grown(now[same], before[same], rng)
            rows.append(_age(int(one), told, flat[some & (age == one)], rng) | grown)
    return pa.Table.from_pylist([row for row in rows if row["accounts"] >= LEAST], AGES)


def _age(age: int, told: bool, margin: Floats, rng: np.random.Generator) -> dict[str, Any]:
    draws = np.array([margin[_again(rng, len(margin))].mean() for _ in range(DRAWS)])
    low, high = _ends(draws)
    return {
        "age": age,
        "birthday_known": told,
        "accounts": len(margin),
        "margin": float(margin.mean()),
        "low": low,
        "high": high,
    }


def _grown(now: Floats, before: Floats, rng: np.random.Generator) -> dict[str, Any]:
    growth = _growth(now, before, rng)
    return {
        "before": None if growth.value is None else float(before.mean()),
        "growth": growth.value,
        "growth_low": growth.low,
        "growth_high": growth.high,
    }


def _kept(people: Population, exits: Exits) -> Bools:
    """Who is there, and was two years ago: by whom growth is told."""
    before = people.floats("margin_prev_52")
    watched = people.as_of - people.seen >= 2 * YEAR_DAYS
    return (exits.p_gone < 0.5) & watched & (before > 0)


@dataclass(frozen=True)
class Figure:
    """A figure with its 80% interval; None = not known."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0

    @classmethod
    def of(cls, value: float, draws: Floats, n: int) -> Figure:
        good = np.isfinite(draws)
        if n < LEAST or not np.isfinite(value) or not good.any():
            return cls(n=n)
        low, high = _ends(draws[good])
        return cls(float(value), min(low, float(value)), max(high, float(value)), n)


def _again(rng: np.random.Generator, n: int) -> Ints:
    return rng.integers(0, n, n)


def _ends(draws: Floats) -> tuple[float, float]:
    low, high = np.quantile(draws, [LOW, HIGH])
    return float(low), float(high)


def _growth(now: Floats, before: Floats, rng: np.random.Generator) -> Figure:
    """Σ now / Σ before − 1, with its bootstrap."""

    def of(rows: Ints) -> float:
        whole = before[rows].sum()
        return float(now[rows].sum() / whole - 1) if whole > 0 else np.nan

    if len(now) < LEAST:
        return Figure(n=len(now))
    draws = np.array([of(_again(rng, len(now))) for _ in range(DRAWS)])
    return Figure.of(of(np.arange(len(now))), draws, len(now))


def _mean(values: Floats, rng: np.random.Generator) -> Figure:
    if len(values) < LEAST:
        return Figure(n=len(values))
    draws = np.array([values[_again(rng, len(values))].mean() for _ in range(DRAWS)])
    return Figure.of(float(values.mean()), draws, len(values))


def worth(
    known: Known, people: Population, exits: Exits, value: pa.Table, costs: pa.Table, seed: int = 0
) -> pa.Table:
    """All figures of WORTH.

    value, costs: the tables `value` and `value_costs` of how accounts stand (standing.value)
    """
    rng = np.random.default_rng(seed)
    alive = 1.0 - exits.p_gone
    now, before = people.floats("margin_52"), people.floats("margin_prev_52")
    both = _kept(people, exits)
    found = {"growth_kept": _growth(now[both], before[both], rng)}
    found |= _of_losses(people, exits, known.settings, found["growth_kept"], rng)
    serving, hours = _serving(known, people, value, costs, alive > 0.5)
    found["first_year"] = _mean(_first_years(people), rng)
    found["accounts_needed"] = _needed(found)
    found["cost_to_keep"], found["hours_to_keep"] = _mean(serving, rng), _mean(hours, rng)
    won = costs_to_win(known)
    money = np.asarray(won["money"].drop_null(), float)
    found["cost_to_win"] = _mean(money, rng)
    if min(len(money), len(serving)) >= LEAST and serving.mean() > 0:
        ratios = [money[_again(rng, len(money))].mean() / serving[_again(rng, len(serving))].mean() for _ in range(DRAWS)]  # fmt: skip
        found["won_for_kept"] = Figure.of(
            float(money.mean() / serving.mean()), np.array(ratios), len(money)
        )
    rows = [
        {"measure": name, "unit": unit} | vars(found.get(name, Figure()))
        for name, unit in MEASURES.items()
    ]
    return pa.Table.from_pylist(rows, WORTH)


def _needed(found: dict[str, Figure]) -> Figure:
    """New accounts that bring the loss: the loss that is told over the first year that is told, whatever the mean of
    draws of that ratio is."""
    needed, loss, first = (
        found.get(name, Figure()) for name in ("accounts_needed", "loss", "first_year")
    )
    if needed.value is None or loss.value is None or not first.value or first.value <= 0:
        return needed
    value = loss.value / first.value
    low, high = needed.low or value, needed.high or value
    return Figure(value, min(low, value), max(high, value), needed.n)


def costs_to_win(known: Known) -> pa.Table:
    """What each account cost to win: account_id, money (reporting currency; null without a rate). What is told
    without a currency is in the reporting one."""
    rows = known.sql(
        f"""
        select account_id, acquisition_cost, coalesce(a.since, j.first_order_on) as won_on,
            coalesce(currency, {quoted(known.ledger.reporting_currency or "")}) as currency
        from accounts a join judged j using (account_id)
        where acquisition_cost is not null and won_on is not null
        """
    )
    return with_money(known, rows, "acquisition_cost", "won_on", "currency").select(
        ["account_id", "money"]
    )


def _serving(
    known: Known, people: Population, value: pa.Table, costs: pa.Table, there: Bools
) -> tuple[Floats, Floats]:
    """What serving cost within 52 weeks, and its hours, of each account that is there; empty where nothing
    at all is written down."""
    if not costs.num_rows or not value.num_rows:
        return np.empty(0), np.empty(0)
    place = {a: n for n, a in enumerate(people.words("account_id"))}
    money, hours = np.zeros(len(people)), np.zeros(len(people))
    for account, cost in zip(
        value["account_id"].to_pylist(), value["cost"].to_pylist(), strict=True
    ):
        if account in place:
            money[place[account]] = cost or 0.0
    takes = {"visits": known.settings.visit_hours, "calls": known.settings.call_hours}
    said = costs.filter(pc.is_in(costs["kind"], pa.array(list(takes))))
    for row in said.select(["account_id", "kind", "n"]).to_pylist():
        if row["account_id"] in place:
            hours[place[row["account_id"]]] += row["n"] * takes[row["kind"]]
    old = there & (people.as_of - people.seen >= YEAR_DAYS)
    return money[old], hours[old] if said.num_rows else np.empty(0)


def _of_losses(
    people: Population, exits: Exits, settings: Settings, growth: Figure, rng: np.random.Generator
) -> dict[str, Figure]:
    """Retention, margin there, value of a point, the loss of a year, and what makes up for it."""
    now = np.maximum(people.floats("margin_52"), 0.0)
    first = _first_years(people)
    age = np.minimum((people.as_of - people.seen) // YEAR_DAYS, 40)
    grows = float(np.clip(growth.value or 0.0, -GROWTH_LIMIT, GROWTH_LIMIT))
    around = [growth.value, growth.low, growth.high]
    spread = 0.0 if None in around else (around[2] - around[1]) / 2.563  # type: ignore[operator]
    n = len(people)
    draws = []
    for _ in range(DRAWS):
        until, done = exits.draw(rng)
        shares, kept = _yearly(people, until, done, _again(rng, n))
        g = float(np.clip(grows + rng.normal(0, spread), -GROWTH_LIMIT, GROWTH_LIMIT))
        new = float(first[_again(rng, len(first))].mean()) if len(first) >= LEAST else np.nan
        margin = np.where(done, 0.0, now)
        draws.append((kept, *_point(margin, age, shares, _years(settings, g), new)))
    values = np.array(draws)
    names = ("retention", "margin_kept", "point_value", "loss", "growth_needed", "accounts_needed")
    return {
        name: Figure.of(float(np.nanmean(values[:, k])), values[:, k], n)
        for k, name in enumerate(names)
        if np.isfinite(values[:, k]).any()
    }


def _first_years(people: Population) -> Floats:
    """Margin of the first 52 weeks, of accounts whose first order was seen at least 52 weeks ago."""
    some = (people.born == people.first) & (people.as_of - people.first >= YEAR_DAYS)
    margins = people.table["margins"].combine_chunks().filter(pa.array(some))
    return np.asarray(pc.list_element(margins, 0), float) if some.any() else np.empty(0)


def _yearly(people: Population, until: Floats, done: Bools, who: Ints) -> tuple[Floats, float]:
    """ρ by years since first seen, as these were 52 weeks ago, and of all ages together: of those that were there
    then, the share there now. Ages of fewer than LEAST share that of all; NaN where all are fewer."""
    then = people.as_of - YEAR_DAYS
    there = (people.seen[who] <= then) & (until[who] > then)
    if there.sum() < LEAST:
        return np.array([np.nan]), np.nan
    age = (then - people.seen[who][there]) // YEAR_DAYS
    n, stayed = np.bincount(age), np.bincount(age, ~done[who][there])
    whole = float(stayed.sum() / n.sum())
    return np.where(n >= LEAST, stayed / np.maximum(n, 1), whole), whole


def _years(settings: Settings, growth: float) -> Floats:
    """What a unit of margin a year is worth today in each year of the horizon, if it stays."""
    middle = np.arange(settings.worth_years) + 0.5
    return np.asarray(((1 + growth) / (1 + settings.discount_share)) ** middle)


def _point(
    margin: Floats, age: Ints, shares: Floats, years: Floats, new: float
) -> tuple[float, float, float, float, float]:
    """Of margins (n,) at ages (n,): their sum, what a point is worth, what leaves within a year, its share, and how
    many new accounts that takes."""
    whole = float(margin.sum())
    at = np.minimum(age[:, None] + np.arange(len(years)), len(shares) - 1)
    stays = shares[at]
    more = np.cumprod(np.minimum(stays + POINT, 1.0), axis=1) - np.cumprod(stays, axis=1)
    value = float((margin[:, None] * more * years).sum())
    loss = float((margin * (1 - stays[:, 0])).sum())
    return (
        whole,
        value,
        loss,
        loss / whole if whole > 0 else np.nan,
        loss / new if new > 0 else np.nan,
    )
