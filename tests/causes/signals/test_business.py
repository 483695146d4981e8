"""Their own business and our company: shrinking, sisters, closed, events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from seen import Rows, ago, seen

from mainstay.causes.scope import plain, read_scope

MONTHS = sorted({ago(day).replace(day=1) for day in range(40, 1000, 30)})


def volumes(figure: Callable[[date], float], **also: Any) -> Rows:
    told = {"account_id": "A", "source": "own books", **also}
    return [{**told, "month": month, "amount": figure(month)} for month in MONTHS]


@pytest.mark.parametrize(("after", "strength"), [(80.0, 0.5), (60.0, 1.0), (88.0, None)])
def test_a_business_shrinks_by_months_against_the_same_of_last_year(
    after: float, strength: float | None
) -> None:
    told = volumes(lambda month: 100.0 if month < ago(150) else after)
    found = seen("business_shrinking", account_volumes=told)
    assert [one["strength"] for one in found] == ([pytest.approx(strength)] if strength else [])
    if found:
        assert ago(150) <= found[0]["since"] <= ago(60)
        assert found[0]["until"] is None
        assert found[0]["data"]["what"] == "purchases"
        assert found[0]["rows"][0][0] == "account_volumes"


def test_what_lies_in_their_stock_is_no_business() -> None:
    told = volumes(lambda month: 100.0 if month < ago(150) else 50.0, what="stock")
    assert seen("business_shrinking", account_volumes=told) == []


def test_the_nearest_market_is_theirs() -> None:
    def market(after: float, **of: Any) -> Rows:
        return [
            {**of, "month": m, "index": 100.0 if m < ago(150) else after, "source": "b"}
            for m in MONTHS
        ]

    accounts = [
        {"account_id": "A", "segment": "dealers", "region": "north"},
        {"account_id": "B", "segment": "chains"},
    ]
    told = market(85.0, segment="dealers", region="north") + market(50.0, segment="dealers")
    told += market(100.0)
    (one,) = seen("business_shrinking", accounts, market=told)
    assert one["account_id"] == "A"
    assert one["strength"] == pytest.approx(0.5)
    assert one["rows"][0][:3] == ["market", "dealers", "north"]


def sisters(*states: str) -> Rows:
    accounts = [
        {"account_id": f"S{n}", "state": state, "state_since": ago(60 + n)}
        for n, state in enumerate(states)
    ]
    group = [{"account_id": one["account_id"], "name": "x", "group_id": "G"} for one in accounts]
    return [one for one in seen("sisters_leaving", accounts, accounts=group) if
            one["account_id"] == "S0"]  # fmt: skip


def test_sisters_count_from_a_third_on() -> None:
    (one,) = sisters("steady", "lost", "steady", "growing")
    assert (one["strength"], one["since"]) == (pytest.approx(1 / 3), ago(61))
    assert one["rows"] == [["accounts", "S1"]]
    assert sisters("steady", "lost", "steady", "steady", "steady") == []
    (one,) = sisters("lost", "lost", "late", "steady", "steady")
    assert one["data"] == {"sisters": 4, "gone": 2, "first_on": ago(62).isoformat()}
    assert sisters("lost", "steady", "steady") == []  # the account itself is no sister


@pytest.mark.parametrize(
    ("told", "how"),
    [({}, "closed"), ({"closed_reason": "Relocated"}, "moved"), ({"replaced_by": "Z"}, "moved")],
)
def test_closed_is_closed_or_moved(told: Any, how: str) -> None:
    row = {"account_id": "A", "name": "A", "closed_on": ago(30), **told}
    (one,) = seen("account_closed", accounts=[{**row, "recorded": ago(9)}])
    assert (one["since"], one["data"]["how"]) == (ago(30), how)
    assert seen("account_closed", accounts=[{**row, "closed_on": ago(0)}]) == []


ACCOUNTS: Rows = [
    {"account_id": "A", "region": "North", "segment": "dealers"},
    {"account_id": "B", "region": "South", "segment": "dealers"},
]


def event(scope: str | None, kind: str = "cash") -> Rows:
    lines = [
        {"account_id": one, "ordered_on": ago(day), "amount": amount, "product_id": product,
         "category": category, "order_id": f"{one}{day}"}
        for day in range(10, 300, 30)
        for one, product, category, amount in (
            ("A", "P", "Taps", 15.0), ("A", "Q", "Pipes", 85.0), ("B", "Q", "Pipes", 100.0))
    ]  # fmt: skip
    told = {"event_id": "E", "on": ago(80), "kind": kind, "scope": scope}
    return seen("company_event", ACCOUNTS, order_lines=lines, company_events=[told])


@pytest.mark.parametrize(
    ("scope", "whom"),
    [
        (None, {"A": 1.0, "B": 1.0}),
        ("  ", {"A": 1.0, "B": 1.0}),
        ("north", {"A": 1.0}),
        ("地區：North", {"A": 1.0}),
        ("segment: dealers; region: South", {"B": 1.0}),
        ("category: Taps", {"A": 0.5}),
        ("P", {"A": 0.5}),
        ("category = Taps, region = South", {}),
        ("the old warehouse", {"A": 0.5, "B": 0.5}),
    ],
)
def test_an_event_concerns_those_of_its_scope(scope: str | None, whom: dict[str, float]) -> None:
    found = {one["account_id"]: one["strength"] for one in event(scope)}
    assert found == {account: pytest.approx(strength) for account, strength in whom.items()}


def test_an_event_without_words_says_its_kind() -> None:
    (first, _) = event(None, "price_rise")
    assert first["data"]["text"] == "price rise"
    assert first["data"]["kind"] == "price_rise"


def test_a_scope_is_read_by_keys_or_by_names_alone() -> None:
    known = {"region": {plain("North "): "North "}, "category": {"taps": "Taps", "north": "north"}}
    assert read_scope("Region: [north]; taps", known) == [("region", "North ")]
    assert read_scope("north and 'Taps'", known) == [
        ("region", "North "),
        ("category", "north"),
        ("category", "Taps"),
    ]
    assert read_scope("'; drop table accounts", known) == []
