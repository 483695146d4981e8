"""Money that waits for approval or has it: what is left of the pools, and what has not begun for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any

from mainstay.plays.play import Play, Step
from mainstay.plays.pools import Taken

ASKED, APPROVED = "asked", "approved"


def held_back(rows: Iterable[Mapping[str, Any]], counted: Set[str], as_of: date) -> list[Taken]:
    """Money of this year that is approved or asked for; what an incentive counts is left out.

    rows: of the table `approvals`
    counted: the incentives that are read themselves
    """
    found = []
    for row in rows:
        pool, incentive = row["kind"], row["incentive_id"]
        if not pool or (incentive and incentive in counted):
            continue
        on = row["asked_on"]
        if row["state"] == ASKED:
            money = row["amount"]
        elif row["state"] == APPROVED and (row["decided_on"] or on).year >= as_of.year:
            on, money = row["decided_on"] or on, row["approved_amount"]
        else:
            continue
        found.append(Taken(pool, float(money or 0), row["currency"], on))
    return found


def waiting_steps(play: Play) -> tuple[Step, ...]:
    """The steps that wait for an approval: from the first one that gives something.

    Where none says that it gives, all of them do.
    """
    first = next((n for n, step in enumerate(play.steps) if step.gives), 0)
    return play.steps[first:]
