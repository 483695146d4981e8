"""What is written down of a plan when the pages begin to show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk.cases.services import write_coins


def keep_coins(store: Path, assessment: Any) -> int:
    """Write down what coins of an assessment's plan chose; gives how many rows were new.

    Not of an assessment that looks back: what was never proposed to anybody was not chosen either.
    """
    if not assessment.meta.get("facts_known_until"):
        return 0
    try:
        plan = engine.plan_of(store, assessment.id)
    except NotFound:
        return 0
    return write_coins(
        engine.coins_for_nothing(plan),
        engine.coins(plan),
        weeks=int(plan.meta["horizon_weeks"]),
    )
