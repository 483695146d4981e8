"""Home folders that earlier versions of Mainstay wrote, and small ones made here."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

import mainstay
from mainstay.core.home import Home
from mainstay.ledger.frozen import FrozenFolder
from mainstay.ledger.ledger import Ledger

HOMES = Path(__file__).parents[1] / "data" / "homes"
ALL = sorted(path.name.removesuffix(".tar.gz") for path in HOMES.glob("*.tar.gz"))
MAINSTAY = [sys.executable, "-c", "from mainstay.cli.main import main; main()"]


def unpack(name: str, to: Path) -> Home:
    """A kept home as it was."""
    to.mkdir(mode=0o700)
    with tarfile.open(HOMES / f"{name}.tar.gz") as kept:
        # As an attribute: the argument is not known to Python 3.11.2, which Debian 12 has.
        kept.extraction_filter = getattr(tarfile, "data_filter", None)
        kept.extractall(to)
    return Home(to)


def small(folder: Path, *, blob: int = 0) -> Home:
    """A home with a store and a database of two tables, in no time.

    blob: bytes of a file that was put to a case, for whatever is to take long
    """
    home = Home(folder).prepare()
    ledger = Ledger.open(home.store)
    on = pa.array([datetime(2024, 1, 5, tzinfo=UTC).date()] * 3)
    ledger.facts.append(
        "wallets",
        pa.table({"account_id": ["A1", "A2", "大城"], "on": on, "yearly_purchases": [1.0, 2.0, 3.0],
                  "source": ["declared"] * 3}),
        "first",
        datetime(2024, 1, 6, tzinfo=UTC),
    )  # fmt: skip
    FrozenFolder(home.store / "assessments").save("20240106-000000-0000", {}, {"meta": {}})
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE written (n INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE accounts_assessment (id TEXT, is_latest BOOL)")
        connection.execute("INSERT INTO accounts_assessment VALUES ('20240106-000000-0000', 1)")
        connection.commit()
    (home.folder / "secret_key").write_text("k" * 40)
    if blob:
        (home.case_files / "aa").write_bytes(os.urandom(blob))
    return home


def command(home: Path, *words: str | Path, **environment: str) -> subprocess.Popen[str]:
    """`mainstay …` in a process of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAINSTAY_", "DJANGO_")) and name != "DATABASE_URL"
    }
    source = str(Path(mainstay.__file__).parents[1])
    return subprocess.Popen(
        [*MAINSTAY, "--home", str(home), *map(str, words)],
        env={**kept, "PYTHONPATH": source, "LC_ALL": "C.UTF-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
