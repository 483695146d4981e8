"""What follows from a company event counts mostly for the event."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pyarrow as pa
import pytest

from mainstay.causes.catalogue import catalogue
from mainstay.causes.types import SIGNALS
from mainstay.causes.upstream import OF_ITS_OWN, without_consequences

DAY = date(2025, 3, 3)


def one(signal: str, days: int = 0, account: str = "A", **data: object) -> dict[str, object]:
    row = dict.fromkeys(SIGNALS.names)
    row |= {"account_id": account, "signal": signal, "since": DAY + timedelta(days=days)}
    return row | {"strength": 0.8, "rows": "[]", "data": json.dumps(data)}


def strengths(*rows: dict[str, object]) -> list[float]:
    table = pa.Table.from_pylist(list(rows), SIGNALS)
    found = without_consequences(table, catalogue())
    assert found.drop(["strength"]) == table.drop(["strength"])
    return found["strength"].to_pylist()


@pytest.mark.parametrize(
    ("signal", "kind", "days", "lowered"),
    [
        ("delivery_late", "shortage", 0, True),
        ("delivery_short", "accident", 84, True),
        ("stock_out_met", "cash", -7, True),
        ("urgent_order_refused", "conflict", 30, True),
        ("delivery_late", "shortage", 85, False),
        ("delivery_late", "shortage", -8, False),
        ("delivery_late", "leadership", 0, False),
        ("complaint_open", "shortage", 0, False),
    ],
)
def test_late_goods_soon_after_a_shortage_are_its_own(
    signal: str, kind: str, days: int, lowered: bool
) -> None:
    event, what = strengths(one("company_event", kind=kind), one(signal, days))
    assert event == 0.8
    assert what == pytest.approx(0.8 * OF_ITS_OWN if lowered else 0.8)


def test_an_event_of_others_lowers_nothing() -> None:
    event = one("company_event", kind="shortage", account="B")
    assert strengths(one("delivery_late", 3, "A"), event, one("delivery_late", 3, "C")) == [0.8] * 3
    assert strengths(one("delivery_late", 3)) == [0.8]
    assert strengths() == []


def test_the_last_event_before_it_counts() -> None:
    events = [one("company_event", -300, kind="shortage"), one("company_event", 200, kind="cash")]
    first, second = one("delivery_late", -250), one("delivery_late", 210)
    between = one("delivery_late", 100)
    told = strengths(*events, first, between, second)
    assert told == pytest.approx([0.8, 0.8, 0.24, 0.8, 0.24])
