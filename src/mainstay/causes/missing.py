"""Which kinds of records are not there at all, and what they could tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mainstay.causes.families import BY_NAME, FAMILIES
from mainstay.causes.types import Signal
from mainstay.causes.view import View


def missing(view: View, known: Mapping[str, Signal]) -> list[dict[str, Any]]:
    """The tables that signals look into and that have no rows, those that would tell most first.

    Returns: rows of table, signals (how many look into it), families (whose causes they speak for)
    """
    told: dict[str, set[str]] = {}
    signals: dict[str, int] = {}
    for one in known.values():
        for table in one.tables:
            told.setdefault(table, set()).update(_families(one))
            signals[table] = signals.get(table, 0) + 1
    rows = [
        {
            "table": table,
            "signals": signals[table],
            "families": [name for name in FAMILIES if name in families],
        }
        for table, families in told.items()
        if view.table(table).num_rows == 0
    ]
    return sorted(rows, key=lambda row: (-len(row["families"]), -row["signals"], row["table"]))


def _families(one: Signal) -> Iterator[str]:
    for links in (one.links, *one.by_data.values()):
        for link in links:
            yield BY_NAME[link.cause].family
