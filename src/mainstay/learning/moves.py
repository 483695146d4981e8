"""What plans believe of plays: before, after new cases, and what they go by where somebody holds a change back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from mainstay.plays.effects import Belief

MOVES = pa.schema(
    [
        ("play", pa.string()),
        ("before_mean", pa.float64()),  # log r (log R), as the plan before went by it
        ("before_spread", pa.float64()),
        ("mean", pa.float64()),  # as the cases have it now
        ("spread", pa.float64()),
        ("used_mean", pa.float64()),  # as this plan goes by it
        ("used_spread", pa.float64()),
        ("cases", pa.int64()),
        ("new_cases", pa.int64()),  # beyond those that the plan before knew
        ("held", pa.bool_()),
        ("held_on", pa.date32()),
        ("held_by", pa.string()),
        ("held_reason", pa.string()),
    ]
)
SAME = 1e-6


@dataclass(frozen=True)
class Held:
    """A play whose changes somebody holds back; belief: what plans go by until it is let go."""

    belief: Belief
    row: Mapping[str, Any]


def moves(
    before: Mapping[str, Belief], after: Mapping[str, Belief], held: Mapping[str, Held]
) -> pa.Table:
    """A row of MOVES each play; a play that is new was believed before what it is now."""
    rows = []
    for name, now in after.items():
        was = before.get(name, now)
        kept = held.get(name)
        used = kept.belief if kept else now
        row = kept.row if kept else {}
        rows.append(
            {
                "play": name,
                "before_mean": was.mean,
                "before_spread": was.spread,
                "mean": now.mean,
                "spread": now.spread,
                "used_mean": used.mean,
                "used_spread": used.spread,
                "cases": now.cases,
                "new_cases": max(now.cases - was.cases, 0),
                "held": kept is not None,
                "held_on": row.get("on"),
                "held_by": row.get("by_id"),
                "held_reason": row.get("reason"),
            }
        )
    return pa.Table.from_pylist(rows, MOVES)


def used(table: pa.Table) -> dict[str, Belief]:
    """What a plan goes by."""
    return {
        r["play"]: Belief(r["used_mean"], r["used_spread"], r["cases"]) for r in table.to_pylist()
    }


def before(table: pa.Table) -> dict[str, Belief]:
    """What the plan before went by; cases: those that it knew."""
    return {
        r["play"]: Belief(r["before_mean"], r["before_spread"], r["cases"] - r["new_cases"])
        for r in table.to_pylist()
    }


def has_moved(row: Mapping[str, Any]) -> bool:
    return (
        abs(row["mean"] - row["before_mean"]) > SAME
        or abs(row["spread"] - row["before_spread"]) > SAME
    )
