"""What a file is, by what is in it: names lie."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop

FileKind = Literal["parquet", "workbook", "locked_workbook", "text"]

MOST_EXPANDED = 4 << 30  # bytes that a workbook may unpack to
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x01\x00",
)
_PICTURE = gettext_noop(
    "“{file}” is a picture or a film, not a table: export the rows as CSV, Excel or Parquet."
)
_PACKED = gettext_noop("“{file}” is a compressed file: unpack it and load what is in it.")
_PROGRAM = gettext_noop("“{file}” is a program, not a table: export the rows as CSV or Excel.")
_WEB_PAGE = gettext_noop(
    "“{file}” is a web page, not a table: open it in a spreadsheet and save it as .xlsx."
)
_NOT_TEXT = gettext_noop(
    "“{file}” is not text and no workbook: export the rows as CSV, Excel or Parquet."
)
_OTHERS = (
    (
        b"%PDF",
        gettext_noop("“{file}” is a PDF document, not a table: export the rows as CSV or Excel."),
    ),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"\x7fELF", _PROGRAM),
    (b"MZ\x90", _PROGRAM),
    (
        b"SQLite format 3",
        gettext_noop(
            "“{file}” is a SQLite database: load it by its address, sqlite:///…, with a query."
        ),
    ),
    (b"<html", _WEB_PAGE),
    (b"<!doctype html", _WEB_PAGE),
)


def file_kind(path: Path) -> FileKind:
    """What kind of table the file is.

    Raises: UnreadableFile where it is none
    """
    if path.is_dir():
        raise UnreadableFile(
            gettext_noop(
                "“{file}” is a folder without Parquet files: name the files in it that are to be read."
            ),
            file=str(path),
        )
    if not path.is_file():
        raise UnreadableFile(
            gettext_noop("There is no file “{file}”: check its name and folder."), file=str(path)
        )
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(
            gettext_noop("“{file}” is empty: export it again, with its headings."), file=path.name
        )
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_OLE):
        return "locked_workbook" if _is_locked(path) else "workbook"
    if start.startswith(b"PK\x03\x04"):
        check_workbook(path, path.name)
        return "workbook"
    if start.startswith(_PICTURES) or start[8:12] == b"WEBP" or start[4:8] == b"ftyp":
        raise UnreadableFile(_PICTURE, file=path.name)
    lower = start.lstrip().lower()
    for mark, sentence in _OTHERS:
        if lower.startswith(mark.lower()):
            raise UnreadableFile(sentence, file=path.name)
    if _is_binary(start):
        raise UnreadableFile(_NOT_TEXT, file=path.name)
    return "text"


def _is_binary(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13, 27, 28, 29, 30, 31, 1) for byte in start)
    zeros = start.count(0)
    utf16 = zeros > len(start) // 4 and (
        not any(start[::2]) or start[::2].count(0) * 3 < zeros or start[1::2].count(0) * 3 < zeros
    )
    return odd > len(start) // 50 and not utf16


def _is_locked(path: Path) -> bool:
    """Whether an OLE file holds an encrypted workbook: its directory names the package."""
    wanted = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(1 << 20):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


def check_workbook(path: Path, name: str) -> None:
    """Raises: UnreadableFile where a packed file is no workbook, damaged, or too large unpacked"""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            office = any(entry.startswith("xl/workbook.") for entry in names)
            if not office and "content.xml" not in names:
                raise UnreadableFile(
                    gettext_noop(
                        "“{file}” is a packed folder: unpack it and load the files in it."
                    ),
                    file=name,
                )
            _check_size(path, name, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” is damaged: open it in a spreadsheet, save it and load it again."
            ),
            file=name,
        ) from error


def _check_size(path: Path, name: str, archive: zipfile.ZipFile) -> None:
    """Refuse a bomb; what a packed file says of its own size may be a lie, so it is measured."""
    total = 0
    with path.open("rb") as file:
        for entry in archive.infolist():
            total += _expanded(file, entry, MOST_EXPANDED - total)
            if total > MOST_EXPANDED:
                raise UnreadableFile(
                    gettext_noop(
                        "“{file}” unpacks to more than {most} GB: export it as CSV or Parquet."
                    ),
                    file=name,
                    most=MOST_EXPANDED >> 30,
                )


def _expanded(file: BinaryIO, entry: zipfile.ZipInfo, most: int) -> int:
    """How many bytes an entry really unpacks to, counting no further than `most`."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return max(entry.file_size, entry.compress_size)
    if entry.compress_size * 1032 < 64 << 20:  # deflate packs no closer: harmless
        return entry.file_size
    file.seek(entry.header_offset + 26)
    lengths = file.read(4)
    skip = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    file.seek(entry.header_offset + 30 + skip)
    left, total, inflate = entry.compress_size, 0, zlib.decompressobj(-15)
    while left > 0 and not inflate.eof:
        chunk = file.read(min(left, 1 << 18))
        if not chunk:
            break
        left -= len(chunk)
        while chunk:
            total += len(inflate.decompress(chunk, 16 << 20))
            chunk = inflate.unconsumed_tail
            if total > most:
                return total
    return total
