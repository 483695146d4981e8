"""An import, from files and databases into the ledger: whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger import derived, set_aside
from mainstay.ledger.confirmations import confirmed_once
from mainstay.ledger.errors import StoreChanged
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.gone import gone_orders, gone_rows
from mainstay.ledger.imports import PLACE, being_made, clear
from mainstay.ledger.known import compare, count_accounts
from mainstay.ledger.loading import (
    COMPARING,
    STORING,
    Loading,
    Progress,
    fingerprint,
    map_all,
    read_all,
    rules_for,
    silent,
    stored_lines,
    summed_up,
    taken_rows,
    tell,
    type_all,
)
from mainstay.ledger.mapping import MappingMemory
from mainstay.ledger.outsiders import by_outsiders
from mainstay.ledger.proposing import ImportOptions, Proposal, propose
from mainstay.ledger.readers import ReadOptions
from mainstay.ledger.readers.spark import place_to_work
from mainstay.ledger.refusals import NothingToTake, refuse_nothing
from mainstay.ledger.report import Report
from mainstay.ledger.schema import STORED_ORDER_LINES, TABLES
from mainstay.ledger.schema import table as table_of
from mainstay.ledger.snapshot import reading
from mainstay.ledger.staging import Staging, literal, quoted
from mainstay.ledger.standing_rows import as_they_stand
from mainstay.ledger.staying import without_writing_over
from mainstay.ledger.store import Import
from mainstay.ledger.unknown_codes import unknown_codes
from mainstay.ledger.wrong_values import wrong_values

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

__all__ = [
    "ImportOptions",
    "NothingToTake",
    "Proposal",
    "ReadOptions",
    "Report",
    "plan_import",
    "run_import",
    "save_set_aside",
    "unfinished_imports",
]
ATTEMPTS = 5
IN_MEMORY_ROWS = 1_000_000
Places = Sequence[Path | str]


def plan_import(ledger: Ledger, files: Places, options: ImportOptions | None = None) -> Proposal:
    """How files would be imported: headings, what they are taken for, and what is missing.

    Raises: UnreadableFile, InvalidSetting
    """
    options = options or ImportOptions()
    table_of(options.table)
    memory = MappingMemory(ledger.folder / "mappings")
    with Staging(folder=place_to_work(ledger.folder, files)) as staging:
        read = replace(options.read, start_only=True)
        raws = read_all(staging, files, replace(options, read=read))
        return Proposal(
            options.table, tuple(propose(staging, raw, options, memory) for raw in raws)
        )


def run_import(
    ledger: Ledger,
    files: Places,
    options: ImportOptions | None = None,
    *,
    now: dt.datetime,
    progress: Progress = silent,
) -> Report:
    """Import files; the report is kept with the import.

    now: when the import is recorded, with zone
    Raises: UnreadableFile, MappingNeeded, InvalidSetting, StoreError; then nothing has changed
    """
    options = options or ImportOptions()
    table_of(options.table)
    finish_derived(ledger)
    memory = MappingMemory(ledger.folder / "mappings")
    with Staging(folder=place_to_work(ledger.folder, files)) as staging:
        loading = Loading(staging, options, rules_for(options.table, now))
        loading.raws = read_all(staging, files, options, progress)
        map_all(loading, memory)
        mark = _mark(loading, files)
        ledger.refresh()
        before = ledger.store.loaded(mark) or ledger.facts.loaded(mark)
        if before and (report := _report_of(ledger, before)):
            return _again(report, before)
        type_all(loading, progress)
        loading.warnings += [wrong.warning for wrong in wrong_values(loading)]
        report = _store(ledger, loading, mark, now, progress)
        for raw, mapping in zip(loading.raws, loading.mappings, strict=True):
            if not mapping.completes:
                memory.remember(raw.headings, mapping)
    ledger.refresh()
    return report


def _mark(loading: Loading, files: Places) -> str:
    """What says that a file was loaded before. What another system says now may be what it said once, and
    not in between."""
    return (
        f"system-{secrets.token_hex(16)}"
        if loading.options.of_system
        else fingerprint(loading, files)
    )


def _store(
    ledger: Ledger, loading: Loading, mark: str, now: dt.datetime, progress: Progress
) -> Report:
    told = loading.told
    for attempt in range(ATTEMPTS):
        loading.told = told
        try:
            with reading(ledger.refresh().snapshot):
                if loading.table == "order_lines":
                    return _store_lines(ledger, loading, mark, now, progress)
                return _store_facts(ledger, loading, mark, now, progress)
        except StoreChanged:
            # Somebody else imported meanwhile: compare with what is there now.
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def new_import_id(now: dt.datetime) -> str:
    """Sorts by time; two in the same second differ."""
    return f"{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def _store_lines(
    ledger: Ledger, loading: Loading, mark: str, now: dt.datetime, progress: Progress
) -> Report:
    staging, import_id = loading.staging, new_import_id(now)
    snapshot = ledger.store.snapshot()
    progress(Text(COMPARING), 0.7)
    if loading.completes:
        done = set_aside.completed(ledger.folder, [i.import_id for i in snapshot.state.imports])
        loading.told = tell(loading, loading.told, _completed_before(staging, loading.told, done))
    fresh = staging.name("fresh")
    staging.run(f'CREATE VIEW {fresh} AS SELECT * FROM {loading.told} WHERE "_import" IS NULL')
    known = compare(staging, snapshot, fresh, loading.mapped, whole=loading.options.of_system)
    among = staging.one(f"SELECT count(*) FROM {loading.told} WHERE fate = 'copy'")[0]
    loading.told = tell(loading, loading.told, known.fates)
    new, old = count_accounts(staging, snapshot, loading.told)
    report = replace(
        summed_up(loading, import_id, now),
        orders_replaced=len(known.replaced),
        rows_replaced=known.rows_replaced,
        accounts_new=new,
        accounts_known=old,
    )
    gone = gone_orders(loading, snapshot)
    report = replace(report, orders_gone=len(gone), rows_gone=sum(gone.values()))
    refuse_nothing(loading, report)
    if not report.rows_taken and not gone:
        return replace(report, import_id="")
    progress(Text(STORING), 0.8)
    with _folder_of(ledger, import_id):
        folder = ledger.folder / PLACE / import_id
        mapped = [name for name in sorted(loading.mapped) if "." in name]
        accounts = derived.accounts(staging, ledger.facts, loading.told, mapped)
        if accounts.num_rows:
            pq.write_table(accounts, folder / derived.FILE)
        _write_folder(loading, report, folder)
        query = stored_lines(loading, import_id, STORED_ORDER_LINES.names, known.carried)
        ledger.store.commit_import(
            Import(
                import_id,
                mark,
                _lines(staging, query, report.rows_taken),
                replaced_orders=known.replaced if len(known.replaced) else None,
                gone_orders=tuple(gone),
                expected_version=snapshot.version,
                copies=report.rows_copies - among,
            )
        )
        if accounts.num_rows:
            _record_derived(ledger, import_id, accounts, now)
    return report


@contextmanager
def _folder_of(ledger: Ledger, import_id: str) -> Iterator[None]:
    """The import's folder, held while it is written; gone again where the import fails."""
    try:
        with being_made(ledger.folder, import_id):
            yield
    except BaseException:
        ledger.refresh()
        if ledger.snapshot.state.find(import_id) is None and all(
            one.import_id != import_id for one in ledger.facts.imports
        ):
            clear(ledger.folder, import_id)
        raise


def _lines(staging: Staging, query: str, rows: int) -> pa.Table | list[Path]:
    """Small ones in memory; many through a file, so that memory stays flat."""
    if rows <= IN_MEMORY_ROWS:
        return staging.arrow(query)
    path = staging.folder / f"{staging.name('lines')}.parquet"
    staging.run(
        f"COPY ({query}) TO {literal(str(path))} "
        "(FORMAT parquet, COMPRESSION lz4_raw, PRESERVE_ORDER false)"
    )
    return [path]


def _completed_before(staging: Staging, told: str, done: pa.Table) -> str:
    """Set-aside rows that were completed by an earlier import, or are twice in this file."""
    copies = staging.name("completed")
    staging.keep(f"{copies}_done", done)
    staging.run(
        f"""CREATE TABLE {copies} AS SELECT s, row FROM (
            SELECT s, row, row_number() OVER (
                PARTITION BY "_import", "_source", "_row" ORDER BY s, row) AS n,
                ("_import", "_source", "_row") IN
                    (SELECT (_import, _source, _row) FROM {copies}_done) AS before
            FROM {told} WHERE fate = 'taken' AND "_import" IS NOT NULL
        ) WHERE n > 1 OR before"""
    )
    return copies


def _store_facts(
    ledger: Ledger, loading: Loading, mark: str, now: dt.datetime, progress: Progress
) -> Report:
    staging, import_id = loading.staging, new_import_id(now)
    progress(Text(COMPARING), 0.7)
    loading.told = as_they_stand(ledger, loading)
    loading.told = without_writing_over(ledger, loading)
    loading.told = by_outsiders(ledger, loading)
    loading.told = confirmed_once(ledger, loading)
    loading.told = tell(loading, loading.told, _known_facts(ledger, loading))
    gone = gone_rows(loading, ledger.facts)
    report = replace(summed_up(loading, import_id, now), rows_gone=gone.num_rows)
    refuse_nothing(loading, report)
    if not report.rows_taken and not gone.num_rows:
        return replace(report, import_id="")
    rows = taken_rows(loading)
    unknown = unknown_codes(ledger, staging, loading.table, rows)
    report = replace(report, warnings=(*report.warnings, *unknown))
    if "account_id" in rows.column_names:
        new, old = count_accounts(staging, ledger.store.snapshot(), loading.told)
        report = replace(report, accounts_new=new, accounts_known=old)
    progress(Text(STORING), 0.8)
    with _folder_of(ledger, import_id):
        _write_folder(loading, report, ledger.folder / PLACE / import_id)
        recording = Recording(import_id, now, loading.options.assume_recorded, mark)
        if rows.num_rows:
            ledger.facts.append_all({loading.table: rows}, recording)
        if gone.num_rows:
            ledger.facts.append_all({loading.table: gone}, replace(recording, withdrawn=True))
    return report


def _known_facts(ledger: Ledger, loading: Loading) -> str:
    """Rows that are twice in the files, or known as they are."""
    staging, copies = loading.staging, loading.staging.name("known_facts")
    table = TABLES[loading.table]
    if table.whole:
        staging.run(f"CREATE TABLE {copies} (s INTEGER, row BIGINT)")
        return copies
    same = ", ".join(quoted(c.name) for c in table.columns)
    # Moments lie there with their zone, and here without it.
    there = ", ".join(
        f"CAST({quoted(c.name)} AS TIMESTAMP)" if c.kind == "moment" else quoted(c.name)
        for c in table.columns
    )
    staging.keep(f"{copies}_there", ledger.facts.known(loading.table))
    staging.run(
        f"""CREATE TABLE {copies} AS SELECT s, row FROM (
            SELECT s, row, row_number() OVER (PARTITION BY hash({same}) ORDER BY s, row) AS n,
                hash({same}) IN (SELECT hash({there}) FROM {copies}_there) AS there
            FROM {loading.told} WHERE fate = 'taken'
        ) WHERE n > 1 OR there"""
    )
    return copies


def _write_folder(loading: Loading, report: Report, folder: Path) -> None:
    """Everything that is kept with an import, before it is committed."""
    mappings = [
        {"source": raw.source, "headings": list(raw.headings), **mapping.to_json()}
        for raw, mapping in zip(loading.raws, loading.mappings, strict=True)
    ]
    _write_json(folder / "mapping.json", mappings)
    if report.rows_set_aside:
        set_aside.write(loading.staging, folder, report.import_id, loading.raws, loading.told)
    if loading.completes:
        loading.staging.run(
            f'COPY (SELECT "_import", "_source", "_row" FROM {loading.told} WHERE fate = \'taken\' '
            f'AND "_import" IS NOT NULL) TO {literal(str(folder / set_aside.COMPLETES))} '
            "(FORMAT parquet)"
        )
    _write_json(folder / "report.json", report.to_json())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _report_of(ledger: Ledger, import_id: str) -> Report | None:
    try:
        text = (ledger.folder / PLACE / import_id / "report.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return Report.from_json(json.loads(text))


def _again(report: Report, import_id: str) -> Report:
    """The report of the same file loaded again: all that was taken is copies now."""
    from decimal import Decimal

    copies = dict(report.money_copies)
    for currency, money in report.money_taken.items():
        copies[currency] = copies.get(currency, Decimal(0)) + money
    return replace(
        report,
        import_id="",
        sources=tuple(
            replace(s, rows_taken=0, rows_copies=s.rows_copies + s.rows_taken)
            for s in report.sources
        ),
        rows_taken=0,
        rows_copies=report.rows_copies + report.rows_taken,
        money_taken={},
        money_copies=copies,
        by_month=(),
        by_kind={},
        money_by_kind={},
        orders_replaced=0,
        rows_replaced=0,
        accounts_new=0,
        accounts_known=0,
        already_loaded=import_id,
    )


def _record_derived(ledger: Ledger, import_id: str, accounts: pa.Table, now: dt.datetime) -> None:
    ledger.facts.append_all({"accounts": accounts}, Recording(import_id, now, assumed=True))


def finish_derived(ledger: Ledger) -> None:
    """Record names and countries of accounts where a writer was killed just before it did."""
    ledger.refresh()
    recorded = {one.import_id for one in ledger.facts.imports}
    for record in ledger.snapshot.state.imports:
        path = ledger.folder / PLACE / record.import_id / derived.FILE
        if record.import_id not in recorded and path.is_file():
            report = _report_of(ledger, record.import_id)
            when = report.recorded_at if report else None
            if when is not None:
                rows = pq.read_table(path, partitioning=None)
                _record_derived(ledger, record.import_id, rows, when)


def unfinished_imports(ledger: Ledger) -> list[Text]:
    """Clear away what imports left that were broken off; a sentence for each."""
    finish_derived(ledger)
    return [
        Text(
            gettext_noop(
                "The import {import_id} was broken off before its end; nothing of it is in the ledger. Load its file again."
            ),
            {"import_id": import_id},
        )
        for import_id in ledger.recover()
    ]


def save_set_aside(ledger: Ledger, import_id: str, path: Path) -> int:
    """Write the rows that an import set aside as .csv, .xlsx or .parquet; returns how many."""
    rows = set_aside.read(ledger.folder, import_id)
    set_aside.save(rows, path)
    return int(rows.num_rows)
