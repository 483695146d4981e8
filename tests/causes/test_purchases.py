"""Purchases by period, against sums by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from mainstay.causes.purchases import PERIOD_DAYS, PERIODS, Purchases, purchases_of
from mainstay.ledger.ledger import Ledger
from mainstay.standing.goods import Goods

AS_OF = date(2024, 7, 1)
ROWS = [
    ("a", AS_OF - timedelta(days=1), 100.0, "paint", "p1", "sale"),
    ("a", AS_OF - timedelta(days=PERIOD_DAYS), 30.0, "tools", "t1", "sale"),
    ("a", AS_OF - timedelta(days=PERIOD_DAYS + 1), 7.0, "paint", "p1", "sale"),
    ("a", AS_OF - timedelta(days=2), -20.0, "paint", "p1", "return"),
    ("a", AS_OF - timedelta(days=2), 5.0, "paint", "p1", "fee"),
    ("b", AS_OF - timedelta(days=200), 50.0, None, "x", "sale"),
    ("b", AS_OF, 999.0, None, "x", "sale"),  # of the day itself: not known yet
    ("c", AS_OF - timedelta(days=3), 40.0, "paint", "p1", "sale"),
]


def _ledger() -> Ledger:
    rows = [
        dict(
            zip(
                ("account_id", "ordered_on", "amount", "category", "product_id", "kind"),
                row,
                strict=True,
            )
        )
        for row in ROWS
    ]
    return Ledger.from_tables(order_lines=pa.Table.from_pylist(rows), reporting_currency="EUR")


def test_money_stands_in_the_period_of_its_day_and_fees_in_none() -> None:
    bought = purchases_of(_ledger(), pa.array(["a", "b", "nobody"]), as_of=AS_OF)
    last = bought.amount[0]
    # 100 of paint less 20 that came back, and 30 of tools on the first day of the last period
    assert last[PERIODS - 1] == 80.0 + 30.0
    assert last[PERIODS - 2] == 7.0
    assert last.sum() == 117.0
    assert bought.amount[1].sum() == 50.0
    assert bought.amount[2].sum() == 0.0
    assert bought.begun.tolist() == [PERIODS - 1, PERIODS - 199 // PERIOD_DAYS, PERIODS]


def test_accounts_that_ordered_only_long_ago_are_no_obstacle() -> None:
    long_ago = AS_OF - timedelta(days=PERIOD_DAYS * PERIODS + 100)
    rows = [{"account_id": f"old{i}", "ordered_on": long_ago, "amount": 5.0} for i in range(40)]
    rows.append({"account_id": "a", "ordered_on": AS_OF - timedelta(days=1), "amount": 2.5})
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows), reporting_currency="EUR")
    bought = purchases_of(ledger, pa.array(["a", "old1"]), as_of=AS_OF)
    assert bought.amount.sum(axis=1).tolist() == [2.5, 0.0]


def _of_categories() -> Purchases:
    """Of one account: paint in six periods, tools in six but hardly any money, wood in two."""
    rows = [
        {
            "account_id": "a",
            "ordered_on": AS_OF - timedelta(days=1 + PERIOD_DAYS * period),
            "amount": amount,
            "category": category,
        }
        for category, amount, periods in (("paint", 100.0, 6), ("tools", 1.0, 6), ("wood", 90.0, 2))
        for period in range(periods)
    ]
    rows += [{**row, "account_id": "b", "category": None} for row in rows[:6]]
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows), reporting_currency="EUR")
    return purchases_of(ledger, pa.array(["a", "b"]), as_of=AS_OF)


def test_categories_worth_looking_at_stand_beside_their_account() -> None:
    bought = _of_categories()
    assert bought.n_categories.tolist() == [3, 1]
    assert bought.amount.sum(axis=1).tolist() == [786.0, 600.0]
    names = [bought.categories[code].as_py() for code in bought.pair_category]
    assert list(zip(bought.pair_account.tolist(), names, strict=True)) == [(0, "paint"), (1, None)]
    assert bought.of_pair.sum(axis=1).tolist() == [600.0, 600.0]


def test_a_category_has_a_place_where_it_is_worth_looking_at() -> None:
    asked = pa.array(["paint", "tools", "nails", None, None, "paint"])
    place = _of_categories().place_of(np.array([0, 0, 0, 0, 1, 1]), asked)
    assert place.tolist() == [0, -1, -1, -1, -1, -1]


def test_what_a_category_took_back_is_no_purchase_less_of_another() -> None:
    rows = [
        {
            "account_id": "a",
            "ordered_on": AS_OF - timedelta(days=3),
            "amount": 40.0,
            "category": "x",
        },
        {
            "account_id": "a",
            "ordered_on": AS_OF - timedelta(days=2),
            "amount": -9.0,
            "category": "y",
        },
    ]
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows), reporting_currency="EUR")
    assert purchases_of(ledger, pa.array(["a"]), as_of=AS_OF).amount.sum() == 40.0


def test_goods_are_summed_by_product_quarter_and_kind() -> None:
    goods = _ledger().map_accounts(Goods(AS_OF), columns=Goods.columns, as_of=AS_OF).to_pylist()
    of_a = {(g["product_id"], g["quarter"], g["kind"]): g for g in goods if g["account_id"] == "a"}
    assert of_a["p1", 0, "sale"]["amount"] == 107.0
    assert of_a["p1", 0, "sale"]["order_days"] == 2
    assert of_a["p1", 0, "return"]["amount"] == -20.0
    assert ("p1", 0, "fee") not in of_a
    (of_b,) = [g for g in goods if g["account_id"] == "b"]
    assert (of_b["quarter"], of_b["category"], of_b["amount"]) == (2, None, 50.0)
