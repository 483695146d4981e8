"""The imports that count, of order lines and of facts, as one list."""

from __future__ import annotations

import json
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mainstay.ledger.facts import Facts
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.workplace import held, is_held

PLACE = "imports"


@dataclass(frozen=True)
class ImportSummary:
    """One import.

    tables: rows by table
    copies: rows that were in the store already
    replaces: whether it corrected orders of earlier imports
    report: what its importer wrote about it; {} where it wrote nothing
    """

    import_id: str
    tables: dict[str, int]
    copies: int
    replaces: bool
    report: dict[str, Any]


def summaries(folder: Path, snapshot: Snapshot, facts: Facts) -> list[ImportSummary]:
    """All imports, by id (that is, by time).

    folder: the ledger's folder
    """
    tables: dict[str, dict[str, int]] = {}
    records = {record.import_id: record for record in snapshot.state.imports}
    for record in records.values():
        tables.setdefault(record.import_id, {})["order_lines"] = record.lines
    for one in facts.imports:
        tables.setdefault(one.import_id, {}).update(one.tables)
    return [
        ImportSummary(
            import_id,
            rows,
            records[import_id].copies if import_id in records else 0,
            import_id in records and records[import_id].replaced is not None,
            _report(folder, import_id),
        )
        for import_id, rows in sorted(tables.items())
    ]


def orphans(folder: Path, snapshot: Snapshot, facts: Facts) -> list[Path]:
    """Folders of imports that were never committed, and whose writer lives no more."""
    known = {record.import_id for record in snapshot.state.imports}
    known |= {one.import_id for one in facts.imports}
    place = folder / PLACE
    found = [p for p in sorted(place.glob("*")) if p.is_dir() and p.name not in known]
    return [p for p in found if not is_held(p)]


def being_made(folder: Path, import_id: str) -> AbstractContextManager[None]:
    """Make the folder of an import and hold it, so that nobody takes it for a killed writer's."""
    return held(folder / PLACE / import_id)


def clear(folder: Path, import_id: str) -> None:
    """Delete the folder of an import that does not count (any more)."""
    shutil.rmtree(folder / PLACE / import_id, ignore_errors=True)


def _report(folder: Path, import_id: str) -> dict[str, Any]:
    try:
        text = (folder / PLACE / import_id / "report.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, Any] = json.loads(text)
    return found
