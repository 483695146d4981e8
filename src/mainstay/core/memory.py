"""Memory that is no longer needed, given back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

# Of fewer order lines, the tenth of a second is worth more than what is given back.
WORTH_ROWS = 2_000_000


def give_back(n_rows: int) -> None:
    """Give what nobody uses any more back to the system, between the stages of a run over so many order lines.

    Allocators keep what they once had: after a stage with gigabytes of small pieces, the next would begin with
    them still taken.
    """
    if n_rows < WORTH_ROWS:
        return
    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # not with every C library
        ctypes.CDLL(None).malloc_trim(0)
