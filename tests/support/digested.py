"""When and where the digests of the cast are sent, and the plan that they tell of."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

AS_OF = date(2026, 3, 2)  # a Monday
ZONE = ZoneInfo("UTC")
MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=ZONE)
PUBLIC = "https://desk.example.com"
NOTHING_ELSE = {"template": "Nothing else there is worth what it costs.", "data": {}}
MAY_BE_LOST = {"template": "{risk_money} may still be lost.", "data": {"risk_money": 22_700.0}}


def freeze_plan(store: Path) -> Any:
    """A plan of the cast's assessment: two things of 김민수's, one of 陳偉's."""
    from mainstay import engine

    rows = [
        _row("A100", "S1", "listen", 8800.0, told=MAY_BE_LOST),
        _row("A101", "S1", "visits", 3000.0),
        _row("A103", "S2", "level", 20000.0),
    ]
    made = engine.Plan(
        pa.Table.from_pylist(rows, engine.PLAN),
        engine.OPTIONS.empty_table(),
        engine.LIMITS.empty_table(),
        engine.ALERTS.empty_table(),
        {
            "as_of": AS_OF.isoformat(),
            "horizon_weeks": 13,
            "rules": {"things": 5},
            "contradictions": [],
            "said": [],
        },
    )
    return made.save(engine.plans(store), "20260302-060000-cast")


def _row(
    account_id: str, staff_id: str, play: str, net: float, told: dict[str, Any] = NOTHING_ELSE
) -> dict[str, Any]:
    from mainstay import engine

    given: dict[str, Any] = dict.fromkeys(engine.PLAN.names)
    why = json.dumps([told])
    return given | {
        "account_id": account_id,
        "name": account_id,
        "play": play,
        "staff_id": staff_id,
        "starts_on": AS_OF,
        "hours": 5.0,
        "money": 0.0,
        "kept": net + 200,
        "cost": 200.0,
        "net": net,
        "p_option": 1.0,
        "coin": False,
        "runner_up": "nothing",
        "runner_up_net": 0.0,
        "why": why,
        "why_not": json.dumps([NOTHING_ELSE]),
        "needs_approval": False,
    }
