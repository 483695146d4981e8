"""What is written down of fact tables beside their rows: files, imports, and who recorded what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class FactFile:
    """One file: its path below the folder, its rows, and the imports that they are of."""

    path: str
    rows: int
    imports: tuple[str, ...]


@dataclass(frozen=True)
class FactImport:
    """One import of facts: rows by table, when, and which file it was."""

    import_id: str
    recorded_at: str
    tables: dict[str, int]
    fingerprint: str | None = None
    assumed: bool = False


@dataclass(frozen=True)
class Manifest:
    number: int = 0
    tables: dict[str, tuple[FactFile, ...]] = field(default_factory=dict)
    imports: tuple[FactImport, ...] = ()


@dataclass(frozen=True)
class Recording:
    """Who recorded rows, and when.

    import_id: the import, or what else to undo them by
    recorded_at: with zone
    assumed: history is taken to have been recorded when it happened
    fingerprint: of the file, where there was one
    withdrawn: the rows are no longer true, and were never meant to be; never assumed
    """

    import_id: str
    recorded_at: datetime
    assumed: bool = False
    fingerprint: str | None = None
    withdrawn: bool = False
