"""`mainstay backup`: an installation as it is now, in one file, while desk and imports go on.

The order makes it consistent (docs/decisions/0018-backup.md): for a moment nothing is handed from the database
to the store; then the database's view is opened, and after it the store's files are named and held. So whatever
the database refers to is among them, and whatever the store has beyond it the desk takes up at its next start.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mainstay import __version__
from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk import database
from mainstay.desk.backup.archive import Manifest, Progress, whole_file, writing
from mainstay.desk.backup.contents import Contents, Pins, pinned, store_now, store_of, with_others
from mainstay.desk.backup.databases import View, view_of
from mainstay.desk.backup.errors import BackupError
from mainstay.desk.locks import Taken, only_one

ENDING = ".mainstay"
LAST = ".last-backup"  # its time is that of the last one
_SECRET = re.compile(r"SECRET|PASSWORD|PASSPHRASE|TOKEN|KEY|DATABASE_URL")
_MADE = re.compile(r"mainstay-\d{8}-\d{6}\.mainstay")


@dataclass(frozen=True)
class Made:
    """file: None = it went to a stream; dropped: older backups that were deleted"""

    file: Path | None
    manifest: Manifest
    bytes: int
    dropped: tuple[Path, ...] = ()


def backup(
    home: Home,
    to: Path | BinaryIO,
    *,
    keep: int | None = None,
    passphrase: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Made:
    """Make a backup.

    to: a file; a folder, in which it gets a name by its time; or a stream
    keep: in a folder, how many to keep, this one among them; None = all
    Raises: NotFound, InvalidSetting, BackupError, StoreError, DatabaseError, OSError; then nothing was left
    """
    now = datetime.now(UTC)
    with _alone(home), pinned(home) as pins:
        if not isinstance(to, Path):
            manifest = _write(home, pins, to, now, passphrase, progress)
            (home.folder / LAST).touch()
            return Made(None, manifest, manifest.n_bytes)
        if keep is not None and not to.is_dir():
            raise InvalidSetting(
                gettext_noop("--keep goes with a folder, and “{file}” is none."), file=str(to)
            )
        file = to / f"mainstay-{now:%Y%m%d-%H%M%S}{ENDING}" if to.is_dir() else to
        _no_place_for_it(home, file)
        with whole_file(file) as out:
            manifest = _write(home, pins, out, now, passphrase, progress)
        (home.folder / LAST).touch()
        dropped = _drop(to, keep) if keep else ()
        return Made(file, manifest, file.stat().st_size, dropped)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Raises: NotFound, BackupError"""
    if not home.folder.is_dir():
        raise NotFound(
            gettext_noop("“{folder}” is not there, so there is nothing to back up."),
            folder=str(home.folder),
        )
    try:
        with only_one("backup", home, wait=False):
            yield
    except Taken:
        raise BackupError(
            gettext_noop("Another backup of “{folder}” is being made; wait for its end."),
            folder=str(home.folder),
        ) from None


def _no_place_for_it(home: Home, file: Path) -> None:
    """Raises: InvalidSetting where there is no folder, or one of those that are backed up"""
    parent = file.resolve().parent
    if not parent.is_dir():
        raise InvalidSetting(
            gettext_noop("There is no folder “{folder}”; make it first."), folder=str(parent)
        )
    if any(parent.is_relative_to(one) for one in (home.store, home.uploads, home.case_files)):
        raise InvalidSetting(
            gettext_noop("“{folder}” is itself backed up; name another folder."), folder=str(parent)
        )


def _write(
    home: Home,
    pins: Pins,
    out: BinaryIO,
    now: datetime,
    passphrase: str | None,
    progress: Progress,
) -> Manifest:
    manifest = Manifest(__version__, now.isoformat(timespec="seconds"), str(home.folder))
    manifest.settings = _settings()
    with ExitStack() as stack:
        view, contents = _moment(home, pins, stack)
        total = contents.n_bytes + (view.n_bytes if view else 0)
        writer = stack.enter_context(writing(out, passphrase, progress, total))
        if view:
            manifest.database = view.write(writer, pins.room("desk.sqlite3")).as_json()
        for name, text in contents.texts.items():
            writer.add_bytes(f"home/{name}", text)
        for name, file in contents.files.items():
            writer.add(f"home/{name}", file)
        manifest.store = store_of(contents.store)
        writer.finish(manifest)
    return manifest


def _moment(home: Home, pins: Pins, stack: ExitStack) -> tuple[View | None, Contents]:
    """Database and store as they are at one moment.

    First the database: whatever it refers to is in the store by then. While the lock is held, nothing that
    people wrote goes from one to the other.
    """
    with only_one("facts", home):
        settings = database.of_home(home)
        view = stack.enter_context(view_of(settings))
        store = store_now(home, pins)
    return view, with_others(home, pins, store)


def _settings() -> dict[str, str]:
    """The environment's settings; of those with secrets only that they were set."""
    return {
        name: "…" if _SECRET.search(name) else value
        for name, value in sorted(os.environ.items())
        if name.startswith("MAINSTAY_") or name == "DATABASE_URL"
    }


def _drop(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete backups with names that we give, but for the newest."""
    made = sorted(path for path in folder.iterdir() if _MADE.fullmatch(path.name))
    going = made[:-keep]
    for path in going:
        path.unlink(missing_ok=True)
    return tuple(going)
