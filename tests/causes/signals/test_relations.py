"""Signals from contacts, ties, levels and criteria."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen


def contact(code: str, account: str = "A", **more: Any) -> dict[str, Any]:
    return {"contact_id": code, "account_id": account, "name": code.lower(), **more}


def gone(*contacts: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = seen("contact_left", contacts=list(contacts))
    return [(row["since"], row["strength"]) for row in found]


def test_contact_left_is_one_who_decided() -> None:
    decider = contact("K", power="decides", left_on=ago(60))
    assert gone(decider) == [(ago(60), 1.0)]
    assert gone(decider | {"power": "influences"}) == [(ago(60), 0.5)]
    assert gone(decider | {"power": "uses"}) == gone(decider | {"attitude": -1}) == []
    assert gone(decider | {"from": ago(10)}) == []  # left before coming


def test_contact_left_is_weaker_where_another_decides() -> None:
    decider = contact("K", power="decides", left_on=ago(60))
    other = contact("O", power="decides", **{"from": ago(500)})
    assert gone(decider, other) == [(ago(60), 0.5)]
    assert gone(decider, other | {"from": ago(20)}) == [(ago(60), 1.0)]


def test_single_contact_where_others_have_more() -> None:
    judged = [{"account_id": a, "tier": "A"} for a in "ABC"]
    others = [contact(f"{a}{n}", a) for a in "BC" for n in range(3)]
    alone = contact("K", **{"from": ago(300)})
    (row,) = seen("single_contact", judged, contacts=[alone, *others])
    assert (row["account_id"], row["since"], row["strength"]) == ("A", ago(300), 1.0)
    assert row["data"] == {"name": "k"}
    left = contact("L", left_on=ago(40))
    (row,) = seen("single_contact", judged, contacts=[alone, left, *others])
    assert row["since"] == ago(40)
    assert seen("single_contact", judged, contacts=[alone, contact("L"), *others]) == []
    assert seen("single_contact", judged, contacts=[alone]) == []


def ties(*pairs: str, staff: Rows | None = None) -> list[tuple[Any, ...]]:
    contacts = [contact(c) for c in "KLMN"]
    made = [{"contact_id": p[0], "staff_id": p[1], "strength": 2, "since": ago(90)} for p in pairs]
    found = seen("ties_on_one", contacts=contacts, ties=made, staff=staff or [])
    return [(row["since"], row["strength"], row["data"]["ties"]) for row in found]


def test_ties_on_one_is_most_of_three_and_more() -> None:
    assert ties("KS", "LS", "MS") == [(ago(90), 1.0, 3)]
    assert ties("KS", "LS", "MS", "NT") == [(ago(90), 0.5, 3)]
    assert ties("KS", "LS") == []
    assert ties("KS", "LS", "MT") == []  # two thirds are not more than two thirds
    assert ties("KS", "LS", "MS", "MT", "NT") == []
    gone_too = [{"staff_id": "T", "name": "T", "left_on": ago(30)}]
    assert ties("KS", "LS", "MS", "MT", staff=gone_too) == [(ago(90), 1.0, 3)]


def level(days: int, value: int) -> dict[str, Any]:
    return {"account_id": "A", "on": ago(days), "level": value}


def test_level_fell_until_it_rose_again() -> None:
    (row,) = seen("level_fell", relationship_levels=[level(300, 3), level(100, 2)])
    assert (row["since"], row["until"], row["strength"]) == (ago(100), None, 0.5)
    up = [level(300, 3), level(100, 1), level(50, 2), level(20, 3)]
    (row,) = seen("level_fell", relationship_levels=up)
    assert (row["until"], row["strength"]) == (ago(20), 1.0)
    assert seen("level_fell", relationship_levels=[level(300, 1), level(100, 2)]) == []


def criterion(days: int = 50, **more: Any) -> dict[str, Any]:
    row = {"account_id": "A", "criterion": "Price", "competitor": "Rival", "source": "them"}
    assessed = {"assessed_on": ago(days), "we_meet": False, "competitor_meets": True}
    return {**row, **assessed, **more}


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("Price", "price"),
        ("交期准", "delivery"),
        ("애프터 서비스", "service"),
        ("Colour", "nothing"),
    ],
)
def test_criterion_in_alarm_speaks_for_what_its_words_say(words: str, topic: str) -> None:
    (row,) = seen("criterion_in_alarm", criteria=[criterion(criterion=words)])
    assert row["data"]["about"] == topic


def test_criterion_in_alarm_is_what_only_they_meet() -> None:
    (row,) = seen("criterion_in_alarm", criteria=[criterion()])
    assert (row["since"], row["until"], row["strength"]) == (ago(50), None, 0.7)
    assert seen("criterion_in_alarm", criteria=[criterion(we_meet=True)]) == []
    assert seen("criterion_in_alarm", criteria=[criterion(competitor_meets=False)]) == []


def test_criterion_in_alarm_runs_from_its_first_assessment_to_the_all_clear() -> None:
    told = [criterion(200), criterion(100), criterion(40, we_meet=True), criterion(10)]
    first, again = seen("criterion_in_alarm", criteria=told)
    assert (first["since"], first["until"]) == (ago(200), ago(40))
    assert (again["since"], again["until"]) == (ago(10), None)


def test_criterion_in_alarm_weighs_by_its_weight() -> None:
    heavy = criterion(criterion="Service", we_meet=True, weight=8.0)
    (row,) = seen("criterion_in_alarm", criteria=[criterion(weight=2.0), heavy])
    assert row["strength"] == 0.25
