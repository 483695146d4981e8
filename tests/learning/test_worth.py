"""What keeping is worth, reckoned by hand where it can be."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from kept import judged, measured, orders
from seen import AS_OF, add, ago, ledger_of, view_of

from mainstay.core.settings import Settings
from mainstay.learning.worth import MEASURES, _point, _years, costs_to_win

N = 20


def told(found, measure):
    (row,) = [r for r in found["worth"].to_pylist() if r["measure"] == measure]
    return row


def company() -> tuple[dict, list[dict]]:
    """Twenty accounts that order 100 every 14 days for three years; twelve that began 500 days ago with half of it."""
    lines = [line for n in range(N) for line in orders(f"A{n:02}", 1091 - n % 5, 1)]
    lines += [line for n in range(12) for line in orders(f"N{n:02}", 500, 1, amount=50.0)]
    codes = sorted({line["account_id"] for line in lines})
    return {"order_lines": lines}, [judged(code, 1.0) for code in codes]


def test_a_point_of_retention_is_what_more_accounts_would_bring_over_the_years():
    settings = Settings(worth_years=2, discount_share=0.21)
    years = _years(settings, 0.0)
    assert years == pytest.approx([1 / 1.1, 1 / 1.21**1.5])
    whole, value, loss, share, accounts = _point(
        np.array([100.0, 0.0]), np.array([0, 5]), np.array([0.8, 0.9]), years, 5.0
    )
    assert whole == 100
    assert value == pytest.approx(100 * (0.01 * years[0] + (0.81 * 0.91 - 0.8 * 0.9) * years[1]))
    assert loss == pytest.approx(20)
    assert share == pytest.approx(0.2)
    assert accounts == pytest.approx(4)


def test_a_point_beyond_all_is_no_point():
    _, value, *_ = _point(np.array([100.0]), np.array([0]), np.array([1.0]), np.ones(3), 5.0)
    assert value == 0


def test_margin_by_age_is_of_years_that_are_over_and_beside_the_same_accounts_before():
    found = measured(*company())["worth_ages"].to_pylist()
    old = {r["age"]: r for r in found if not r["birthday_known"]}
    new = {r["age"]: r for r in found if r["birthday_known"]}
    assert set(old) == {0, 1}  # the third year since the first order ends within days, of some
    assert set(new) == {0}
    assert old[1]["accounts"] == N
    assert old[1]["margin"] == pytest.approx(26 * 100 * 0.25)
    assert old[1]["before"] == pytest.approx(26 * 100 * 0.25)
    assert old[1]["growth"] == pytest.approx(0)
    assert old[0]["before"] is None
    assert new[0]["margin"] == pytest.approx(26 * 50 * 0.25)


def test_growth_by_age_adds_up_to_the_growth_of_all():
    lines = [line for n in range(N) for line in orders(f"A{n:02}", 1091 - n % 5, 365)]
    lines += [line for n in range(N) for line in orders(f"A{n:02}", 351 - n % 5, 1, amount=80.0)]
    found = measured({"order_lines": lines}, [judged(f"A{n:02}", 1.0) for n in range(N)])
    grown = [r["growth"] for r in found["worth_ages"].to_pylist() if r["growth"] is not None]
    assert grown == [pytest.approx(told(found, "growth_kept")["value"])]
    assert grown[0] == pytest.approx(-0.2, abs=0.05)


def test_where_nobody_left_nothing_has_to_be_made_up_for():
    found = measured(*company())
    assert [r["measure"] for r in found["worth"].to_pylist()] == list(MEASURES)
    assert told(found, "retention")["value"] == 1
    assert told(found, "loss")["value"] == 0
    assert told(found, "growth_kept")["value"] == pytest.approx(0)
    assert told(found, "margin_kept")["value"] == pytest.approx(0.25 * 26 * (N * 100 + 12 * 50))
    first = told(found, "first_year")
    assert (first["value"], first["n"]) == (pytest.approx(0.25 * 26 * 50), 12)


def test_new_accounts_needed_are_the_loss_that_is_told_over_the_first_year_that_is_told():
    lines = [line for n in range(N) for line in orders(f"A{n:02}", 1090, 1)]
    lines += [
        line for n in range(12) for line in orders(f"N{n:02}", 500, 1, amount=10.0 ** (n % 4))
    ]
    gone = [judged(f"N{n:02}", 0.5) for n in range(12)]
    found = measured({"order_lines": lines}, [judged(f"A{n:02}", 0.9) for n in range(N)] + gone)
    loss, first = told(found, "loss")["value"], told(found, "first_year")["value"]
    assert loss > 0
    assert told(found, "accounts_needed")["value"] == pytest.approx(loss / first)


def test_the_retention_of_a_year_is_of_the_last_one_though_the_third_since_the_data_begin_is_days_short():
    lines = [line for n in range(N) for line in orders(f"A{n:02}", 1090, 1)]
    lines += [line for n in range(5) for line in orders(f"G{n:02}", 1090, 200)]
    lines += [line for n in range(5) for line in orders(f"H{n:02}", 1090, 500)]
    accounts = [judged(f"A{n:02}", 1.0) for n in range(N)]
    accounts += [judged(f"{c}{n:02}", 0.0) for c in "GH" for n in range(5)]
    found = measured({"order_lines": lines}, accounts)
    kept = told(found, "retention")  # of the 25 that were there 52 weeks ago, 20
    assert kept["value"] == pytest.approx(0.8, abs=0.04)
    assert kept["low"] < 0.8 < kept["high"]
    assert told(found, "growth_needed")["value"] == pytest.approx(1 - kept["value"], abs=0.01)


def test_what_nobody_wrote_down_is_not_known():
    found = measured(*company())
    for measure in ("cost_to_win", "cost_to_keep", "hours_to_keep", "won_for_kept"):
        assert told(found, measure)["value"] is None
        assert told(found, measure)["low"] is None


def test_cost_to_win_stands_beside_cost_to_keep():
    rows, accounts = company()
    rows["accounts"] = [
        {
            "account_id": f"N{n:02}",
            "name": "N",
            "since": ago(500),
            "acquisition_cost": 300.0 + 10 * n,
        }
        for n in range(12)
    ]
    codes = [a["account_id"] for a in accounts]
    value = pa.table({"account_id": codes, "cost": [100.0] * len(codes)})
    costs = pa.table(
        {"account_id": codes, "kind": ["visits"] * len(codes), "n": [2.0] * len(codes)}
    )
    found = measured(rows, accounts, value=value, value_costs=costs)
    won = told(found, "cost_to_win")
    assert won["value"] == pytest.approx(355)
    assert won["low"] < 355 < won["high"]
    assert told(found, "cost_to_keep")["value"] == 100
    assert told(found, "hours_to_keep")["value"] == 2 * Settings().visit_hours
    assert told(found, "won_for_kept")["value"] == pytest.approx(3.55)


def test_what_an_account_cost_is_not_known_before_it_was_recorded():
    rows, _ = company()
    ledger = ledger_of(rows)
    later = AS_OF + timedelta(days=1)
    cost = {"account_id": "A00", "name": "A", "acquisition_cost": 9.0, "since": ago(2000)}
    add(ledger, {"accounts": [cost | {"recorded": later}]})
    assert costs_to_win(view_of(ledger, ["A00"])).num_rows == 0
    known = view_of(ledger, ["A00"], known_until=later + timedelta(days=1))
    assert costs_to_win(known)["money"].to_pylist() == [9]
