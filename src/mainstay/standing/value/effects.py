"""What came of incentives: purchases while one ran beside what was to be expected, with an interval.

Expected is what the account bought on the same days a year before (52 weeks, so that weekdays agree), times
the median of that ratio among accounts of its size class that had no incentive. The interval holds
80% of those accounts' own ratios: as far as one alone strays without any incentive.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.standing.history import days_of
from mainstay.standing.known import Known
from mainstay.standing.net_sales import Bought, bought_between

YEAR_DAYS = 364
LEAST_DAYS = 28  # an incentive that ran for less tells nothing
LEAST_ORDERS = 4  # order days of the account in a year
LEAST_PEERS = 20  # accounts to compare with
MOST_PEERS = 300  # of a size class; more add nothing
BACK_DAYS = 2 * YEAR_DAYS
LOW, HIGH = 0.1, 0.9

EFFECTS = pa.schema(
    [
        ("incentive_id", pa.string()),
        ("account_id", pa.string()),
        ("kind", pa.string()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),  # as far as it has run
        ("spent", pa.float64()),
        ("bought", pa.float64()),
        ("expected", pa.float64()),
        ("low", pa.float64()),  # bought above what chance gives, at least; below 0: can't be told
        ("high", pa.float64()),
        ("peers", pa.int32()),
        # more, less, chance; short, new, few (peers), twice (another one ran at the same time)
        ("verdict", pa.string()),
    ]
)
Floats = npt.NDArray[np.float64]


def effects(known: Known, incentives: pa.Table) -> pa.Table:
    """The incentives of the last two years with what was bought while they ran; see EFFECTS.

    incentives: account_id, incentive_id, kind, first_on, last_on (before as_of), money (spent)
    """
    rows = known.sql(
        f"""
        select i.*, j.size_class, j.order_days_52, (
                select count(*) from given o where o.account_id = i.account_id
                and o.incentive_id <> i.incentive_id
                and o.first_on <= i.last_on and o.last_on >= i.first_on
            ) > 0 as twice, j.first_order_on
        from given i join judged j using (account_id)
        where i.first_on >= $as_of::date - {BACK_DAYS} and i.last_on >= i.first_on
        order by i.account_id, i.first_on, i.incentive_id
        """,
        given=incentives,
    )
    if not rows.num_rows:
        return EFFECTS.empty_table()
    peers = _peers(known, incentives)
    every = sorted({*rows["account_id"].to_pylist(), *peers["account_id"].to_pylist()})
    bought = _bought(known, rows, every)
    return _measured(rows, peers, every, bought)


def _peers(known: Known, incentives: pa.Table) -> pa.Table:
    """Some accounts of each size class that had no incentive in three years, always the same ones."""
    return known.sql(
        f"""
        select account_id, size_class from judged j
        where order_days_52 >= {LEAST_ORDERS}
            and not exists (select 1 from given g where g.account_id = j.account_id)
        qualify row_number() over (partition by size_class order by md5(account_id)) <= {MOST_PEERS}
        """,
        given=incentives,
    )


def _edges(rows: pa.Table) -> npt.NDArray[np.int64]:
    first = np.asarray(rows["first_on"].cast(pa.int32()), np.int64)
    after = np.asarray(rows["last_on"].cast(pa.int32()), np.int64) + 1
    return np.unique(np.concatenate([first, after, first - YEAR_DAYS, after - YEAR_DAYS]))


def _bought(known: Known, rows: pa.Table, every: list[str]) -> Bought:
    span = known.ledger.span()
    begin = span[0] if span else known.as_of - timedelta(days=1)
    return bought_between(
        known.ledger,
        every,
        _edges(rows),
        begin=begin,
        as_of=known.as_of,
        known_until=known.known_until,
        only=every,
    )


def _measured(rows: pa.Table, peers: pa.Table, every: list[str], bought: Bought) -> pa.Table:
    place = {one: i for i, one in enumerate(every)}
    of_class: dict[str, list[int]] = {}
    for row in peers.to_pylist():
        of_class.setdefault(row["size_class"], []).append(place[row["account_id"]])
    ratios: dict[tuple[str, int, int], Floats] = {}
    found = []
    for row in rows.to_pylist():
        first, after = days_of(row["first_on"]), days_of(row["last_on"]) + 1
        key = (row["size_class"], first, after)
        if key not in ratios:
            ratios[key] = _ratios(
                bought, np.array(of_class.get(key[0], []), np.int64), first, after
            )
        who = np.array([place[row["account_id"]]])
        now, before = (float(part[0]) for part in _spans(bought, who, first, after))
        found.append(_one(row, now, before, ratios[key]))
    return pa.Table.from_pylist(found, EFFECTS)


def _spans(
    bought: Bought, who: npt.NDArray[np.int64], first: int, after: int
) -> tuple[Floats, Floats]:
    """What accounts bought in a span, and in the same one a year before."""
    n = len(who)
    now = bought.between(np.full(n, first), np.full(n, after), who)
    return now, bought.between(np.full(n, first - YEAR_DAYS), np.full(n, after - YEAR_DAYS), who)


def _ratios(bought: Bought, who: npt.NDArray[np.int64], first: int, after: int) -> Floats:
    """Of accounts without an incentive: bought in the span over bought a year before."""
    now, before = _spans(bought, who, first, after)
    with np.errstate(invalid="ignore"):
        known = before > 0
    return np.maximum(now[known], 0.0) / before[known]


def _one(row: dict[str, object], now: float, before: float, ratios: Floats) -> dict[str, object]:
    told = {
        name: row[name] for name in ("incentive_id", "account_id", "kind", "first_on", "last_on")
    }
    told |= {"spent": row["money"], "bought": now, "peers": len(ratios)}
    days = (row["last_on"] - row["first_on"]).days + 1  # type: ignore[operator]
    orders = row["order_days_52"] or 0
    if days < LEAST_DAYS:
        return told | {"verdict": "short"}
    if not before > 0 or orders < LEAST_ORDERS:  # type: ignore[operator]
        return told | {"verdict": "new"}
    if row["twice"]:
        return told | {"verdict": "twice"}
    if len(ratios) < LEAST_PEERS:
        return told | {"verdict": "few"}
    expected = before * float(np.median(ratios))
    low, high = (before * float(q) for q in np.quantile(ratios, (LOW, HIGH)))
    verdict = "more" if now > high else "less" if now < low else "chance"
    return told | {
        "expected": expected,
        "low": now - high,
        "high": now - low,
        "verdict": verdict,
    }
