"""From raw columns to typed ones: SQL that reads a source by its mapping, each row with its reason.

A column is first read in the plainest way, as DuckDB reads ISO dates and 1234.50. Only where that
leaves something unread is the whole column looked through for how it writes dates or numbers.
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace

from mainstay.ledger.checks import UNSURE, Checked, Rules, quick_reason_sql, reason_sql
from mainstay.ledger.choice_words import said_as, said_as_figure
from mainstay.ledger.headings import BESIDE
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.moments import moment_cell, yes_no_cell
from mainstay.ledger.months import parse_month
from mainstay.ledger.parsing import (
    PLAIN_DATE,
    PLAIN_NUMBER,
    Cell,
    DateForm,
    NumberForm,
    date_cell,
    date_form,
    number_cell,
    number_form,
    share_cell,
    text_cell,
)
from mainstay.ledger.readers import ROW, Raw
from mainstay.ledger.schema import TABLES, Column, Kind
from mainstay.ledger.staging import Staging, literal, quoted
from mainstay.ledger.weeks import parse_week

SQL_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18, 4)",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "yes_no": "BOOLEAN",
    "moment": "TIMESTAMP",  # in UTC
}
_BESIDE = {"unit_price": Column("unit_price", "money"), "_row": Column("_row", "integer")}
_START_ROWS = 200
_WITHOUT_A_DAY = {"month": parse_month, "week": parse_week}
NUMBERS = ("money", "number", "integer")
DATES = ("date", "moment")


@dataclass
class Forms:
    """How the columns of one source write dates and numbers."""

    dates: dict[str, DateForm] = field(default_factory=dict)
    numbers: dict[str, NumberForm] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """A staged relation with `row`, the columns that the source has, and `_why` it is set aside.

    table: what of it was worked out, `row` and `_why` among it; the rest lies in the raw table
    unsure: whether rows must be looked at again for their reason
    """

    relation: str
    table: str
    columns: tuple[Column, ...]
    forms: Forms
    unsure: bool


def mapped_columns(mapping: Mapping) -> tuple[Column, ...]:
    """The columns that a source has, those beside the table's own among them."""
    own = [c for c in TABLES[mapping.table].columns if c.name in mapping.columns]
    beside = [
        _BESIDE.get(name, Column(name))
        for name in mapping.columns
        if name in _BESIDE or "." in name or name in ("_import", "_source")
    ]
    return (*own, *beside)


def is_id(column: Column) -> bool:
    return column.name.endswith("_id") or column.name in ("line", "replaced_by")


def read_typed(staging: Staging, raw: Raw, mapping: Mapping, rules: Rules) -> Typed:
    """Type all rows of one source into a table of the staging database."""
    columns = mapped_columns(mapping)
    plain = _starts_plain(staging, raw, mapping, columns)
    forms = (_plainest if plain else _looked_through)(staging, raw, mapping, columns)
    reading = _Reading(staging, raw, mapping, rules, forms)
    typed = reading.read()
    if plain and typed.unsure:
        forms = _looked_through(staging, raw, mapping, columns)
        if forms != reading.forms:
            staging.run(f"DROP VIEW {typed.relation}; DROP TABLE {typed.table}")
            reading = _Reading(staging, raw, mapping, rules, forms)
            typed = reading.read()
    if typed.unsure:
        reading.look_again(typed)
    return typed


def _starts_plain(
    staging: Staging, raw: Raw, mapping: Mapping, columns: tuple[Column, ...]
) -> bool:
    """Whether the first rows write dates and numbers in the plainest way."""
    tests = []
    for column in columns:
        place = raw.column(mapping.columns[column.name])
        if not raw.is_text(place):
            continue
        if column.kind in DATES:
            read = f"coalesce(year(TRY_CAST({place} AS DATE)), 0) > 1800"
        elif column.kind in NUMBERS:
            read = f"TRY_CAST({place} AS DOUBLE) IS NOT NULL"
        else:
            continue
        tests.append(f"count(*) FILTER (NOT {read}) > count(*) / 2 AND count({place}) > 0")
    if not tests:
        return True
    start = f"(SELECT * FROM {raw.relation} LIMIT {_START_ROWS})"
    several = [f"({test})" for test in tests]
    return not staging.one(f"SELECT coalesce({' OR '.join(several)}, false) FROM {start}")[0]


def _plainest(staging: Staging, raw: Raw, mapping: Mapping, columns: tuple[Column, ...]) -> Forms:
    forms = Forms()
    for column in columns:
        place = raw.column(mapping.columns[column.name])
        if column.kind in DATES:
            forms.dates[column.name] = PLAIN_DATE
            if column.kind == "moment" or not raw.is_text(place):
                forms.dates[column.name] = date_form(staging, raw, place)
        elif column.kind in NUMBERS:
            given = mapping.number_forms.get(column.name)
            forms.numbers[column.name] = given or PLAIN_NUMBER
    return forms


def _looked_through(
    staging: Staging, raw: Raw, mapping: Mapping, columns: tuple[Column, ...]
) -> Forms:
    forms = Forms()
    for column in columns:
        place = raw.column(mapping.columns[column.name])
        if column.kind in DATES:
            order = mapping.date_orders.get(column.name)
            forms.dates[column.name] = date_form(staging, raw, place, order)
        elif column.kind in NUMBERS:
            given = mapping.number_forms.get(column.name)
            forms.numbers[column.name] = given or number_form(staging, raw, place)
    return forms


class _Reading:
    """The SQL that types one source."""

    def __init__(
        self, staging: Staging, raw: Raw, mapping: Mapping, rules: Rules, forms: Forms
    ) -> None:
        self.staging, self.raw, self.mapping, self.rules = staging, raw, mapping, rules
        self.forms = forms
        columns = mapped_columns(mapping)
        self.places = {c.name: raw.column(mapping.columns[c.name]) for c in columns}
        self.cells = {c.name: self._cell(c) for c in columns}
        self.values, self.columns = self._values(columns)
        inner = ", ".join(f"{cell.sql} AS {quoted(name)}" for name, cell in self.cells.items())
        joins = " ".join(cell.join for cell in self.cells.values())
        self.source = f"(SELECT r.*, {inner} FROM {raw.relation} r {joins}) v"

    def read(self) -> Typed:
        what = Checked(self.mapping, self.cells, self.places, self.values)
        reason = quick_reason_sql(what, self.rules)
        kept = self._kept()
        picked = "".join(
            f"{self.values[c.name]} AS {quoted(c.name)}, "
            for c in self.columns
            if c.name not in kept
        )
        table, relation = self.staging.name("worked_out"), self.staging.name("typed")
        self.staging.run(
            f"CREATE TABLE {table} AS SELECT v.{ROW}, {picked}{reason} AS _why FROM {self.source}"
        )
        beside = f"POSITIONAL JOIN {self.raw.table} r" if kept else ""
        texts = "".join(f", r.{place} AS {quoted(name)}" for name, place in kept.items())
        self.staging.run(f"CREATE VIEW {relation} AS SELECT t.*{texts} FROM {table} t {beside}")
        unsure = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE _why = '{UNSURE}')"
        return Typed(relation, table, self.columns, self.forms, self.staging.one(unsure)[0])

    def _kept(self) -> dict[str, str]:
        """Columns that are good as they are, with their raw ones: to copy their texts would take as
        long as all the rest. A join may change the order of rows; then nothing is kept."""
        if self.raw.table is None or any(cell.join for cell in self.cells.values()):
            return {}
        return {
            name: place
            for name, place in self.places.items()
            if self.cells[name].sql == place and self.values[name] == f"v.{quoted(name)}"
        }

    def look_again(self, typed: Typed) -> None:
        """Give the rows that were unsure their reason."""
        what = Checked(self.mapping, self.cells, self.places, self.values)
        self.staging.run(
            f"UPDATE {typed.table} t SET _why = n._why FROM ("
            f"SELECT v.{ROW}, {reason_sql(what, self.rules)} AS _why FROM {self.source} "
            f"WHERE v.{ROW} IN (SELECT {ROW} FROM {typed.table} WHERE _why = '{UNSURE}')) n "
            f"WHERE t.{ROW} = n.{ROW}"
        )

    def _cell(self, column: Column) -> Cell:
        place = self.places[column.name]
        if column.kind == "date":
            form = self.forms.dates[column.name]
            loosely = _WITHOUT_A_DAY.get(column.name)
            return date_cell(self.staging, self.raw, place, form, loosely=loosely)
        if column.kind == "moment":
            return moment_cell(self.staging, self.raw, place, self.forms.dates[column.name])
        if column.kind == "yes_no":
            return yes_no_cell(self.staging, self.raw, place)
        if column.kind in NUMBERS:
            written = self.forms.numbers[column.name]
            shares = TABLES[self.mapping.table].shares
            reader = share_cell if column.name in shares else number_cell
            cell = reader(self.raw, place, written, SQL_TYPES[column.kind])
            return _also_in_words(cell, place, column.name) if self.raw.is_text(place) else cell
        return text_cell(self.staging, self.raw, place, is_id=is_id(column))

    def _values(self, columns: tuple[Column, ...]) -> tuple[dict[str, str], tuple[Column, ...]]:
        """SQL of each column, and the columns with those that are derived."""
        mapping, table = self.mapping, {c.name: c for c in TABLES[self.mapping.table].columns}
        values = {name: f"v.{quoted(name)}" for name in self.cells}
        orders = mapping.table in ("order_lines", "open_orders")
        if mapping.amount_from and "amount" not in values:
            values["amount"] = _product(*(values[name] for name in mapping.amount_from))
        if mapping.currency and "currency" in table:
            given = values.get("currency", "NULL")
            values["currency"] = f"coalesce({given}, {literal(mapping.currency)})"
        if TABLES[mapping.table].in_currency and "currency" in values:
            values["currency"] = f"upper({values['currency']})"
        if orders:
            values["kind"] = _kind(mapping, values)
        if mapping.table == "visits" and "contacts" in values:
            values["contacts"] = _one_separator(values["contacts"])
        for column in columns:
            if column.kind == "choice" and not (orders and column.name == "kind"):
                values[column.name] = _choice(values[column.name], column.choices)
        derived = tuple(table[name] for name in values if name not in self.cells)
        return values, (*columns, *derived)


def _also_in_words(cell: Cell, place: str, column: str) -> Cell:
    """A figure of a short scale as people say it, too: 非常支持 is 2."""
    scale = said_as_figure(column)
    if not scale:
        return cell
    said = f"replace(replace(lower(trim({place})), ' ', '_'), '-', '_')"
    cases = " ".join(f"WHEN {said} IN ({_list(words)}) THEN {n}" for n, words in scale.items())
    return replace(
        cell,
        sql=f"CASE {cases} ELSE {cell.sql} END",
        as_double=f"CASE {cases} ELSE {cell.as_double} END",
    )


def _product(first: str, second: str) -> str:
    """Exact: 3 × 6.95 is 20.85, not 20.849999."""
    return f"TRY_CAST(TRY_CAST({first} AS DECIMAL(18, 4)) * TRY_CAST({second} AS DECIMAL(18, 4)) AS DECIMAL(18, 4))"


def _one_separator(value: str) -> str:
    """Several codes in one cell with “;” between them, however they were parted."""
    marks = "regexp_replace({}, '\\s*[;；,，、|\\n]\\s*', ';', 'g')"
    return f"trim({marks.format(value)}, '; ')"


def _choice(value: str, choices: tuple[str, ...]) -> str:
    """One of the choices as it is spelt in the vocabulary, where it is one of them."""
    said = f"replace(replace(lower({value}), ' ', '_'), '-', '_')"
    cases = " ".join(
        f"WHEN {said} IN ({_list(said_as(choice))}) THEN {literal(choice)}" for choice in choices
    )
    return f"CASE {cases} ELSE {value} END"


# What people call the kinds of order lines.
_KINDS = {
    "sale": "sale sales invoice order 銷貨 銷售 销售 销货 매출 판매 주문",
    "return": "return returns refund 退貨 退货 銷退 销退 반품 환불",
    "credit": "credit credit_note credit_memo allowance 折讓 折让 貸項 贷项 할인 대변",
    "fee": "fee fees freight shipping postage charge 運費 运费 手續費 手续费 운임 배송비 수수료",
}


def _kind(mapping: Mapping, values: Pairs[str, str]) -> str:
    """A line's kind: as the source says, else a fee by its product code, else by its sign."""
    amount, product = values.get("amount", "NULL"), values.get("product_id", "NULL")
    name, order = values.get("product_name", "NULL"), values.get("order_id", "NULL")
    cases = []
    if "kind" in values:
        said = f"replace(replace(lower({values['kind']}), ' ', '_'), '-', '_')"
        for kind, words in _KINDS.items():
            cases.append(f"WHEN {said} IN ({_list(words.split())}) THEN '{kind}'")
    if mapping.fee_codes:
        codes = _list([code.upper() for code in mapping.fee_codes])
        cases.append(f"WHEN upper({product}) IN ({codes}) THEN 'fee'")
    cases.append(
        f"WHEN {amount} < 0 THEN CASE WHEN coalesce({product}, {name}) IS NULL "
        f"OR regexp_matches({order}, '^[cC][a-zA-Z]{{0,3}}[-_]?\\d') THEN 'credit' ELSE 'return' END"
    )
    return f"CASE {' '.join(cases)} ELSE 'sale' END"


def _list(words: list[str]) -> str:
    return ", ".join(literal(word) for word in words)


BESIDE_COLUMNS = (
    *(Column(name) for name in BESIDE if name not in _BESIDE),
    *(Column(name) for name in ("_import", "_source")),
    *_BESIDE.values(),
)


def padded(typed: Typed, table: str, number: int) -> str:
    """SQL: a source's rows with all columns of the table, `s` the number of the source."""
    have = {c.name for c in typed.columns}
    columns = [*TABLES[table].columns, *BESIDE_COLUMNS]
    picked = ", ".join(
        quoted(c.name)
        if c.name in have
        else f"CAST(NULL AS {SQL_TYPES[c.kind]}) AS {quoted(c.name)}"
        for c in columns
    )
    return f"SELECT {number} AS s, {ROW}, {picked}, _why FROM {typed.relation}"
