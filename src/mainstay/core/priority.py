"""Who goes first where processes share a machine's cores. Only the standard library: it is called before all else."""

from __future__ import annotations

import os
from contextlib import suppress

LATER = 10  # of 19: a page gets nine tenths of a core that both want


def let_others_go_first() -> None:
    """To be called once in a process that works for minutes: pages that somebody waits for go first."""
    with suppress(OSError, AttributeError):  # not on every system
        os.nice(LATER)
