"""The tables that Mainstay knows, each with its columns: one vocabulary for files, store and API.

Money is decimal with four places. Dates are dates, moments are times in UTC. Ids are the user's own
codes, as text.
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.ledger.allocation_tables import ALLOCATIONS
from mainstay.ledger.opinion_tables import OPINIONS
from mainstay.ledger.people_tables import PEOPLE
from mainstay.ledger.play_tables import PLAYS
from mainstay.ledger.supply_tables import SUPPLY
from mainstay.ledger.table_types import (
    A_YEAR,
    ARROW,
    LARGEST,
    MONEY,
    MONEY_UNIT,
    TOMORROW,
    TWENTY_YEARS,
    Column,
    Kind,
    Table,
)
from mainstay.ledger.table_types import noted as _table

__all__ = [
    "ARROW",
    "A_YEAR",
    "LARGEST",
    "MONEY",
    "MONEY_UNIT",
    "STORED_ORDER_LINES",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "table",
]

_ORDER = (
    "account_id* ordered_on:date* amount:money* order_id line product_id product_name category "
    "quantity:number unit list_amount:money cost:money currency salesperson_id "
    "kind:sale|return|credit|fee"
)
_DELIVERY = (
    "delivery_id order_id account_id product_id requested_on:date promised_on:date delivered_on:date "
    "quantity_ordered:number quantity_delivered:number urgent:yes_no refused_on:date reason"
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        # A line of next year, and all accounts would be silent until then.
        _table(
            "order_lines",
            _ORDER,
            "order_id line",
            happened="ordered_on",
            by_machine=True,
            ahead_days=TOMORROW,
        ),
        _table(
            "open_orders",
            _ORDER + " wanted_on:date promised_on:date",
            "order_id line",
            happened="ordered_on",
            whole=True,
            by_machine=True,
        ),
        _table(
            "payments",
            "account_id* due_on:date* paid_on:date amount:money* currency",
            "account_id due_on amount",
            happened="due_on",
            by_machine=True,
            first_of=("due_on", "paid_on"),
            told_on=(("paid_on",),),
            past=("paid_on",),
        ),
        # Of an order, or of an account where the order is not known. `unit` is that of both quantities, unless
        # what was delivered was counted in another.
        _table(
            "deliveries",
            _DELIVERY + " unit unit_delivered",
            "delivery_id",
            happened="delivered_on",
            by_machine=True,
            one_of=("order_id", "account_id"),
            not_negative=("quantity_ordered", "quantity_delivered"),
            made_of=tuple(column.partition(":")[0] for column in _DELIVERY.split()[1:]),
            first_of=("requested_on", "promised_on", "delivered_on", "refused_on"),
            told_on=(("delivered_on", "quantity_delivered"), ("refused_on", "reason")),
            ahead_days=TOMORROW,
            past=("refused_on",),
        ),
        # `on_hand` may lie below 0: more was promised than there is.
        _table(
            "stock",
            "product_id* on:date* on_hand:number* inbound:number inbound_on:date",
            "product_id on",
            happened="on",
            by_machine=True,
            not_negative=("inbound",),
        ),
        _table(
            "credit_holds",
            "account_id* from:date* to:date reason",
            "account_id from",
            happened="from",
            by_machine=True,
            span=("from", "to"),
            told_on=(("to",),),
        ),
        _table(
            "targets",
            "account_id staff_id period* amount:money*",
            "account_id staff_id period",
            by_machine=True,
            one_of=("account_id", "staff_id"),
        ),
        _table(
            "exchange_rates",
            "currency* month:date* rate:number*",
            "currency month",
            happened="month",
            by_machine=True,
            positive=("rate",),
        ),
        # What accounts tell of their own business. Empty `what`: purchases, from all suppliers.
        _table(
            "account_volumes",
            "account_id* month:date* quantity:number amount:money what:purchases|sell_out|stock "
            "their_price:money source*",
            "account_id month what source",
            happened="month",
            by_month=True,
            by_machine=True,
            one_of=("quantity", "amount"),
            ahead_days=A_YEAR,
        ),
        # What share of a product we could deliver in a week; 1 and more = all that was wanted.
        _table(
            "supply",
            "product_id* week:date* available:number*",
            "product_id week",
            happened="week",
            by_week=True,
            by_machine=True,
            not_negative=("available",),
            shares=("available",),
        ),
        # How a trade goes, month by month: of a segment, a region, both, or the whole market.
        _table(
            "market",
            "segment region month:date* index:number* source*",
            "segment region month",
            happened="month",
            by_month=True,
            by_machine=True,
            positive=("index",),
        ),
        _table(
            "accounts",
            "account_id* name* segment region country parent_id group_id tier:A|B|C since:date "
            "currency language:en|zh_hant|zh_hans|ko tax_ids former_supplier referred_by acquired_by acquisition_cost:money "
            "partnership closed_on:date closed_reason replaced_by",
            "account_id",
            happened="since",
        ),
        _table(
            "wallets",
            "account_id* on:date* yearly_purchases:money* category low:money high:money source*",
            "account_id on category source",
            happened="on",
            ahead_days=A_YEAR,
            not_negative=("yearly_purchases", "low", "high"),
            ends=("low", "high"),
        ),
        _table(
            "notices",
            "account_id* on:date* "
            "kind:will_leave|will_reduce|contract_ends|dissatisfied|asked_rival_price* "
            "takes_effect_on:date by_contact_id text",
            "account_id on kind",
            happened="on",
            ahead_days=TOMORROW,
            back_days=TWENTY_YEARS,
            span=("on", "takes_effect_on"),
        ),
        _table(
            "staff",
            "staff_id* name* role reports_to email joined_on:date left_on:date",
            "staff_id",
            happened="joined_on",
            span=("joined_on", "left_on"),
        ),
        _table(
            "assignments",
            "account_id* staff_id* role:manager|service|deputy* from:date* to:date",
            "account_id staff_id role from",
            happened="from",
            span=("from", "to"),
        ),
        _table(
            "products",
            "product_id* name category brand launched_on:date discontinued_on:date replaced_by",
            "product_id",
            happened="launched_on",
        ),
        *PLAYS,
        *ALLOCATIONS,
        *OPINIONS,
        *SUPPLY,
        # What users answer to the first lists: two codes are one account (into_id empty: taken back),
        # not an account of ours, quiet until a date, or no answer any more.
        _table(
            "account_joins",
            "account_id* into_id reason by",
            "account_id",
        ),
        _table(
            "account_answers",
            "account_id* answer:not_ours|seasonal|none* back_on:date by",
            "account_id",
        ),
        *PEOPLE,
    )
}


def table(name: str) -> Table:
    """The table of that name.

    Raises: NotFound, with the names there are
    """
    try:
        return TABLES[name]
    except KeyError:
        raise NotFound(
            gettext_noop("There is no table “{name}”; the tables are {tables}."),
            name=name,
            tables=", ".join(TABLES),
        ) from None


# Columns that the store adds to order lines: which import brought a line, and from which place.
STORED_ORDER_LINES = pa.schema(
    [
        *TABLES["order_lines"].arrow,
        pa.field("import_id", pa.string()),
        pa.field("source", pa.string()),  # file, and sheet where there are several
        pa.field("row", pa.int64()),  # row number in that source, the heading being row 1
    ]
)
