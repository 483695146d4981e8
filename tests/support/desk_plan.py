"""A frozen plan of the cast, as the engine makes one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa

from mainstay import engine

AS_OF = date(2026, 3, 2)
NAME = "20260302-060000-cast"


def planned(account_id: str, staff_id: str, play: str, **changes: Any) -> dict[str, Any]:
    """A row of the plan."""
    why = {
        "template": "It keeps {kept_money} for {hours} hours.",
        "data": {"kept_money": 9000, "hours": 5},
    }
    given = {
        "account_id": account_id,
        "name": account_id,
        "play": play,
        "staff_id": staff_id,
        "starts_on": AS_OF,
        "stops_on": date(2026, 3, 14),
        "hours": 5.0,
        "money": 0.0,
        "pool": None,
        "kept": 9000.0,
        "cost": 200.0,
        "net": 8800.0,
        "p_option": 1.0,
        "coin": False,
        "runner_up": "nothing",
        "runner_up_net": 0.0,
        "why": json.dumps([why]),
        "why_not": json.dumps(
            [{"template": "Nothing else there is worth what it costs.", "data": {}}]
        ),
        "needs_approval": False,
    }
    return {**given, **changes}


def told(account_id: str, staff_id: str, state: str, worth: float) -> dict[str, Any]:
    """A change of state that somebody is told of."""
    return {
        "account_id": account_id,
        "staff_id": staff_id,
        "state": state,
        "since": AS_OF,
        "recoverable": worth,
        "rank": 1,
        "told": True,
        "kept_out": "",
    }


ROWS = (
    planned("A100", "S1", "listen", coin=True, p_option=0.5),
    planned("A101", "S1", "visits", net=3000.0, kept=3200.0),
    planned("A103", "S2", "level", net=20000.0),
)
ALERTS = (told("A107", "S1", "noticed", 500.0), told("A102", "S2", "lost", 900.0))


def hours(staff_id: str, there_is: float, **changes: Any) -> dict[str, Any]:
    """A person's row of the limits."""
    given = dict.fromkeys(engine.LIMITS.names, 0.0)
    named = {"kind": "hours", "id": staff_id, "name": staff_id, "there_is": there_is}
    return {**given, "binds": False, "things": 0, **named, **changes}


def freeze(
    store: Any,
    rows: Iterable[dict[str, Any]] = ROWS,
    alerts: Iterable[dict[str, Any]] = ALERTS,
    limits: Iterable[dict[str, Any]] = (),
    lost: Iterable[dict[str, Any]] = (),
    options: Iterable[dict[str, Any]] = (),
    **meta: Any,
) -> engine.Plan:
    """Keep a plan of the cast's assessment."""
    nothing = {
        **dict.fromkeys(engine.OPTIONS.names),
        "account_id": "A106",
        "play": "nothing",
        "chosen": True,
        "coin": True,
        "p_option": 0.5,
        "kept_out": "",
    }
    given = {
        "as_of": AS_OF.isoformat(),
        "horizon_weeks": 13,
        "rules": {"things": 5},
        "contradictions": [],
        "said": [],
    }
    made = engine.Plan(
        pa.Table.from_pylist(list(rows), engine.PLAN),
        pa.Table.from_pylist([nothing, *options], engine.OPTIONS),
        pa.Table.from_pylist(list(limits), engine.LIMITS),
        pa.Table.from_pylist(list(alerts), engine.ALERTS),
        {**given, **meta},
        lost=pa.Table.from_pylist(list(lost), engine.LOST),
    )
    return made.save(engine.plans(store), NAME)
