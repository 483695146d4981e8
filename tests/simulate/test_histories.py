"""Simulated histories are what their truth says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.ledger import given
from mainstay.ledger.schema import table
from mainstay.simulate import Cut, Decline, Feast, Plan, histories, inject
from mainstay.simulate.histories import busy_days, season_of

PLAN = Plan(accounts=300, orders_a_year=40, spread=None)


def weeks_of(lines: pa.Table, plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Account and week of each order day."""
    account = np.array([int(a[1:]) for a in lines["account_id"].to_pylist()])
    day = lines["ordered_on"].cast(pa.int32()).to_numpy() - (plan.begin - date(1970, 1, 1)).days
    once = np.unique(account * 100_000 + day)
    return once // 100_000, once % 100_000 / 7


def test_the_same_seed_gives_the_same() -> None:
    plan = replace(PLAN, accounts=40, decline=Decline(), losses_a_year=0.1)
    first, again = histories(plan, seed=1), histories(plan, seed=1)
    assert first.lines.equals(again.lines)
    assert first.truth.equals(again.truth)
    assert not first.lines.equals(histories(plan, seed=2).lines)


def test_lines_are_order_lines() -> None:
    lines = histories(replace(PLAN, accounts=20), seed=1).lines
    assert given.conformed(table("order_lines"), lines).num_rows == lines.num_rows
    by_account = lines.sort_by([("account_id", "ascending"), ("ordered_on", "ascending")])
    assert by_account.select(["account_id", "ordered_on"]).equals(
        lines.select(["account_id", "ordered_on"])
    )
    assert pc.min(lines["amount"]).as_py() > 0


@pytest.mark.parametrize("k", [1.0, 4.0])
def test_rates_and_regularity_are_the_truth(k: float) -> None:
    made = histories(replace(PLAN, orders_a_year=26, regularity=(k,)), seed=3)
    account, week = weeks_of(made.lines, PLAN)
    a_year = len(account) / 300 / 3
    assert a_year == pytest.approx(26, rel=0.06)  # two on one day are one
    gaps = np.diff(week)[np.diff(account) == 0]
    assert gaps.mean() ** 2 / gaps.var() == pytest.approx(k, rel=0.15)
    assert made.truth["orders_a_year"].to_numpy() == pytest.approx(26)


def test_accounts_differ_where_they_shall() -> None:
    rates = histories(replace(PLAN, accounts=4000, spread=2.0), seed=4).truth["orders_a_year"]
    assert rates.to_numpy().mean() == pytest.approx(40, rel=0.05)
    assert rates.to_numpy().std() == pytest.approx(40 / np.sqrt(2), rel=0.08)


def test_the_season_is_followed() -> None:
    plan = replace(PLAN, season=0.5, regularity=(2.0,))
    _, week = weeks_of(histories(plan, seed=5).lines, plan)
    counts = np.bincount(week.astype(int), minlength=plan.weeks)
    assert np.corrcoef(counts, season_of(plan))[0, 1] > 0.9
    assert season_of(plan)[:52].mean() == pytest.approx(1.0)


@pytest.mark.parametrize("over", [0, 20])
@pytest.mark.parametrize("category", [None, "tools"])
def test_declines_begin_when_the_truth_says(over: int, category: str | None) -> None:
    decline = Decline(1.0, 100, (0.3,), category, over)
    made = histories(replace(PLAN, decline=decline), seed=6)
    assert set(made.truth["declines_on"].to_pylist()) == {PLAN.begin + timedelta(weeks=100)}
    lines, others = made.lines, made.lines
    if category:
        lines = made.lines.filter(pc.equal(made.lines["category"], category))
        others = made.lines.filter(pc.not_equal(made.lines["category"], category))
    _, week = weeks_of(lines, PLAN)

    def rate(begin: int, end: int, week: np.ndarray = week) -> float:
        return float(((week >= begin) & (week < end)).sum() / (end - begin))

    before = rate(20, 100)
    assert rate(125, 156) / before == pytest.approx(0.3, rel=0.12)
    if over:
        assert 0.7 < rate(101, 106) / before < 1.0
    if category:
        _, week = weeks_of(others, PLAN)
        assert rate(125, 156, week) / rate(20, 100, week) == pytest.approx(1.0, rel=0.06)


def test_the_lost_buy_nothing_any_more() -> None:
    made = histories(replace(PLAN, losses_a_year=0.2), seed=7)
    lost = {
        row["account_id"]: row["lost_on"]
        for row in made.truth.to_pylist()
        if row["lost_on"] is not None
    }
    assert len(lost) / 300 == pytest.approx(1 - 0.8**3, abs=0.08)
    last = made.lines.group_by("account_id").aggregate([("ordered_on", "max")])
    days = dict(
        zip(last["account_id"].to_pylist(), last["ordered_on_max"].to_pylist(), strict=True)
    )
    assert all(days[a] <= on for a, on in lost.items() if a in days)
    assert np.median([(on - days[a]).days for a, on in lost.items() if a in days]) < 20


def test_an_injected_cut_takes_days_with_all_their_lines() -> None:
    lines = histories(replace(PLAN, accounts=3), seed=8).lines
    since = PLAN.begin + timedelta(weeks=60)
    left = inject(lines, [Cut("S000001", since, 0.3)], np.random.default_rng(1))

    def days(table: pa.Table, account: str, later: bool) -> list[date]:
        rows = zip(table["account_id"].to_pylist(), table["ordered_on"].to_pylist(), strict=True)
        return [on for a, on in rows if a == account and (on >= since) == later]

    assert days(left, "S000000", True) == days(lines, "S000000", True)
    assert days(left, "S000001", False) == days(lines, "S000001", False)
    before, after = days(lines, "S000001", True), days(left, "S000001", True)
    assert len(set(after)) / len(set(before)) == pytest.approx(0.3, abs=0.12)
    assert all(after.count(on) == before.count(on) for on in set(after))


def test_an_injected_cut_of_one_category_leaves_the_others() -> None:
    lines = histories(replace(PLAN, accounts=2), seed=9).lines
    cut = Cut("S000001", PLAN.begin, 0.0, "tools")
    left = inject(lines, [cut], np.random.default_rng(1))
    gone = pc.and_(pc.equal(lines["account_id"], "S000001"), pc.equal(lines["category"], "tools"))
    assert left.equals(lines.filter(pc.invert(gone)))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidSetting):
        Plan(regularity=())
    with pytest.raises(InvalidSetting):
        Plan(decline=Decline(category="hats"))
    lines = histories(replace(PLAN, accounts=2), seed=9).lines
    with pytest.raises(NotFound):
        inject(lines, [Cut("nobody", PLAN.begin, 0.5)], np.random.default_rng(1))
    with pytest.raises(InvalidSetting):
        inject(lines, [Cut("S000001", PLAN.begin, 1.5)], np.random.default_rng(1))


def test_who_orders_twice_as_often_does_so_to_the_end() -> None:
    plan = replace(PLAN, orders_a_year=50, decline=Decline(factors=(2.0,), share=1.0, week=60))
    account, week = weeks_of(histories(plan, seed=6).lines, plan)
    assert np.bincount(account[week >= plan.weeks - 4], minlength=300).mean() > 5


def test_at_a_feast_nobody_orders_and_many_do_before_it() -> None:
    plan = replace(PLAN, feast=Feast(rush=2.0))
    lines = histories(plan, seed=5).lines
    day = lines["ordered_on"].to_numpy()
    for on in (date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10)):
        first = np.datetime64(on) - 5
        assert not ((day >= first) & (day < first + 14)).any()
        rush, after = (((day >= d) & (day < d + 14)).sum() for d in (first - 14, first + 14))
        assert rush > 1.6 * after
    assert busy_days(replace(PLAN, season=0.3)) == pytest.approx(
        np.repeat(season_of(replace(PLAN, season=0.3)), 7)
    )
