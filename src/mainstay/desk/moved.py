"""The mark in a home folder whose database lives in PostgreSQL.

Without DATABASE_URL the SQLite file would be taken up again, as it was on the day of the move, and what is
written from then on would lie in two places. So whoever opens the database looks here first.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

MARK = "desk.moved"  # two lines: the address without its password, and when


class DatabaseMoved(InvalidSetting):
    """The SQLite file is no longer the desk's database; `data` has the address that is."""


def mark(home: Home, address: str) -> None:
    """Say that the database is in PostgreSQL from now on; address: without its password."""
    part = home.folder / f".{MARK}.{os.getpid()}"
    part.write_text(f"{address}\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n", encoding="utf-8")
    part.replace(home.folder / MARK)


def refuse(home: Home, sqlite: str) -> None:
    """Raises: DatabaseMoved where the home folder is marked, and its database is to be an SQLite file"""
    file = home.folder / MARK
    if not file.exists():
        return
    address, at, *_ = [*file.read_text(encoding="utf-8").splitlines(), "", ""]
    raise DatabaseMoved(
        gettext_noop(
            "The desk's database is in PostgreSQL since {at}: set DATABASE_URL={address} (with its password) "
            "here too. To work with “{file}” again, without what was written since, delete “{mark}”."
        ),
        at=at,
        address=address,
        file=sqlite,
        mark=str(file),
    )
