"""What people put off or dismissed, and whether it fell after all (R30): each saying once, as known then.

A row of `snoozes` is looked at from the first date of the replay at which it was known; what was changed in it
or recorded later is not seen there. What came of the account is what came within the horizon of that date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from mainstay.engine.replay_tables import PUT_OFF, Replay
from mainstay.engine.replay_warnings import LOOK_DAYS, Fate, Look
from mainstay.ledger.ledger import Ledger

KINDS = ("dismiss", "snooze")


def put_off_at(
    ledger: Ledger, look: Look, before: Sequence[Mapping[str, Any]], since: date | None
) -> list[dict[str, Any]]:
    """What was put off in the weeks before a look, in rows of PUT_OFF.

    before: rows of earlier looks, which are not told again
    since: the look before; None = this is the first
    """
    on = look.as_of
    main_of = ledger.joins_at(on).main_of
    first = min(since or on, on - timedelta(days=LOOK_DAYS))
    told = {(row["account_id"], row["put_off_on"]) for row in before}
    found = []
    for row in ledger.table("snoozes", None, on).to_pylist():
        account = main_of(row["account_id"])
        if not first <= row["on"] < on or (account, row["on"]) in told:
            continue
        told.add((account, row["on"]))
        found.append(_row(on, account, row, look.fates.get(account)))
    return sorted(found, key=lambda row: (row["put_off_on"], row["account_id"]))


def _row(on: date, account: str, said: Mapping[str, Any], fate: Fate | None) -> dict[str, Any]:
    fell = None if fate is None else bool(fate.complete) or bool(fate.partial)
    outcome = None
    if fate is not None:
        outcome = "complete" if fate.complete else "partial" if fate.partial else "kept"
    return {
        "as_of": on,
        "account_id": account,
        "name": fate.name if fate else account,
        "manager_id": fate.manager_id if fate else None,
        "kind": said["kind"],
        "put_off_on": said["on"],
        "until": said["until"],
        "state": fate.state if fate else None,
        "outcome": outcome,
        "fell": fell,
        "lost": fate.lost if fate is not None and fell else 0.0,
        "treated": fate.treated if fate else False,
    }


@dataclass(frozen=True)
class PutOff:
    """One kind in figures.

    n: all; of them `treated` of accounts that something was done about all the same, and `open` of which
        it can't be told; of the others `fell` fell after all, `complete` of them wholly
    lost: money that did not come within the horizon, of those that fell
    """

    kind: str
    n: int
    treated: int
    open: int
    fell: int
    complete: int
    lost: float

    @property
    def judged(self) -> int:
        return self.n - self.treated - self.open

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "judged": self.judged}


def put_off_of(found: Replay) -> list[PutOff]:
    """By kind, those that there were."""
    every = found.put_off.to_pylist()
    figures = []
    for kind in KINDS:
        rows = [row for row in every if row["kind"] == kind]
        told = [row for row in rows if row["fell"] is not None and not row["treated"]]
        fell = [row for row in told if row["fell"]]
        treated = sum(bool(row["treated"]) for row in rows)
        if rows:
            figures.append(
                PutOff(
                    kind,
                    n=len(rows),
                    treated=treated,
                    open=len(rows) - treated - len(told),
                    fell=len(fell),
                    complete=sum(row["outcome"] == "complete" for row in fell),
                    lost=sum(row["lost"] for row in fell),
                )
            )
    return figures


def put_off_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], PUT_OFF)
