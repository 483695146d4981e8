"""What they get beside a competitor, what they pay beside others, what they earn, what incentives did."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from seen import AS_OF, ago, ledger_of, view_of

from mainstay.standing.value.area import _incentives, measure
from mainstay.standing.value.criteria import head_of, heads
from mainstay.standing.value.dealers import dealers
from mainstay.standing.value.effects import effects
from mainstay.standing.value.prices import prices
from mainstay.standing.value.told import MET, MET_ALONE, MET_BEST


def criterion(name: str, we: bool, they: bool, **more: Any) -> dict[str, Any]:
    given = {"account_id": "A", "criterion": name, "we_meet": we, "competitor_meets": they,
             "competitor": "Rival", "assessed_on": ago(30), "source": "visit"}  # fmt: skip
    return {**given, **more}


def headed(**rows: Any) -> dict[str, dict[str, Any]]:
    return {r["head"]: r for r in heads(view_of(ledger_of(rows), ("A",))).to_pylist()}


def balance(**rows: Any) -> dict[str, Any]:
    """What is said of the criteria of an account that buys."""
    bought = [{"account_id": "A", "ordered_on": ago(20), "amount": 100.0, "quantity": 10.0}]
    found = measure(view_of(ledger_of({"order_lines": bought, **rows}), ("A",))).tables["value"]
    return next(one for one in json.loads(found["balance"][0].as_py()) if "criteria" in one["data"])


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Low prices", "money"),
        ("帳期", "money"),
        ("납기 준수", "time"),
        ("Delivery on time", "time"),
        ("Easy ordering", "effort"),
        ("售后服务", "service"),
        ("영업 담당자", "people"),
        ("Brand that shops ask for", "image"),
        ("品質穩定", "product"),
        ("Wide range", "product"),
        ("The colour of the lorry", "other"),
    ],
)
def test_criteria_belong_to_heads_by_their_words(text: str, head: str):
    known = view_of(ledger_of({}), ("A",))
    assert (
        known.sql(f"select {head_of('t')} as head from (select '{text}' as t)")["head"][0].as_py()
        == head
    )


def test_each_head_says_who_meets_what_they_buy_by():
    rows = [
        criterion("Quality", True, False, weight=3.0),
        criterion("Newest models", False, True, weight=1.0),
        criterion("Service at night", True, True),
        criterion("Price", False, True, competitor="Cheap & Co"),
        # what it was before counts as before alone
        criterion("Price", True, True, competitor="Cheap & Co", assessed_on=ago(300)),
        # a second competitor who does not meet it
        criterion("Price", False, False, competitor="Dear Ltd"),
    ]
    found = headed(criteria=rows)
    assert (found["product"]["ours"], found["product"]["theirs"]) == (0.75, 0.25)
    assert found["product"]["verdict"] == "ours"
    assert found["service"]["verdict"] == "even"
    assert found["money"]["verdict"] == "theirs"
    assert found["money"]["criteria"] == 1
    assert found["money"]["ours_before"] == 1
    assert found["money"]["competitor"] == "Cheap & Co"
    assert ["criteria", "A", "Price", "Cheap & Co", str(ago(30))] in json.loads(
        found["money"]["rows"]
    )


def test_a_share_is_laid_to_one_competitor_only_where_all_criteria_are_of_that_one():
    """Four criteria of four competitors, of whom one alone meets its own, are not 22% of that one."""
    each = [
        criterion("Price", True, False, competitor="Hansol", weight=3.0),
        criterion("Delivery", True, False, competitor="Union", weight=2.0),
        criterion("Wide range", True, False, competitor="Brandt", weight=2.0),
        criterion("Advice on site", True, True, competitor="Nordwerk", weight=2.0),
    ]
    four = balance(criteria=each)
    assert four["template"] == MET_BEST
    assert (four["data"]["rivals"], four["data"]["ours_share"]) == (4, 1)
    assert four["data"]["theirs_share"] == pytest.approx(2 / 9)
    assert headed(criteria=each)["product"]["rivals"] == ["Brandt"]
    one = balance(criteria=[row | {"competitor": "Nordwerk"} for row in each])
    assert (one["template"], one["data"]["competitor"]) == (MET, "Nordwerk")
    partly = [row | {"competitor": None} for row in each[:3]] + each[3:]
    assert balance(criteria=partly)["template"] == MET_ALONE


def test_two_prices_of_a_competitor_are_too_few_for_a_word_and_three_are_not():
    lines = [{"account_id": "A", "ordered_on": ago(20 + n), "amount": 100.0, "quantity": 10.0,
              "product_id": "P"} for n in range(5)]  # fmt: skip
    sightings = [
        {"sighting_id": str(n), "account_id": "A", "on": ago(5 + n), "competitor": "Rival", "what": "price",
         "price": 9, "product_id": "P", "source": "ours"} for n in range(3)
    ]  # fmt: skip
    few = headed(order_lines=lines, competitor_sightings=sightings[:2])["money"]
    assert (few["verdict"], few["priced"], few["seen"]) == ("unknown", 2, 2)
    enough = headed(order_lines=lines, competitor_sightings=sightings)["money"]
    assert enough["verdict"] == "theirs"
    assert enough["price_ratio"] == pytest.approx(0.9)


def test_prices_are_held_against_those_of_ten_others_of_its_size():
    def bought(account: str, amount: float, **more: Any) -> dict[str, Any]:
        return {"account_id": account, "ordered_on": ago(20), "amount": amount, "quantity": 10.0,
                "product_id": "P", **more}  # fmt: skip

    others = [f"B{n}" for n in range(10)]
    judged = [{"account_id": a, "size_class": "small"} for a in ("A", *others)]
    rows = [bought("A", 120.0, list_amount=150.0), *(bought(b, 100.0) for b in others)]
    found = {
        r["account_id"]: r
        for r in prices(view_of(ledger_of({"order_lines": rows}), judged)).to_pylist()
    }
    assert found["A"]["paid_ratio"] == pytest.approx(1.2)
    assert found["A"]["discount"] == pytest.approx(0.2)
    assert found["B1"]["paid_ratio"] == pytest.approx(100 / 102)
    fewer = prices(view_of(ledger_of({"order_lines": rows[:-1]}), judged)).to_pylist()
    assert [(r["account_id"], r["paid_ratio"]) for r in fewer] == [("A", None)]


def test_a_dealers_margin_and_turn():
    lines = [
        {"account_id": "A", "ordered_on": ago(d), "amount": 800.0, "quantity": 100.0}
        for d in (40, 230)
    ]
    volumes = [
        {"account_id": "A", "month": date(2026, m, 1), "what": w, "quantity": q, "source": "their report",
         "their_price": 10.0 if w == "sell_out" else None}
        for m in (2, 3, 4, 5) for w, q in (("sell_out", 90.0), ("stock", 180.0))
    ]  # fmt: skip
    known = view_of(ledger_of({"order_lines": lines, "account_volumes": volumes}), ("A",))
    (one,) = dealers(known).to_pylist()
    assert one["half"] == 0
    assert one["earned_share"] == pytest.approx(0.2)
    assert one["turn"] == pytest.approx(12 * 90 / 180)
    assert (one["turned"], one["priced"]) == (4, 4)
    some = {"order_lines": lines, "account_volumes": volumes[:4]}
    (two,) = dealers(view_of(ledger_of(some), ("A",))).to_pylist()
    assert two["turn"] is None
    assert two["turned"] == 2


def incentives_of(**more: Any) -> dict[str, Any]:
    """Twenty-four accounts that buy about the same every week for two years; A bought thrice as much lately."""
    names = ["A", *(f"B{n:02}" for n in range(24))]
    rng = np.random.default_rng(3)
    lines = [
        {"account_id": a, "ordered_on": ago(3 + 7 * w),
         "amount": round((300.0 if a == "A" and w < 8 else 100.0) * rng.uniform(0.5, 1.5), 2)}
        for a in names for w in range(110)
    ]  # fmt: skip
    given = {"incentive_id": "I", "account_id": "A", "kind": "sales_contest", "from": ago(56), "to": ago(1),
             "spent": 50, "owner_id": "S"}  # fmt: skip
    rows = [{**given, **more}, *more.pop("others", [])]
    known = view_of(
        ledger_of(
            {
                "order_lines": lines,
                "incentives": [{k: v for k, v in r.items() if k != "others"} for r in rows],
            }
        ),
        [{"account_id": a, "size_class": "small", "order_days_52": 52} for a in names],
    )
    return effects(known, _incentives(known)).to_pylist()[0]


def test_an_incentive_that_moved_more_than_chance_is_told_with_its_interval():
    one = incentives_of()
    assert one["verdict"] == "more"
    assert one["peers"] == 24
    assert one["bought"] > 2 * one["expected"]
    assert 0 < one["low"] <= one["bought"] - one["expected"] <= one["high"]


def test_an_incentive_before_the_lift_is_chance():
    one = incentives_of(**{"from": ago(200), "to": ago(120)})
    assert one["verdict"] == "chance"
    assert one["low"] <= 0 <= one["high"]


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"from": ago(10)}, "short"),
        ({"from": AS_OF.replace(year=2024, month=9), "to": ago(600)}, "new"),
        ({"others": [{"incentive_id": "J", "account_id": "A", "kind": "goods", "from": ago(40), "to": ago(1),
                      "spent": 1, "owner_id": "S"}]}, "twice"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_told_it_says_why(more: dict[str, Any], verdict: str):
    assert incentives_of(**more)["verdict"] == verdict
