"""One query of a recipe: its rows, with the words, signs and cancellations as the ledger wants them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

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

    from mainstay.ledger.ledger import Ledger

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
    cancelled: order lines that count no more, and that the ledger has
    withdrawn: rows of another table that the ledger has, and that count no more
    """

    file: Path
    mapping: ColumnMapping
    rows: int
    seen: dt.datetime | None = None
    cancelled: int = 0
    withdrawn: pa.Table | None = None


def ask(staging: Staging, asked: Asked, ledger: Ledger | None, now: dt.datetime) -> Answer:
    """The answer of the database.

    ledger: whose orders can be cancelled; None = all rows are kept as they are
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
    gone = _Gone.of(staging, asked, raw, columns, ledger) if query.gone else None
    file = staging.folder / f"{asked.recipe.name}, {query.name}"
    cells = _cells(query, columns, gone.fate if gone and gone.cancels else None)
    picked = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in cells.items())
    where = f" WHERE {gone.fate} <> 'dropped'" if gone else ""
    # With the moment within, lest rows that came back to what they were pass for a file loaded before.
    staging.run(
        f"COPY (SELECT {picked} FROM {raw.relation} r{where} ORDER BY {ROW}) TO "
        f"{literal(str(file))} (FORMAT parquet, KV_METADATA {{read_at: {literal(now.isoformat())}}})"
    )
    seen = _seen(staging, asked, raw, now) if query.changed else None
    if not gone:
        nothing = ledger and TABLES[query.table].whole and not raw.rows
        emptied = ledger.facts.known(query.table) if nothing and ledger else None
        return Answer(file, mapping, raw.rows, seen, withdrawn=emptied)
    rows, cancelled = staging.one(
        f"SELECT count(*) FILTER ({gone.fate} <> 'dropped'), "
        f"count(*) FILTER ({gone.fate} = 'cancelled') FROM {raw.relation} r"
    )
    return Answer(file, mapping, rows, seen, cancelled, gone.withdrawn)


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


def _adds_kind(query: Query, columns: Mapping[str, str]) -> bool:
    return bool(query.gone) and query.table == "order_lines" and "kind" not in columns


def _mapping(asked: Asked, columns: Mapping[str, str]) -> ColumnMapping:
    query = asked.query
    names = [*columns, *(["kind"] if _adds_kind(query, columns) else [])]
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


@dataclass(frozen=True)
class _Gone:
    """What becomes of rows that count no more.

    fate: SQL: counts, cancelled, or dropped, since the ledger never had it or forgets it
    cancels: whether they are order lines, which stay as nothing; rows of other tables are withdrawn
    """

    fate: str
    cancels: bool
    withdrawn: pa.Table | None = None

    @classmethod
    def of(
        cls,
        staging: Staging,
        asked: Asked,
        raw: Raw,
        columns: Mapping[str, str],
        ledger: Ledger | None,
    ) -> _Gone:
        table = TABLES[asked.query.table]
        lines = table.name == "order_lines"
        name = "order_id" if lines else table.key[0]
        if name not in columns:
            raise asked.refused(_MISSING, missing=name, table=table.name)
        key = f"trim(r.{columns[name]})"
        place = _heading(asked, raw, str(asked.query.gone))
        is_gone = f"coalesce(lower(trim(r.{place})) IN ('1', 'true', 't', 'y', 'yes'), false)"
        kept = f"CASE WHEN NOT {is_gone} THEN 'counts' "
        ids = staging.arrow(f"SELECT DISTINCT {key} AS id FROM {raw.relation} r WHERE {is_gone}")
        wanted = ids["id"].combine_chunks().drop_null()
        if ledger is None or not len(wanted):
            return cls(f"{kept}ELSE 'dropped' END", lines)
        if not lines:
            known = ledger.facts.known(table.name)
            found = known.filter(pc.is_in(known[name], value_set=wanted))
            return cls(f"{kept}ELSE 'dropped' END", lines, found if found.num_rows else None)
        there = staging.name("orders_known")
        names = ["order_id", "line"] if "line" in columns else ["order_id"]
        staging.keep(there, ledger.store.orders(wanted, names))
        keys = ", ".join(f"trim(r.{columns[name]})" for name in names)
        has = f"({keys}) IN (SELECT ({', '.join(names)}) FROM {there})"
        return cls(f"{kept}WHEN {has} THEN 'cancelled' ELSE 'dropped' END", lines)


def _cells(query: Query, columns: Mapping[str, str], fate: str | None) -> dict[str, str]:
    """SQL of each of our columns.

    fate: SQL of what becomes of order lines, where some are cancelled. Such an order stays, line for
        line, as one of nothing: 0, and of the kind that counts in no total and makes no order day. So
        it takes the place of what was ordered, and undoing the import brings that back.
    """
    found = {
        name: _worded(f"r.{place}", query.values.get(name, {})) for name, place in columns.items()
    }
    kind = found.get("kind", "NULL")
    for name in _SIGNED:
        if name in found and query.negative:
            kinds = ", ".join(literal(one) for one in query.negative)
            found[name] = (
                f"CASE WHEN {kind} IN ({kinds}) AND TRY_CAST({found[name]} AS DOUBLE) > 0 "
                f"THEN '-' || trim({found[name]}, ' +') ELSE {found[name]} END"
            )
    if fate:
        for name in (*_SIGNED, "unit_price"):
            if name in found:
                found[name] = f"CASE WHEN {fate} = 'cancelled' THEN '0' ELSE {found[name]} END"
        found["kind"] = f"CASE WHEN {fate} = 'cancelled' THEN 'fee' ELSE {kind} END"
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
