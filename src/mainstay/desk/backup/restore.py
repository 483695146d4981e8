"""`mainstay restore`: an installation out of a backup, whole or not at all.

Everything is unpacked into a folder beside the home folder, each part compared with its sum on the way,
brought up to this version, and only then put in its place.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk import database, moved
from mainstay.desk.backup import databases
from mainstay.desk.backup.archive import Archive, Manifest, Progress, newer, open_private
from mainstay.desk.backup.contents import FOLDERS, SINGLE
from mainstay.desk.backup.environment import without
from mainstay.desk.backup.erased import erased_since
from mainstay.desk.backup.errors import BackupError
from mainstay.desk.locks import Taken, only_one

BESIDE = ".restoring-"  # holds what is being unpacked
ASIDE = "before-"  # what --replace moves aside
_DATABASES = ("desk.sqlite3", "jobs.sqlite3")
_OURS = ("store", *FOLDERS, *SINGLE, *_DATABASES, moved.MARK)
_OF_DATABASES = tuple(f"{name}-{end}" for name in _DATABASES for end in ("wal", "shm"))


@dataclass(frozen=True)
class Restored:
    """What came of it.

    aside: where the former installation is now; to: the address of the database, without its password
    erased: of contacts, see `erased_since`
    """

    manifest: Manifest
    aside: Path | None = None
    to: str | None = None
    erased: list[str] | None = None


def restore(
    file: Path,
    home: Home,
    *,
    to: str | None = None,
    replace: bool = False,
    passphrase: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Restore a backup into a home folder that is empty or not there.

    to: an empty PostgreSQL database; None = SQLite in the home folder
    replace: move aside what the home folder holds
    Raises: NotFound, InvalidSetting, BackupError, DatabaseError; then the home folder is as it was
    """
    written = "--to" if to else database.WRITTEN
    to = to or os.environ.get("DATABASE_URL") or None
    _refuse_elsewhere(to, written)
    with Archive.open(file, passphrase) as archive, ExitStack() as stack:
        _refuse_kind(archive, to)
        used = _used(home)
        if used and not replace:
            raise BackupError(
                gettext_noop(
                    "“{folder}” is not empty ({what}). Name another folder with --home, or give --replace, "
                    "which moves aside what is there."
                ),
                folder=str(home.folder),
                what=", ".join(used[:3]),
            )
        _refuse_newer(archive)
        made_now = not home.folder.exists()
        _hold(stack, home)
        beside = stack.enter_context(_beside(home, only=made_now))
        _unpack(archive, beside, progress)
        shown = _settle(archive, beside, to, written, progress)
        aside = _put_in_place(home, beside, used)
    former = aside / "desk.sqlite3" if aside else None
    return Restored(archive.manifest, aside, shown, erased_since(archive.manifest, former))


def _refuse_elsewhere(to: str | None, written: str) -> None:
    """Raises: InvalidSetting where settings name other places than the ones that are restored"""
    if os.environ.get("MAINSTAY_STORE"):
        raise InvalidSetting(
            gettext_noop(
                "MAINSTAY_STORE is set, and order lines are restored into the home folder. Unset it for this "
                "command; docs/backup.md says how they come back to where they were."
            )
        )
    if to and database.from_url(to, Path(), written)["ENGINE"].endswith("sqlite3"):
        raise InvalidSetting(
            gettext_noop(
                "An SQLite database is restored into the home folder; unset DATABASE_URL, and name a "
                "PostgreSQL database alone with --to."
            )
        )


def _refuse_kind(archive: Archive, to: str | None) -> None:
    kind = (archive.manifest.database or {}).get("kind")
    if kind == databases.POSTGRES and to is None:
        raise BackupError(
            gettext_noop(
                "“{file}” holds a PostgreSQL database; name an empty one for it: "
                "--to postgresql://user:password@host/name."
            ),
            file=archive.name,
        )
    if kind is None and to is not None:
        raise BackupError(
            gettext_noop("“{file}” holds no database; restore it without --to."), file=archive.name
        )


def _refuse_newer(archive: Archive) -> None:
    """Raises: BackupError where the database is of a newer version than this"""
    if not (archive.manifest.database or {}).get("migrations"):
        return
    with TemporaryDirectory(prefix="mainstay-") as empty:
        known = _ours("known", {"MAINSTAY_HOME": empty}).splitlines()
    if {" ".join(one) for one in (archive.manifest.database or {})["migrations"]} - set(known):
        raise newer(archive.name, archive.manifest.mainstay)


def _used(home: Home) -> list[str]:
    """What a home folder holds that would be lost."""
    found = []
    for name in _OURS:
        place = home.folder / name
        if (place.is_file() and name != "secret_key") or (
            place.is_dir() and any(one.is_file() for one in place.rglob("[!.]*"))
        ):  # which any command makes
            found.append(name)
    return found


def _hold(stack: ExitStack, home: Home) -> None:
    """Raises: BackupError where Mainstay runs there"""
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("serve", "worker", "backup"):
        try:
            stack.enter_context(only_one(name, home, wait=False))
        except Taken:
            raise BackupError(
                gettext_noop("Mainstay is running with the folder {folder}; stop it first."),
                folder=str(home.folder),
            ) from None


@contextmanager
def _beside(home: Home, *, only: bool) -> Iterator[Path]:
    """A folder within the home folder, which may be a disk of its own; what killed ones left goes first.

    only: the home folder was made for this, and goes where nothing comes of it
    """
    for left in home.folder.glob(f"{BESIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    beside = home.folder / f"{BESIDE}{secrets.token_hex(4)}"
    beside.mkdir(mode=0o700)
    try:
        yield beside
    except BaseException:
        shutil.rmtree(home.folder if only else beside, ignore_errors=True)
        raise
    shutil.rmtree(beside, ignore_errors=True)


def _unpack(archive: Archive, beside: Path, progress: Progress) -> None:
    """Everything but PostgreSQL's tables, which go from the backup to the server."""
    manifest, done = archive.manifest, 0
    for name, member in manifest.members.items():
        if name.startswith("home/"):
            archive.extract_below(beside, name)
        elif name == databases.FILE:
            with open_private(beside / "desk.sqlite3") as out:
                databases.unpacked(archive, name, out.write, beside / "packed")
                out.flush()
                os.fsync(out.fileno())
        done += member.size
        progress(done, manifest.n_bytes)


def _settle(
    archive: Archive, beside: Path, to: str | None, written: str, progress: Progress
) -> str | None:
    """Bring the database up to date, into PostgreSQL if so wished; gives its address without password.

    written: where the address stands
    """
    found = archive.manifest.database
    if found is None:
        return None
    if found["kind"] == databases.POSTGRES:
        from mainstay.desk.backup.into_postgres import load

        return load(archive, Home(beside), to or "", written, progress)
    _ours("settle", {"MAINSTAY_HOME": str(beside)})
    if to is None:
        return None
    from mainstay.desk.moving.move import move

    with without("DATABASE_URL"):
        shown = move(Home(beside), to, written=written, progress=progress).address
    (beside / "desk.sqlite3").unlink()
    return shown


def _ours(what: str, environment: dict[str, str]) -> str:
    """What a process of its own says that knows one database alone. Raises: BackupError"""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "mainstay.desk.backup.settle", what],
        env={**kept, "DJANGO_SETTINGS_MODULE": "mainstay.desk.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupError(
            gettext_noop(
                "The database can't be brought up to date: {reason}. Nothing was changed."
            ),
            reason=said[-1].rstrip(".") if said else str(done.returncode),
        )
    return done.stdout


def _put_in_place(home: Home, beside: Path, used: list[str]) -> Path | None:
    """What was there goes aside, what was unpacked into its place: by names alone, within one disk.

    Killed between two names, nothing is lost: the former things are aside, and the restore is done again.
    """
    aside = None
    if used:
        aside = home.folder / f"{ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
    for name in (*_OURS, *_OF_DATABASES):
        place = home.folder / name
        if not place.exists():
            continue
        if aside:
            place.rename(aside / name)
        else:  # empty folders, and a key that any command makes
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    shutil.rmtree(home.cache, ignore_errors=True)
    new = sorted(beside.iterdir(), key=lambda path: (path.name == "desk.sqlite3", path.name))
    for path in new:
        if path.name in _OURS:
            path.rename(home.folder / path.name)
    handle = os.open(home.folder, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)
    return aside


def unset_since(manifest: Manifest) -> list[str]:
    """Settings that were made when the backup was, and are not now."""
    places = ("MAINSTAY_HOME", "MAINSTAY_STORE", "DATABASE_URL")
    return [name for name in manifest.settings if name not in os.environ and name not in places]
