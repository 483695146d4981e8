"""Who was erased after a backup was made is there again once it is restored: who that is, as far as is known."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from mainstay.desk.backup.archive import Manifest
from mainstay.desk.moving.source import Source
from mainstay.desk.postgres import DatabaseError


def erased_since(manifest: Manifest, former: Path | None) -> list[str] | None:
    """Account and code of each contact that was erased after the backup; None = nobody can know.

    former: the SQLite file of the installation that was replaced, whose record of events knows it
    """
    if former is None or not former.is_file():
        return None
    made = datetime.fromisoformat(manifest.made_at).astimezone(UTC)
    try:
        with Source.open(former) as source:
            if "access_event" not in source.tables():
                return None
            found = source.connection.execute(
                "SELECT DISTINCT label FROM access_event WHERE verb = 'contacts.erase' AND at >= ? "
                "ORDER BY label",
                [f"{made:%Y-%m-%d %H:%M:%S}"],
            ).fetchall()
    except (DatabaseError, sqlite3.Error):  # it may be replaced since it is damaged
        return None
    return [label for (label,) in found]
