"""Margin after what serving costs, reckoned by hand; the whale curve; size classes side by side."""

from __future__ import annotations

from typing import Any

import pytest
from seen import AS_OF, add, ago, ledger_of, view_of

from mainstay.core.settings import Settings
from mainstay.standing.value.margins import (
    cost_lines,
    earned_of,
    margins,
    sizes,
    whale_curve,
)
from mainstay.standing.value.serving import costs

SETTINGS = Settings(
    hour_cost=50.0,
    visit_hours=2.0,
    call_hours=0.5,
    urgent_cost=80.0,
    return_cost=30.0,
    interest_share=0.073,
    margin_share=0.2,
)


def line(account: str, days: int, amount: float, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "ordered_on": ago(days), "amount": amount, **more}


def known_of(rows: dict[str, Any], accounts: Any = ("A",), **also: Any) -> Any:
    view = view_of(ledger_of(rows), accounts, **also)
    object.__setattr__(view, "settings", SETTINGS)
    return view


def found(known: Any) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]], Any]:
    earned = earned_of(known)
    served = costs(known, earned)
    rows = margins(known, earned, served)
    kinds = {(r["account_id"], r["kind"]): r for r in cost_lines(known, served).to_pylist()}
    return {r["account_id"]: r for r in rows.to_pylist()}, kinds, (rows, served)


def test_margin_is_by_cost_where_it_is_known_and_by_the_settings_share_elsewhere():
    rows = [
        line("A", 10, 1000.0, cost=600.0),
        line("A", 200, 500.0),  # no cost: 20% of it
        line("A", 30, -100.0, kind="return", cost=-60.0),
        line("A", 20, 70.0, kind="fee"),
        line("A", 400, 300.0, cost=350.0),  # sold under cost, the year before
    ]
    one, kinds, _ = found(known_of({"order_lines": rows}))
    assert one["A"]["sales"] == 1400
    assert one["A"]["margin"] == pytest.approx(400 - 40 + 100)
    assert one["A"]["costed_share"] == pytest.approx(1000 / 1500)
    assert one["A"]["sales_26"] == 900
    assert one["A"]["remains_before"] == pytest.approx(-50)
    assert kinds["A", "returns"]["money"] == 30
    assert one["A"]["remains"] == pytest.approx(460 - 30)


def test_what_serving_costs_is_counted_by_kind():
    rows = {
        "order_lines": [line("A", 10, 5000.0, cost=4000.0)],
        "visits": [
            {"visit_id": "1", "account_id": "A", "on": ago(5), "staff_id": "S", "kind": "visit"},
            {"visit_id": "2", "account_id": "A", "on": ago(300), "staff_id": "S", "kind": "call"},
            {"visit_id": "3", "account_id": "A", "on": ago(500), "staff_id": "S"},
        ],
        "deliveries": [
            {
                "delivery_id": "d1",
                "order_id": "o",
                "account_id": "A",
                "delivered_on": ago(8),
                "urgent": True,
            },
            {
                "delivery_id": "d2",
                "order_id": "o",
                "account_id": "A",
                "delivered_on": ago(8),
                "urgent": True,
            },
            {"delivery_id": "d3", "order_id": "p", "account_id": "A", "delivered_on": ago(8)},
        ],
        "agreements": [
            {"agreement_id": "g", "account_id": "A", "from": ago(600), "payment_terms_days": 30}
        ],
        # Ten days late: 40 days from the invoice.
        "payments": [{"account_id": "A", "due_on": ago(60), "paid_on": ago(50), "amount": 10_000}],
    }
    one, kinds, _ = found(known_of(rows))
    assert kinds["A", "visits"]["money"] == 100
    assert kinds["A", "visits"]["money_before"] == 100
    assert kinds["A", "calls"]["money"] == 25
    assert kinds["A", "urgent"] == {
        "account_id": "A", "kind": "urgent", "n": 1, "money": 80, "n_before": 0, "money_before": 0,
    }  # fmt: skip
    assert kinds["A", "waiting"]["money"] == pytest.approx(10_000 * 40 * 0.073 / 365)
    assert one["A"]["cost"] == pytest.approx(100 + 25 + 80 + 80)
    assert one["A"]["remains"] == pytest.approx(1000 - 285)


def test_what_was_given_is_spread_over_its_days_and_counted_once():
    rows = {
        "order_lines": [line("A", 10, 5000.0, cost=4000.0), line("B", 10, 100.0)],
        "incentives": [
            # 364 days of which 182 lie within the last year
            {"incentive_id": "1", "account_id": "A", "kind": "sales_contest", "from": ago(546),
             "to": ago(183), "spent": 728, "owner_id": "S"},
            # in the prices already
            {"incentive_id": "2", "account_id": "A", "kind": "discount", "from": ago(100), "to": ago(50),
             "spent": 900, "owner_id": "S"},
            # paid as promised below
            {"incentive_id": "3", "account_id": "A", "kind": "rebate", "from": ago(100), "to": ago(50),
             "spent": 500, "owner_id": "S"},
            # no promise of B's: counted; its budget, since nobody said what was spent
            {"incentive_id": "4", "account_id": "B", "kind": "rebate", "from": ago(10), "to": ago(-9),
             "budget": 200, "owner_id": "S"},
        ],
        "promises": [
            {"promise_id": "p", "account_id": "A", "made_on": ago(200), "kind": "rebate", "amount": 500,
             "due_on": ago(40), "kept_on": ago(30), "kept_amount": 450},
            {"promise_id": "q", "account_id": "A", "made_on": ago(200), "kind": "credit", "amount": 70,
             "due_on": ago(40), "kept_on": ago(30)},
            {"promise_id": "r", "account_id": "A", "made_on": ago(200), "kind": "reward", "amount": 70,
             "due_on": ago(40)},
        ],
    }  # fmt: skip
    _, kinds, _ = found(known_of(rows, ("A", "B")))
    assert kinds["A", "given"]["money"] == pytest.approx(364 + 450)
    assert kinds["A", "given"]["money_before"] == pytest.approx(364)
    assert kinds["B", "given"]["money"] == pytest.approx(100)


def test_who_never_earns_has_cost_more_in_both_years():
    rows = [
        line(a, days + 7 * n, 100.0, cost=99.0)
        for a in "AB" for days in (10, 380) for n in range(4)
    ]  # fmt: skip
    visits = [
        {"visit_id": f"{a}{d}", "account_id": a, "on": ago(d), "staff_id": "S", "kind": "visit"}
        for a, d in (("A", 5), ("A", 400), ("B", 5))
    ]
    one, _, (table, _served) = found(known_of({"order_lines": rows, "visits": visits}, ("A", "B")))
    assert one["A"]["never"]
    assert not one["B"]["never"]
    assert one["A"]["remains"] == -96
    curve = whale_curve(table).to_pylist()
    assert curve[0] == {"accounts": 0, "so_far": 0}
    assert curve[-1] == {"accounts": 2, "so_far": -192}


def test_a_currency_without_a_rate_is_left_out():
    rows = {
        "order_lines": [line("A", 10, 100.0, cost=50.0, currency="EUR"),
                        line("A", 9, 100.0, cost=50.0, currency="EUR"),
                        line("A", 8, 900.0, cost=50.0, currency="XXX")],
        "promises": [{"promise_id": "p", "account_id": "A", "made_on": ago(99), "kind": "reward",
                      "amount": 70, "currency": "XXX", "due_on": ago(40), "kept_on": ago(30)}],
    }  # fmt: skip
    one, kinds, _ = found(known_of(rows))
    assert one["A"]["remains"] == 100
    assert ("A", "given") not in kinds


def test_size_classes_stand_side_by_side():
    judged = [
        {"account_id": "A", "size_class": "large", "amount_52": 9000.0, "order_days_52": 9},
        {"account_id": "B", "size_class": "small", "amount_52": 500.0, "order_days_52": 5},
    ]
    rows = {
        "order_lines": [line("A", 10, 9000.0), line("B", 10, 500.0)],
        "agreements": [
            {"agreement_id": "a", "account_id": "A", "from": ago(99), "payment_terms_days": 60,
             "minimum_order": 100},
            {"agreement_id": "b", "account_id": "B", "from": ago(99), "payment_terms_days": 14,
             "minimum_order": 80, "penalties": "2% a week"},
            {"agreement_id": "c", "account_id": "B", "from": ago(999), "to": ago(100),
             "payment_terms_days": 90},
        ],
        "deliveries": [
            {"delivery_id": "1", "order_id": "o", "account_id": "B", "product_id": "P",
             "promised_on": ago(8), "delivered_on": ago(8), "quantity_ordered": 10, "quantity_delivered": 4},
            {"delivery_id": "2", "order_id": "o", "account_id": "B", "product_id": "Q",
             "promised_on": ago(8), "delivered_on": ago(8), "quantity_ordered": 10, "quantity_delivered": 10},
        ],
    }  # fmt: skip
    known = known_of(rows, judged)
    _, _, (table, served) = found(known)
    large, small = sizes(known, table, served).to_pylist()
    assert (large["terms_days"], small["terms_days"]) == (60, 14)
    assert (large["minimum_share"], small["minimum_share"]) == (0.1, 0.8)
    assert (large["penalised_share"], small["penalised_share"]) == (0, 1)
    assert small["fill_rate"] == pytest.approx(0.7)
    assert small["filled"] == 2
    assert large["fill_rate"] is None


def test_what_was_recorded_later_changes_nothing():
    rows = {"order_lines": [line("A", 10, 5000.0, cost=4000.0)]}
    known = known_of(rows)
    before = found(known)[0]
    late = {"account_id": "A", "on": ago(5), "staff_id": "S", "kind": "visit", "recorded": AS_OF}
    add(known.ledger, {"visits": [{"visit_id": "1", **late}]})
    again = view_of(known.ledger, ("A",))
    object.__setattr__(again, "settings", SETTINGS)
    assert found(again)[0] == before
