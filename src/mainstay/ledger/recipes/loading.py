"""A recipe out of its YAML; what is wrong is said in one sentence with file and line."""

from __future__ import annotations

import re

from mainstay.core.currencies import WRITTEN
from mainstay.core.texts import gettext_noop
from mainstay.ledger.headings import BESIDE
from mainstay.ledger.recipes.statements import check_statement
from mainstay.ledger.recipes.types import OVERLAP_DAYS, SINCE, SINCE_DAY, Query, Recipe, Variable
from mainstay.ledger.recipes.written import Written, read
from mainstay.ledger.schema import TABLES

MOST_OVERLAP_DAYS = 366
_NEEDED = ("name", "title", "databases", "version", "source", "tested", "tables")
_OF_QUERY = (
    *("name", "columns", "changed", "overlap_days", "gone", "values", "negative", "fee_codes"),
    *("currency", "amount_from"),
)
_LINES = ("order_lines", "open_orders")
_NAME = re.compile(r"[a-z][a-z0-9_]*")

_NO_NAME = gettext_noop(
    "“{file}”, line {line}: “{name}” can't be a name; write small letters, digits and _, as u8_2."
)
_NO_TABLE = gettext_noop("“{file}”, line {line}: there is no table “{name}”; there are {names}.")
_NO_COLUMN = gettext_noop(
    "“{file}”, line {line}: the table {table} has no column “{name}”; it has {names}."
)
_TAKEN = gettext_noop(
    "“{file}”, line {line}: two queries are named “{name}”; give one of them a name of its own."
)
_WHOLE = gettext_noop(
    "“{file}”, line {line}: the table {name} is replaced as a whole at each import: fill it by one query, without “changed”."
)
_ONLY_LINES = gettext_noop(
    "“{file}”, line {line}: “{name}” is for order_lines and open_orders only."
)
_NO_GONE = gettext_noop(
    "“{file}”, line {line}: “gone” can't be said of the table {table}, whose rows no single code names."
)
_NO_DAYS = gettext_noop("“{file}”, line {line}: “{name}” is no number of days from 0 to {most}.")
_NO_KIND = gettext_noop("“{file}”, line {line}: there is no kind “{name}”; there are {names}.")
_NO_CURRENCY = gettext_noop(
    "“{file}”, line {line}: “{name}” is no currency; write three letters, as EUR."
)
_TWO = gettext_noop(
    "“{file}”, line {line}: an amount is made from two columns, as [quantity, unit_price]."
)
_RESERVED = gettext_noop(
    "“{file}”, line {line}: “{name}” is given by Mainstay itself; name the variable otherwise."
)
_NOTHING = gettext_noop("“{file}”, line {line}: here one value at least is wanted.")


def load(text: str, file: str) -> Recipe:
    """The recipe in a YAML text.

    file: what people call it
    Raises: RecipeBroken
    """
    given = read(text, file).only(_NEEDED, ("variables",))
    variables = _variables(given["variables"]) if "variables" in given else ()
    allowed = {SINCE, SINCE_DAY, *(variable.name for variable in variables)}
    queries: list[Query] = []
    for one in _some(given["tables"]):
        queries.append(_query(one, allowed))
        _fits(one, queries)
    return Recipe(
        name=_named(given["name"]),
        title=given["title"].text,
        file=file,
        databases=tuple(one.text for one in _some(given["databases"])),
        version=given["version"].text,
        source=given["source"].text,
        tested=given["tested"].text,
        variables=variables,
        queries=tuple(queries),
    )


def _variables(given: Written) -> tuple[Variable, ...]:
    found = []
    for name, value in given.names.items():
        said = value.only(("about",), ("default",))
        if name in (SINCE, SINCE_DAY):
            value.refuse(_RESERVED, name=name)
        if not _NAME.fullmatch(name):
            value.refuse(_NO_NAME, name=name)
        default = said["default"].text if "default" in said else None
        found.append(Variable(name, said["about"].text, default))
    return tuple(found)


def _query(given: Written, allowed: set[str]) -> Query:
    said = given.only(("table", "sql"), _OF_QUERY)
    table = said["table"].text
    if table not in TABLES:
        said["table"].refuse(_NO_TABLE, name=table, names=", ".join(TABLES))
    check_statement(said["sql"], allowed)
    for name in ("negative", "fee_codes", "amount_from"):
        if name in said and table not in _LINES:
            said[name].refuse(_ONLY_LINES, name=name)
    if "gone" in said and (TABLES[table].whole or not _one_key(table)):
        said["gone"].refuse(_NO_GONE, table=table)
    return Query(
        name=_named(said["name"]) if "name" in said else table,
        table=table,
        sql=said["sql"].text.rstrip(";"),
        line=said["sql"].line,
        columns=_columns(said["columns"], table) if "columns" in said else {},
        changed=said["changed"].text if "changed" in said else None,
        overlap_days=_days(said["overlap_days"]) if "overlap_days" in said else OVERLAP_DAYS,
        gone=said["gone"].text if "gone" in said else None,
        values=_values(said["values"], table) if "values" in said else {},
        negative=_kinds(said["negative"]) if "negative" in said else (),
        fee_codes=tuple(one.text for one in said["fee_codes"].members)
        if "fee_codes" in said
        else (),
        currency=_currency(said["currency"]) if "currency" in said else None,
        amount_from=_factors(said["amount_from"], table) if "amount_from" in said else None,
    )


def _one_key(table: str) -> bool:
    """Whether a single code says which row is meant; of order lines, the order's number does."""
    return table == "order_lines" or len(TABLES[table].key) == 1


def _fits(given: Written, queries: list[Query]) -> None:
    """Raises: RecipeBroken where the last query does not go with those before it"""
    last, before = queries[-1], queries[:-1]
    if TABLES[last.table].whole and (last.changed or any(q.table == last.table for q in before)):
        given.refuse(_WHOLE, name=last.table)
    if any(query.name == last.name for query in before):
        given.refuse(_TAKEN, name=last.name)


def columns_of(table: str) -> list[str]:
    """The columns that a query may fill."""
    return [c.name for c in TABLES[table].columns] + (list(BESIDE) if table in _LINES else [])


def _some(given: Written) -> list[Written]:
    if not given.members:
        given.refuse(_NOTHING)
    return given.members


def _named(given: Written) -> str:
    if not _NAME.fullmatch(given.text):
        given.refuse(_NO_NAME, name=given.text)
    return given.text


def _column(given: Written, name: str, table: str) -> str:
    if name not in columns_of(table):
        given.refuse(_NO_COLUMN, table=table, name=name, names=", ".join(columns_of(table)))
    return name


def _columns(given: Written, table: str) -> dict[str, str]:
    return {_column(value, name, table): value.text for name, value in given.names.items()}


def _values(given: Written, table: str) -> dict[str, dict[str, str]]:
    return {
        _column(value, name, table): {word: ours.text for word, ours in value.names.items()}
        for name, value in given.names.items()
    }


def _kinds(given: Written) -> tuple[str, ...]:
    kinds = next(c.choices for c in TABLES["order_lines"].columns if c.name == "kind")
    for one in given.members:
        if one.text not in kinds:
            one.refuse(_NO_KIND, name=one.text, names=", ".join(kinds))
    return tuple(one.text for one in given.members)


def _days(given: Written) -> int:
    if not (given.text.isascii() and given.text.isdigit() and int(given.text) <= MOST_OVERLAP_DAYS):
        given.refuse(_NO_DAYS, name=given.text, most=MOST_OVERLAP_DAYS)
    return int(given.text)


def _currency(given: Written) -> str:
    if given.text.upper() not in WRITTEN:
        given.refuse(_NO_CURRENCY, name=given.text)
    return given.text.upper()


def _factors(given: Written, table: str) -> tuple[str, str]:
    if len(given.members) != 2:
        given.refuse(_TWO)
    first, second = (_column(one, one.text, table) for one in given.members)
    return first, second
