"""What small accounts get beside large ones in each quarter (R3), each measure with the interval of the difference.

Cases of one account are alike, so accounts are what is counted for the intervals, not lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.engine.quarter.days import Quarter, sql_name
from mainstay.engine.quarter.shares import beside, share_of
from mainstay.ledger.frozen import Frozen
from mainstay.ledger.sql import sql
from mainstay.standing.known import Known

SMALL, LARGE = "small", "large"
MEASURES = ("deliveries", "answers", "complaints", "requests", "stock", "hours")

_HOURS = f"""
    select account_id, 'hours' as kind, {sql_name('"on"')} as quarter, 1.0 as n,
        sum(case when kind in ('call', 'video') then $call when kind = 'message' then 0 else $visit end)::double
            as done
    from visits where "on" < $as_of group by all
"""
_ANSWERS = f"""
    select account_id, 'answers' as kind, {sql_name("begins")} as quarter, answers as n, answered as done
    from complaints where answers > 0
"""
_STOCK = f"""
    select account_id, 'stock' as kind, {sql_name("decided_on")} as quarter, sum(wanted)::double as n,
        sum(least(given, wanted))::double as done
    from allocations where state = 'approved' group by all
"""
_FLOORS = f"""
    select {sql_name("decided_on")} as quarter, count(*)::int as n,
        count(*) filter (given >= $floor * wanted - 1e-6)::int as held
    from (
        select sheet_id, product_id, any_value(decided_on) as decided_on, sum(l.given) as given, sum(l.wanted) as wanted
        from allocations l join judged a using (account_id)
        where l.state = 'approved' and a.size_class = 'small' group by 1, 2
    ) group by 1
"""


def fairness(
    known: Known, kept: pa.Table, standing: Frozen | None, quarters: Sequence[Quarter]
) -> dict[str, Any]:
    """By quarter: measures (rows of measure, small, large, difference with low and high, lacking accounts), floors
    (short products of which small accounts ordered, and how many held), hours and money (share of small).

    kept: the table of `promises.table`
    """
    rows = _rows(known, kept, standing)
    sizes = known.accounts.select(["account_id", "size_class"])
    floors = {
        row["quarter"]: {"n": row["n"], "held": row["held"]}
        for row in sql(
            _FLOORS,
            allocations=known.table("allocations"),
            judged=known.accounts,
            parameters={"floor": known.settings.small_floor},
        ).to_pylist()
    }
    money = _money(known)
    # Who was not called at all had no hours: such an account counts with none.
    buying = known.accounts.filter(
        pc.fill_null(pc.greater(known.accounts["order_days_52"], 0), False)
    )
    return {
        quarter.name: {
            "measures": [
                _beside(rows, sizes, buying["account_id"], quarter.name, measure)
                for measure in MEASURES
            ],
            "floors": floors.get(quarter.name),
            "floor": known.settings.small_floor,
            "money": money,
            "hours": _hours_share(rows, sizes, quarter.name),
        }
        for quarter in quarters
    }


def _rows(known: Known, kept: pa.Table, standing: Frozen | None) -> pa.Table:
    """account_id, kind, quarter, n, done."""
    wanted = pa.array(["deliveries", "complaints", "requests"])
    parts = [
        kept.filter(pc.is_in(kept["kind"], value_set=wanted)).rename_columns(
            ["account_id", "kind", "quarter", "n", "done"]
        )
    ]
    if standing and "service_kept" in standing.tables:
        parts.append(sql(_ANSWERS, complaints=standing.table("service_kept")))
    hours = {"visit": known.settings.visit_hours, "call": known.settings.call_hours}
    days = {"as_of": known.as_of}
    parts.append(sql(_HOURS, visits=known.table("visits"), parameters=hours | days))
    parts.append(sql(_STOCK, allocations=known.table("allocations")))
    schema = pa.schema(
        [(name, pa.string()) for name in ("account_id", "kind", "quarter")]
        + [(name, pa.float64()) for name in ("n", "done")]
    )
    return pa.concat_tables([one.select(schema.names).cast(schema) for one in parts])


def _beside(
    rows: pa.Table, sizes: pa.Table, buying: pa.ChunkedArray, quarter: str, measure: str
) -> dict[str, Any]:
    mine = rows.filter(pc.and_(pc.equal(rows["quarter"], quarter), pc.equal(rows["kind"], measure)))
    found = {}
    for size in (SMALL, LARGE):
        ids = sizes.filter(pc.equal(sizes["size_class"], size))["account_id"].combine_chunks()
        of = mine.filter(pc.is_in(mine["account_id"], value_set=ids))
        done, n = (np.asarray(of[name], float) for name in ("done", "n"))
        if measure == "hours" and mine.num_rows:
            idle = pc.and_(
                pc.is_in(ids, value_set=buying.combine_chunks()),
                pc.invert(pc.is_in(ids, value_set=of["account_id"].combine_chunks())),
            )
            more = int(pc.sum(idle).as_py() or 0)
            done, n = np.append(done, np.zeros(more)), np.append(n, np.ones(more))
        found[size] = share_of(done, n, is_share=measure != "hours")
    return {
        "measure": measure,
        SMALL: found[SMALL].plain(),
        LARGE: found[LARGE].plain(),
        **beside(found[SMALL], found[LARGE]),
    }


def _hours_share(rows: pa.Table, sizes: pa.Table, quarter: str) -> float | None:
    """The share of small accounts in the hours of visits and calls."""
    mine = rows.filter(pc.and_(pc.equal(rows["quarter"], quarter), pc.equal(rows["kind"], "hours")))
    small = sizes.filter(pc.equal(sizes["size_class"], SMALL))["account_id"].combine_chunks()
    total = float(pc.sum(mine["done"]).as_py() or 0.0)
    theirs = mine.filter(pc.is_in(mine["account_id"], value_set=small))["done"]
    return float(pc.sum(theirs).as_py() or 0.0) / total if total else None


def _money(known: Known) -> float | None:
    """The share of small accounts in the sales of 52 weeks."""
    amount = np.nan_to_num(np.asarray(known.accounts["amount_52"].cast(pa.float64()), float))
    small = np.array([size == SMALL for size in known.accounts["size_class"].to_pylist()], bool)
    total = float(amount.sum())
    return float(amount[small].sum()) / total if total > 0 else None
