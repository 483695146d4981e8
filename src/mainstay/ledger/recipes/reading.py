"""One query of a recipe: its rows, with the words, signs and cancellations as the ledger wants them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.errors import RecipeBroken
from mainstay.ledger.mapping import Mapping as ColumnMapping
from mainstay.ledger.parsing import PLAIN_NUMBER
from mainstay.ledger.readers.database import read_query
from mainstay.ledger.readers.types import ROW, Raw
from mainstay.ledger.recipes.loading import columns_of
from mainstay.ledger.recipes.seen import AHEAD, moment_of
from mainstay.ledger.recipes.types import SINCE, SINCE_DAY, Query, Recipe
from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import Staging, literal, quoted

if TYPE_CHECKING:
    from sqlalchemy import URL

EVER = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - as the database's clock says; older than any of its rows
_SIGNED = ("amount", "quantity", "list_amount", "cost")
_NO_ANSWER = gettext_noop("“{file}”, line {line}, query “{query}”: {why}")
_NO_COLUMN = gettext_noop(
    "“{file}”, line {line}: the query “{query}” gives no column “{name}”; it gives {headings}."
)
_NOT_OURS = gettext_noop(
    "“{file}”, line {line}: the query “{query}” gives a column “{name}”, which the table {table} does not have; name it otherwise, or say under “columns” what it is."
)
_MISSING = gettext_noop(
    "“{file}”, line {line}: the query “{query}” gives no column for {missing}, which the table {table} needs."
)


@dataclass(frozen=True)
class Asked:
    """A query with what it is asked.

    since: changes from then on; None = everything
    most: so many rows are enough; None = all
    """

    recipe: Recipe
    query: Query
    url: URL
    variables: Mapping[str, str]
    since: dt.datetime | None = None
    most: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Those that the query names; databases refuse others."""
        import sqlalchemy as sa

        since = self.since or EVER
        # SQLite has no type for moments: it compares them as text.
        plain = since.isoformat(" ") if self.url.get_backend_name() == "sqlite" else since
        given = {**self.variables, SINCE: plain, SINCE_DAY: f"{since:%Y%m%d}"}
        names = sa.text(self.query.sql)._bindparams
        return {name: given[name] for name in names}

    def refused(self, template: str, **data: Any) -> RecipeBroken:
        where = {"file": self.recipe.file, "line": self.query.line, "query": self.query.name}
        return RecipeBroken(template, **where, **data)


@dataclass(frozen=True)
class Answer:
    """The rows of a query, as a Parquet file that an import reads.

    seen: the last change among them; None = there was none, or the query does not tell
    gone: keys of rows that count no more; of order lines, their orders
    """

    file: Path
    mapping: ColumnMapping
    rows: int
    seen: dt.datetime | None = None
    gone: tuple[str, ...] = ()


def ask(staging: Staging, asked: Asked, now: dt.datetime) -> Answer:
    """The answer of the database.

    now: what was changed later than that, was not
    Raises: RecipeBroken; UnreadableFile where the database can't be reached
    """
    query = asked.query
    try:
        raw = read_query(staging, asked.url, query.sql, asked.parameters(), most=asked.most)
    except UnreadableFile as error:
        if "why" not in error.data:
            raise
        raise asked.refused(_NO_ANSWER, why=error.data["why"]) from error
    columns = _columns(asked, raw)
    mapping = _mapping(asked, columns)
    is_gone = _is_gone(asked, raw) if query.gone else "false"
    file = staging.folder / f"{asked.recipe.name}, {query.name}"
    picked = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in _cells(query, columns).items())
    staging.run(
        f"COPY (SELECT {picked} FROM {raw.relation} r WHERE NOT {is_gone} ORDER BY {ROW}) "
        f"TO {literal(str(file))} (FORMAT parquet)"
    )
    gone: tuple[str, ...] = ()
    if query.gone:
        key = _key(asked, columns)
        gone = tuple(
            one
            for (one,) in staging.rows(
                f"SELECT DISTINCT trim(r.{key}) FROM {raw.relation} r "
                f"WHERE {is_gone} AND r.{key} IS NOT NULL ORDER BY 1"
            )
        )
    rows = staging.one(f"SELECT count(*) FROM {raw.relation} r WHERE NOT {is_gone}")[0]
    seen = _seen(staging, asked, raw, now) if query.changed else None
    return Answer(file, mapping, rows, seen, gone)


def _heading(asked: Asked, raw: Raw, name: str) -> str:
    """c0, c1… of a column of the query, whatever its database made of small and large letters."""
    for place, heading in enumerate(raw.headings):
        if heading.casefold() == name.casefold():
            return f"c{place}"
    raise asked.refused(_NO_COLUMN, name=name, headings=", ".join(raw.headings))


def _columns(asked: Asked, raw: Raw) -> dict[str, str]:
    """From our column to c0, c1…"""
    query = asked.query
    if query.columns:
        return {ours: _heading(asked, raw, theirs) for ours, theirs in query.columns.items()}
    apart = {name.casefold() for name in (query.changed, query.gone) if name}
    known = {name.casefold(): name for name in columns_of(query.table)}
    found = {}
    for place, heading in enumerate(raw.headings):
        if heading.casefold() in known:
            found[known[heading.casefold()]] = f"c{place}"
        elif heading.casefold() not in apart:
            raise asked.refused(_NOT_OURS, name=heading, table=query.table)
    return found


def _mapping(asked: Asked, columns: Mapping[str, str]) -> ColumnMapping:
    query = asked.query
    names = list(columns)
    kinds = {column.name: column.kind for column in TABLES[query.table].columns}
    numbers = [n for n in names if kinds.get(n) in ("money", "number", "integer")]
    mapping = ColumnMapping(
        query.table,
        {name: name for name in names},
        amount_from=query.amount_from if "amount" not in columns else None,
        fee_codes=query.fee_codes,
        currency=query.currency,
        # As databases write them: nothing is to be guessed.
        number_forms=dict.fromkeys([*numbers, *({"unit_price"} & set(names))], PLAIN_NUMBER),
        date_orders=dict.fromkeys([n for n in names if kinds.get(n) in ("date", "moment")], "ymd"),
        fees_said=True,
    )
    if mapping.missing:
        missing = ", ".join(mapping.missing)
        raise asked.refused(_MISSING, missing=missing, table=query.table)
    return mapping


def _is_gone(asked: Asked, raw: Raw) -> str:
    """SQL of whether a row counts no more."""
    place = _heading(asked, raw, str(asked.query.gone))
    return f"coalesce(lower(trim(r.{place})) IN ('1', 'true', 't', 'y', 'yes'), false)"


def _key(asked: Asked, columns: Mapping[str, str]) -> str:
    """c0, c1… of the code that says which row is no more; of order lines, which order."""
    table = TABLES[asked.query.table]
    name = "order_id" if table.name == "order_lines" else table.key[0]
    if name not in columns:
        raise asked.refused(_MISSING, missing=name, table=table.name)
    return columns[name]


def _cells(query: Query, columns: Mapping[str, str]) -> dict[str, str]:
    """SQL of each of our columns, with our words and signs."""
    found = {
        name: _worded(f"r.{place}", query.values.get(name, {})) for name, place in columns.items()
    }
    kinds = ", ".join(literal(one) for one in query.negative)
    for name in _SIGNED if kinds and "kind" in found else ():
        if name in found:
            found[name] = (
                f"CASE WHEN {found['kind']} IN ({kinds}) AND TRY_CAST({found[name]} AS DOUBLE) > 0 "
                f"THEN '-' || trim({found[name]}, ' +') ELSE {found[name]} END"
            )
    return found


def _worded(cell: str, words: Mapping[str, str]) -> str:
    """SQL of a cell with the ERP's words put into ours."""
    if not words:
        return cell
    cases = " ".join(
        f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in words.items()
    )
    return f"CASE trim({cell}) {cases} ELSE {cell} END"


def _seen(staging: Staging, asked: Asked, raw: Raw, now: dt.datetime) -> dt.datetime | None:
    place = _heading(asked, raw, str(asked.query.changed))
    latest = now.replace(tzinfo=None) + AHEAD
    rows = staging.rows(
        f"SELECT DISTINCT r.{place} FROM {raw.relation} r WHERE r.{place} IS NOT NULL"
    )
    moments = (moment_of(text) for (text,) in rows)
    return max((moment for moment in moments if moment and moment <= latest), default=None)
