"""What each account bought from us, in net sales, between any of a few days.

Amounts of a run may be margins; a share of what an account buys can only be told in net sales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import summed
from mainstay.ledger.lines import FEE, Lines
from mainstay.standing.history import days_of, kind_codes, net_sales

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NetSales:
    """A kernel: net sales of each account between neighbouring edges, fees left out.

    edges: days since 1970-01-01, rising; a line of an edge's own day belongs to what follows it
    Returns a table: account_id, net (list of float64, one shorter than `edges`)
    """

    edges: npt.NDArray[np.int64]

    def __call__(self, lines: Lines) -> pa.Table:
        n, parts = lines.n_accounts, len(self.edges) - 1
        day_from = int(lines.day.min()) if len(lines.day) else 0
        day_to = int(lines.day.max()) if len(lines.day) else 0
        span = np.arange(day_from, day_to + 1)
        part = (np.searchsorted(self.edges, span, side="right") - 1)[lines.day - day_from]
        account = np.repeat(np.arange(n), np.diff(lines.offsets))
        counted = (part >= 0) & (part < parts) & (kind_codes(lines) != FEE)
        place = account[counted] * parts + part[counted]
        net = summed(place, net_sales(lines)[counted], n * parts)
        whole = np.round(net, 4)  # money has four places; what is left of a sum of floats is none
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()),
                "net": pa.FixedSizeListArray.from_arrays(pa.array(whole), parts),
            }
        )


@dataclass(frozen=True)
class Bought:
    """Net sales of accounts up to each edge, from which any span between edges follows.

    edges: days since 1970-01-01, rising
    up_to: float array (n_accounts, n_edges), from the first edge on
    begin: first day of the data; what reaches before it is not known
    """

    edges: npt.NDArray[np.int64]
    up_to: Floats
    begin: int

    @classmethod
    def of(
        cls,
        table: pa.Table,
        edges: npt.NDArray[np.int64],
        account_id: Sequence[str],
        begin: date,
    ) -> Bought:
        """From the rows of `NetSales` of the same edges; who has none has bought nothing."""
        place = pc.index_in(table["account_id"], value_set=pa.array(account_id, pa.string()))
        place = place.combine_chunks()
        known = place.is_valid().to_numpy(zero_copy_only=False)
        found = np.concatenate([chunk.flatten().to_numpy() for chunk in table["net"].chunks])
        up_to = np.zeros((len(account_id), len(edges)))
        net = found.reshape(-1, len(edges) - 1)[known]
        up_to[place.drop_null().to_numpy(), 1:] = net.cumsum(axis=1)
        return cls(edges, up_to, days_of(begin))

    def between(
        self, first: npt.NDArray[np.int64], after: npt.NDArray[np.int64], who: npt.NDArray[np.int64]
    ) -> Floats:
        """Net sales of accounts on the days from `first` until before `after`, both edges.

        Returns: float array (len(who),), NaN where the data begin later than `first`
        """
        left, right = np.searchsorted(self.edges, first), np.searchsorted(self.edges, after)
        net = self.up_to[who, right] - self.up_to[who, left]
        return np.where(first < self.begin, np.nan, net)

    def between_all(self, first: int, after: int) -> Floats:
        """The same of all accounts and one span."""
        n = len(self.up_to)
        return self.between(np.full(n, first), np.full(n, after), np.arange(n))


def bought_between(
    ledger: Ledger,
    account_id: Sequence[str],
    edges: npt.NDArray[np.int64],
    *,
    begin: date,
    as_of: date,
    known_until: Any = None,
    only: Sequence[str] | None = None,
) -> Bought:
    """What accounts bought between days, from lines dated before as_of.

    account_id: the accounts, joined ones under their main account
    edges: days since 1970-01-01, rising, two or more
    only: look at the lines of these alone; the others have bought nothing; None = all
    """
    if only is not None and not only:
        return Bought(edges, np.zeros((len(account_id), len(edges))), days_of(begin))
    table = ledger.map_accounts(
        NetSales(edges),
        columns=("kind",),
        as_of=as_of,
        amount="net",
        accounts=only,
        known_until=known_until,
    )
    return Bought.of(table, edges, account_id, begin)
