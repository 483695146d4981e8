"""The file of a backup: a ZIP whose members are stored as they are, and a manifest with the sum of each.

Its parts are packed already (Parquet, zstd), and any tool that knows ZIP can take one out by hand. The
manifest stands last, since it has the sums, and is read first, since ZIP keeps its directory at the end: a file
that was cut off is known at once. A sealed one is the same within `sealed.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.backup.errors import BackupError, damaged
from mainstay.desk.backup.sealed import SealedReader, SealedWriter, is_sealed

FORMAT = 1  # an older Mainstay refuses what a newer one wrote
MANIFEST = "manifest.json"
CHUNK = 1 << 20  # fits into the processor's cache, so that summing and writing read it there
_MOST_MANIFEST = 1 << 28
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"(home|database)/[^\x00-\x1f\\]+")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Member:
    """Bytes, and their SHA-256 as hexadecimal digits."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds.

    mainstay: the version that made it; made_at: when, UTC; source: the home folder it is of
    database: see `databases.Described`; store: see `contents.store_of`
    settings: environment variables that were set, those with secrets without their values
    """

    mainstay: str
    made_at: str
    source: str
    database: dict[str, Any] | None = None
    store: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def n_bytes(self) -> int:
        return sum(member.size for member in self.members.values())

    @classmethod
    def read(cls, text: bytes, file: str) -> Manifest:
        """Raises: BackupError"""
        try:
            held = json.loads(text)
            if held["format"] > FORMAT:
                raise newer(file, str(held["mainstay"]))
            members = {name: Member(**one) for name, one in held.pop("members").items()}
            made = cls(**held, members=members)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged(file, MANIFEST) from None
        if not all(map(_is_name, members)):
            raise damaged(file, MANIFEST)
        return made


def _is_name(name: str) -> bool:
    """Whether a member has one name only: what `home//x` means depends on who joins it to a folder."""
    path = PurePosixPath(name)
    return bool(_NAME.fullmatch(name)) and str(path) == name and ".." not in path.parts


def newer(file: str, version: str) -> BackupError:
    return BackupError(
        gettext_noop(
            "“{file}” was made by a newer Mainstay ({version}); install that version or a later one, and "
            "restore it there. Nothing was changed."
        ),
        file=file,
        version=version,
    )


class Writer:
    """Puts members into a backup, one after the other."""

    def __init__(self, out: Any, progress: Progress, total: int) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self.members: dict[str, Member] = {}
        self._progress, self._total, self._done = progress, total, 0

    def add(self, name: str, file: Path) -> None:
        with file.open("rb", buffering=0) as source, self.member(name) as out:
            buffer = memoryview(bytearray(CHUNK))
            while n := source.readinto(buffer):
                out.write(buffer[:n])

    def add_bytes(self, name: str, content: bytes) -> None:
        with self.member(name) as out:
            out.write(content)

    @contextmanager
    def member(self, name: str) -> Iterator[_Summing]:
        """What takes a member's bytes, however many they will be."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.external_attr = 0o600 << 16
        into = _Summing(self._zip.open(info, "w", force_zip64=True), self._told)
        yield into
        into.end()
        self.members[name] = Member(into.size, into.sum.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        manifest.members = self.members
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        with self.member(MANIFEST) as out:
            out.write(text)
        self._zip.close()

    def give_up(self) -> None:
        """Leave it unfinished; nothing more is written."""
        self._zip.fp = None

    def _told(self, n: int) -> None:
        self._done += n
        self._progress(min(self._done, self._total), self._total)


class _Summing:
    def __init__(self, out: IO[bytes], told: Callable[[int], None]) -> None:
        self.out, self._told = out, told
        self.sum, self.size = hashlib.sha256(), 0

    def write(self, data: bytes | memoryview) -> int:
        self.sum.update(data)
        self.out.write(data)
        self.size += len(data)
        self._told(len(data))
        return len(data)

    def end(self) -> None:
        self.out.close()


@contextmanager
def writing(
    out: BinaryIO, passphrase: str | None, progress: Progress, total: int
) -> Iterator[Writer]:
    """A writer, whose `finish` must be called."""
    sealed = SealedWriter(out, passphrase) if passphrase else None
    writer = Writer(sealed or out, progress, total)
    try:
        yield writer
        if sealed:
            sealed.finish()
    except BaseException:
        writer.give_up()
        raise


class Archive:
    """A backup that can be read."""

    def __init__(self, opened: zipfile.ZipFile, name: str) -> None:
        self._zip, self.name = opened, name
        infos = {info.filename: info for info in opened.infolist()}
        manifest = infos.get(MANIFEST)
        if manifest is None or manifest.file_size > _MOST_MANIFEST:
            raise damaged(name)
        with _reading(name, MANIFEST):
            self.manifest = Manifest.read(opened.read(MANIFEST), name)
        for member, is_so in self.manifest.members.items():
            if member not in infos or infos[member].file_size != is_so.size:
                raise damaged(name, member)

    @classmethod
    @contextmanager
    def open(cls, file: Path, passphrase: str | None = None) -> Iterator[Archive]:
        """Raises: NotFound, WrongPassphrase, BackupError"""
        name = str(file)
        if not file.is_file():
            raise NotFound(gettext_noop("“{file}” is not there."), file=name)
        with file.open("rb") as source:
            sealed = is_sealed(source.read(64))
            source.seek(0)
            if sealed and not passphrase:
                raise BackupError(
                    gettext_noop(
                        "“{file}” is encrypted; give its passphrase with --passphrase-file or "
                        "MAINSTAY_BACKUP_PASSPHRASE."
                    ),
                    file=name,
                )
            inner: Any = source
            if sealed:
                inner = io.BufferedReader(SealedReader(source, passphrase or "", name), 1 << 20)
            with _reading(name, ""):
                opened = zipfile.ZipFile(inner)
            with opened:
                yield cls(opened, name)

    def take(self, member: str, put: Callable[[bytes], object]) -> None:
        """Hand over all of a member, piece by piece. Raises: BackupError at its end where it is not what it was"""
        sum_, size = hashlib.sha256(), 0
        with _reading(self.name, member), self._zip.open(member) as source:
            while piece := source.read(CHUNK):
                sum_.update(piece)
                size += len(piece)
                put(piece)
        if Member(size, sum_.hexdigest()) != self.manifest.members[member]:
            raise damaged(self.name, member)

    def extract_below(self, folder: Path, member: str) -> None:
        """A member of the home folder to its place below another. Raises: BackupError where it leads elsewhere"""
        to = folder / member.removeprefix("home/")
        if not to.resolve().is_relative_to(folder.resolve()):
            raise damaged(self.name, member)
        self.extract(member, to)

    def extract(self, member: str, to: Path) -> None:
        """A member as a file, safely on the disk, readable by its owner alone."""
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open_private(to) as out:
            self.take(member, out.write)
            out.flush()
            os.fsync(out.fileno())


@contextmanager
def _reading(name: str, member: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise damaged(name, member) from error
    except (RuntimeError, ValueError, OverflowError) as error:  # of a directory that is not one
        raise damaged(name, member) from error


def open_private(file: Path) -> BinaryIO:
    """A new file, or an old one emptied, that only its owner may read."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


@contextmanager
def whole_file(file: Path) -> Iterator[BinaryIO]:
    """A file that is there whole or not at all: written beside, safely on the disk, then put in its place."""
    part = file.with_name(f"{file.name}.part")
    try:
        with open_private(part) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, file)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
