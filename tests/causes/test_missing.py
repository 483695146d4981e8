"""Which kinds of records are not there, and what they could tell."""

from __future__ import annotations

import pyarrow as pa
from seen import ago, ledger_of, view_of

from mainstay.causes.missing import missing
from mainstay.causes.types import FOUND, Link, Signal


def _nothing(view: object) -> pa.Table:
    return FOUND.empty_table()


def _signal(name: str, tables: tuple[str, ...], *causes: str) -> Signal:
    links = tuple(Link(cause) for cause in causes)
    return Signal(name, "R9", "us", "context", name, _nothing, tables, links)


KNOWN = {
    "late": _signal("late", ("deliveries",), "delivery.late"),
    "slow": _signal("slow", ("complaints",), "service.service_slow", "courtesy.slow_answers"),
    "worse": _signal("worse", ("complaints",), "service.complaint_unsolved"),
}


def test_empty_tables_with_the_causes_that_they_speak_of() -> None:
    view = view_of(ledger_of({}), ["A"])
    assert missing(view, KNOWN) == [
        {"table": "complaints", "signals": 2, "families": ["courtesy", "service"]},
        {"table": "deliveries", "signals": 1, "families": ["delivery"]},
    ]


def test_what_is_there_is_not_missing() -> None:
    told = {"account_id": "A", "promised_on": ago(20), "delivered_on": ago(10)}
    view = view_of(ledger_of({"deliveries": [told]}), ["A"])
    assert [row["table"] for row in missing(view, KNOWN)] == ["complaints"]
