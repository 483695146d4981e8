"""Order histories as a story tells them: rhythm, season, feasts, sizes, categories, declines, losses.

    made = histories(Plan(accounts=600, regularity=(1, 2, 4), decline=Decline(share=.2)), seed=1)
    made.lines, made.truth

An account orders on a clock of its own, with gaps Gamma(k, 1/k) of mean 1: k = 1 at random, 2 to 8
more and more regular. That clock runs at its orders a week × the season of the week × what a feast
makes of the day × what is left of them since a decline. No formula of the detectors is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.calendar import feast_days
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop as _
from mainstay.ledger.schema import MONEY

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
YEAR_WEEKS = 52
BURN_IN = 6.0  # gaps before the data begin, so that they begin at no order
CATEGORIES = {"tools": 0.5, "paint": 0.3, "fixings": 0.6, "lighting": 0.2}


@dataclass(frozen=True)
class Decline:
    """Accounts that buy less from a known week on.

    share: of the accounts
    week: from which on, counted from the beginning; of two, any from the first to before the
        second; None = any between a year after the beginning and a quarter before the end
    factors: what is left of the orders; each account draws one
    category: None = all that it buys, else only this one
    over_weeks: how long it takes; 0 = at once
    """

    share: float = 0.3
    week: int | tuple[int, int] | None = None
    factors: tuple[float, ...] = (0.7, 0.5, 0.2)
    category: str | None = None
    over_weeks: int = 0


@dataclass(frozen=True)
class Feast:
    """A feast that moves from year to year: a rush before it, silence, and what is left of it after.

    name: of `core.calendar`; silent_days: before its day, and from its day on
    rush, rush_days: orders over usual in so many days before the silence
    """

    name: str = "lunar_new_year"
    silent_days: tuple[int, int] = (5, 9)
    rush: float = 1.4
    rush_days: int = 14


@dataclass(frozen=True)
class Plan:
    """What accounts to make.

    orders_a_year: of the mean account; spread: shape of their Gamma, None = all alike
    regularity: Gamma shapes of the gaps; each account draws one
    season: how far the busiest week lies above the middle one, as a share of it
    size: money of the middle order; size_spread: standard deviation of its logarithm, within an account
    categories: name → probability that an order holds a line of it
    feast: around which all accounts stop; None = none
    losses_a_year: share of the accounts that buy nothing any more from some week on, a year
    """

    accounts: int = 600
    weeks: int = 156
    orders_a_year: float = 26.0
    spread: float | None = 1.5
    regularity: tuple[float, ...] = (1.0,)
    season: float = 0.0
    size: float = 500.0
    size_spread: float = 0.5
    categories: dict[str, float] = field(default_factory=lambda: dict(CATEGORIES))
    decline: Decline | None = None
    feast: Feast | None = None
    losses_a_year: float = 0.0
    begin: date = date(2022, 1, 3)

    def __post_init__(self) -> None:
        above_0 = [self.accounts, self.weeks, self.orders_a_year, self.size, *self.regularity]
        if min(above_0) <= 0 or not self.regularity or not 0 <= self.season < 1:
            raise InvalidSetting(
                _("Accounts, weeks, orders and regularity must be above 0, the season below 1.")
            )
        if self.decline and self.decline.category not in (None, *self.categories):
            raise InvalidSetting(
                _("The category that declines, {category}, is none of the plan's."),
                category=str(self.decline.category),
            )


@dataclass(frozen=True)
class Simulated:
    """Histories, and what is true of them.

    lines: order lines sorted by account and day: account_id, ordered_on, amount, order_id,
        category, currency, kind
    truth: a row an account: account_id, orders_a_year, regularity, declines_on (null = never),
        factor, category (null = all), lost_on (null = never)
    """

    lines: pa.Table
    truth: pa.Table


@dataclass(frozen=True)
class _Truth:
    """Arrays (n_accounts,); weeks from the beginning, −1 = never."""

    rate: Floats
    k: Floats
    declines: Longs
    factor: Floats
    lost: Floats


def histories(plan: Plan, *, seed: int) -> Simulated:
    """Order lines and their truth; the same plan and seed give the same.

    Raises: InvalidSetting
    """
    rng = np.random.default_rng(seed)
    truth = _draw_truth(plan, rng)
    account, day = _order_days(plan, truth, rng)
    return Simulated(_lines(plan, truth, account, day, rng), _truth_table(plan, truth))


def season_of(plan: Plan) -> Floats:
    """How busy each week of the plan is; float64 (weeks,), with mean 1 over a year."""
    place = np.arange(plan.weeks) % YEAR_WEEKS / YEAR_WEEKS
    return 1.0 + plan.season * np.sin(2 * np.pi * (place + 0.4))


def busy_days(plan: Plan) -> Floats:
    """How busy each day of the plan is, with its season and its feast; float64 (7 · weeks,)."""
    busy = np.repeat(season_of(plan), 7)
    if plan.feast is None:
        return busy
    before, after = plan.feast.silent_days
    first = plan.begin.toordinal()
    for on in feast_days(plan.feast.name):
        day = on.toordinal() - first
        silent = slice(max(day - before, 0), max(day + after, 0))
        busy[max(day - before - plan.feast.rush_days, 0) : silent.start] *= plan.feast.rush
        busy[silent] = 0.0
    return busy


def _clock(plan: Plan) -> Floats:
    """How busy each step of the clock is, in ordinary weeks: weeks, or days where a feast moves."""
    return season_of(plan) if plan.feast is None else busy_days(plan) / 7


def _draw_truth(plan: Plan, rng: np.random.Generator) -> _Truth:
    n, fall = plan.accounts, plan.decline
    spread = rng.gamma(plan.spread, 1 / plan.spread, n) if plan.spread else np.ones(n)
    rate = np.maximum(plan.orders_a_year * spread, 1.0) / YEAR_WEEKS
    k = rng.choice(np.asarray(plan.regularity, float), n)
    declines, factor = np.full(n, -1, np.int64), np.ones(n)
    if fall:
        falling = rng.random(n) < fall.share
        first, latest = YEAR_WEEKS, max(plan.weeks - 13, YEAR_WEEKS + 1)
        if fall.week is not None:
            first, latest = (
                fall.week if isinstance(fall.week, tuple) else (fall.week, fall.week + 1)
            )
        declines[falling] = rng.integers(first, latest, n)[falling]
        factor[falling] = rng.choice(np.asarray(fall.factors, float), n)[falling]
    lost = np.full(n, -1.0)
    if plan.losses_a_year > 0:
        at = rng.exponential(-YEAR_WEEKS / np.log1p(-min(plan.losses_a_year, 0.999)), n)
        lost = np.where(at < plan.weeks, at, -1.0)
    return _Truth(rate, k, declines, factor, lost)


def _order_days(plan: Plan, truth: _Truth, rng: np.random.Generator) -> tuple[Longs, Longs]:
    """Account and day (from the beginning) of each order day, by account and day."""
    n, busy = plan.accounts, _clock(plan)
    clock = np.concatenate([[0.0], np.cumsum(busy)])
    steps = np.linspace(0, plan.weeks, len(clock))
    wanted = truth.rate * clock[-1] * np.maximum(truth.factor, 1.0)
    many = np.ceil(wanted + 6 * np.sqrt(wanted / truth.k) + BURN_IN + 20).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(many)])
    owner = np.repeat(np.arange(n), many)
    gaps = rng.gamma(truth.k[owner], 1 / truth.k[owner])
    gaps[starts[:-1]] *= rng.random(n)
    event = np.cumsum(gaps)
    event -= np.repeat(event[starts[:-1]] - gaps[starts[:-1]], many) + BURN_IN
    time = event / truth.rate[owner]
    weeks = np.interp(time, clock, steps, left=-1.0, right=np.inf)
    if plan.decline is None or plan.decline.category is None:
        for i in np.flatnonzero(truth.declines >= 0):
            left = _left(plan, truth, int(i), (steps[:-1] + steps[1:]) / 2)
            own = np.concatenate([[0.0], np.cumsum(busy * left)])
            part = slice(starts[i], starts[i + 1])
            weeks[part] = np.interp(time[part], own, steps, left=-1.0, right=np.inf)
    end = np.where(truth.lost >= 0, truth.lost, plan.weeks)
    there = (weeks >= 0) & (weeks < end[owner])
    day = np.floor(weeks[there] * 7).astype(np.int64)
    once = np.unique(owner[there] * (7 * plan.weeks) + day)
    return once // (7 * plan.weeks), once % (7 * plan.weeks)


def _left(plan: Plan, truth: _Truth, i: int | Longs, week: npt.NDArray[Any]) -> Floats:
    """What is left of the orders of account i in a week: 1 before the decline."""
    over = plan.decline.over_weeks if plan.decline else 0
    done = (week - truth.declines[i]) / max(over, 1e-9)
    part = np.where(truth.declines[i] < 0, 0.0, np.clip(done, 0.0, 1.0))
    return np.asarray(1.0 + (truth.factor[i] - 1.0) * part)


def _lines(
    plan: Plan, truth: _Truth, account: Longs, day: Longs, rng: np.random.Generator
) -> pa.Table:
    """The lines of each order day: one of each category that it holds, at least of one."""
    names = sorted(plan.categories)
    p = np.array([plan.categories[name] for name in names])
    holds = rng.random((len(day), len(names))) < p
    none = ~holds.any(axis=1)
    holds[none, rng.choice(len(names), int(none.sum()), p=p / p.sum())] = True
    if plan.decline and plan.decline.category is not None:
        c = names.index(plan.decline.category)
        holds[:, c] &= rng.random(len(day)) < _left(
            plan, truth, account, np.asarray(day / 7, np.float64)
        )
    row, category = np.nonzero(holds)
    level = np.log(plan.size / max(p.sum(), 1.0))
    money = np.exp(level + plan.size_spread * rng.standard_normal(len(row)))
    first = (plan.begin - date(1970, 1, 1)).days
    order = pa.array(row.astype(np.int64)).cast(pa.string())
    ids = pa.array(_ids(plan))
    return pa.table(
        {
            "account_id": ids.take(pa.array(account[row])),
            "ordered_on": pa.array((first + day[row]).astype(np.int32)).view(pa.date32()),
            "amount": as_money(money),
            "order_id": order,
            "category": pa.array(names).take(pa.array(category)),
            "currency": pa.repeat("EUR", len(row)),
            "kind": pa.repeat("sale", len(row)),
        }
    )


def as_money(values: Floats) -> pa.Array:
    """As the ledger keeps money: decimals of four places, here whole cents."""
    return pa.array(np.maximum(np.round(values, 2), 0.01)).cast(MONEY)


def _ids(plan: Plan) -> list[str]:
    return [f"S{i:06}" for i in range(plan.accounts)]


def _truth_table(plan: Plan, truth: _Truth) -> pa.Table:
    first = (plan.begin - date(1970, 1, 1)).days
    falls = truth.declines >= 0
    on = (first + 7 * truth.declines).astype(np.int32)
    lost_on = (first + np.floor(7 * truth.lost)).astype(np.int32)
    category = plan.decline.category if plan.decline else None
    return pa.table(
        {
            "account_id": pa.array(_ids(plan)),
            "orders_a_year": truth.rate * YEAR_WEEKS,
            "regularity": truth.k,
            "declines_on": pa.array(on, mask=~falls).view(pa.date32()),
            "factor": truth.factor,
            "category": pa.array([category if fell else None for fell in falls], pa.string()),
            "lost_on": pa.array(lost_on, mask=truth.lost < 0).view(pa.date32()),
        }
    )
