"""How good what we deliver is: every figure beside one that was reckoned by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from seen import AS_OF, Rows, add, ago, ledger_of, view_of

from mainstay.core.texts import Text
from mainstay.standing.quality import measure

PEERS = [{"account_id": name, "size_class": "small"} for name in ("A", *"BCDEFGHIJK")]


def month(back: int, day: int = 10) -> date:
    """A day of the month so many months before AS_OF's last one (June 2026)."""
    n = 2026 * 12 + 5 - back
    return date(n // 12, n % 12 + 1, day)


def sold(account: str = "A", quantity: float = 500, product: str = "P", **also: Any) -> Rows:
    """The same each month for three years."""
    return [
        {"account_id": account, "ordered_on": month(n, 5), "amount": 10, "product_id": product,
         "quantity": quantity, "order_id": f"{account}{product}{n}", **also}
        for n in range(36)
    ]  # fmt: skip


def complaint(on: date, account: str = "A", product: str | None = "P", **also: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "complaint_id": f"C{account}{on}{product}{len(also)}",
        "account_id": account,
        "opened_at": datetime.combine(on, time(9), UTC),
        "kind": "quality",
        "product_id": product,
        **also,
    }


# Since when complaints are written down; of another kind, so that they count nowhere.
BEGUN = complaint(month(34), kind="invoice")


def measured(orders: Rows, complaints: Rows, accounts: Any = PEERS, **more: Rows) -> dict[str, Any]:
    book = ledger_of({"order_lines": orders, "complaints": [BEGUN, *complaints], **more})
    found = measure(view_of(book, accounts))
    return {n: t.to_pylist() for n, t in found.tables.items()} | {"card": found.card.to_pylist()}


def back(on: date, quantity: float = -20, product: str = "P", account: str = "A") -> dict[str, Any]:
    return {"account_id": account, "ordered_on": on, "amount": -1, "product_id": product,
            "quantity": quantity, "kind": "return", "order_id": f"R{on}"}  # fmt: skip


def test_cases_per_1000_units_now_before_and_of_peers() -> None:
    orders = [line for one in PEERS for line in sold(one["account_id"])]
    found = measured(orders, [complaint(ago(10)), complaint(ago(50)), complaint(ago(200))])
    (a, *others) = found["quality"]
    assert (a["account_id"], a["cases"], a["units"], a["rate"]) == (
        "A",
        2,
        3000,
        pytest.approx(2 / 3),
    )
    assert (a["cases_before"], a["units_before"]) == (1, 3000)
    assert a["peers"] == pytest.approx(1000 * 2 / (11 * 3000))
    assert [one["cases"] for one in others] == [0] * 10
    whole = [row for row in found["quality_sizes"] if row["size_class"] == "all"]
    assert sum(row["cases"] for row in whole) == 3


def test_a_return_belongs_to_its_complaint_or_is_a_case_of_its_own() -> None:
    orders = [*sold(), back(ago(9)), back(ago(90), -5), back(ago(8), -7, "Q")]
    found = measured(orders, [complaint(ago(10))])
    cases = [(row["kind"], row["product_id"], row["units"]) for row in found["quality_cases"]]
    assert cases == [("return", "P", 5), ("complaint", "P", 20), ("return", "Q", 7)]
    assert found["quality"][0]["returned"] == 32


def test_a_product_out_of_control_its_month_and_its_batch() -> None:
    bad = [complaint(month(0, day), account=name, batch="B7")
           for day, name in ((2, "A"), (3, "B"), (4, "C"), (5, "D"), (6, "A"))]  # fmt: skip
    usual = [complaint(month(n)) for n in range(2, 34, 8)]
    found = measured(sold("A", 2000) + sold("B", 2000, "Q"), [*usual, *bad])
    (product,) = found["quality_products"]
    assert (product["state"], product["signal"], product["signal_month"]) == ("out", "high", 0)
    assert product["cases"] == 6  # of the last six months
    assert product["accounts"] == 4
    # 4 cases in the 24 months before, of 2,000 units each.
    months = [row for row in found["quality_months"] if row["product_id"] == "P"]
    assert len(months) == 34
    (last,) = [row for row in months if row["month"] == 0]
    assert (last["cases"], last["units"]) == (5, 2000)
    assert last["centre"] == pytest.approx(3 / 48)
    assert last["signal"] == "high"
    (batch,) = found["quality_batches"]
    assert (batch["batch"], batch["cases"], batch["accounts"], batch["beyond"]) == (
        "B7",
        5,
        4,
        True,
    )
    assert batch["rate"] == pytest.approx(5 / 2)
    assert batch["expected"] == pytest.approx(2 * 3 / 48)


def test_after_those_out_of_control_stands_what_is_most_beyond_its_usual() -> None:
    bad = [complaint(month(4, day), product="Z") for day in (2, 3, 4, 5, 6)]
    found = measured(
        sold(product="A") + sold(product="Z"), [complaint(month(1), product="A"), *bad]
    )
    first, second = found["quality_products"]
    assert (first["product_id"], first["state"], first["out_until"]) == ("Z", "usual", 4)
    assert first["excess_half"] > second["excess_half"]
    assert (second["product_id"], second["out_until"]) == ("A", None)


def test_complaints_that_were_not_written_down_yet_are_no_good_months() -> None:
    late = complaint(month(6), kind="invoice")
    book = ledger_of({"order_lines": sold(), "complaints": [late, complaint(month(0))]})
    tables = measure(view_of(book, ["A"])).tables
    months = [r for r in tables["quality_months"].to_pylist() if r["product_id"] == "P"]
    assert [row["month"] for row in months] == [5, 4, 3, 2, 1, 0]
    assert tables["quality_products"].to_pylist()[0]["state"] == "unjudged"


def test_accounts_hit_twice_and_what_to_mend_first() -> None:
    orders = [line for one in PEERS for line in sold(one["account_id"])]
    hits = [complaint(ago(20)), complaint(ago(300)), complaint(ago(20), "B"),
            complaint(ago(30), "B", "Q"), complaint(ago(20), "C", answer=1)]  # fmt: skip
    hits[-1].pop("answer")
    asked = {"action_id": "X", "complaint_id": hits[-1]["complaint_id"], "asked_on": ago(19),
             "answer_due_on": ago(9)}  # fmt: skip
    found = measured(
        orders, hits, corrective_actions=[asked], products=[{"product_id": "P", "name": "Pump"}]
    )
    a, b, c, d, *_ = found["card"]
    assert (a["standing"], b["standing"], c["standing"], d["standing"]) == (
        "poor",
        "watch",
        "watch",
        "good",
    )
    assert (
        said(a["mend"])
        == "Pump failed them 2 times within a year. See to it that there is no next time, and tell them how."
    )
    assert (
        said(c["mend"])
        == f"Production owes an answer on Pump since {ago(9)}. Get it, and tell them."
    )
    assert said(b["told"]) == (
        "Complaints and returns in half a year: 2 of 3,000 units; accounts of its size have 0.12 per 1,000."
    )
    assert (a["measure"], a["unit"], a["less"]) == (pytest.approx(1 / 3), "per_1000", True)
    (row, *_rest) = found["quality"]
    assert (row["hits"], row["hit_same"], row["hit_name"]) == (2, 2, "Pump")


def said(text: str) -> str:
    return str(Text.from_json(json.loads(text)))


def test_units_that_convert_those_that_do_not_and_those_that_are_not_told() -> None:
    boxes = sold(quantity=5, unit="box")
    found = measured(boxes, [complaint(ago(10))], unit_conversions=[
        {"product_id": "P", "unit": "box", "factor": 100}])  # fmt: skip
    assert found["quality"][0]["units"] == 3000
    assert found["quality_doubts"] == []
    mixed = measured([*boxes, *sold("B", unit="pc")], [complaint(ago(10))])
    assert mixed["quality_doubts"] == [{"product_id": "P", "units": "box, pc", "lines": 72}]
    assert mixed["quality_products"][0]["state"] == "unjudged"
    untold = measured([{**line, "quantity": None} for line in sold()], [complaint(ago(10))])
    assert untold["quality"][0]["rate"] is None
    assert untold["card"][0]["standing"] == "unknown"
    assert "not known" in said(untold["card"][0]["told"])


def test_nothing_of_quality_or_nothing_at_all() -> None:
    assert measured(sold(), []) == {"card": []}
    found = measured([], [complaint(ago(10), product=None)])
    assert found["quality"][0]["rate"] is None
    assert found["quality_products"] == []


def test_what_was_recorded_later_changes_nothing() -> None:
    orders = sold()
    rows: dict[str, Rows] = {"order_lines": orders, "complaints": [BEGUN, complaint(ago(40))]}
    book = ledger_of(rows)
    before = measure(view_of(book, ["A"]))
    late = {**complaint(ago(30)), "recorded": AS_OF + timedelta(days=2)}
    answered = {"action_id": "X", "product_id": "P", "asked_on": ago(30), "answer_due_on": ago(20),
                "recorded": AS_OF + timedelta(days=2)}  # fmt: skip
    add(book, {"complaints": [late], "corrective_actions": [answered]})
    after = measure(view_of(book, ["A"]))
    assert before.card.equals(after.card)
    assert all(before.tables[name].equals(after.tables[name]) for name in before.tables)
