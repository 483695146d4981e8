"""Processes that end with the one that started them, however that one ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
# Names the process that a child belongs to; without it, a child was started by hand and lives alone.
PARENT = "MAINSTAY_PARENT"


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """End this process when its parent does: by the kernel on Linux, by looking elsewhere.

    To be called first in a child; does nothing in a process that was started by hand.
    """
    if PARENT not in os.environ:
        return
    # By name and not by getppid(): a parent that is gone already would have been replaced by init.
    parent = int(os.environ[PARENT])
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number)
    else:
        threading.Thread(target=_watch, args=(parent, number), daemon=True).start()
    if os.getppid() != parent:  # it was quicker
        os.kill(os.getpid(), number)


def _watch(parent: int, number: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)
