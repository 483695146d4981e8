"""What was done in each quarter, and what became of the cases that ended in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainstay.engine.quarter.days import Quarter, sql_name
from mainstay.standing.known import Known

KEPT = ("kept", "partly_kept", "won_back")

_RUNS = f"""
    select quarter, play, sum(begun)::int as begun, sum(ended)::int as ended from (
        select {sql_name('"from"')} as quarter, play, 1 as begun, 0 as ended from play_runs
        union all
        select {sql_name('"to"')}, play, 0, 1 from play_runs where "to" is not null and "to" < $as_of
    ) where play <> 'nothing' group by 1, 2 order by 3 desc, 2
"""
_CASES = f"""
    select {sql_name("closed_on")} as quarter, coalesce(outcome, 'none') as outcome, count(*)::int as n,
        sum(greatest(coalesce(a.amount_52, 0), coalesce(a.amount_prev_52, 0), 0)) as money
    from cases c left join judged a using (account_id)
    where c.state = 'closed' and closed_on is not null group by 1, 2
"""
_OPEN = """
    select count(*)::int as n, min(opened_on) as since from cases where state = 'open'
"""


def plays(known: Known, quarters: Sequence[Quarter]) -> dict[str, Any]:
    """By quarter: runs (rows of play, begun, ended), begun, ended, outcomes (of cases that ended: n, money a year
    of their accounts), written (whether anything is)."""
    runs, cases = known.sql(_RUNS).to_pylist(), known.sql(_CASES).to_pylist()
    (waiting,) = known.sql(_OPEN).to_pylist()
    found = {}
    for quarter in quarters:
        mine = [row for row in runs if row["quarter"] == quarter.name]
        outcomes = {
            row["outcome"]: {"n": row["n"], "money": float(row["money"] or 0.0)}
            for row in cases
            if row["quarter"] == quarter.name
        }
        found[quarter.name] = {
            "runs": [{name: row[name] for name in ("play", "begun", "ended")} for row in mine],
            "begun": sum(row["begun"] for row in mine),
            "ended": sum(row["ended"] for row in mine),
            "outcomes": outcomes,
            "open": waiting["n"],
            "written": bool(runs or cases or waiting["n"]),
        }
    return found
