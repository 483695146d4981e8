"""What bad deliveries were followed by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from seen import Rows, ago, ledger_of, view_of

from mainstay.standing.delivery import measure
from mainstay.standing.delivery.afterwards import difference


def orders(account: str, weekly: float, begin: int, end: int = 0, **also: Any) -> Rows:
    """An order each week, from so many days ago on."""
    return [
        {"account_id": account, "ordered_on": ago(day), "amount": weekly, "category": "Bolts",
         "order_id": f"{account}-{day}", "product_id": "P", **also}
        for day in range(begin, end, -7)
    ]  # fmt: skip


def delivered(account: str, due: int, late: int = 0) -> dict[str, Any]:
    return {
        "delivery_id": f"{account}-{due}",
        "account_id": account,
        "order_id": f"{account}-{due}",
        "product_id": "P",
        "promised_on": ago(due),
        "delivered_on": ago(due - late),
        "quantity_ordered": 1,
        "quantity_delivered": 1,
    }


def after(sold: Rows, rows: Rows) -> Rows:
    book = ledger_of({"order_lines": sold, "deliveries": rows})
    found = measure(view_of(book, [{"account_id": "A", "size_class": "small"}]))
    return found.tables["delivery_after"].to_pylist()


def test_against_the_same_weeks_a_year_before_times_the_trend() -> None:
    # 100 a week until a year and 13 weeks before the day, 150 then; 120 in the 13 weeks before it, 60 after.
    due = 140
    sold = [
        *orders("A", 100, due + 364 + 90, due + 363),
        *orders("A", 150, due + 363, due + 363 - 91),
        *orders("A", 120, due + 90, due - 1),
        *orders("A", 60, due - 1, due - 91),
        *orders("A", 100, 900, due + 364 + 90),
    ]
    (one,) = after(sold, [delivered("A", due, 9)])
    # 13 orders in each window; the trend is 120 / 100.
    assert one["expected"] == pytest.approx(13 * 150 * 1.2)
    assert one["bought"] == pytest.approx(13 * 60)
    assert one["change"] == pytest.approx(60 / 180 - 1)
    assert (one["expected_by"], one["kinds"], one["days_late"]) == ("year", "late", 9)


def test_without_a_year_before_against_the_13_weeks_before() -> None:
    sold = [*orders("A", 100, 231, 139), *orders("A", 50, 133, 40)]
    (one,) = after(sold, [delivered("A", 140, 9)])
    assert (one["expected_by"], one["change"]) == ("before", pytest.approx(-0.5))


def test_what_is_not_over_is_not_told_and_nothing_comes_of_nothing() -> None:
    (young,) = after(orders("A", 100, 700), [delivered("A", 50, 9)])
    assert (young["over"], young["change"], young["bought"]) == (False, None, None)
    (new,) = after(orders("A", 100, 139), [delivered("A", 140, 9)])  # nothing was bought before
    assert (new["over"], new["change"], new["expected"]) == (True, None, None)


def test_fees_are_no_purchases() -> None:
    sold = [*orders("A", 100, 700), *orders("A", 900, 140, 40, kind="fee", line="2")]
    (one,) = after(sold, [delivered("A", 140, 9)])
    assert one["change"] == pytest.approx(0)


def many(n: int, cut: float, seed: int = 5) -> tuple[Rows, Rows, list[dict[str, Any]]]:
    """n accounts that buy weekly; every second is badly delivered to once, and buys `cut` of it from then on."""
    rng = np.random.default_rng(seed)
    sold: Rows = []
    rows: Rows = []
    for who in range(n):
        bad, name = who % 2 == 0, f"A{who}"
        amounts = rng.lognormal(4, 0.1, 120)
        for week, amount in enumerate(amounts):
            day = 7 * (week + 1)
            times = cut if bad and day < 126 else 1.0
            sold.append(
                {"account_id": name, "ordered_on": ago(day), "amount": round(amount * times, 2),
                 "order_id": f"{name}-{day}", "product_id": "P", "category": "Bolts"}
            )  # fmt: skip
        rows.append(delivered(name, 126, 7 if bad else 0))
    return sold, rows, [{"account_id": f"A{who}", "size_class": "small"} for who in range(n)]


def effects(n: int, cut: float) -> dict[tuple[str, str | None], dict[str, Any]]:
    sold, rows, accounts = many(n, cut)
    found = measure(view_of(ledger_of({"order_lines": sold, "deliveries": rows}), accounts))
    return {(r["kind"], r["category"]): r for r in found.tables["delivery_effects"].to_pylist()}


def test_the_effect_is_found_and_none_where_there_is_none() -> None:
    told = effects(60, 0.7)
    one = told["late", None]
    assert one["accounts"] == 30
    assert one["low"] < -0.3 < one["high"]
    assert one["high"] < -0.2
    assert told["late", "Bolts"]["effect"] == pytest.approx(one["effect"], abs=0.02)
    assert ("short", None) not in told
    none = effects(60, 1.0)["all", None]
    assert none["low"] < 0 < none["high"]


def test_of_fewer_than_twenty_accounts_no_effect_is_told() -> None:
    one = effects(30, 0.7)["late", None]
    assert (one["accounts"], one["effect"]) == (15, None)
    assert one["change"] < one["peers_change"]


def test_bad_luck_alone_has_no_effect() -> None:
    """Accounts that order at random, each delivery late by the throw of a coin: who orders more is late more
    often, and is not to be taken for one that buys less afterwards."""
    rng = np.random.default_rng(11)
    sold: Rows = []
    rows: Rows = []
    for who in range(120):
        name, rate = f"A{who}", rng.gamma(2, 0.15)
        days = np.flatnonzero(rng.random(900) < rate / 7 * 2) + 1
        for day in days.tolist():
            sold.append(
                {"account_id": name, "ordered_on": ago(day), "amount": 100, "order_id": f"{name}-{day}",
                 "product_id": "P", "category": "Bolts"}
            )  # fmt: skip
            if day > 3:
                rows.append(delivered(name, day - 3, 5 if rng.random() < 0.2 and day > 9 else 0))
    accounts = [{"account_id": f"A{who}", "size_class": "small"} for who in range(120)]
    found = measure(view_of(ledger_of({"order_lines": sold, "deliveries": rows}), accounts))
    one = next(
        r for r in found.tables["delivery_effects"].to_pylist()
        if (r["kind"], r["category"]) == ("all", None)
    )  # fmt: skip
    assert one["cases"] > 200
    assert one["low"] < 0 < one["high"]


def test_the_interval_counts_accounts_not_cases() -> None:
    """The same cases told twice are no surer; against a reckoning case by case."""
    rng = np.random.default_rng(2)
    n = 40
    table = {
        "account": np.arange(n),
        "cell": np.zeros(n, int),
        "change": rng.normal(-0.2, 0.3, n),
        "peers_change": np.zeros(n),
        "peers_var": np.zeros(n),
        "peers_n": np.full(n, 50),
    }
    once = difference(pa.table(table))
    twice = difference(pa.table({k: np.concatenate([v, v]) for k, v in table.items()}))
    assert twice["effect"] == pytest.approx(once["effect"])
    assert twice["high"] == pytest.approx(once["high"])
    spread = table["change"].std(ddof=1) / n**0.5
    assert once["high"] - once["effect"] == pytest.approx(
        1.3036385 * spread, rel=1e-3
    )  # t, 39 degrees
