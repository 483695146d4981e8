"""Memory that is no longer needed, given back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Give what nobody uses any more back to the system.

    Allocators keep what they once had: after a stage with gigabytes of small pieces, the next would begin with
    them still taken. Takes tenths of a second.
    """
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # not with every C library
        ctypes.CDLL(None).malloc_trim(0)
