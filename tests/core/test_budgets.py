"""Budgets of incentive money: read from a setting, and spread over the year."""

from datetime import date

import pytest

from mainstay.core.budgets import POOLS, budgets_of, yearly
from mainstay.core.errors import InvalidSetting
from mainstay.core.settings import Settings

HALF = date(2026, 7, 2)  # 26 weeks and four ahead: 30 of 52


def test_a_budget_is_there_as_the_year_goes_on():
    found = budgets_of("rebate 52000, goods 5200", 1e9, {"rebate": 10_000.0}, HALF)
    assert found["rebate"] == pytest.approx(30_000 - 10_000)
    assert found["goods"] == pytest.approx(3_000)
    assert found["discount"] == 0
    assert budgets_of("rebate 52000", 0, {}, date(2026, 12, 31))["rebate"] == 52_000


def test_what_was_overspent_is_below_nothing_only_where_a_budget_was_set():
    assert budgets_of("rebate 100", 0, {"rebate": 500.0, "discount": 5.0}, HALF)["discount"] == -5.0
    assert budgets_of("", 1e6, {"rebate": 1e6}, HALF)["rebate"] == 0


def test_without_a_setting_each_pool_has_a_small_part_of_the_sales():
    assert yearly("  ") is None
    found = budgets_of("", 1_000_000.0, {}, HALF)
    assert found == {pool: pytest.approx(2_000 * 30 / 52) for pool in POOLS}


@pytest.mark.parametrize(
    "text", ["rebate", "gold 5", "rebate -1", "rebate 1, rebate 2", "rebate x"]
)
def test_what_is_no_budget_is_named(text):
    with pytest.raises(InvalidSetting, match="The pools are discount, joint_promotion"):
        Settings(incentive_budgets=text)


@pytest.mark.parametrize(
    "given",
    [
        {"margin_share": 0.0},
        {"fair_share": 1.5},
        {"weekly_hours": 200.0},
        {"hour_cost": -1.0},
        {"least_return": -0.1},
    ],
)
def test_settings_of_plans_have_their_bounds(given):
    with pytest.raises(InvalidSetting, match=next(iter(given))):
        Settings(**given)
