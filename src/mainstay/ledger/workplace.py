"""Where a writer works before it commits, and what a killed one leaves behind.

A workplace is a folder that its writer holds locked. The lock goes with the process, however it
ends: a workplace that can be locked belongs to nobody any more. Data files carry the workplace's
token in their names, and the number of the state to be committed is noted before the commit, so
that what a killed writer left can be told from what it finished.
"""

from __future__ import annotations

import fcntl
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mainstay.ledger import state
from mainstay.ledger.places import Place

_INTENT = "intent"
_LOCK = ".lock"
_YOUNG_SECONDS = 60


@dataclass(frozen=True)
class Workplace:
    """A writer's folder for what is temporary."""

    folder: Path

    @property
    def token(self) -> str:
        """What the names of this writer's data files carry."""
        return self.folder.name

    @property
    def intent(self) -> int | None:
        """The state that is about to be committed; None = it has not come so far."""
        try:
            return int((self.folder / _INTENT).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def note_intent(self, number: int) -> None:
        """Say which state is about to be committed."""
        (self.folder / _INTENT).write_text(str(number), "utf-8")


@contextmanager
def workplace(table: Path) -> Iterator[Workplace]:
    """An empty, locked workplace; gone afterwards."""
    folder = _place(table) / uuid.uuid4().hex[:12]
    try:
        with held(folder):
            yield Workplace(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make a folder and hold it locked; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def leftovers(table: Path) -> list[Workplace]:
    """The workplaces that belong to nobody any more."""
    return [Workplace(f) for f in sorted(_place(table).glob("*")) if not is_held(f)]


def held_since(table: Path, moment: float) -> bool:
    """Whether a writer that lives began before a moment (seconds since 1970)."""
    with suppress(FileNotFoundError):  # one that ended just now
        return any(f.stat().st_mtime < moment and is_held(f) for f in _place(table).glob("*"))
    return False


def withdraw(place: Place, work: Workplace) -> None:
    """Delete the files that were written for a commit which did not come about."""
    for bucket in place.buckets():
        for path in place.files(bucket):
            if f"-{work.token}-" in path:
                place.delete(path)
    if work.intent is not None:
        state.forget(place, work.intent)


def release(folder: Path) -> None:
    """Take the lock's file out of a folder that is ready to be put in its place."""
    (folder / _LOCK).unlink(missing_ok=True)


def is_held(folder: Path) -> bool:
    """Whether a process that lives holds a folder; a young one without a lock counts as held."""
    try:
        with (folder / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except FileNotFoundError:
        # Between the making of the folder and of its lock; only an old one is left behind.
        return _is_young(folder)


def _is_young(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime < _YOUNG_SECONDS
    except FileNotFoundError:
        return True


def _place(table: Path) -> Path:
    return table / state.PLACE / "work"
