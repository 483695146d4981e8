"""Where an installation keeps what it has: one folder, from MAINSTAY_HOME."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from mainstay.core.errors import InvalidSetting, RefusedByMachine
from mainstay.core.texts import gettext_noop


@dataclass(frozen=True)
class Home:
    """The folder of one installation and the places in it."""

    folder: Path

    @classmethod
    def from_environment(cls) -> Home:
        named = os.environ.get("MAINSTAY_HOME")
        data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return cls(Path(named or Path(data, "mainstay")).expanduser().resolve())

    @property
    def store(self) -> Path:
        """Order lines, facts, imports and frozen assessments."""
        return self.folder / "store"

    @property
    def order_lines(self) -> str | None:
        """Where order lines lie if not in the store, such as s3://bucket/folder: MAINSTAY_STORE."""
        return os.environ.get("MAINSTAY_STORE") or None

    @property
    def database(self) -> Path:
        """The desk's SQLite file, where no DATABASE_URL is set."""
        return self.folder / "desk.sqlite3"

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"

    @property
    def case_files(self) -> Path:
        """Files that people put to cases, each under a random name."""
        return self.folder / "case_files"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def metrics(self) -> Path:
        """Where the processes of the web server count requests together."""
        return self.cache / "metrics"

    def prepare(self) -> Home:
        """Make the folder, readable by its owner alone; whoever writes into it calls this before the work.

        Raises: InvalidSetting where there can be no folder, RefusedByMachine where nothing can be written
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for place in (self.store, self.uploads, self.case_files, self.cache):
                place.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise InvalidSetting(
                gettext_noop(
                    "“{folder}” can't be the folder that Mainstay keeps everything in "
                    "({place}: {reason}). Name another with --home or MAINSTAY_HOME."
                ),
                folder=str(self.folder),
                place=str(error.filename),
                reason=os.strerror(
                    errno.ENOTDIR if error.errno == errno.EEXIST else error.errno or 0
                ),
            ) from error
        for place in (self.folder, self.store, self.uploads, self.case_files, self.cache):
            if not os.access(place, os.W_OK | os.X_OK):  # a mount that is read-only, too
                raise RefusedByMachine(
                    gettext_noop(
                        "Nothing can be written into “{folder}” ({reason}), where Mainstay keeps what it makes. "
                        "Ask for the right to it, have its disk mounted for writing, or name another folder "
                        "with --home or MAINSTAY_HOME."
                    ),
                    folder=str(place),
                    reason=os.strerror(errno.EROFS if is_read_only(place) else errno.EACCES),
                )
        return self


def is_read_only(place: Path) -> bool:
    """Whether the disk of a folder is mounted so that nobody may write."""
    return bool(os.statvfs(place).f_flag & os.ST_RDONLY)


def set_numba_cache() -> None:
    """Give Numba a writable place for compiled kernels; without one `cache=True` raises.

    To be called before numba is imported for the first time.
    """
    if "NUMBA_CACHE_DIR" not in os.environ:
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        place = Path(cache, "mainstay", "numba").expanduser()
        place.mkdir(parents=True, exist_ok=True)
        os.environ["NUMBA_CACHE_DIR"] = str(place)
