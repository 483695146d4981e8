"""How the command `mainstay` is entered, and how whatever goes wrong leaves it.

Only the standard library is imported here, so that Ctrl-C is answered from the first moment on.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mainstay.core.priority import let_others_go_first

if TYPE_CHECKING:
    from mainstay.cli.context import Context

DONE, FAILED, MISUSED, UNFORESEEN, STOPPED, NOBODY_READS = 0, 1, 2, 70, 130, 141
PATIENCE_SECONDS = 12.0  # longer than the desk takes to stop
UNHURRIED = ("assess", "backup", "import", "replay")  # nobody looks at a page that waits for them


def entry() -> None:
    """What the console calls: `main`, and an end that leaves no library's threads behind.

    Readers of stores and files keep native threads (Arrow, Delta Lake, Numba). When C++ takes its own things
    apart at the end of a process while one of them still runs, it aborts: a command that had done its work
    ended with “terminate called without an active exception”. What Python has to do at the end is done
    before; what is registered first is called last.
    """
    if sys.argv[1:2] and sys.argv[1] in UNHURRIED:
        let_others_go_first()
    code = [UNFORESEEN]
    atexit.register(lambda: _leave(code[0]))
    try:
        main()
    except SystemExit as left:
        code[0] = left.code if isinstance(left.code, int) else DONE if left.code is None else FAILED
        raise


def _leave(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or nobody reads; it was said before
            stream.flush()
    os._exit(code)


def main() -> None:
    """Run the command; whatever goes wrong ends in one sentence and a non-zero exit."""
    with _ctrl_c() as ctrl_c:
        try:
            code = _run()
        except BaseException as error:  # noqa: BLE001 - the last net: no traceback reaches a user
            code = _told(error, stopped=ctrl_c.pressed)
    sys.exit(code)


@dataclass
class _CtrlC:
    """Whether it was pressed, since libraries make other errors of it: “Query interrupted”."""

    pressed: bool = False


@contextmanager
def _ctrl_c() -> Iterator[_CtrlC]:
    seen = _CtrlC()
    # A long query may not look up before its end. What it has done is in no store yet: leave it.
    last = threading.Timer(PATIENCE_SECONDS, lambda: os._exit(_stopped()))
    last.daemon = True

    def press(*_: object) -> None:
        if not seen.pressed:
            seen.pressed = True
            last.start()
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:  # else whoever started this wants it so
        signal.signal(signal.SIGINT, press)
    try:
        yield seen
    finally:
        last.cancel()
        signal.signal(signal.SIGINT, signal.SIG_IGN if seen.pressed else before)


def _run() -> int:
    _context()
    from mainstay.cli.app import app, shared_first

    code = app(shared_first(sys.argv[1:]), standalone_mode=False) or DONE
    if code == STOPPED:  # what Typer makes of Ctrl-C
        raise KeyboardInterrupt
    sys.stdout.flush()  # a full disk shows here, and not in Python's own goodbye
    return int(code)


def _context() -> Context:
    from mainstay.cli.context import context

    context.json = "--json" in sys.argv[1:]  # also where the words are not understood
    return context


def _told(error: BaseException, *, stopped: bool) -> int:
    """Say what went wrong; gives the exit code."""
    if stopped or isinstance(error, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second press must not break into this
        return _stopped()
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    from mainstay.core.errors import MainstayError, refused_by_machine

    context = _context()
    if shown := getattr(error, "format_message", None):  # Typer's errors of usage
        context.fail(shown(), code="usage")
        return MISUSED
    if context.debug:
        raise error
    known = error if isinstance(error, MainstayError) else refused_by_machine(error)
    if known:
        context.fail(context.tell(known.text), code=known.code)
        return FAILED
    return _unforeseen(error)


def _stopped() -> int:
    from mainstay.core.texts import gettext_noop

    context = _context()
    sentence = context.text(gettext_noop("Stopped. Nothing was left half done."))
    context.fail(sentence, code="stopped")
    sys.stdout.flush()
    return STOPPED


def _unforeseen(error: BaseException) -> int:
    from mainstay.core.texts import gettext_noop

    context = _context()
    sentence = context.text(
        gettext_noop(
            "This should not have happened: {error}. Run it again with --debug to see where."
        ),
        error=f"{type(error).__name__}: {error}".splitlines()[0],
    )
    context.fail(sentence, code="unforeseen")
    return UNFORESEEN
