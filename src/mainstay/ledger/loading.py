"""The work of one import: sources read, typed and compared in a staging database."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.checks import Rules
from mainstay.ledger.copies import mark_copies
from mainstay.ledger.made_ids import with_ids_sql
from mainstay.ledger.mapping import Mapping, MappingMemory
from mainstay.ledger.proposing import ImportOptions, mapping_for, needs_columns, unsure_forms
from mainstay.ledger.readers import ROW, Raw, read_source
from mainstay.ledger.readers.database import is_database
from mainstay.ledger.readers.parquet import parquet_files
from mainstay.ledger.report import Money, Month, Report, SourceCount
from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import Staging, literal, quoted
from mainstay.ledger.table_types import TOMORROW
from mainstay.ledger.typed import Typed, padded, read_typed

Progress = Callable[[Text, float], None]
READING = gettext_noop("Reading {file}")
COMPARING = gettext_noop("Looking for rows that are there already")
STORING = gettext_noop("Storing")


def silent(what: Text, share: float) -> None:
    """No progress is shown."""


@dataclass
class Loading:
    """Sources on their way into the ledger.

    lines: a relation `s, row, the table's columns, those beside it, _why` of all sources
    told: the same with `fate`: taken, copy, or the reason for which a row is set aside
    """

    staging: Staging
    options: ImportOptions
    rules: Rules
    raws: list[Raw] = field(default_factory=list)
    mappings: list[Mapping] = field(default_factory=list)
    typed: list[Typed] = field(default_factory=list)
    lines: str = ""
    told: str = ""
    warnings: list[Text] = field(default_factory=list)

    @property
    def table(self) -> str:
        return self.options.table

    @property
    def mapped(self) -> set[str]:
        """The columns that any of the sources has."""
        found = {c for mapping in self.mappings for c in mapping.columns}
        if any(mapping.currency for mapping in self.mappings):
            found.add("currency")
        return found

    @property
    def completes(self) -> bool:
        return any(mapping.completes for mapping in self.mappings)


def rules_for(table: str, now: dt.datetime) -> Rules:
    """What dates are believed: what happened in the last decades, plans of the next ones."""
    known, today = TABLES[table], now.date()
    told = today + dt.timedelta(days=TOMORROW)
    oldest = today - dt.timedelta(days=known.back_days) if known.back_days else dt.date.min
    earliest, latest = dt.date(1900, 1, 1), dt.date(2200, 1, 1)
    if known.ahead_days is not None:
        earliest, latest = dt.date(1970, 1, 1), today + dt.timedelta(days=known.ahead_days)
    elif known.by_machine and table != "targets":
        earliest, latest = dt.date(1970, 1, 1), today + dt.timedelta(days=366 * 2)
    return Rules(earliest, latest, told, oldest)


def read_all(
    staging: Staging,
    places: Sequence[Path | str],
    options: ImportOptions,
    progress: Progress = silent,
) -> list[Raw]:
    """All sources as they are."""
    raws: list[Raw] = []
    for n, place in enumerate(places):
        name = "SQL" if is_database(str(place)) else Path(place).name
        progress(Text(READING, {"file": name}), 0.4 * n / len(places))
        raws += read_source(staging, place, options.read)
    return _own_names(raws)


def _own_names(raws: list[Raw]) -> list[Raw]:
    """Two files of the same name from two folders stay two sources."""
    from dataclasses import replace

    seen: dict[str, int] = {}
    named = []
    for raw in raws:
        seen[raw.source] = seen.get(raw.source, 0) + 1
        times = seen[raw.source]
        named.append(raw if times == 1 else replace(raw, source=f"{raw.source} ({times})"))
    return named


def map_all(loading: Loading, memory: MappingMemory) -> None:
    """Find each source's mapping; sheets that are no such table are left, with a warning.

    Raises: MappingNeeded
    """
    raws = loading.raws
    mappings = [mapping_for(loading.staging, raw, loading.options, memory)[0] for raw in raws]
    if len(raws) > 1 and any(not m.missing for m in mappings):
        for raw, mapping in zip(raws, mappings, strict=True):
            if mapping.missing and raw.sheet is not None:
                left = {
                    "sheet": raw.source,
                    "rows": raw.rows,
                    "missing": ", ".join(mapping.missing),
                }
                loading.warnings.append(Text(_SHEET_LEFT, left))
        kept = [
            (r, m) for r, m in zip(raws, mappings, strict=True) if not m.missing or r.sheet is None
        ]
        raws, mappings = [r for r, _ in kept], [m for _, m in kept]
    for raw, mapping in zip(raws, mappings, strict=True):
        needs_columns(raw, mapping)
    loading.raws, loading.mappings = raws, mappings


_SHEET_LEFT = gettext_noop(
    "The sheet “{sheet}” with {rows} rows was not read, since it has no column for {missing}."
)


def type_all(loading: Loading, progress: Progress = silent) -> None:
    """Type all rows, and find the lines that are there twice among the sources."""
    staging = loading.staging
    for n, (raw, mapping) in enumerate(zip(loading.raws, loading.mappings, strict=True)):
        progress(Text(READING, {"file": raw.source}), 0.4 + 0.2 * n / len(loading.raws))
        typed = read_typed(staging, raw, mapping, loading.rules)
        loading.typed.append(typed)
        loading.warnings += unsure_forms(staging, raw, mapping, typed.forms.dates)
    loading.lines = staging.name("lines")
    parts = " UNION ALL ".join(padded(t, loading.table, n) for n, t in enumerate(loading.typed))
    staging.run(f"CREATE VIEW {loading.lines} AS {with_ids_sql(TABLES[loading.table], parts)}")
    progress(Text(COMPARING), 0.6)
    copies = staging.name("copies_among")
    if loading.table != "order_lines":
        staging.run(f"CREATE TABLE {copies} (s INTEGER, row BIGINT)")
    else:
        fresh = {
            n: raw.rows
            for n, (raw, mapping) in enumerate(zip(loading.raws, loading.mappings, strict=True))
            if not mapping.completes
        }
        lines = loading.lines
        if loading.completes:
            lines = f'(SELECT * FROM {lines} WHERE "_import" IS NULL)'
        found = mark_copies(staging, lines, fresh)
        staging.run(f"CREATE VIEW {copies} AS SELECT * FROM {found}")
    loading.told = tell(loading, loading.lines, copies)


def tell(loading: Loading, lines: str, copies: str) -> str:
    """A relation of the lines with their fate, where `copies` (s, row) are copies."""
    staging = loading.staging
    told = staging.name("told")
    before = "fate" if lines != loading.lines else "coalesce(_why, 'taken')"
    columns = "* EXCLUDE (fate)" if lines != loading.lines else "*"
    if not staging.one(f"SELECT count(*) FROM {copies}")[0]:
        fate, join = before, ""
    else:
        fate = f"CASE WHEN c.row IS NOT NULL THEN 'copy' ELSE {before} END"
        join = f"LEFT JOIN {copies} c ON c.s = l.s AND c.row = l.row"
        columns = columns.replace("*", "l.*", 1)
    staging.run(f"CREATE VIEW {told} AS SELECT {columns}, {fate} AS fate FROM {lines} l {join}")
    return told


def fingerprint(loading: Loading, places: Sequence[Path | str]) -> str:
    """Of the files' bytes, the table and the mappings: the same is never loaded twice."""
    said = {
        "table": loading.table,
        "sheet": loading.options.read.sheet,
        "mappings": [m.to_json() for m in loading.mappings],
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())
    for place in places:
        if is_database(str(place)):
            for raw in loading.raws:
                found = loading.staging.one(
                    f"SELECT count(*), bit_xor(hash(r)) FROM {raw.relation} r"
                )
                digest.update(repr(found).encode())
            continue
        path = Path(place)
        for one in parquet_files(path) if path.is_dir() else [path]:
            with one.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def stored_lines(
    loading: Loading, import_id: str, columns: Sequence[str], also: str | None = None
) -> str:
    """SQL of the lines to be stored, without columns that no source has.

    also: a relation of stored lines that come along
    """
    special = {
        "import_id": f"{_word(import_id, [import_id])} AS import_id",
        "source": f"{_source_of_line(loading)} AS source",
        ROW: f'coalesce("_row", {ROW}) AS {ROW}',
    }
    if not also:
        have = {c.name for typed in loading.typed for c in typed.columns}
        columns = [name for name in columns if name in have or name in special]
    picked = ", ".join(special.get(name, quoted(name)) for name in columns)
    query = f"SELECT {picked} FROM {loading.told} WHERE fate = 'taken'"
    if also:
        plain = ", ".join(
            special["import_id"] if name == "import_id" else quoted(name) for name in columns
        )
        query += f" UNION ALL SELECT {plain} FROM {also}"
    return query


def _source_of_line(loading: Loading) -> str:
    names = [raw.source for raw in loading.raws]
    if loading.completes:
        cases = " ".join(f"WHEN {n} THEN {literal(name)}" for n, name in enumerate(names))
        return f'coalesce("_source", CASE s {cases} END)'
    if len(names) == 1:
        return _word(names[0], names)
    cases = " ".join(f"WHEN {n} THEN {_word(name, names)}" for n, name in enumerate(names))
    return f"CASE s {cases} END"


def _word(word: str, words: Sequence[str]) -> str:
    """SQL of one word out of few, which then needs no text in each row."""
    listed = ", ".join(literal(one) for one in dict.fromkeys(words))
    return f"CAST({literal(word)} AS ENUM({listed}))"


@dataclass
class _Sums:
    """Rows and money by a word: a fate or a kind."""

    rows: dict[str, int] = field(default_factory=dict)
    money: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, key: str, currency: str, rows: int, money: Decimal) -> None:
        self.rows[key] = self.rows.get(key, 0) + rows
        of_key = self.money.setdefault(key, {})
        of_key[currency] = of_key.get(currency, Decimal(0)) + money


@dataclass
class _Books:
    """All rows added up in the ways in which a report shows them."""

    fates: _Sums = field(default_factory=_Sums)
    kinds: _Sums = field(default_factory=_Sums)
    read: _Sums = field(default_factory=_Sums)
    months: dict[tuple[str, str], Month] = field(default_factory=dict)
    by_source: dict[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, loading: Loading) -> _Books:
        books = cls()
        for s, fate, currency, kind, day, rows, money in loading.staging.rows(_sums_sql(loading)):
            books.fates.add(fate, currency, rows, money)
            books.read.add("read", currency, rows, money)
            books._count(s, fate if fate in ("taken", "copy") else "aside", rows)
            if fate == "taken":
                books.kinds.add(kind, currency, rows, money)
                books._add_month(f"{day:%Y-%m}" if day else "", currency, rows, money)
        for s, raw in enumerate(loading.raws):
            if raw.broken:
                books._count(s, "aside", raw.broken_rows)
                counted = f"SELECT reason, count(*) FROM {raw.broken} GROUP BY 1"
                for reason, rows in loading.staging.rows(counted):
                    books.fates.rows[reason] = books.fates.rows.get(reason, 0) + rows
                    books.fates.money.setdefault(reason, {})
        return books

    def _count(self, s: int, group: str, rows: int) -> None:
        self.by_source[s, group] = self.by_source.get((s, group), 0) + rows

    def _add_month(self, month: str, currency: str, rows: int, money: Decimal) -> None:
        before = self.months.get((month, currency), Month(month, currency, 0, Decimal(0)))
        self.months[month, currency] = Month(
            month, currency, before.rows + rows, before.money + money
        )


def _sums_sql(loading: Loading) -> str:
    """Rows and money by source, fate, currency, kind and month."""
    table = TABLES[loading.table]
    names = {c.name for c in table.columns}
    currency = "coalesce(currency, '')" if "currency" in names else "''"
    kind = "coalesce(kind, '')" if loading.table == "order_lines" else "''"
    month = f"date_trunc('month', {quoted(table.happened)})" if table.happened else "NULL"
    money = "coalesce(sum(amount), 0)" if "amount" in names else "0::DECIMAL(38, 4)"
    return (
        f"SELECT s, fate, {currency}, {kind}, {month}, count(*), {money} "
        f"FROM {loading.told} GROUP BY ALL ORDER BY ALL"
    )


def summed_up(loading: Loading, import_id: str, now: dt.datetime) -> Report:
    """The report of what is told."""
    books = _Books.of(loading)
    fates, kinds = books.fates, books.kinds
    aside = {fate: n for fate, n in fates.rows.items() if fate not in ("taken", "copy")}
    fees = {code for mapping in loading.mappings for code in mapping.fee_codes}
    return Report(
        import_id=import_id,
        table=loading.table,
        sources=tuple(
            SourceCount(
                source=raw.source,
                rows_read=raw.rows_read,
                rows_taken=books.by_source.get((s, "taken"), 0),
                rows_copies=books.by_source.get((s, "copy"), 0),
                rows_set_aside=books.by_source.get((s, "aside"), 0),
                unused=mapping.unused(raw.headings),
            )
            for s, (raw, mapping) in enumerate(zip(loading.raws, loading.mappings, strict=True))
        ),
        rows_read=sum(raw.rows_read for raw in loading.raws),
        rows_taken=fates.rows.get("taken", 0),
        rows_copies=fates.rows.get("copy", 0),
        rows_set_aside=aside,
        money_read=_money(books.read.money.get("read", {})),
        money_taken=_money(fates.money.get("taken", {})),
        money_copies=_money(fates.money.get("copy", {})),
        money_set_aside={fate: _money(fates.money[fate]) for fate in aside},
        by_month=tuple(books.months[key] for key in sorted(books.months)),
        by_kind={kind: n for kind, n in kinds.rows.items() if kind},
        money_by_kind={kind: _money(m) for kind, m in kinds.money.items() if kind},
        fee_codes=tuple(sorted(fees)),
        warnings=tuple(loading.warnings),
        recorded_at=now,
    )


def _money(given: dict[str, Decimal]) -> Money:
    return dict(sorted(given.items()))


def taken_rows(loading: Loading) -> pa.Table:
    """The rows of a fact table to be recorded."""
    schema = TABLES[loading.table].arrow
    picked = ", ".join(quoted(name) for name in schema.names)
    rows = loading.staging.arrow(
        f"SELECT {picked} FROM {loading.told} WHERE fate = 'taken' ORDER BY s, row"
    )
    return rows.cast(schema)
