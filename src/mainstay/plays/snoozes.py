"""What people put off or dismissed: for which accounts nothing new is proposed, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

DISMISS = "dismiss"


def still_put_off(kind: str, on: date, since: date | None) -> bool:
    """Whether it still stands: what was dismissed is a new thing when the account's state changes.

    since: when its state began; None = not known
    """
    return kind != DISMISS or since is None or since <= on


def put_off(rows: Iterable[Mapping[str, Any]], since: Mapping[str, date | None]) -> dict[str, date]:
    """Until when nothing new is proposed, by account.

    rows: of the table `snoozes`
    since: when the state of each account began
    """
    found: dict[str, date] = {}
    for row in rows:
        account = row["account_id"]
        if still_put_off(row["kind"], row["on"], since.get(account)):
            found[account] = max(row["until"], found.get(account, row["until"]))
    return found
