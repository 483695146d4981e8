"""Goals that follow themselves, plans and their card: every figure beside one that was reckoned by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from seen import AS_OF, Rows, ago, ledger_of, view_of

from mainstay.core import goal_terms
from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text
from mainstay.standing.strategy import measure

BEGIN = date(AS_OF.year, 1, 1)
GONE = (AS_OF - BEGIN).days


def weekly(account: str, weeks: int, amount: float, **also: Any) -> Rows:
    """So much each week, the newest a day before the date."""
    return [
        {
            "account_id": account,
            "ordered_on": ago(1 + 7 * n),
            "amount": amount,
            "product_id": "P",
            **also,
        }
        for n in range(weeks)
    ]


def goal(of: str | None, target: str, **also: Any) -> dict[str, Any]:
    row = {"account_id": "A", "goal_id": f"G-{of}-{target}", "period": str(AS_OF.year)}
    return {**row, "common_goal": "grow", "ledger_measure": of, "target": target, **also}


def found(
    accounts: Any = ({"account_id": "A", "core": "yes", "tier": "A", "state": "steady"},),
    **rows: Any,
) -> dict[str, Any]:
    """All tables, and the card; `known_until` as it stands."""
    until = rows.pop("known_until", None)
    ledger = ledger_of(rows)
    days: dict[str, date] = {}
    for line in rows.get("order_lines", []):
        account = line["account_id"]
        days[account] = min(days.get(account, line["ordered_on"]), line["ordered_on"])
    judged = [{"first_order_on": days.get(one["account_id"]), **one} for one in accounts]
    made = measure(view_of(ledger, judged, known_until=until))
    told = {name: table.to_pylist() for name, table in made.tables.items()}
    return {**told, "card": made.card.to_pylist()}


def one(*goals: dict[str, Any], **rows: Any) -> dict[str, Any]:
    (row,) = found(goals=list(goals), **rows)["strategy_goals"]
    return dict(row)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026 Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-04..2027-03", date(2026, 4, 1), date(2027, 3, 31)),
        ("2026年", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_as_people_write_them(text: str, first: date, last: date) -> None:
    assert goal_terms.period(text) == (first, last)


def test_targets_as_people_write_them() -> None:
    assert goal_terms.target("+10%", "sales") == goal_terms.Target(0.1, change=True)
    assert goal_terms.target("1,200,000", "sales").value == 1_200_000
    assert goal_terms.target("120萬", "sales").value == 1_200_000
    assert goal_terms.target("30%", "otif").value == pytest.approx(0.3)
    assert goal_terms.target("-99%", "complaints").change
    for text, of in (
        ("much more", "sales"),
        ("30%", "sales"),
        ("+10", "sales"),
        ("250%", "otif"),
        ("95", "otif"),
        ("+150%", "otif"),
        ("-500%", "sales"),
        ("-100%", "sales"),
        ("+1001%", "sales"),
        (None, "sales"),
    ):
        with pytest.raises(MainstayError):
            goal_terms.target(text, of)
    for text in ("2026-Q5", "2026-13", "99999", "soon", "2027..2026"):
        with pytest.raises(MainstayError):
            goal_terms.period(text)


def test_sales_against_the_year_before_follow_the_accounts_own_season() -> None:
    # 100 a week for two years before, 120 a week this year.
    lines = weekly("A", 26, 120) + [
        {**row, "ordered_on": row["ordered_on"] - timedelta(days=182)}
        for row in weekly("A", 130, 100)
    ]
    row = one(goal("sales", "+10%"), order_lines=lines)
    inside = [li for li in lines if li["ordered_on"] >= BEGIN]
    shift = timedelta(days=364)
    year = [
        li for li in lines if BEGIN - shift <= li["ordered_on"] <= date(AS_OF.year, 12, 31) - shift
    ]
    assert row["reached"] == sum(li["amount"] for li in inside)
    assert row["base"] == sum(li["amount"] for li in year)
    assert row["aim"] == pytest.approx(1.1 * row["base"])
    assert row["by_season"] is True
    assert row["expected"] == pytest.approx(row["aim"] * GONE / 365, rel=0.02)
    assert row["state"] == "on_course"
    assert row["low"] < row["projected"] < row["high"]
    assert row["projected"] == pytest.approx(row["aim"] * row["reached"] / row["expected"])


def test_behind_in_money_and_what_to_talk_about() -> None:
    told = found(goals=[goal("sales", "12000")], order_lines=weekly("A", 160, 100))
    (row,) = told["strategy_goals"]
    assert (row["state"], row["unit"]) == ("behind", "money")
    assert row["missing"] == pytest.approx(row["expected"] - row["reached"])
    (card,) = told["card"]
    assert (card["guarantee"], card["standing"], card["measure"]) == ("strategy", "poor", 0.0)
    assert "Talk with them about “grow”" in str(Text.from_json(json.loads(card["mend"])))


def test_of_a_category_a_product_margin_and_days_with_orders() -> None:
    lines = weekly("A", 60, 100, category="Tools", cost=60) + weekly("A", 60, 40, category="Glue", product_id="G")  # fmt: skip
    n = len([li for li in lines if li["ordered_on"] >= BEGIN]) // 2
    told = {
        row["measure"]: row["reached"]
        for row in found(
            goals=[
                goal("category", "5000", measure_of="Tools"),
                goal("product", "5000", measure_of="G"),
                goal("margin", "5000"),
                goal("order_days", "50"),
            ],
            order_lines=lines,
        )["strategy_goals"]
    }
    assert told["category"] == 100 * n
    assert told["product"] == 40 * n
    assert told["margin"] == pytest.approx(40 * n + 0.25 * 40 * n)
    assert told["order_days"] == n


def test_shares_go_a_straight_way_from_where_they_were() -> None:
    lines = weekly("A", 110, 80) + weekly("A", 10, 80, product_id="N")
    row = one(
        goal("new_products", "40%"),
        order_lines=lines,
        products=[{"product_id": "N", "launched_on": ago(200)}],
    )
    weeks = len([li for li in lines if li["ordered_on"] >= BEGIN])
    assert row["reached"] == pytest.approx(10 / weeks)
    assert row["base"] == 0
    assert row["expected"] == pytest.approx(0.4 * GONE / 365)


def test_fewer_complaints_visits_and_days_to_pay() -> None:
    told = found(
        goals=[goal("complaints", "2"), goal("visits", "12"), goal("days_to_pay", "5")],
        order_lines=weekly("A", 110, 80),
        complaints=[
            {
                "complaint_id": f"C{n}",
                "account_id": "A",
                "opened_at": ago(20 + n),
                "kind": "quality",
            }
            for n in range(3)
        ],
        visits=[
            {
                "visit_id": f"V{n}",
                "account_id": "A",
                "on": ago(5 + n),
                "staff_id": "S",
                "kind": kind,
            }
            for n, kind in enumerate(["visit"] * 7 + ["call"])
        ],
        payments=[{"account_id": "A", "due_on": ago(30), "paid_on": ago(20), "amount": 100}],
    )
    rows = {row["measure"]: row for row in told["strategy_goals"]}
    assert (rows["complaints"]["reached"], rows["complaints"]["state"]) == (3, "missed")
    assert (rows["visits"]["reached"], rows["visits"]["state"]) == (7, "on_course")
    assert (rows["days_to_pay"]["reached"], rows["days_to_pay"]["state"]) == (10, "behind")


def test_old_rows_follow_themselves_where_their_words_are_known_and_else_say_why_not() -> None:
    lines = weekly("A", 110, 80)
    assert one(goal(None, "9999", measure="Sales"), order_lines=lines)["measure"] == "sales"
    assert one(goal(None, "9999", measure="銷售額"), order_lines=lines)["measure"] == "sales"
    for row, why in (
        (goal(None, "two", measure="Trainings"), "words of your own"),
        (goal("category", "5"), "which category"),
        (goal("sales", "a lot"), "“a lot” can't be read"),
        (goal("sales", "9", period="soon"), "“soon” can't be read"),
        (goal("sales", "-500%"), "“-500%” can't be"),
        (goal("otif", "95"), "“95” is no share"),
    ):
        told = one(row, order_lines=lines)
        assert told["state"] == "unmeasured"
        assert why in str(Text.from_json(json.loads(told["trouble"])))
    new = one(goal("sales", "+10%"), order_lines=weekly("A", 9, 80))
    assert "year before" in str(Text.from_json(json.loads(new["trouble"])))


def test_ended_and_coming_periods() -> None:
    lines = weekly("A", 160, 100)
    year = str(AS_OF.year - 1)
    assert one(goal("sales", "5000", period=year), order_lines=lines)["state"] == "reached"
    assert one(goal("sales", "6000", period=year), order_lines=lines)["state"] == "missed"
    ahead = one(goal("sales", "6000", period=str(AS_OF.year + 1)), order_lines=lines)
    assert (ahead["state"], ahead["reached"]) == ("early", None)
    assert (
        found(goals=[goal("sales", "1", period="2019")], order_lines=lines)["strategy_goals"] == []
    )


def test_plans_levels_and_reviews() -> None:
    told = found(
        accounts=[
            {"account_id": "A", "core": "yes", "tier": "A", "state": "steady"},
            {"account_id": "B", "core": "yes", "tier": "A", "state": "steady"},
            {"account_id": "C", "core": "no", "tier": "C", "state": "steady"},
        ],
        order_lines=weekly("A", 110, 80),
        goals=[goal(None, "two")],
        relationship_levels=[
            {"account_id": "A", "on": ago(400), "level": 1},
            {"account_id": "A", "on": ago(300), "level": 2},
            {"account_id": "A", "on": ago(30), "level": 2},
        ],
        plan_reviews=[
            {"account_id": "A", "on": ago(200), "stage": "growing", "agreed": "two trainings"},
            {"account_id": "A", "on": ago(100), "stage": None},
        ],
    )
    plans = {row["account_id"]: row for row in told["strategy"]}
    assert set(plans) == {"A", "B"}
    a = plans["A"]
    assert (a["level"], a["level_on"], a["stage"], a["stage_on"]) == (
        2,
        ago(300),
        "growing",
        ago(200),
    )
    assert (a["due_on"], a["overdue"]) == (ago(100 - 91), True)
    assert (plans["B"]["planned"], plans["B"]["due_on"]) == (False, None)
    cards = {row["account_id"]: row for row in told["card"]}
    assert cards["A"]["standing"] == cards["B"]["standing"] == "watch"
    assert "one goal that serves both" in str(Text.from_json(json.loads(cards["B"]["mend"])))


def test_nothing_that_was_recorded_later_is_known() -> None:
    rows: dict[str, Any] = {"goals": [goal("sales", "9999")], "order_lines": weekly("A", 110, 80)}
    before = found(**rows)
    later: dict[str, Any] = {
        "goals": [*rows["goals"], goal("visits", "5", recorded=AS_OF + timedelta(days=1))],
        "plan_reviews": [
            {
                "account_id": "A",
                "on": ago(10),
                "stage": "growing",
                "recorded": AS_OF + timedelta(days=1),
            }
        ],
        "relationship_levels": [
            {"account_id": "A", "on": ago(10), "level": 3, "recorded": AS_OF + timedelta(days=1)}
        ],
    }
    assert found(**{**rows, **later}) == before


def test_without_goals_or_core_accounts_there_is_nothing() -> None:
    none = found(accounts=[{"account_id": "A", "core": "no", "tier": "C"}])
    assert none == {"strategy": [], "strategy_goals": [], "strategy_sales": [], "card": []}


def test_on_time_in_full_and_share_of_wallet() -> None:
    account = {"account_id": "A", "core": "yes", "tier": "A", "state": "steady"}
    told = found(
        accounts=[{**account, "share_of_wallet": 0.45, "share_of_wallet_before": 0.4}],
        goals=[goal("otif", "95%"), goal("wallet", "50%")],
        order_lines=weekly("A", 110, 80, order_id="O"),
        deliveries=[
            {
                "delivery_id": f"D{n}",
                "account_id": "A",
                "order_id": f"O{n}",
                "product_id": "P",
                "promised_on": ago(30 + n),
                "delivered_on": ago(30 + n - late),
                "quantity_ordered": 10,
                "quantity_delivered": 10,
            }
            for n, late in enumerate((0, 0, 0, 3))
        ],
    )
    rows = {row["measure"]: row for row in told["strategy_goals"]}
    assert (rows["otif"]["reached"], rows["otif"]["state"]) == (0.75, "behind")
    wallet = rows["wallet"]
    assert (wallet["reached"], wallet["base"], wallet["state"]) == (0.45, 0.4, "on_course")
    assert wallet["expected"] == pytest.approx(0.4 + 0.1 * GONE / 365)
