"""Who was lost, began to slip, came back or closed in each quarter, and a forecast of a quarter ago.

Read off the states of an assessment's history, which are judged at dates four weeks apart, each from what was there
at its date: a quarter begins and ends at the nearest of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.engine.quarter.days import Quarter
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.ledger.sql import sql
from mainstay.standing.known import Known
from mainstay.standing.shares import Z80

NEAR_DAYS = 15  # a date of the history stands for a quarter's end if it is no farther
NAMED = 5
FORECAST_NEAR_DAYS = 10
QUARTER_WEEKS = 13
KINDS = ("lost", "slipping", "returned", "closed")

# What went with an account is what its own page says: what it takes less a year than before it fell. Where no fall
# is seen, and of who is not gone, the better of its last two years.
_CHANGES = """
    with changed as (
        select q.name as quarter, a.account_id, a.name, a.tier, a.size_class,
            greatest(coalesce(a.amount_52, 0), coalesce(a.amount_prev_52, 0), 0) as bought,
            case when now.state in ('lost', 'closed') and f.lost_52 > 0 then f.lost_52 else bought end as money,
            now.state as state, then_.state as before
        from spans q
        join past now on now."on" = q.last
        join judged a on a.account_id = now.account_id
        left join falls f on f.account_id = now.account_id
        left join past then_ on then_.account_id = now.account_id and then_."on" = q.first
    )
    select *, case
        when state = 'closed' and coalesce(before, '') not in ('closed', 'lost') then 'closed'
        when state = 'lost' and coalesce(before, '') not in ('lost', 'closed') then 'lost'
        when state = 'slipping' and coalesce(before, '') not in ('slipping', 'lost') then 'slipping'
        when before = 'lost' and state not in ('lost', 'closed') then 'returned'
        end as kind,
        coalesce(before, 'lost') not in ('lost', 'closed') as there
    from changed
"""


def losses(
    known: Known, history: pa.Table, quarters: Sequence[Quarter], falls: pa.Table | None = None
) -> dict[str, Any]:
    """By quarter, those that the history reaches: first, last (the days compared), there (accounts and money that
    could be lost), kinds, tiers, sizes, named (the largest that were lost).

    falls: what each takes less a year than before it fell (of an explanation); None = was not explained
    """
    if falls is None:
        falls = pa.table(
            {"account_id": pa.array([], pa.string()), "lost_52": pa.array([], pa.float64())}
        )
    spans = _spans(history, known.as_of, quarters)
    if not spans:
        return {}
    table = pa.Table.from_pylist(
        [{"name": name, "first": first, "last": last} for name, (first, last) in spans.items()]
    )
    rows = sql(_CHANGES, spans=table, past=history, judged=known.accounts, falls=falls)
    counted = sql(
        """
        select quarter, kind, tier, size_class, count(*) as n, sum(money) as money,
            count(*) filter (there) as there_n, coalesce(sum(money) filter (there), 0) as there_money
        from rows group by all
        """,
        rows=rows,
    ).to_pylist()
    found = {}
    for name, (first, last) in spans.items():
        mine = [row for row in counted if row["quarter"] == name]
        found[name] = {
            "first": str(first),
            "last": str(last),
            "there": {"n": _sum(mine, "there_n"), "money": _sum(mine, "there_money")},
            "kinds": {kind: _of(mine, kind) for kind in KINDS},
            "tiers": _parts(mine, "tier", ("A", "B", "C")),
            "sizes": _parts(mine, "size_class", ("large", "medium", "small")),
            "named": _named(rows, name),
            "ids": _ids(rows, name),
        }
    return found


def _spans(
    history: pa.Table, as_of: date, quarters: Sequence[Quarter]
) -> dict[str, tuple[date, date]]:
    days = sorted(set(pc.unique(history["on"]).to_pylist())) if history.num_rows else []
    if not days:
        return {}
    edges = [one.begins for one in quarters] + [quarters[-1].over]
    near = [min(days, key=lambda day: abs((day - edge).days)) for edge in edges]
    found = {}
    for quarter, (first, last), (begins, over) in zip(
        quarters, pairwise(near), pairwise(edges), strict=True
    ):
        if over > as_of:  # it lasts still
            last = days[-1]
        fits = abs((first - begins).days) <= NEAR_DAYS and (
            over > as_of or abs((last - over).days) <= NEAR_DAYS
        )
        if fits and first < last:
            found[quarter.name] = (first, last)
    return found


def _sum(rows: list[dict[str, Any]], name: str) -> Any:
    return sum(row[name] for row in rows)


def _of(rows: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    mine = [row for row in rows if row["kind"] == kind]
    return {"n": _sum(mine, "n"), "money": float(_sum(mine, "money"))}


def _parts(rows: list[dict[str, Any]], by: str, names: Sequence[str]) -> list[dict[str, Any]]:
    parts = []
    for name in names:
        mine = [row for row in rows if row[by] == name]
        kinds = {kind: _of(mine, kind) for kind in KINDS}
        there = {"n": _sum(mine, "there_n"), "money": float(_sum(mine, "there_money"))}
        parts.append({"name": name, "there": there, **kinds})
    return parts


def _lost(rows: pa.Table, name: str) -> pa.Table:
    mine = pc.and_(pc.equal(rows["quarter"], name), pc.equal(rows["kind"], "lost"))
    return rows.filter(pc.fill_null(mine, False))


def _named(rows: pa.Table, name: str) -> list[dict[str, Any]]:
    order = [("money", "descending"), ("account_id", "ascending")]
    columns = ["account_id", "name", "tier", "money"]
    return list(_lost(rows, name).sort_by(order).select(columns)[:NAMED].to_pylist())


def _ids(rows: pa.Table, name: str) -> list[str]:
    """The accounts that were lost in a quarter; kept to ask which of them were reviewed."""
    return sorted(_lost(rows, name)["account_id"].to_pylist())


def forecast(known: Known, assessments: FrozenFolder) -> dict[str, Any] | None:
    """What an assessment of 13 weeks before foretold, against what came; None where none was kept then.

    Returns: on, weeks; gone: accounts expected without an order and how many were, with 80% interval;
    money: the same of the money that came, None where it is not comparable
    """
    old = _quarter_ago(assessments, known.as_of)
    if old is None or int(old.meta["horizon_weeks"]) != QUARTER_WEEKS:
        return None
    on = date.fromisoformat(old.meta["as_of"])
    columns = ["account_id", "eligible", "p_complete", "horizon_baseline", "horizon_loss"]
    columns += ["horizon_loss_low", "horizon_loss_high"]
    then = old.table("accounts", columns)
    then = then.filter(pc.and_(then["eligible"], pc.is_valid(then["p_complete"])))
    came = sql(
        """
        select t.*, coalesce(a.last_order_on >= $on, false) as ordered, coalesce(a.amount_13, 0) as came
        from then_ t left join judged a using (account_id) where a.account_id is not null
        """,
        then_=then,
        judged=known.accounts,
        parameters={"on": on},
    )
    if not came.num_rows:
        return None
    p = np.asarray(came["p_complete"], float)
    half = Z80 * float(np.sqrt((p * (1 - p)).sum()))
    gone = came.num_rows - int(pc.sum(came["ordered"]).as_py())
    expected = float(p.sum())
    # Accounts are whole: what is said to be outside must be so by the numbers that are shown.
    ends = [float(np.floor(max(expected - half, 0.0))), float(np.ceil(expected + half))]
    return {
        "on": str(on),
        "days": (known.as_of - on).days,
        "gone": {"expected": expected, "low": ends[0], "high": ends[1], "were": gone},
        "accounts": came.num_rows,
        "money": _money(came, old, (known.as_of - on).days),
    }


def _quarter_ago(assessments: FrozenFolder, as_of: date) -> Frozen | None:
    wanted = as_of - timedelta(weeks=QUARTER_WEEKS)
    near = []
    for one in assessments.all():
        try:
            off = abs((date.fromisoformat(one.meta["as_of"]) - wanted).days)
        except (NotFound, KeyError):
            continue
        if off <= FORECAST_NEAR_DAYS:
            near.append((-off, one.id, one))
    return max(near)[2] if near else None


def _money(came: pa.Table, old: Frozen, days: int) -> dict[str, float] | None:
    """Of just 13 weeks in net sales alone: only then the columns say the same."""
    if abs(days - 7 * QUARTER_WEEKS) > 1 or old.meta.get("amount") != "net":
        return None
    baseline, loss, low, high, fact = (
        np.nan_to_num(np.asarray(came[name].cast(pa.float64()).fill_null(0.0), float))
        for name in (
            *("horizon_baseline", "horizon_loss", "horizon_loss_low", "horizon_loss_high"),
            "came",
        )
    )
    half = float(np.sqrt(np.square((high - low) / 2).sum()))
    expected = float((baseline - loss).sum())
    return {
        "expected": expected,
        "low": expected - half,
        "high": expected + half,
        "came": float(fact.sum()),
    }
