"""From a made-up company into a ledger: order lines and facts, each as recorded when it was."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pyarrow as pa
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


def write(
    home: Home,
    tables: Mapping[str, pa.Table],
    truth: pa.Table,
    currency: str,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """See `Distributor.write`; an installation without settings gets the company's currency, and counts net sales as
    the company's targets do."""
    home.prepare()
    settings = home.folder / SETTINGS
    if not settings.exists():
        settings.write_text(f'currency = "{currency}"\namount = "net"\n', encoding="utf-8")
    into = Ledger.open(home.store, reporting_currency=currency, order_lines=home.order_lines)
    load(into, tables, progress)
    pq.write_table(truth, home.folder / TRUTH)


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
) -> None:
    """Order lines in chunks, then each table that the ledger knows."""
    lines = tables["order_lines"]
    facts = [name for name in TABLES if name in tables and name != "order_lines"]
    steps = -(-max(lines.num_rows, 1) // LINES_AT_ONCE)
    done = 0
    for part in range(steps):
        _lines(into, lines.slice(part * LINES_AT_ONCE, LINES_AT_ONCE), part)
        done += 1
        if progress:
            progress(done, steps + len(facts))
    now = datetime.now(UTC)
    for name in facts:
        rows = tables[name]
        if rows.num_rows:
            _facts(into, name, rows, now)
        done += 1
        if progress:
            progress(done, steps + len(facts))
    into.refresh()


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
