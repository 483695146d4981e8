"""Imports of an installation: propose, run, undo, list; what the desk and the command line call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mainstay.core.home import Home
from mainstay.engine.home import open_ledger
from mainstay.ledger.importing import ImportOptions, Proposal, Report
from mainstay.ledger.importing import plan_import as _plan
from mainstay.ledger.importing import run_import as _run
from mainstay.ledger.loading import Progress, silent

__all__ = ["ImportOptions", "Proposal", "Report", "plan_import", "run_import"]


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
