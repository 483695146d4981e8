"""What a backup holds beside the database, and how it stays as it was while the backup is written."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mainstay.core.home import Home
from mainstay.engine import Belonging, Where, belonging

SINGLE = ("mainstay.toml", "secret_key")
FOLDERS = ("case_files", "uploads")
PINS = ".backup-"


@dataclass
class Pins:
    """A folder of further names of files: what is deleted meanwhile is still there under these."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def keep(self, file: Path) -> Path:
        """Raises: FileNotFoundError"""
        place = self.folder / str(next(self._numbers))
        try:
            os.link(file, place)
        except FileNotFoundError:
            raise
        except OSError:  # another disk, or one that knows one name a file
            shutil.copyfile(file, place)
        return place

    def room(self, name: str) -> Path:
        """A place for a file of the backup's own."""
        return self.folder / name


@contextmanager
def pinned(home: Home) -> Iterator[Pins]:
    """Pins, gone at the end; those of a killed backup go at the beginning of the next.

    To be called by one process at a time (`only_one("backup")`).
    """
    for left in home.folder.glob(f"{PINS}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = home.folder / f"{PINS}{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield Pins(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Contents:
    """files: by their names below the home folder; texts: small files that change, as they were"""

    files: dict[str, Path]
    texts: dict[str, bytes]
    store: Belonging

    @property
    def n_bytes(self) -> int:
        return sum(file.stat().st_size for file in self.files.values())


def store_now(home: Home, pins: Pins) -> Belonging:
    """The store as it is now. Raises: StoreError where files of the order lines are missing"""
    return belonging(home.store, pins.keep, _order_lines(home))


def store_as_it_is(home: Home) -> Belonging:
    """The same without holding anything, to look at. Raises: StoreError"""
    return belonging(home.store, lambda file: file, _order_lines(home))


def with_others(home: Home, pins: Pins, store: Belonging) -> Contents:
    """The store, and what else a home folder holds beside its database."""
    files = {f"store/{name}": file for name, file in store.files.items()}
    texts = {f"store/{name}": text for name, text in store.texts.items()}
    for name in SINGLE:
        if (home.folder / name).is_file():
            texts[name] = (home.folder / name).read_bytes()
    for folder in FOLDERS:
        for file in sorted((home.folder / folder).rglob("*")):
            try:
                if file.is_file() and not file.is_symlink():
                    files[file.relative_to(home.folder).as_posix()] = pins.keep(file)
            except FileNotFoundError:
                continue  # an upload that ended just now
    return Contents(files, texts, store)


def _order_lines(home: Home) -> Where | None:
    """Where order lines lie if not in the home folder."""
    if home.order_lines is None:
        return None
    from mainstay import engine

    return engine.open_ledger(home).store.place


def store_of(found: Belonging) -> dict[str, Any]:
    """What the manifest says of the store."""
    return {
        "version": found.version,
        "lines": found.lines,
        "facts": found.facts,
        "frozen": found.frozen,
    }
