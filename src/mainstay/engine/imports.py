"""Imports of an installation: propose, run, undo, list; what the desk and the command line call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mainstay.core.home import Home
from mainstay.core.texts import Text
from mainstay.engine.home import open_ledger
from mainstay.ledger.importing import ImportOptions, Proposal, ReadOptions, Report
from mainstay.ledger.importing import plan_import as _plan
from mainstay.ledger.importing import run_import as _run
from mainstay.ledger.importing import save_set_aside as _save_set_aside
from mainstay.ledger.importing import unfinished_imports as _unfinished
from mainstay.ledger.imports import ImportSummary
from mainstay.ledger.loading import Progress, silent
from mainstay.ledger.mapping import Mapping

__all__ = [
    "ImportOptions",
    "ImportSummary",
    "Mapping",
    "Proposal",
    "ReadOptions",
    "Report",
    "list_imports",
    "plan_import",
    "run_import",
    "save_set_aside",
    "undo_import",
    "unfinished_imports",
]


def plan_import(
    home: Home, files: Sequence[Path | str], options: ImportOptions | None = None
) -> Proposal:
    """How files would be imported: headings, what they are taken for, and what is missing."""
    return _plan(open_ledger(home), files, options)


def run_import(
    home: Home,
    files: Sequence[Path | str],
    options: ImportOptions | None = None,
    *,
    progress: Progress | None = None,
) -> Report:
    """Import files into an installation, whole or not at all; recorded now."""
    now = datetime.now(UTC)
    return _run(open_ledger(home), files, options, now=now, progress=progress or silent)


def list_imports(home: Home) -> list[ImportSummary]:
    """All imports that count, oldest first."""
    return open_ledger(home).imports()


def undo_import(home: Home, import_id: str) -> None:
    """Make it as if an import had never been.

    Raises: UnknownImport
    """
    open_ledger(home).undo(import_id)


def save_set_aside(home: Home, import_id: str, path: Path) -> int:
    """Write the rows that an import set aside as .csv, .xlsx or .parquet; returns how many."""
    return _save_set_aside(open_ledger(home), import_id, path)


def unfinished_imports(home: Home) -> list[Text]:
    """Clear away what imports left that were broken off; a sentence for each."""
    return _unfinished(open_ledger(home))
