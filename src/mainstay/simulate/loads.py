"""Stocking up put into histories that are there: one order as large as several, and then silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop as _
from mainstay.ledger.schema import MONEY


@dataclass(frozen=True)
class Load:
    """An account that buys in advance on its first order day from a day on.

    times: how many orders it puts into one, above 1; so many mean gaps it then orders nothing
    """

    account_id: str
    on: date
    times: float


def stock_up(lines: pa.Table, loads: Sequence[Load]) -> pa.Table:
    """The order lines with these orders made larger, and without those that they cover.

    lines: account_id, ordered_on, amount
    Loads of accounts that order no more from that day on change nothing.
    Raises: InvalidSetting
    """
    accounts = np.asarray(lines["account_id"].to_pylist(), object)
    day = lines["ordered_on"].cast(pa.int32()).to_numpy()
    factor, stays = np.ones(len(day)), np.ones(len(day), bool)
    for load in loads:
        if load.times <= 1:
            raise InvalidSetting(_("What is stocked up must be more than one order."))
        rows = np.flatnonzero(accounts == load.account_id)
        days = np.unique(day[rows])
        later = days[days >= (load.on - date(1970, 1, 1)).days]
        if len(later) and len(days) > 1:
            lasts = (load.times - 1) * (days[-1] - days[0]) / (len(days) - 1)
            factor[rows[day[rows] == later[0]]] *= load.times
            stays[rows[(day[rows] > later[0]) & (day[rows] <= later[0] + lasts)]] = False
    larger = pc.round(pc.multiply(lines["amount"].cast(pa.float64()), pa.array(factor)), 2)
    place = lines.schema.get_field_index("amount")
    money = larger.cast(pa.decimal128(38, 4)).cast(MONEY)
    return lines.set_column(place, "amount", money).filter(pa.array(stays))
