"""How much hangs on how few, now, a quarter and a year before: the 52 weeks up to each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.portfolio.concentration import concentration
from mainstay.standing.known import Known
from mainstay.standing.sisters import units

LARGEST = 3
YEAR_QUARTERS = 4


def hanging(known: Known) -> dict[str, Any]:
    """now, quarter, year: what `portfolio_of` says of the accounts, groups and chains as one each; of now also the
    largest three accounts by name. None where nothing was bought in the 52 weeks."""
    accounts = known.accounts
    ids = accounts["account_id"].to_pylist()
    told = known.table("accounts")
    parent = dict(zip(told["account_id"].to_pylist(), told["parent_id"].to_pylist(), strict=True))
    unit = units(ids, [parent.get(one) for one in ids], accounts["group_id"].to_pylist())
    names, inverse = np.unique(np.array(unit, dtype=str), return_inverse=True)

    def of(amount: npt.NDArray[np.float64]) -> dict[str, Any] | None:
        together = np.zeros(len(names))
        np.add.at(together, inverse, amount)
        found = concentration(together)
        if not found.n_accounts:
            return None
        top = np.sort(together)[::-1][:LARGEST]
        plain = {k: v for k, v in found.to_json().items() if k != "curve"}
        return plain | {
            "top3_money": float(top.sum()),
            "top3_share": float(top.sum() / found.total),
        }

    now = np.nan_to_num(np.asarray(accounts["amount_52"].cast(pa.float64()), float))
    return {
        "now": of(now),
        "quarter": of(_before(known, 1)),
        "year": of(_before(known, YEAR_QUARTERS)),
        "largest": _largest(accounts, now),
    }


def _before(known: Known, quarters: int) -> npt.NDArray[np.float64]:
    """Money of the 52 weeks up to so many quarters of 13 weeks ago, by account."""
    pace = known.pace
    at = known.places(pace["account_id"])
    quarter = np.asarray(pace["quarter"], np.int64)
    within = (at >= 0) & (quarter >= quarters) & (quarter < quarters + YEAR_QUARTERS)
    amount = np.zeros(len(known.account_id))
    np.add.at(amount, at[within], np.asarray(pace["amount"], float)[within])
    return amount


def _largest(accounts: pa.Table, amount: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    total = float(np.maximum(amount, 0).sum())
    order = np.argsort(-amount, kind="stable")[:LARGEST]
    columns = ["account_id", "name", "state"]
    rows = accounts.select(columns).take(pa.array(order)).to_pylist()
    return [
        {**row, "money": float(amount[i]), "share": float(amount[i]) / total}
        for row, i in zip(rows, order, strict=True)
        if amount[i] > 0
    ]
