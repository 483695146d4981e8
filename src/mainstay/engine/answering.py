"""What people say of accounts: codes that are one, not an account of ours, seasonal. Kept as facts.

Each answer is a new row with the time of recording; the latest counts, and an empty one takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.engine.home import open_ledger
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

Answer = Literal["not_ours", "seasonal", "none"]
NOT_SAME = "not_same:"  # reason of a row that says which account this code is not
MOST_AT_ONCE = 5_000
PLACE = "desk-"  # what the names of these recordings begin with: they are no imports of files


@dataclass(frozen=True)
class Said:
    """What was answered of one account; back_on only for seasonal ones."""

    answer: Answer
    back_on: date | None
    by: str


def answer(
    home: Home, account_ids: Sequence[str], kind: Answer, *, by: str, back_on: date | None = None
) -> None:
    """Record what somebody says of accounts; counts from now on.

    kind: not_ours, seasonal (quiet until back_on), or none: no answer any more
    Raises: InvalidSetting for a seasonal one without a date
    """
    if (kind == "seasonal") != (back_on is not None):
        raise InvalidSetting(gettext_noop("Say in which month the account comes back."))
    rows = [
        {"account_id": account_id, "answer": kind, "back_on": back_on, "by": by}
        for account_id in account_ids
    ]
    _record(open_ledger(home), "account_answers", rows)


def answers(home: Home) -> dict[str, Said]:
    """What is answered now, by account."""
    rows = open_ledger(home).table("account_answers").to_pylist()
    return {
        row["account_id"]: Said(row["answer"], row["back_on"], row["by"] or "")
        for row in rows
        if row["answer"] != "none"
    }


def join(
    home: Home, account_ids: Iterable[str], into_id: str, *, by: str, reason: str = "by_hand"
) -> None:
    """Say that these codes are the account `into_id`; their lines stay as they are.

    Raises: InvalidSetting when there is nothing to join, or a ring would come of it
    """
    join_all(home, [(tuple(account_ids), into_id)], by=by, reason=reason)


def join_all(
    home: Home, groups: Sequence[tuple[Sequence[str], str]], *, by: str, reason: str = "by_hand"
) -> None:
    """Several groups of codes at once, each with the account that it is."""
    ledger = open_ledger(home)
    joins = ledger.joins
    rows = []
    for account_ids, into_id in groups:
        target = joins.main_of(into_id)
        for code in account_ids:
            # A code that is part of another account brings that account along.
            main = joins.main_of(code)
            if main != target:
                rows.append({"account_id": main, "into_id": target, "reason": reason, "by": by})
    if not rows:
        raise InvalidSetting(gettext_noop("Choose at least two codes that are not one already."))
    _record(ledger, "account_joins", rows)


def keep_apart(home: Home, account_ids: Iterable[str], from_id: str, *, by: str) -> None:
    """Say that these codes are not the account `from_id`; it is not suggested again."""
    rows = [
        {"account_id": code, "into_id": None, "reason": f"{NOT_SAME}{from_id}", "by": by}
        for code in account_ids
        if code != from_id
    ]
    _record(open_ledger(home), "account_joins", rows)


def take_apart(home: Home, account_ids: Iterable[str], *, by: str) -> None:
    """Take back what was said of these codes: they stand for themselves, and may be suggested."""
    rows = [
        {"account_id": code, "into_id": None, "reason": "taken_back", "by": by}
        for code in account_ids
    ]
    _record(open_ledger(home), "account_joins", rows)


def set_group(home: Home, account_ids: Sequence[str], group_id: str | None) -> None:
    """Put accounts into a buying group, or out of theirs; the rest of what is known of them stays."""
    ledger = open_ledger(home)
    known = {row["account_id"]: row for row in ledger.table("accounts").to_pylist()}
    names = TABLES["accounts"].arrow.names
    rows = []
    for code in account_ids:
        row = known.get(code, {"account_id": code, "name": code})
        rows.append({**{name: row.get(name) for name in names}, "group_id": group_id or None})
    _record(ledger, "accounts", rows)


def _record(ledger: Ledger, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    if len(rows) > MOST_AT_ONCE:
        raise InvalidSetting(
            gettext_noop("These are more than {most} accounts; choose fewer."), most=MOST_AT_ONCE
        )
    now = datetime.now(UTC)
    # One name a day and table: what is answered in a day is one entry in the list of what was recorded.
    recording = Recording(f"{PLACE}{now:%Y%m%d}-{table}", now)
    ledger.facts.append_all({table: pa.Table.from_pylist(rows, TABLES[table].arrow)}, recording)
