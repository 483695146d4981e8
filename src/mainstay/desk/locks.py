"""Locks of one installation: files in the home folder, given back by the system when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from mainstay.core.home import Home


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(name: str, home: Home | None = None, *, wait: bool = True) -> Iterator[None]:
    """Hold the installation's lock of that name.

    Raises: Taken, when it is another's and `wait` is False
    """
    folder = (home or Home.from_environment()).folder
    handle = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Taken(name) from None
        yield
    finally:
        os.close(handle)
