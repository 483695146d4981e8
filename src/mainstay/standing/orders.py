"""Whose an order is: for deliveries that name the order alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import distinct
from mainstay.ledger.lines import Lines


@dataclass(frozen=True)
class Orders:
    """A kernel: the account of each order that is wanted.

    Returns a table: order_id, account_id; a row for each account that has lines of the order
    """

    order_ids: pa.Array

    def __call__(self, lines: Lines) -> pa.Table:
        names = lines.names["order_id"].cast(pa.string())
        wanted = np.asarray(pc.is_in(names, value_set=self.order_ids), bool)
        code = lines.codes["order_id"]
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        kept = np.flatnonzero((code >= 0) & np.append(wanted, False)[code])
        pairs = distinct(account[kept] * len(names) + code[kept])
        ids = lines.account_ids.cast(pa.string())
        return pa.table(
            {
                "order_id": names.take(pa.array(pairs % max(len(names), 1))),
                "account_id": ids.take(pa.array(pairs // max(len(names), 1))),
            }
        )


def with_accounts(rows: pa.Table, accounts_of: Callable[[pa.Array], pa.Table]) -> pa.Table:
    """Rows whose order is told, with its account where they name none.

    accounts_of: the table of `Orders`; it is asked only where an account is missing. An order number
        that several accounts have had tells nothing
    """
    lacks = pc.and_(pc.is_null(rows["account_id"]), pc.is_valid(rows["order_id"]))
    wanted = rows["order_id"].filter(lacks)
    if not len(wanted):
        return rows
    found = accounts_of(wanted.combine_chunks().unique())
    one = found.group_by("order_id").aggregate([("account_id", "min"), ("account_id", "count")])
    one = one.filter(pc.equal(one["account_id_count"], 1))
    place = pc.index_in(rows["order_id"], value_set=one["order_id"].combine_chunks())
    account = pc.coalesce(rows["account_id"], one["account_id_min"].take(place))
    return rows.set_column(rows.schema.get_field_index("account_id"), "account_id", account)
