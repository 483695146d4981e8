"""New accounts: where they come from, whether they grow, and what went with staying."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from kept import judged, measured, orders
from seen import AS_OF, ago

from mainstay.learning.newcomers import _incidence

OLD, GREW, STAYED, WENT = 12, 12, 10, 12


def company() -> tuple[dict, list[dict]]:
    """Twelve old core accounts; twelve new ones that grow as large, ten that stay small, twelve that buy little at
    first and go after half a year."""
    lines, accounts, told = [], [], []

    def add(code: str, some: list[dict], p_alive: float, **more: object) -> None:
        lines.extend(some)
        accounts.append(judged(code, p_alive, **more))

    for n in range(OLD):
        add(f"A{n:02}", orders(f"A{n:02}", 1090, 1, 200.0), 1.0, core="yes", amount_52=5200.0)
    for n in range(GREW):
        code = f"G{n:02}"
        add(code, orders(code, 900 - n, 701, 100.0) + orders(code, 700, 1, 220.0), 1.0)
        told.append(
            {"account_id": code, "name": code, "former_supplier": "Rival", "referred_by": "A00"}
        )
    for n in range(STAYED):
        add(f"S{n:02}", orders(f"S{n:02}", 880 - n, 1, 50.0 + n), 1.0)
        told.append({"account_id": f"S{n:02}", "name": "S", "former_supplier": " "})
    for n in range(WENT):
        code = f"W{n:02}"
        add(code, orders(code, 860 - n, 640, 30.0 + n, every=30 + n % 3), 0.0)
        told.append(
            {
                "account_id": code,
                "name": code,
                "former_supplier": "Other",
                "acquisition_cost": 80.0,
                "since": ago(870),
            }
        )
    asked = [
        said("R1", "W00", 300, "product.fit"),
        said("R2", "W00", 200, "delivery.late"),
        said("R3", "W01", 200, "unknown"),
        said("R4", "G00", 200, "money.price_rise") | {"recorded": AS_OF + timedelta(days=3)},
    ]
    return {"order_lines": lines, "accounts": told, "reviews": asked}, accounts


def said(review: str, account: str, days: int, reason: str) -> dict:
    """The review of a new account, so many days ago."""
    return {"review_id": review, "account_id": account, "opened_on": ago(days), "kind": "new",
            "former_supplier_reason": reason}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return measured(*company())


def test_incidence_beside_leaving_by_hand():
    at = np.array([1.0, 2, 3, 4, 5])
    kind = np.array([1, 2, 0, 1, 0])  # core, gone, open, core, open
    core, gone = _incidence((at, kind), np.array([0.5, 1, 2, 4]))
    assert core == pytest.approx([0, 1 / 5, 1 / 5, 1 / 5 + 3 / 5 / 2])
    assert gone == pytest.approx([0, 0, 1 / 5, 1 / 5])


def test_new_is_who_began_after_the_first_quarter_of_the_data(found):
    rows = {r["account_id"]: r for r in found["newcomers"].to_pylist()}
    assert len(rows) == GREW + STAYED + WENT
    assert rows["G00"]["former_supplier"] == "Rival"
    assert rows["S00"]["former_supplier"] is None
    assert rows["W00"]["cost"] == 80
    assert rows["G00"]["first_on"] == ago(900)
    assert rows["S00"]["core_on"] is None
    assert rows["G00"]["early_orders"] == 7


def test_who_reached_the_size_of_a_core_account_and_when(found):
    rows = {r["account_id"]: r for r in found["newcomers"].to_pylist()}
    # 21 orders of 220 and the 6 of 100 before them, all within 52 weeks, are 5,220.
    assert rows["G00"]["core_on"] == ago(420)
    growth = {r["month"]: r for r in found["newcomer_growth"].to_pylist()}
    assert growth[12]["core"] == 0
    assert growth[24]["core"] == pytest.approx(GREW / (GREW + STAYED + WENT))
    assert growth[24]["left"] == pytest.approx(WENT / (GREW + STAYED + WENT))
    assert growth[24]["low"] < growth[24]["core"] < growth[24]["high"]


def test_where_they_come_from(found):
    rows = {(r["by"], r["name"]): r for r in found["newcomer_sources"].to_pylist()}
    assert rows["former_supplier", "Rival"]["core_24"] == pytest.approx(1)
    assert rows["former_supplier", "Other"]["kept_12"] == pytest.approx(0)
    assert rows["former_supplier", "Other"]["cost"] == 80
    assert rows["former_supplier", ""]["accounts"] == STAYED
    assert rows["former_supplier", "Rival"]["cost"] is None
    assert rows["referred_by", "A00"]["accounts"] == GREW
    assert rows["all", ""]["accounts"] == GREW + STAYED + WENT


def test_why_they_left_whom_they_bought_of_by_the_newest_review_that_says_it(found):
    rows = {r["account_id"]: r["left_because"] for r in found["newcomers"].to_pylist()}
    assert rows["W00"] == "delivery.late"
    assert rows["W01"] is None  # that it is not known is no reason
    assert rows["G00"] is None  # told after the date
    by = {r["name"]: r["accounts"] for r in found["newcomer_sources"].to_pylist() if r["by"] == "left_because"}  # fmt: skip
    assert by == {"delivery.late": 1, "": GREW + STAYED + WENT - 1}


def test_who_is_like_those_that_went_in_the_signs_that_tell(found):
    rows = {r["account_id"]: r for r in found["newcomers"].to_pylist()}
    telling = [r for r in found["newcomer_signs"].to_pylist() if not r["low"] <= 0 <= r["high"]]
    assert {r["sign"] for r in telling} == {"early_orders", "early_sales"}
    assert {rows[f"W{n:02}"]["like_gone"] for n in range(WENT)} == {len(telling)}
    assert rows["G00"]["like_gone"] == 0
    assert rows["G00"]["early_until"] == ago(900 - 91)


def test_signs_of_who_is_younger_than_they_take_are_told_but_not_judged():
    rows, accounts = company()
    rows["order_lines"] = [*rows["order_lines"], *orders("Y", 28, 1, 100.0)]
    found = measured(rows, [*accounts, judged("Y", 0.9)])
    young = next(r for r in found["newcomers"].to_pylist() if r["account_id"] == "Y")
    assert young["early_orders"] == 2
    assert young["like_gone"] is None


def test_what_those_that_went_did_less_of_in_their_first_quarter(found):
    signs = {r["sign"]: r for r in found["newcomer_signs"].to_pylist()}
    assert signs["early_orders"]["stayed"] == 7
    assert signs["early_orders"]["went"] == pytest.approx(10 / 3, abs=0.8)
    assert signs["early_orders"]["low"] > 0
    assert signs["early_categories"]["difference"] == 0
    assert signs["early_orders"]["n_went"] == pytest.approx(WENT, abs=1)


def test_without_those_that_went_there_is_nothing_to_compare():
    rows, accounts = company()
    stayed = [a | {"p_alive": 1.0} for a in accounts if a["account_id"] < "W"]
    rows["order_lines"] = [line for line in rows["order_lines"] if line["account_id"] < "W"]
    assert measured(rows, stayed)["newcomer_signs"].num_rows == 0
