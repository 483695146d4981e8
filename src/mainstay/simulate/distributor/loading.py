"""From a made-up company into a ledger: order lines and facts, each as recorded when it was."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.home import Home
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.given import conformed
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import STORED_ORDER_LINES, TABLES, table
from mainstay.ledger.store import Import

LINES_AT_ONCE = 1_000_000
NAME = "simulated"
TRUTH = "truth.parquet"
SETTINGS = "mainstay.toml"


@dataclass(frozen=True)
class Made:
    """What a company left behind by a day: its tables, and what is true of its losses."""

    tables: Mapping[str, pa.Table]
    truth: pa.Table
    currency: str
    today: date

    @property
    def told_at(self) -> datetime:
        """When machines told it: in the last minute before the day."""
        return datetime.combine(self.today, time(), UTC) - timedelta(minutes=1)


def write(home: Home, made: Made, progress: Callable[[int, int], None] | None = None) -> None:
    """See `Distributor.write`; an installation without settings gets the company's currency, and counts net sales as
    the company's targets do."""
    home.prepare()
    settings = home.folder / SETTINGS
    if not settings.exists():
        settings.write_text(f'currency = "{made.currency}"\namount = "net"\n', encoding="utf-8")
    into = Ledger.open(home.store, reporting_currency=made.currency, order_lines=home.order_lines)
    load(into, made.tables, progress, told_at=made.told_at)
    pq.write_table(made.truth, home.folder / TRUTH)


def ledger(tables: Mapping[str, pa.Table], currency: str) -> Ledger:
    """A ledger of these tables in a temporary folder."""
    folder = tempfile.TemporaryDirectory(prefix="mainstay-")
    made = Ledger(folder.name, reporting_currency=currency)
    weakref.finalize(made, folder.cleanup)
    load(made, tables)
    return made


def load(
    into: Ledger,
    tables: Mapping[str, pa.Table],
    progress: Callable[[int, int], None] | None = None,
    *,
    told_at: datetime | None = None,
) -> None:
    """Order lines in chunks, then each table that the ledger knows.

    Of order lines those that came since the last time; other tables hold what was there then, and are put in its place.
    told_at: when machines told it, now unless given
    """
    before, lines = _since_last(into, tables["order_lines"])
    facts = [name for name in TABLES if name in tables and name != "order_lines"]
    steps = -(-max(lines.num_rows, 1) // LINES_AT_ONCE)
    done = 0
    for part in range(steps):
        _lines(into, lines.slice(part * LINES_AT_ONCE, LINES_AT_ONCE), before + part)
        done += 1
        if progress:
            progress(done, steps + len(facts))
    now = told_at or datetime.now(UTC)
    for name in facts:
        rows = tables[name]
        if rows.num_rows:
            into.facts.undo(f"{NAME}-{name}")
            _facts(into, name, rows, now)
        done += 1
        if progress:
            progress(done, steps + len(facts))
    into.refresh()


def _since_last(into: Ledger, lines: pa.Table) -> tuple[int, pa.Table]:
    """How many chunks were loaded before, and the lines of later days."""
    before = sum(one.import_id.startswith(f"{NAME}-order_lines-") for one in into.imports())
    span = into.span() if before else None
    if span is None:
        return before, lines
    return before, lines.filter(pc.greater(lines["ordered_on"], pa.scalar(span[1])))


def _lines(into: Ledger, rows: pa.Table, part: int) -> None:
    if not rows.num_rows:
        return
    name, n = f"{NAME}-order_lines-{part:04}", rows.num_rows
    rows = conformed(table("order_lines"), rows)
    rows = rows.append_column("import_id", pa.repeat(pa.scalar(name), n))
    rows = rows.append_column("source", pa.repeat(pa.scalar(NAME), n))
    rows = rows.append_column("row", pa.array(range(1, n + 1), pa.int64()))
    wanted = [column for column in STORED_ORDER_LINES.names if column in rows.schema.names]
    into.store.commit_import(Import(name, f"{NAME}-{part}", rows.select(wanted)))


def _facts(into: Ledger, name: str, rows: pa.Table, now: datetime) -> None:
    recording = Recording(f"{NAME}-{name}", now)
    known = conformed(table(name), rows)
    if "recorded_at" not in rows.schema.names:  # what machines record counts from when it happened
        into.facts.append_all({name: known}, recording)
        return
    known = known.append_column("recorded_at", rows["recorded_at"])
    into.facts.append_versions({name: known}, recording)
