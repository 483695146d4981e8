"""The tables that Mainstay knows, each with its columns: one vocabulary for files, store and API.

Money is decimal with four places. Dates are dates. Ids are the user's own codes, as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop

Kind = Literal["text", "date", "money", "number", "integer", "choice"]

MONEY = pa.decimal128(18, 4)
MONEY_UNIT = 10_000  # the store's integer per one unit of currency
A_YEAR = 366
ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "choice": pa.string(),
    "date": pa.date32(),
    "money": MONEY,
    "number": pa.float64(),
    "integer": pa.int64(),
}


@dataclass(frozen=True)
class Column:
    """One column of a table as users may give it."""

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> pa.Field:
        return pa.field(self.name, ARROW[self.kind])


@dataclass(frozen=True)
class Table:
    """One table: its columns, what makes a row the same row, and how it changes over time.

    key: columns that name a row; a later record with the same key replaces it
    happened: the column that says when it happened; the assumed date of recording for history
    by_month, by_week: that column names a month (a week from Monday to Sunday) by any of its days; it
        has happened when that has ended
    whole: each import replaces the table as a whole (open orders)
    by_machine: rows count from when they happened; rows from people count from when recorded
    one_of: at least one of these columns must be there
    ahead_days: how far ahead of the day it is told a row's date may lie; None = as plans may
    not_negative: columns whose figures are never below 0
    positive: columns whose figures are never 0 either
    ends: the columns with the lower and the upper end of a range
    span: the columns with its first and its last day
    shares: columns with a share of the whole, 0.5, which people also write as 50%
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    happened: str | None = None
    by_month: bool = False
    by_week: bool = False
    whole: bool = False
    by_machine: bool = False
    one_of: tuple[str, ...] = ()
    ahead_days: int | None = None
    not_negative: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    ends: tuple[str, str] | None = None
    span: tuple[str, str] | None = None
    shares: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)

    @property
    def arrow(self) -> pa.Schema:
        return pa.schema([c.field for c in self.columns])


def _table(name: str, columns: str, key: str, **options: object) -> Table:
    """Read a table from short notation: `name:kind*` with * for required, `a|b` for choices."""
    parsed = []
    for word in columns.split():
        required = word.endswith("*")
        name_, _, kind = word.rstrip("*").partition(":")
        choices: tuple[str, ...] = ()
        if "|" in kind:
            choices, kind = tuple(kind.split("|")), "choice"
        parsed.append(Column(name_, kind or "text", required, choices))  # type: ignore[arg-type]
    return Table(name, tuple(parsed), tuple(key.split()), **options)  # type: ignore[arg-type]


_ORDER = (
    "account_id* ordered_on:date* amount:money* order_id line product_id product_name category "
    "quantity:number unit list_amount:money cost:money currency salesperson_id "
    "kind:sale|return|credit|fee"
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("order_lines", _ORDER, "order_id line", happened="ordered_on", by_machine=True),
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
            "account_id* due_on:date* paid_on:date amount:money*",
            "account_id due_on amount",
            happened="due_on",
            by_machine=True,
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
        _table(
            "accounts",
            "account_id* name* segment region country parent_id group_id tier:A|B|C since:date "
            "currency tax_ids former_supplier referred_by acquired_by acquisition_cost:money "
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
        ),
        _table(
            "staff",
            "staff_id* name* role reports_to email joined_on:date left_on:date",
            "staff_id",
            happened="joined_on",
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
        # What was done about whom, written by the application; play “nothing” where it was chosen to do
        # nothing. `chosen`: by the rule, by a coin with that probability, or by a person.
        _table(
            "play_runs",
            "account_id* play* from:date* to:date staff_id chosen:rule|coin|person "
            "probability:number result",
            "account_id play from",
            happened="from",
            span=("from", "to"),
            not_negative=("probability",),
            shares=("probability",),
        ),
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
