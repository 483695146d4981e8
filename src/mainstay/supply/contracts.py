"""What contracts ask for: lines of accounts with a quota that is not used up, or an exclusive agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.known import Known
from mainstay.supply.types import TINY, Floats

QUOTA, EXCLUSIVE = "quota", "exclusive"


@dataclass(frozen=True)
class Owed:
    """units: (n,) of each line; kind: (n,) quota, exclusive or null"""

    units: Floats
    kind: pa.Array


def owed(known: Known, lines: pa.Table, accounts: pa.Table) -> Owed:
    """What is owed of each line.

    Who buys from us alone gets all of it. Who has a quota gets, as ordered, lines up to what is left of it:
    the quota less what was delivered since the agreement began.

    lines, accounts: rows beside one another (open_lines, accounts_of)
    """
    wanted = np.asarray(lines["wanted"].to_numpy(), np.float64)
    money = np.asarray(pc.fill_null(lines["money"], 0.0).to_numpy(), np.float64)
    exclusive = np.asarray(accounts["exclusive"].to_numpy(), bool)
    left = _left(known, accounts)
    units = np.where(exclusive, wanted, 0.0)
    kind: list[str | None] = [EXCLUSIVE if one else None for one in exclusive]
    codes = accounts["account_id"].to_pylist()
    days = lines["ordered_on"].to_pylist()
    with_quota = [i for i in range(len(codes)) if not exclusive[i] and codes[i] in left]
    for i in sorted(with_quota, key=lambda i: (days[i], i)):
        there_is = left[codes[i]]
        if there_is <= TINY or money[i] <= 0:
            continue
        part = min(1.0, there_is / money[i])
        units[i], kind[i] = part * wanted[i], QUOTA
        left[codes[i]] = there_is - part * money[i]
    return Owed(units, pa.array(kind, pa.string()))


def _left(known: Known, accounts: pa.Table) -> dict[str, float]:
    """Of each account with a quota, the money of it that is not used up."""
    quotas = {
        row["account_id"]: (row["quota"], row["quota_from"])
        for row in accounts.select(["account_id", "quota", "quota_from"]).to_pylist()
        if row["quota"]
    }
    if not quotas:
        return {}
    columns = ["account_id", "ordered_on", "amount", "cost", "currency", "kind"]
    until = known.known_until
    rows = known.ledger.order_lines(sorted(quotas), known.as_of, columns, known_until=until)
    rows = known.ledger.in_reporting_currency(rows, known.as_of)
    left = {code: float(quota) for code, (quota, _) in quotas.items()}
    for row in rows.to_pylist():
        since = quotas[row["account_id"]][1]
        if row["kind"] != "fee" and row["ordered_on"] >= since:
            left[row["account_id"]] -= row["amount"]
    return {code: max(money, 0.0) for code, money in left.items()}
