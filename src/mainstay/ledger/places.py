"""Where a table's files lie: in a folder, or in a bucket of an object storage such as S3.

Whoever reads or writes does so in a folder on this machine. A file of a table is written once, under
a name that no other ever has, and never changed; so what lies in an object storage may be copied
once and kept, and pages answer as quickly as they do from a folder. Delta's log alone is always read
where it lies: it says which files count.
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, DeltaProtocolError

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import storages
from mainstay.ledger.copying import LOG, actions
from mainstay.ledger.errors import LogBroken, StoreBroken

_PATIENCE = {"connect_timeout": "10s", "timeout": "60s", "max_retries": "3", "retry_timeout": "30s"}


@dataclass(frozen=True)
class Place:
    """A folder with a table in it.

    folder: on this machine
    """

    folder: Path

    @property
    def uri(self) -> str:
        """What Delta calls the table."""
        return str(self.folder)

    @property
    def options(self) -> dict[str, str] | None:
        """What Delta needs to know to reach it."""
        return None

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def here(self, path: str) -> Path:
        """A file of the table, on this machine; `path` is relative to the table, as in its log."""
        return self.folder / path

    def again(self, path: str) -> Path:
        """The same as it lies where the table is now, whatever was copied before."""
        return self.here(path)

    def settle(self, path: str) -> None:
        """Make sure that a file which was written here lies safely where the table is."""
        handle = os.open(self.folder / path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def delete(self, path: str) -> None:
        (self.folder / path).unlink(missing_ok=True)

    def size(self, path: str) -> int | None:
        """Bytes of a file where the table lies; None where it is not there."""
        try:
            return (self.folder / path).stat().st_size
        except FileNotFoundError:
            return None

    def files(self, under: str) -> dict[str, float]:
        """The files in a folder of the table, and when each was written, in seconds since 1970."""
        found = {}
        for path in (self.folder / under).glob("*"):
            with suppress(FileNotFoundError):  # its writer took it back just now
                if path.is_file():
                    found[f"{under}/{path.name}"] = path.stat().st_mtime
        return found

    def buckets(self) -> list[str]:
        """The folders of data files."""
        return sorted(path.name for path in self.folder.glob("bucket=*"))

    def forget_empty(self, older_than: float) -> None:
        """Clear away folders of buckets in which nothing was written since a moment, such as a full disk leaves."""
        for folder in self.folder.glob("bucket=*"):
            with suppress(OSError):  # it holds something, or somebody else was faster
                if folder.stat().st_mtime < older_than:
                    folder.rmdir()

    def forget_copies(self, older_than: float) -> None:
        """Clear away copies of files that are no more; a folder has none."""

    def is_table(self) -> bool:
        with reached(self.uri):
            return bool(DeltaTable.is_deltatable(self.uri, self.options))

    def table(self, version: int | None = None) -> DeltaTable:
        """The Delta table.

        Raises: StoreError
        """
        with reached(self.uri):
            try:
                table = DeltaTable(self.uri, version=version, storage_options=self.options)
            except DeltaError as error:
                if broken := self._broken_log():
                    raise LogBroken(broken) from error
                raise
        self._has_said_all(table.version())
        return table

    def _has_said_all(self, version: int) -> None:
        """A version whose file of the log was emptied, as by a power cut, is taken by Delta for one without changes.

        Raises: LogBroken
        """
        name = f"{LOG}/{version:020d}.json"
        if self.size(name) == 0:
            raise LogBroken(name)

    def _broken_log(self) -> str | None:
        """The first file of Delta's log that is missing, or can't be read to its end; none of them ever goes."""
        there = sorted(path for path in self.files(LOG) if path.endswith(".json"))
        newest = int(Path(there[-1]).stem) if there else -1
        for path in (f"{LOG}/{number:020d}.json" for number in range(newest + 1)):
            try:
                actions((self.folder / path).read_text("utf-8"))
            except (FileNotFoundError, ValueError):
                return path
        return None


@dataclass(frozen=True)
class ObjectPlace(Place):
    """A table in an object storage; `folder` has copies of its files, and what is under way."""

    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def options(self) -> dict[str, str]:
        # Keys and region Delta reads from the usual AWS_ variables itself.
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        return _PATIENCE | ({"AWS_ALLOW_HTTP": "true"} if plain else {})

    def _has_said_all(self, version: int) -> None:
        """An object is there whole or not at all."""

    def _broken_log(self) -> str | None:
        return None

    @cached_property
    def _there(self) -> Any:
        return _filesystem(
            os.environ.get("AWS_ENDPOINT_URL"),
            os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        )

    def here(self, path: str) -> Path:
        file = self.folder / path
        if not file.exists():
            making = file.with_name(f".{uuid.uuid4().hex}")
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with reached(self.uri):
                    self._copy(path, making)
                os.replace(making, file)
            finally:
                making.unlink(missing_ok=True)
        return file

    def again(self, path: str) -> Path:
        (self.folder / path).unlink(missing_ok=True)
        return self.here(path)

    def _copy(self, path: str, to: Path) -> None:
        with self._there.open_input_stream(self._at(path)) as source, to.open("wb") as out:
            while piece := source.read(1 << 22):
                out.write(piece)

    def settle(self, path: str) -> None:
        with (
            reached(self.uri),
            (self.folder / path).open("rb") as source,
            self._there.open_output_stream(self._at(path)) as out,
        ):
            while piece := source.read(1 << 22):
                out.write(piece)

    def delete(self, path: str) -> None:
        super().delete(path)
        with reached(self.uri):
            if self.size(path) is not None:
                self._there.delete_file(self._at(path))

    def size(self, path: str) -> int | None:
        with reached(self.uri):
            (info,) = self._there.get_file_info([self._at(path)])
        return int(info.size) if info.is_file else None

    def files(self, under: str) -> dict[str, float]:
        return {
            f"{under}/{info.base_name}": info.mtime_ns / 1e9
            for info in self._infos(under)
            if info.is_file
        }

    def buckets(self) -> list[str]:
        return sorted(i.base_name for i in self._infos("") if i.base_name.startswith("bucket="))

    def forget_copies(self, older_than: float) -> None:
        there = {path for bucket in self.buckets() for path in self.files(bucket)}
        for copy in self.folder.glob("bucket=*/*"):
            name = copy.relative_to(self.folder).as_posix()
            if name not in there and copy.stat().st_mtime < older_than:
                copy.unlink(missing_ok=True)

    def _infos(self, under: str) -> list[Any]:
        from pyarrow.fs import FileSelector

        with reached(self.uri):
            selected = FileSelector(self._at(under), allow_not_found=True)
            return list(self._there.get_file_info(selected))

    def _at(self, path: str) -> str:
        return "/".join(part for part in (self.bucket, self.prefix, path) if part)


def place_of(where: Path | str, copies: Path | None = None) -> Place:
    """The place that a path or an address such as s3://bucket/folder names.

    copies: folder on this machine for the copies of files that lie elsewhere
    Raises: InvalidSetting
    """
    if "://" not in str(where):
        return Place(Path(where))
    parts = urlsplit(str(where))
    if parts.scheme not in ("s3", "s3a") or not parts.netloc or copies is None:
        raise InvalidSetting(
            gettext_noop(
                "Order lines can't be kept in “{where}”; name a folder, or s3://bucket/folder."
            ),
            where=str(where),
        )
    storages.refuse_addresses()
    name = hashlib.sha256(f"{parts.netloc}{parts.path.rstrip('/')}".encode()).hexdigest()[:12]
    return ObjectPlace(copies / name, parts.netloc, parts.path.strip("/"))


@lru_cache(maxsize=4)
def _filesystem(endpoint: str | None, region: str | None) -> Any:
    """pyarrow's S3, which takes keys from the usual AWS_ variables or the machine's own role."""
    from pyarrow.fs import S3FileSystem

    return S3FileSystem(
        endpoint_override=endpoint, region=region, connect_timeout=10, request_timeout=60
    )


@contextmanager
def reached(uri: str) -> Iterator[None]:
    """Around what is asked of a table's place; what goes wrong there is said in a sentence.

    Raises: StoreError
    """
    try:
        yield
    except DeltaProtocolError as error:
        raise newer(uri) from error
    except FileNotFoundError as error:
        if "://" not in uri:
            raise
        raise StoreBroken(
            gettext_noop(
                "A file of the order store is missing in “{uri}”. Run “mainstay store check”: it "
                "names each and says what to do."
            ),
            uri=uri,
        ) from error
    except (OSError, pa.ArrowException, DeltaError) as error:
        if "Unsupported minimum reader version" in str(error):
            raise newer(uri) from error
        if "://" not in uri:
            raise
        raise storages.unreachable(uri, error) from error


def newer(uri: str) -> StoreError:
    return StoreError(
        gettext_noop(
            "The order store “{uri}” was written by a newer Mainstay or Delta Lake; install the "
            "newest Mainstay here. Nothing was changed."
        ),
        uri=uri,
    )


def now() -> float:
    """The file system's clock, for housekeeping alone."""
    return time.time()
