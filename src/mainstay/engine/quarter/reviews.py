"""Which losses were reviewed, and what became of what was promised in reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mainstay.engine.quarter.days import Quarter
from mainstay.standing.known import Known

NAMED = 12
_CHANGES = """
    select r.account_id, coalesce(a.name, r.account_id) as name, r.change_text as text,
        coalesce(s.name, r.change_owner_id) as owner, r.change_due_on as due_on, r.changed_on
    from reviews r
    left join judged a on a.account_id = r.account_id
    left join staff s on s.staff_id = r.change_owner_id
    where r.change_text is not null
    order by r.change_due_on nulls last, r.account_id
"""


def reviews(
    known: Known, lost: Mapping[str, Sequence[str]], quarters: Sequence[Quarter]
) -> dict[str, Any]:
    """By quarter: opened, confirmed (reviews of losses), lost (accounts) and of them reviewed; changes due in it:
    in_time, late, open, without (a day); waiting: those still open at its end, the oldest first.

    lost: by quarter the accounts that were lost in it, where that is known
    """
    rows = known.sql(
        "select account_id, kind, opened_on, confirmed_on from reviews where kind in ('lost', 'slipping')"
    ).to_pylist()
    changes = known.sql(_CHANGES).to_pylist()
    written = known.table("reviews").num_rows > 0
    return {
        quarter.name: _figures(rows, changes, lost.get(quarter.name), quarter, known.as_of)
        | {"written": written}
        for quarter in quarters
    }


def _figures(
    rows: list[dict[str, Any]],
    changes: list[dict[str, Any]],
    lost: Sequence[str] | None,
    quarter: Quarter,
    as_of: date,
) -> dict[str, Any]:
    end = min(quarter.over, as_of)
    known = {row["account_id"] for row in rows if quarter.before(2).begins <= row["opened_on"]}
    due = [one for one in changes if one["due_on"] and quarter.begins <= one["due_on"] < end]
    waiting = [
        one
        for one in changes
        if (one["changed_on"] is None or one["changed_on"] >= end)
        and (one["due_on"] is None or one["due_on"] < end)
    ]
    done = [one for one in due if one["changed_on"] is not None]
    return {
        "opened": _within(rows, "opened_on", quarter, end),
        "confirmed": _within(rows, "confirmed_on", quarter, end),
        "lost": None if lost is None else len(lost),
        "reviewed": None if lost is None else len(known & set(lost)),
        "due": len(due),
        "in_time": sum(one["changed_on"] <= one["due_on"] for one in done),
        "late": sum(one["changed_on"] > one["due_on"] for one in done),
        "open": len(due) - len(done),
        "changes": [_plain(one) for one in due[:NAMED]],
        "waiting": len(waiting),
        "oldest": _plain(waiting[0]) if waiting and waiting[0]["due_on"] else None,
    }


def _within(rows: list[dict[str, Any]], column: str, quarter: Quarter, end: date) -> int:
    return sum(row[column] is not None and quarter.begins <= row[column] < end for row in rows)


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: one[name] and str(one[name]) for name in ("due_on", "changed_on")}
    return {name: one[name] for name in ("account_id", "name", "text", "owner")} | days
