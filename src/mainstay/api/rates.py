"""How often a program may ask: a bucket for each token, in a small file that all web workers share.

A file and its lock cost some microseconds where a row of the database would cost a write each time; several
servers before one database each have their own buckets.
"""

from __future__ import annotations

import fcntl
import math
import os
import struct
import time
from pathlib import Path

MINUTE_SECONDS = 60.0
_FULL_AT = struct.Struct("d")


def wait_seconds(folder: Path, name: str, per_minute: int, *, now: float | None = None) -> int:
    """Take one from a bucket that holds `per_minute` and fills anew within a minute.

    name: of the bucket; now: seconds of any clock that all workers share
    Returns: 0, or after how many seconds there will be one; 0 `per_minute` is no limit
    """
    if per_minute <= 0:
        return 0
    now = time.time() if now is None else now
    each = MINUTE_SECONDS / per_minute
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        kept = os.pread(handle, _FULL_AT.size, 0)
        # When the bucket would be full again; a clock that was set back has no say for long.
        full_at = _FULL_AT.unpack(kept)[0] if len(kept) == _FULL_AT.size else now
        full_at = min(max(full_at, now), now + MINUTE_SECONDS)
        wait = full_at + each - now - MINUTE_SECONDS
        there_is = wait <= each / 2
        os.pwrite(handle, _FULL_AT.pack(full_at + each if there_is else full_at), 0)
    finally:
        os.close(handle)
    return 0 if there_is else max(1, math.ceil(wait))
