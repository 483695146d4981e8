"""`mainstay verify`: is everything there, to the row? Of a backup, or of the home folder itself."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mainstay.core.home import Home
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import database
from mainstay.desk.backup import databases
from mainstay.desk.backup.archive import Archive, Manifest, Progress, open_private
from mainstay.desk.backup.environment import without
from mainstay.desk.backup.errors import BackupError
from mainstay.desk.moving.source import Source
from mainstay.desk.postgres import DatabaseError

SHOWN = 20


@dataclass
class Verified:
    """wrong: a sentence each; empty = all is well. rows: of the database; lines: order lines"""

    wrong: list[Text] = field(default_factory=list)
    tables: int = 0
    rows: int = 0
    lines: int = 0
    facts: int = 0
    results: int = 0
    manifest: Manifest | None = None


def verify(
    file: Path,
    *,
    passphrase: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Unpack a backup beside where temporary files go, and look at all of it.

    Raises: NotFound, BackupError where it is damaged
    """
    with (
        Archive.open(file, passphrase) as archive,
        tempfile.TemporaryDirectory(prefix="mainstay-verify-") as folder,
    ):
        manifest = archive.manifest
        _refuse_room(Path(folder), manifest)
        result = Verified(manifest=manifest)
        done = 0
        for name, member in manifest.members.items():
            if name.startswith("home/"):
                archive.extract_below(Path(folder), name)
            else:
                _database_member(archive, name, Path(folder), result)
            done += member.size
            progress(done, 2 * manifest.n_bytes)
        if manifest.database:
            result.tables = len(manifest.database["tables"])
            result.rows = sum(manifest.database["tables"].values())
        half, file = manifest.n_bytes, Path(folder, "desk.sqlite3")
        _store(
            Home(Path(folder)),
            result,
            lambda a, b: progress(half + half * a // max(b, 1), 2 * half),
        )
        _compare(manifest, result)
        if file.exists():
            result.wrong += _shown_assessment(file, Path(folder, "store"))
    return result


def _refuse_room(folder: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(folder).free
    if free < manifest.n_bytes:
        raise BackupError(
            gettext_noop(
                "To look at all of it takes {needed} MB in “{folder}”, and {free} MB are free; name another "
                "place with TMPDIR."
            ),
            needed=f"{manifest.n_bytes >> 20:,}",
            folder=str(folder.parent),
            free=f"{free >> 20:,}",
        )


def _database_member(archive: Archive, name: str, folder: Path, result: Verified) -> None:
    found = archive.manifest.database or {}
    room = folder / "packed"
    if name == databases.FILE:
        file = folder / "desk.sqlite3"
        with open_private(file) as out:
            databases.unpacked(archive, name, out.write, room)
        result.wrong += sqlite_wrong(file, found["tables"])
        return
    rows = 0

    def count(piece: bytes) -> None:
        nonlocal rows
        rows += piece.count(b"\n")

    databases.unpacked(archive, name, count, room)
    table = name.removeprefix("database/").removesuffix(databases.ENDING)
    result.wrong += list(_counts({table: found["tables"][table]}, {table: rows}))


def sqlite_wrong(file: Path, expected: dict[str, int] | None = None) -> list[Text]:
    """What is wrong with an SQLite file. expected: rows by table"""
    wrong: list[Text] = []
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
        wrong += [_bad(file, str(one)) for one in said if one != "ok"]
        for table, row, other, _ in strays:
            wrong.append(_bad(file, f"{table} {row} → {other}"))
        if expected is not None:
            with Source.open(file) as source:
                wrong += _counts(expected, {name: source.count(name) for name in source.tables()})
    except (sqlite3.Error, DatabaseError) as error:
        wrong.append(_bad(file, str(error)))
    return wrong


def _bad(file: Path, what: str) -> Text:
    return Text(
        gettext_noop("The database “{file}” is not sound: {what}."),
        {"file": file.name, "what": what.rstrip(".")},
    )


def _counts(expected: dict[str, int], found: dict[str, int]) -> Iterator[Text]:
    for table in sorted(expected.keys() | found.keys()):
        if expected.get(table) != found.get(table):
            yield Text(
                gettext_noop("The table {table} has {are} rows instead of {wanted}."),
                {"table": table, "are": found.get(table, 0), "wanted": expected.get(table, 0)},
            )


def _store(home: Home, result: Verified, progress: Progress) -> None:
    if not home.store.is_dir() or not any(home.store.iterdir()):
        return
    from mainstay import engine

    with without("MAINSTAY_STORE") if result.manifest else nullcontext():
        ledger = engine.open_ledger(home, reading=True)
        result.wrong += ledger.check_all(progress)
    result.lines = ledger.n_lines
    result.facts = sum(f.rows for files in ledger.facts.manifest.tables.values() for f in files)
    result.results = len(list(home.store.glob("*/[!.]*/meta.json")))


def _shown_assessment(file: Path, store: Path) -> Iterator[Text]:
    """The assessment that pages show must be one that the store has."""
    with Source.open(file) as source:
        if "accounts_assessment" not in source.tables():
            return
        shown = source.connection.execute(
            "SELECT id FROM accounts_assessment WHERE is_latest"
        ).fetchall()
    for (identity,) in shown:
        if not (store / "assessments" / identity / "meta.json").is_file():
            yield Text(
                gettext_noop("The desk shows the assessment {id}, which is not in the store."),
                {"id": identity},
            )


def _compare(manifest: Manifest, result: Verified) -> None:
    """What was counted beside what the backup says."""
    said: dict[str, Any] = manifest.store
    expected = {"order_lines": said["lines"], "facts": sum(said["facts"].values())}
    result.wrong += list(_counts(expected, {"order_lines": result.lines, "facts": result.facts}))


def verify_home(home: Home, progress: Progress = lambda done, total: None) -> Verified:
    """Look at all that a home folder holds, while the desk runs. Raises: DatabaseError"""
    result = Verified()
    settings = database.of_home(home)
    with databases.view_of(settings) as view:
        if view is not None:
            counted = view.tables()
            result.tables, result.rows = len(counted), sum(counted.values())
    file = Path(settings["NAME"])
    if settings["ENGINE"].endswith("sqlite3") and file.exists():
        result.wrong += [*sqlite_wrong(file), *_shown_assessment(file, home.store)]
    _store(home, result, progress)
    return result
