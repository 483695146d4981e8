"""A small company: accounts that order by the week, some of which stopped; what is known of them on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from seen import ago, ledger_of, view_of

from mainstay.engine.keeping import measure_keeping

Row = dict[str, Any]
Tables = dict[str, pa.Table]


def orders(
    account: str, first: int, last: int, amount: float = 100.0, every: int = 14
) -> list[Row]:
    """Order lines every so many days, from so many days before the date to so many."""
    return [
        {"account_id": account, "ordered_on": ago(day), "amount": amount, "category": "tea"}
        for day in range(first, last - 1, -every)
    ]


def judged(account: str, p_alive: float | None = None, **more: Any) -> Row:
    return {"account_id": account, "p_alive": p_alive, "state": "steady", **more}


def measured(rows: Mapping[str, list[Row]], accounts: list[Row], **also: Any) -> Tables:
    """What keeping is worth, of rows by table and accounts as they were judged.

    also: as of `view_of`; `value`, `value_costs`: tables of how accounts stand
    """
    standing = {
        "value": also.pop("value", pa.table({"account_id": [], "cost": []})),
        "value_costs": also.pop("value_costs", pa.table({"account_id": [], "kind": [], "n": []})),
    }
    return measure_keeping(view_of(ledger_of(rows), accounts, **also), standing)
