"""Where a source may read: not in Mainstay's own folder, and only below MAINSTAY_SOURCE_FOLDERS if set."""

from __future__ import annotations

import glob
from pathlib import Path

from django.conf import settings

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.nightly.sealing import NO_ADDRESS, url_of

_FILES = ("sqlite", "duckdb")  # databases that are a file here, whatever their driver


def check(path: Path) -> None:
    """Refuse a file that nobody shall read through the desk, links followed.

    Raises: InvalidSetting
    """
    found = path.resolve()
    if found.is_relative_to(settings.HOME.folder):
        raise InvalidSetting(
            gettext_noop("{path} lies in Mainstay's own folder, which is no source."),
            path=str(path),
        )
    folders = settings.SOURCE_FOLDERS
    if folders and not any(found.is_relative_to(folder) for folder in folders):
        raise InvalidSetting(
            gettext_noop("{path} is not in a folder that sources may read ({folders})."),
            path=str(path),
            folders=", ".join(map(str, folders)),
        )


def check_address(address: str) -> None:
    """Raises: InvalidSetting for an address that can be no source, or must not be read"""
    if "://" in address:
        url = url_of(address)
        if url.get_backend_name() in _FILES:
            file = url.database or ""
            if file.startswith("file:") or "uri" in map(str.lower, url.query):
                raise InvalidSetting(NO_ADDRESS)  # SQLite's own way of writing one, read otherwise
            check(Path(file))
        return
    path = Path(address)
    if not path.is_absolute():
        raise InvalidSetting(
            gettext_noop("Write the whole path, like /data/orders/*.csv; “{path}” is only a part."),
            path=address,
        )
    # What a pattern finds is checked file by file; what leads to it is known already.
    fixed = next((n for n, part in enumerate(path.parts) if glob.has_magic(part)), None)
    check(Path(*path.parts[:fixed]))


def file_of(address: str) -> Path | None:
    """The file that the address of a database means; None where it is on a server."""
    url = url_of(address)
    return Path(url.database or "") if url.get_backend_name() in _FILES else None


def files(address: str) -> list[Path]:
    """The files that an address means, by name; a folder's own files, where it names one.

    Each is still to be checked: a link may lead elsewhere.
    """
    path = Path(address)
    if path.is_dir() and not any(path.glob("*.parquet")):
        found = [one for one in sorted(path.iterdir()) if one.is_file()]
    elif glob.has_magic(address):
        found = [Path(one) for one in sorted(glob.glob(address, recursive=True))]
    else:
        found = [path]
    return [one for one in found if not one.name.startswith(".")]


def mark(path: Path) -> str:
    """What changes when a file does: its size and time of change."""
    told = path.stat()
    return f"{told.st_size} {told.st_mtime_ns}"
