"""Rows of tables that machines write, behind what is said of one account: its deliveries, payments, credit
holds and volumes; supply and stock of what it buys; how its trade goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.engine.concerning import Judged
from mainstay.engine.story import account_lines
from mainstay.ledger import schema
from mainstay.ledger.fact_rows import rows_of
from mainstay.ledger.joins import Joins
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.order_numbers import prepare, shared

# By table, the days that it may be found by: the first that a row has counts.
MACHINE_ROWS: dict[str, tuple[str, ...]] = {
    "deliveries": ("promised_on", "requested_on", "delivered_on", "refused_on"),
    "payments": ("due_on",),
    "credit_holds": ("from",),
    "account_volumes": ("month",),
    "supply": ("week",),
    "stock": ("on",),
    "market": ("month",),
}
OF_ACCOUNT = ("deliveries", "payments", "credit_holds", "account_volumes")
OF_PRODUCT = ("supply", "stock")
PURCHASES = "purchases"  # what volumes are of where they do not say it


@dataclass(frozen=True)
class RowsAsked:
    """Which rows: of days first..last (both included), of one product, of one order; None = all.

    keys: these rows alone, each the values of the table's key as texts; none = all
    """

    first: date | None = None
    last: date | None = None
    product: str | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    order: str | None = None


def machine_rows(ledger: Ledger, table: str, account: Judged, asked: RowsAsked) -> pa.Table:
    """Rows of a table in MACHINE_ROWS that concern an account, the newest first.

    Deliveries of which only the order is told are those of the account that has its lines; of supply
    and stock, the product asked for, or all that the account has ordered; of the market, what holds
    for the account's segment and region.
    Returns: the table's own columns
    Raises: NotFound for any other table
    """
    if table not in MACHINE_ROWS:
        raise NotFound(gettext_noop("There are no rows of “{table}” to be shown."), table=table)
    joins = ledger.joins
    if table in OF_ACCOUNT:
        found = _of_account(ledger, table, account.account_id, joins)
    elif table in OF_PRODUCT:
        products = _products(ledger, account.account_id, asked)
        found = rows_of(ledger.facts, table, {"product_id": products})
    else:
        places: dict[str, list[str | None]] = {
            "segment": [account.segment, None],
            "region": [account.region, None],
        }
        found = rows_of(ledger.facts, table, places)
    names = schema.table(table).arrow.names
    day = pc.coalesce(*(found[name] for name in MACHINE_ROWS[table])).cast(pa.date32())
    found = found.select(names).append_column("_day", day)
    return _asked(table, found, asked, joins).drop_columns(["_day"])


def prepare_rows(ledger: Ledger) -> None:
    """Make at once what the first page with an account's deliveries would have to wait for."""
    if ledger.facts.files("deliveries"):
        prepare(ledger.snapshot)


def _of_account(ledger: Ledger, table: str, account_id: str, joins: Joins) -> pa.Table:
    codes = sorted(joins.codes_of([account_id]) | {account_id})
    found = rows_of(ledger.facts, table, {"account_id": codes})
    if table != "deliveries":
        return found
    lines = ledger.order_lines([account_id], columns=["order_id"])
    orders = lines["order_id"].drop_null().unique().to_pylist()
    of_orders = rows_of(ledger.facts, table, {"account_id": [None], "order_id": orders})
    if not of_orders.num_rows:
        return found
    # An order number that several accounts have had tells nothing of whose a delivery is.
    numbers = of_orders["order_id"].unique().to_pylist()
    nobodys = pa.array(sorted(shared(ledger.snapshot, numbers, codes)), pa.string())
    ours = pc.invert(pc.is_in(of_orders["order_id"], value_set=nobodys))
    return pa.concat_tables([found, of_orders.filter(ours)])


def _products(ledger: Ledger, account_id: str, asked: RowsAsked) -> list[str]:
    if asked.product:
        return [asked.product]
    if asked.keys:
        return sorted({key[0] for key in asked.keys if key})
    found: list[str] = (
        account_lines(ledger, [account_id])["product_id"].drop_null().unique().to_pylist()
    )
    return found


def _asked(table: str, rows: pa.Table, asked: RowsAsked, joins: Joins) -> pa.Table:
    if asked.first:
        rows = rows.filter(pc.greater_equal(rows["_day"], pa.scalar(asked.first)))
    if asked.last:
        rows = rows.filter(pc.less_equal(rows["_day"], pa.scalar(asked.last)))
    if asked.product and "product_id" in rows.schema.names:
        rows = rows.filter(pc.equal(rows["product_id"], asked.product))
    if asked.order and "order_id" in rows.schema.names:
        rows = rows.filter(pc.equal(rows["order_id"], asked.order))
    if asked.keys:
        names = schema.table(table).key
        wanted = {_plain(names, key, joins) for key in asked.keys}
        keys = zip(*(rows[name].to_pylist() for name in names), strict=True)
        rows = rows.filter(
            pa.array([_plain(names, key, joins) in wanted for key in keys], pa.bool_())
        )
    order = [("_day", "descending"), *((name, "ascending") for name in schema.table(table).key)]
    return rows.sort_by(order)


def _plain(names: tuple[str, ...], key: Any, joins: Joins) -> tuple[str, ...]:
    """A key as signals write it in their proofs: texts, under the account that codes are joined into."""
    found = []
    for name, value in zip(names, key, strict=False):
        text = "" if value is None else _text(value)
        if name == "account_id":
            text = joins.main_of(text)
        found.append("" if name == "what" and text == PURCHASES else text)
    return tuple(found)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
