"""Locks of one installation: files in the home folder, given back by the system when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(name: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the installation's lock of that name.

    Raises: Taken, when it is another's and `wait` is False
    """
    file = settings.HOME.folder / f"{name}.lock"
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Taken(name) from None
        yield
    finally:
        os.close(handle)
