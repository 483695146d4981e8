"""Are database and store as they must be? Looks at names and sizes; `mainstay verify` reads everything."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk import database
from mainstay.desk.backup.backup import LAST
from mainstay.desk.backup.contents import store_as_it_is
from mainstay.desk.doctor.types import LOOK, Advice, Finding, fine
from mainstay.desk.moved import DatabaseMoved
from mainstay.engine import OTHER_STORE

LARGE_WAL = 256 << 20  # bytes
OLD_DAYS = 10
OLD_BACKUP_DAYS = 8

_MIGRATIONS = Advice(
    gettext_noop("Pages would miss tables; a start of the desk makes them."), "mainstay serve"
)
_UNSOUND = Advice(
    gettext_noop("What it shows may be wrong, and it may get worse."),
    "mainstay restore FILE --replace",
)
_WAL = Advice(
    gettext_noop("Somebody has been reading since long ago; pages become slow."),
    "mainstay serve",
    LOOK,
)
_NO_DATABASE = gettext_noop("Without its database the desk shows nothing.")
_ADDRESS = Advice(_NO_DATABASE, "DATABASE_URL=postgresql://user:password@host:5432/name")
_UNFIT = Advice(_NO_DATABASE)  # what mends it stands in the sentence
_AWAY = Advice(
    gettext_noop(
        "Without its database the desk shows nothing: start the server, or correct the address in "
        "DATABASE_URL."
    ),
    "{start}",
)
_UNFINISHED = Advice(
    gettext_noop("Until it is finished nobody may work with it; the SQLite file is as it was."),
    "env --unset=DATABASE_URL mainstay move --to '{address}'",
)
_HERE = ("localhost", "127.0.0.1", "::1")
_MOVED = Advice(
    gettext_noop("What is written without it would lie in two places; commands refuse it."),
    "DATABASE_URL={address}",
)
_STORE = Advice(gettext_noop("Assessments would stop at it."), "mainstay store check")
_ELSEWHERE = Advice(_STORE.why, "MAINSTAY_STORE=…")
_LOG = Advice(_STORE.why, _UNSOUND.mend)
_NONE = Advice(
    gettext_noop("Pages have nothing to show; an assessment makes it."), "mainstay assess", LOOK
)
_OLD = Advice(gettext_noop("Warnings are as old as the assessment."), "mainstay assess", LOOK)
_BACKUP = Advice(
    gettext_noop("If the disk breaks, everything is lost."), "mainstay backup FOLDER --keep 7", LOOK
)


def data(home: Home) -> Iterator[Finding]:
    try:
        settings = database.of_home(home)
    except DatabaseMoved as error:
        yield _MOVED.about("database", error.text.template, **error.text.data)
        return
    except MainstayError as error:
        yield _ADDRESS.about("database", error.text.template, **error.text.data)
        return
    if settings["ENGINE"].endswith("sqlite3"):
        yield from _sqlite(Path(settings["NAME"]))
    else:
        yield from _postgres(settings)


def _sqlite(file: Path) -> Iterator[Finding]:
    if not file.exists():
        yield fine("database", gettext_noop("There is no database yet; `mainstay serve` makes it."))
        return
    wal = file.with_name(f"{file.name}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > LARGE_WAL:
        yield _WAL.about(
            "wal",
            gettext_noop("The database's log has grown to {megabytes} MB."),
            megabytes=size >> 20,
        )
    try:
        uri = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            have = set(connection.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error as error:
        said, have = str(error), set()
    if said != "ok":
        yield _UNSOUND.about(
            "database",
            gettext_noop("The database “{file}” is not sound: {what}."),
            file=file.name,
            what=str(said).splitlines()[-1].rstrip("."),
        )
        return
    yield fine("database", gettext_noop("The database “{file}” is sound."), file=file.name)
    yield from _migrations(have)


def _postgres(settings: dict[str, Any]) -> Iterator[Finding]:
    from mainstay.desk import postgres

    try:
        postgres.check(settings)
        with postgres.connect(settings, autocommit=True) as connection:
            version = connection.info.server_version // 10_000
            there = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
            have = set()
            if there != (None,):
                have = set(connection.execute("SELECT app, name FROM django_migrations"))
    except MainstayError as error:
        yield _wrong(settings, error)
        return
    yield fine(
        "database",
        gettext_noop("PostgreSQL {version} answers at {place}."),
        version=version,
        place=postgres.place(settings),
    )
    yield from _migrations(have)


def _wrong(settings: dict[str, Any], error: MainstayError) -> Finding:
    """What is wrong with the PostgreSQL database, by what mends it."""
    from mainstay.desk import postgres

    told = dict(error.text.data)
    if isinstance(error, postgres.DatabaseAway):
        host = settings["HOST"] or "localhost"
        near = host in _HERE or host.startswith("/")
        asked = f"pg_isready --host={host} --port={settings['PORT'] or 5432}"
        told["start"] = "sudo systemctl start postgresql" if near else asked
        advice = _AWAY
    elif isinstance(error, postgres.MoveUnfinished):
        told["address"] = postgres.address_shown(settings)
        advice = _UNFINISHED
    else:
        advice = _UNFIT
    return advice.about("database", error.text.template, **told)


def _migrations(have: set[Any]) -> Iterator[Finding]:
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations)
    if newer := have & {(app, n) for app, n in have if app in {a for a, _ in known}} - known:
        yield Advice(
            gettext_noop("An older version than the one that wrote it may damage it."),
            "pip install --upgrade mainstay",
        ).about(
            "migrations",
            gettext_noop("The database is of a newer version of Mainstay ({n} steps ahead)."),
            n=len(newer),
        )
    elif missing := known - have:
        yield _MIGRATIONS.about(
            "migrations",
            gettext_noop("The database is {n} steps behind this version."),
            n=len(missing),
        )
    else:
        yield fine("migrations", gettext_noop("The database is of this version."))


def store(home: Home) -> Iterator[Finding]:
    try:
        found = store_as_it_is(home)
    except MainstayError as error:
        advice = _LOG if error.code == "store_log_broken" else _STORE
        yield advice.about("store", error.text.template, **error.text.data)
        return
    if found.version == 0 and found.results_of:
        place = home.order_lines or str(home.store / "order_lines")
        yield _ELSEWHERE.about("store", OTHER_STORE, place=place)
        return
    if found.version is None or not found.lines:
        yield fine("store", gettext_noop("There are no order lines yet."))
        return
    yield fine(
        "store",
        gettext_noop("All files of {lines} order lines are there."),
        lines=f"{found.lines:,}",
    )
    newest = max((n.split("/")[1] for n in found.files if n.startswith("assessments/")), default="")
    if not newest:
        yield _NONE.about("assessment", gettext_noop("Nothing was assessed yet."))
    elif made := re.match(r"\d{8}", newest):
        day = datetime.strptime(made[0], "%Y%m%d").replace(tzinfo=UTC)
        yield from _age(
            "assessment",
            _OLD,
            day,
            OLD_DAYS,
            gettext_noop("The newest assessment is {days} days old."),
        )


def backups(home: Home) -> Iterator[Finding]:
    file = home.folder / LAST
    if not file.exists():
        if home.store.is_dir() and any(home.store.iterdir()):
            yield _BACKUP.about("backup", gettext_noop("No backup was made yet."))
        return
    made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    yield from _age(
        "backup",
        _BACKUP,
        made,
        OLD_BACKUP_DAYS,
        gettext_noop("The newest backup is {days} days old."),
    )


def _age(code: str, advice: Advice, at: datetime, most: int, said: str) -> Iterator[Finding]:
    days = (datetime.now(UTC) - at).days
    yield advice.about(code, said, days=days) if days > most else fine(code, said, days=days)
