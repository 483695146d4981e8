"""Keeps what compiled libraries print away from standard output, where a command's answer stands alone.

HiGHS, as scipy brings it, prints a line of its own making in some problems, whatever its options say
(`display_options` silences its log, not a bare printf). Among JSON or CSV on standard output that line
would spoil the answer.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT, STDERR = 1, 2

_lock = threading.Lock()
_inside = 0  # how many are inside now, in all threads
_kept = -1  # standard output itself, meanwhile


@contextmanager
def off_stdout() -> Iterator[None]:
    """Within it, what is written to file descriptor 1 goes to standard error.

    A file descriptor belongs to the whole process: the first thread that enters turns it, the last that
    leaves turns it back. What other threads print meanwhile goes to standard error too, so nothing is
    lost; the place of a server's output is none that answers stand in. Where standard output is closed,
    or standard error is, nothing is turned.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _kept
    with _lock:
        if _inside == 0:
            _flush()
            _kept = _turned()
        _inside += 1


def _turned() -> int:
    try:
        kept = os.dup(STDOUT)
    except OSError:
        return -1
    try:
        os.dup2(STDERR, STDOUT)
    except OSError:
        os.close(kept)
        return -1
    return kept


def _leave() -> None:
    global _inside, _kept
    with _lock:
        _inside -= 1
        if _inside == 0 and _kept >= 0:
            _flush()  # else what C keeps in its buffer would come out later, in the answer
            os.dup2(_kept, STDOUT)
            os.close(_kept)
            _kept = -1


def _flush() -> None:
    """Write what C holds back of all its streams, each to where it leads now."""
    ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None).fflush(None)
