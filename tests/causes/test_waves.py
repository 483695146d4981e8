"""More falls after a company event than chance gives."""

from __future__ import annotations

from typing import Any

import pytest
from seen import ago, ledger_of, view_of

from mainstay.causes.answers import answer
from mainstay.causes.waves import Wave, in_scope, waves, within_of

N, FELL = 40, 12


def found(event_days: int, fell_days: int, *, known_days: int = 1090, **event: Any) -> list[Wave]:
    """Waves of forty accounts, of which the first twelve fall so many days ago, all of them in the North."""
    lines = [
        {"account_id": f"A{n:02}", "ordered_on": ago(d), "amount": 100.0 + (d + n) % 7}
        for n in range(N)
        for d in range(1 + n % 5, known_days, 14)
        if not (n < FELL and d < fell_days)
    ]
    told = {
        "event_id": "E",
        "on": ago(event_days),
        "kind": "policy",
        "recorded": ago(event_days - 1),
    }
    ledger = ledger_of({"order_lines": lines, "company_events": [told | event]})
    accounts = [
        {"account_id": f"A{n:02}", "state": "steady", "region": "North" if n < 20 else "South"}
        for n in range(N)
    ]
    view = view_of(ledger, accounts)
    return waves(view, answer(view, {}))


def test_many_falls_after_an_event_are_a_wave_of_whole_accounts() -> None:
    (wave,) = found(400, 340)
    assert wave.falls == FELL
    assert wave.expected < 2
    assert wave.p < 0.001
    assert wave.within == {}


def test_what_fell_before_it_is_no_wave_of_it() -> None:
    assert found(340, 360) == []


def test_without_a_year_before_nothing_is_said() -> None:
    assert found(250, 220, known_days=400) == []
    assert len(found(250, 220, known_days=700)) == 1


@pytest.mark.parametrize("scope", ["north", "region: North", "地區：NORTH"])
def test_a_scope_limits_whom_it_concerned_however_it_is_written(scope: str) -> None:
    (wave,) = found(400, 340, scope=scope)
    assert wave.within == {"region": ["North"]}
    assert wave.falls == FELL
    assert found(400, 340, scope="South; region = East") == []


def test_whom_a_scope_names() -> None:
    accounts = [
        {"account_id": "A", "region": "North", "segment": "schools"},
        {"account_id": "B", "region": "North", "segment": "shops"},
        {"account_id": "C", "region": None, "segment": "schools"},
    ]
    view = view_of(ledger_of({}), accounts)
    known = {"region": {"north": "North"}, "segment": {"schools": "schools", "shops": "shops"}}
    for scope, whom in (
        (None, [True, True, True]),
        ("something that nobody knows", [True, True, True]),
        ("north", [True, True, False]),
        ("region: North; segment = schools, shops", [True, True, False]),
        ("schools", [True, False, True]),
    ):
        assert in_scope(view, within_of(scope, known)).tolist() == whom, scope
