"""A file that only its passphrase opens: AES-256-GCM in pieces, the key by scrypt.

    "MAINSTAY-SEALED" 1 | log2 n, r, p | salt (16) | check (16) | piece 0 | piece 1 | …

Each piece is PIECE bytes sealed with their tag, the last one fewer or none. Its nonce is its number and
whether it is the last, so that no piece can be left out, put elsewhere or be taken for the end; the header is
authenticated with each. `check` seals nothing: it tells a wrong passphrase from damage. A salt, and so a key,
is never used twice. Pieces are found by their number, so that a reader may seek.
"""

from __future__ import annotations

import io
import os
import struct
from typing import BinaryIO

from mainstay.core.texts import gettext_noop
from mainstay.desk.backup.errors import WrongPassphrase, damaged

MAGIC = b"MAINSTAY-SEALED\x01"
PIECE = 1 << 20
TAG = 16
_COST = struct.Struct("BBB")
LOG_N, R, P = 16, 8, 1  # 64 MB and a fifth of a second a guess
SALT = 16
HEADER = len(MAGIC) + _COST.size + SALT
START = HEADER + TAG
_CHECK = b"\xff" * 12


def is_sealed(first: bytes) -> bool:
    """Whether a file that begins so is sealed."""
    return first.startswith(MAGIC)


class _Seal:
    def __init__(self, passphrase: str, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        log_n, r, p = _COST.unpack_from(header, len(MAGIC))
        salt = header[-SALT:]
        key = Scrypt(salt, 32, 1 << log_n, r, p).derive(passphrase.encode())
        self._cipher, self._header = AESGCM(key), header

    def check(self) -> bytes:
        return self._cipher.encrypt(_CHECK, b"", self._header)

    def close(self, number: int, piece: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(_nonce(number, last), piece, self._header)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Raises: cryptography.exceptions.InvalidTag"""
        return self._cipher.decrypt(_nonce(number, last), sealed, self._header)


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">QI", number, last)


class SealedWriter(io.RawIOBase):
    """Seals what is written to it, piece by piece; `close` writes the last one and leaves `out` open."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        header = MAGIC + _COST.pack(LOG_N, R, P) + os.urandom(SALT)
        self._out, self._seal = out, _Seal(passphrase, header)
        self._held, self._number = bytearray(), 0
        out.write(header + self._seal.check())

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._held += view
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return view.nbytes

    def finish(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._seal.close(self._number, piece, last=last))
        self._number += 1


class SealedReader(io.RawIOBase):
    """What a sealed file holds.

    Raises: WrongPassphrase; BackupError wherever it was changed or cut off
    """

    def __init__(self, source: BinaryIO, passphrase: str, name: str) -> None:
        self._source, self._name = source, name
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        start = source.read(START)
        if len(start) < START or not start[: len(MAGIC)] == MAGIC or size < START + TAG:
            raise damaged(name)
        # Nobody's file may ask for more memory or time than ours do.
        if _COST.unpack_from(start, len(MAGIC)) != (LOG_N, R, P):
            raise damaged(name)
        self._seal = _Seal(passphrase, start[:HEADER])
        if self._seal.check() != start[HEADER:]:
            raise WrongPassphrase(
                gettext_noop("The passphrase is not the one that “{file}” was encrypted with."),
                file=name,
            )
        full = PIECE + TAG
        self._count = max(1, -(-(size - START) // full))
        self._size = size - START - TAG * self._count
        self._place, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, into: object) -> int:
        view = memoryview(into)  # type: ignore[arg-type]
        number, within = divmod(self._place, PIECE)
        if self._place >= self._size:
            return 0
        piece = self._opened(number)[within : within + view.nbytes]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _opened(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        if number != self._number:
            self._source.seek(START + number * (PIECE + TAG))
            try:
                sealed = self._source.read(PIECE + TAG)
                self._piece = self._seal.open(number, sealed, last=number == self._count - 1)
            except InvalidTag:
                raise damaged(self._name) from None
            self._number = number
        return self._piece
