"""Any text file as UTF-8 with one kind of line end: what DuckDB reads."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.lines_scan import chunks_of_lines
from mainstay.ledger.staging import Staging

MOST_NOT_ASCII = 4 << 20


@dataclass
class Text:
    """A UTF-8 file, and the lines left out of it since their encoding is another: number, text."""

    path: Path
    undecoded: list[tuple[int, str]] = field(default_factory=list)


def as_utf8(staging: Staging, path: Path, encoding: str) -> Text:
    """A copy of the file in UTF-8, with one kind of line end.

    Raises: UnreadableFile where it is not wholly in an encoding of two bytes a letter
    """
    text = Text(staging.folder / staging.name("utf8.csv"))
    if encoding.replace("_", "-").startswith(("utf-16", "utf-32")):
        _wide(path, encoding, text)
    else:
        _by_line(path, encoding, text)
    return text


def not_ascii_lines(path: Path) -> bytes:
    """Lines of the file that are not ASCII, as many as are needed to tell its encoding."""
    found: list[bytes] = []
    size = 0
    for _, data in chunks_of_lines(path):
        if data.isascii():
            continue
        for line in data.split(b"\n"):
            if not line.isascii():
                found.append(line)
                size += len(line) + 1
        if size > MOST_NOT_ASCII:
            break
    return b"\n".join(found) + b"\n"


def _wide(path: Path, encoding: str, text: Text) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as given, text.path.open("w", encoding="utf-8", newline="") as out:
            ends_with_return = False
            while chunk := given.read(4 << 20):
                part = decoder.decode(chunk)
                if ends_with_return and part.startswith("\n"):
                    part = part[1:]
                ends_with_return = part.endswith("\r")
                out.write(part.replace("\r\n", "\n").replace("\r", "\n"))
            out.write(decoder.decode(b"", final=True))
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” is not wholly in {encoding} (byte {place}): save it as UTF-8 and load it again."
            ),
            file=path.name,
            encoding=encoding,
            place=error.start,
        ) from error


def _by_line(path: Path, encoding: str, text: Text) -> None:
    """Decode piece by piece, and line by line where a piece has letters of another encoding."""
    number = 0
    with text.path.open("wb") as out:
        for _, data in chunks_of_lines(path):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            try:
                out.write(data.decode(encoding).encode())
                number += data.count(b"\n")
                continue
            except UnicodeDecodeError:
                pass
            for line in data.splitlines(keepends=True):
                try:
                    out.write(line.decode(encoding).encode())
                except UnicodeDecodeError:
                    shown = line.rstrip(b"\n").decode(encoding, errors="backslashreplace")
                    text.undecoded.append((number, shown))
                number += 1
