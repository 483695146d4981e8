"""Product needs: every figure beside one that was reckoned by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from seen import AS_OF, Rows, ago, ledger_of, view_of

from mainstay.core.texts import Text
from mainstay.standing.needs import measure


def weekly(account: str, product: str | None, weeks: range, amount: float = 100, category: str | None = "Bolts") -> Rows:  # fmt: skip
    """Orders every week of some weeks back."""
    return [
        {"account_id": account, "ordered_on": ago(7 * week - 3), "amount": amount,
         "product_id": product, "category": category}
        for week in weeks
    ]  # fmt: skip


def measured(accounts: Any = ("A",), **tables: Rows) -> dict[str, Rows]:
    """All tables of what is measured, and the card."""
    found = measure(view_of(ledger_of(tables), accounts))
    told = {name: table.to_pylist() for name, table in found.tables.items()}
    return {**told, "card": found.card.to_pylist()}


def said(text: str | None) -> str:
    return str(Text.from_json(json.loads(text or "{}")))


PEERS = [{"account_id": f"P{i:02}", "size_class": "small", "segment": "shops"} for i in range(12)]
A = {"account_id": "A", "size_class": "small", "segment": "shops"}


def test_a_mix_that_moved_beside_what_chance_makes_of_it() -> None:
    now = weekly("A", "P", range(1, 53), category="Bolts")
    then = weekly("A", "Q", range(53, 105), category="Nuts")
    even = [row for i in range(1, 105) for row in weekly("B", "P", range(i, i + 1), 50.0 + 50 * (i % 2), "Bolts")
            + weekly("B", "Q", range(i, i + 1), 100 - 50.0 * (i % 2), "Nuts")]  # fmt: skip
    found = measured(["A", "B"], order_lines=now + then + even)
    a, b = found["needs"]
    assert (a["moved"], a["by_chance"], a["shifted"]) == (1.0, 0.0, True)
    assert b["moved"] == pytest.approx(0.0, abs=1e-9)
    assert b["shifted"] is False
    # By hand: p = ½; each week a_dc − p a_d = ±25/2 of a_d = 150 or … ; two categories alike.
    p = 75 * 52 / (150 * 52)
    spread = sum((100.0 - 50 * (i % 2) - p * 150) ** 2 for i in range(52))
    se = np.sqrt(2 * spread / (150 * 52) ** 2 * 52 / 51)
    assert b["by_chance"] == pytest.approx(np.sqrt(2 / np.pi) * 2 * se / 2)
    mix = {(row["account_id"], row["category"]): row for row in found["needs_mix"]}
    assert (mix["A", "Nuts"]["now"], mix["A", "Nuts"]["before"]) == (0.0, 1.0)
    assert mix["A", "Nuts"]["money_before"] == 5200


def test_few_orders_shift_by_chance_alone() -> None:
    """Of accounts that draw a category at random each time, hardly one is said to have shifted."""
    rng = np.random.default_rng(5)
    rows = [
        row
        for i in range(60)
        for week in range(2, 104, 8)
        for row in weekly(f"R{i:02}", None, range(week, week + 1), float(rng.integers(50, 150)), f"C{rng.integers(4)}")
    ]  # fmt: skip
    found = measured([f"R{i:02}" for i in range(60)], order_lines=rows)
    told = [row for row in found["needs"] if row["moved"] is not None]
    assert len(told) == 60
    assert np.mean([row["moved"] for row in told]) == pytest.approx(
        np.mean([row["by_chance"] for row in told]), rel=0.15
    )
    assert sum(row["shifted"] for row in told) <= 3


def test_new_products_who_took_them_and_how_soon() -> None:
    products = [
        {"product_id": "NEW", "name": "Bolt 2", "category": "Bolts", "launched_on": ago(200)},
        {"product_id": "OLD", "name": "Bolt 1", "category": "Bolts", "launched_on": ago(3000)},
    ]
    lines = [row for p in PEERS for row in weekly(p["account_id"], "OLD", range(1, 80))]
    lines += weekly("A", "OLD", range(1, 80))
    for i, p in enumerate(PEERS[:9]):  # three of four, 10, 20 … days after the launch
        lines.append({"account_id": p["account_id"], "ordered_on": ago(200 - 10 * (i + 1)),
                      "amount": 1000, "product_id": "NEW", "category": "Bolts"})  # fmt: skip
    found = measured([A, *PEERS], order_lines=lines, products=products)
    (launch,) = found["needs_launches"]
    assert (launch["eligible"], launch["taken"], launch["days"], launch["new"]) == (13, 9, 50, True)
    (left,) = [row for row in found["needs_new"] if row["account_id"] == "A"]
    assert (left["taken"], left["peers_share"], left["name"]) == (False, 9 / 12, "Bolt 2")
    taken = next(row for row in found["needs_new"] if row["account_id"] == "P00")
    assert (taken["first_on"], taken["days"], taken["peers_share"]) == (ago(190), 10, 8 / 12)
    share = {row["account_id"]: row["new_share"] for row in found["needs"]}
    assert share["A"] == 0
    assert share["P00"] == pytest.approx(1000 / 6200)
    courses = {row["quarter"]: row["share"] for row in found["needs_courses"]}
    assert courses == {1: 9 / 13, 2: 9 / 13}
    (card,) = [row for row in found["card"] if row["account_id"] == "A"]
    assert card["peers"] == pytest.approx(1000 / 6200)
    assert (card["standing"], card["mend"]) == ("good", None)  # one product alone tells little
    assert card["measure"] == 0


def test_generations_and_what_ends() -> None:
    products = [
        {"product_id": "G1", "name": "Pump I", "category": "Pumps", "discontinued_on": ago(100), "replaced_by": "G2", "recorded": ago(300)},
        {"product_id": "G2", "name": "Pump II", "category": "Pumps", "launched_on": ago(290), "recorded": ago(300)},
        {"product_id": "X", "name": "Pipe", "category": "Pumps", "discontinued_on": ago(-40), "recorded": ago(30)},
    ]  # fmt: skip
    lines = weekly("A", "G1", range(1, 53), 30) + weekly("A", "X", range(1, 53), 10)
    lines += weekly("B", "G1", range(20, 53), 30) + weekly("B", "G2", range(1, 20), 30)
    found = measured(["A", "B"], order_lines=lines, products=products)
    a, b = found["needs"]
    assert (a["newest_share"], b["newest_share"]) == (0.0, pytest.approx(19 / 52))
    old = {(row["account_id"], row["product_id"]): row for row in found["needs_outdated"]}
    assert (old["A", "G1"]["heir_name"], old["A", "G1"]["taken"], old["A", "G1"]["ended"]) == (
        "Pump II", False, True)  # fmt: skip
    assert (old["A", "X"]["ends_on"], old["A", "X"]["ended"]) == (AS_OF + timedelta(days=40), False)
    assert old["B", "G1"]["taken"] is True
    assert not found["needs_stopped"]  # B went to the successor: nothing stopped


def test_what_was_bought_regularly_and_stopped() -> None:
    lines = weekly("A", "P", range(1, 105)) + weekly("A", "Q", range(30, 105), category="Nuts")
    lines += weekly("A", "R", range(80, 105), category="Nuts")  # long ago
    lines += [row for week in (60, 70, 80) for row in weekly("A", "S", range(week, week + 1))]
    found = measured(order_lines=lines)
    (one,) = found["needs_stopped"]
    assert (one["item"], one["quarter"], one["money"], one["why"]) == ("Q", 2, 49 * 100, "open")
    gone = [{"product_id": "Q", "discontinued_on": ago(200), "name": "Nut"}]
    (one,) = measured(order_lines=lines, products=gone)["needs_stopped"]
    assert (one["name"], one["why"]) == ("Nut", "ours")
    instead = lines + weekly("A", "T", range(1, 30), category="Nuts")
    assert [row["why"] for row in measured(order_lines=instead)["needs_stopped"]] == ["moved"]
    (card,) = measured(order_lines=lines)["card"]
    assert (card["standing"], said(card["mend"])) == (
        "poor",
        "They stopped buying Q, 4,900 a year before: ask why.",
    )


def made_peers() -> Rows:
    """Twenty accounts of two trades: bakers buy flour, sugar and tins, smiths iron, coal and tongs."""
    lines: Rows = []
    for i in range(20):
        goods = ("flour", "sugar", "tins") if i % 2 else ("iron", "coal", "tongs")
        for k, product in enumerate(goods):
            lines += weekly(f"T{i:02}", product, range(1 + k, 104, 4), 10.0 * (k + 1) + i, None)
    return lines


def test_what_peers_buy_goes_with_what_the_account_buys() -> None:
    lines = made_peers() + weekly("A", "flour", range(1, 104, 4), 20, None) + weekly("A", "sugar", range(2, 104, 4), 40, None)  # fmt: skip
    found = measured(["A", *(f"T{i:02}" for i in range(20))], order_lines=lines)
    (one,) = [row for row in found["needs_chances"] if row["account_id"] == "A"]
    assert (one["item"], one["because"] in ("flour", "sugar")) == ("tins", True)
    assert 0 < one["low"] < one["money"] < one["high"]
    assert one["peers_buyers"] == 10
    # To those who buy it, it is 0.72 to 0.94 of all else that they buy; the account buys for 780 a year.
    assert one["low"] < 0.8 * 780 < one["high"]
    assert not [row for row in found["needs_chances"] if row["account_id"] == "T01"]


def test_what_was_asked_for_and_how_long_it_waits() -> None:
    def asked(code: str, days: int, **also: Any) -> dict[str, Any]:
        return {"request_id": code, "account_id": "A", "raised_on": ago(days), "text": code,
                "kind": "custom_product", **also}  # fmt: skip

    requests = [
        asked("late", 90, answer_due_on=ago(60)),
        asked("waits", 10, answer_due_on=ago(-10)),
        asked("done", 50, answered_on=ago(30), outcome="made"),
        asked("terms", 70, kind="terms"),
        asked("told tomorrow", 20, recorded=AS_OF + timedelta(days=1)),
    ]
    found = measured(order_lines=weekly("A", "P", range(1, 60)), requests=requests)
    rows = {row["request_id"]: row for row in found["needs_asked"]}
    assert set(rows) == {"late", "waits", "done"}
    assert (rows["late"]["overdue"], rows["late"]["waited_days"]) == (True, 90)
    assert (rows["done"]["open"], rows["done"]["waited_days"], rows["waits"]["usual_days"]) == (False, 20, 20)  # fmt: skip
    (card,) = found["card"]
    assert card["standing"] == "poor"
    assert said(card["mend"]).startswith("Answer their request of")


@pytest.mark.parametrize("named", ["category", "nothing", "no lines"])
def test_what_can_be_said_without_products_is_said(named: str) -> None:
    lines = [
        row
        for i in range(12)
        for row in weekly(f"P{i:02}", None, range(1, 105), 10, "Bolts" if named == "category" else None)
    ] if named != "no lines" else []  # fmt: skip
    requests = [{"request_id": "1", "account_id": "P00", "raised_on": ago(9), "text": "x", "kind": "product"}]  # fmt: skip
    found = measured(PEERS, order_lines=lines, requests=requests)
    assert len(found["needs"]) == (1 if named == "no lines" else 12)
    assert [row["account_id"] for row in found["needs_asked"]] == ["P00"]
    assert bool(found["needs_mix"]) == (named == "category")
    assert measured(PEERS) == {"card": []}


def test_what_is_recorded_or_happens_later_changes_nothing() -> None:
    products: Rows = [{"product_id": "tins", "launched_on": ago(300), "category": "Baking"}]
    before = measured(["T01", "T02"], order_lines=made_peers(), products=products)
    later = [{"product_id": "flour", "replaced_by": "sugar", "discontinued_on": ago(10), "launched_on": ago(100),
              "recorded": AS_OF}]  # fmt: skip
    ahead = [{"account_id": "T01", "ordered_on": AS_OF, "amount": 9999, "product_id": "iron"}]
    after = measured(["T01", "T02"], order_lines=made_peers() + ahead, products=products + later)
    assert before == after
