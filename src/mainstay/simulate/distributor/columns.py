"""The columns of DATA.md in their types, also of tables that the ledger does not know (yet)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.schema import ARROW, MONEY, TABLES
from mainstay.simulate.distributor.makeup import Floats, Longs

EPOCH = 719163  # the ordinal of 1970-01-01
STAMP = pa.timestamp("us", "UTC")
_MINUTE = 60_000_000
MACHINES = {
    "deliveries": "delivery_id:text order_id:text account_id:text product_id:text requested_on:date "
    "promised_on:date delivered_on:date quantity_ordered:number quantity_delivered:number "
    "urgent:yes_no refused_on:date reason:text",
    "stock": "product_id:text on:date on_hand:number inbound:number inbound_on:date",
    "credit_holds": "account_id:text from:date to:date reason:text",
    "market": "segment:text region:text month:date index:number source:text",
}


def types_of(table: str) -> dict[str, pa.DataType]:
    """Column → type, of a table of DATA.md."""
    if table in TABLES:
        return {c.name: ARROW[c.kind] for c in TABLES[table].columns}
    words = (word.split(":") for word in MACHINES[table].split())
    return {name: ARROW[kind] for name, kind in words}  # type: ignore[index]


def days(ordinals: Longs, mask: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Dates from ordinals; mask: True = none."""
    since = (np.asarray(ordinals) - EPOCH).astype(np.int32)
    return pa.array(since, mask=mask).view(pa.date32())


def money(values: Floats) -> pa.Array:
    """As the ledger keeps money, in whole cents."""
    return pa.array(np.round(values, 2)).cast(pa.decimal128(38, 4), safe=False).cast(MONEY)


def moments(minutes: Longs) -> pa.Array:
    """Moments in UTC from minutes since ordinal 0."""
    return pa.array((np.asarray(minutes, np.int64) - EPOCH * 1440) * _MINUTE).view(STAMP)


def from_rows(table: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> pa.Table:
    """Versions of rows with the moment each was recorded, in that order."""
    ordered = sorted(rows, key=lambda row: row[0])
    wanted = types_of(table)
    columns = {
        name: _column([row.get(name) for _, row in ordered], kind) for name, kind in wanted.items()
    }
    at = np.array([at for at, _ in ordered], np.int64)
    return pa.table({**columns, "recorded_at": moments(at)})


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array([None if v is None else int(v) - EPOCH for v in values], pa.int32()).view(
            kind
        )
    if kind == STAMP:
        minutes = [None if v is None else (int(v) - EPOCH * 1440) * _MINUTE for v in values]
        return pa.array(minutes, pa.int64()).view(kind)
    if kind == MONEY:
        floats = pa.array([None if v is None else round(float(v), 2) for v in values], pa.float64())
        return floats.cast(pa.decimal128(38, 4), safe=False).cast(MONEY)
    return pa.array(values, kind)


def take(texts: Sequence[str | None], at: Longs) -> pa.Array:
    """Texts by their places."""
    return pc.take(pa.array(texts, pa.string()), pa.array(at))
