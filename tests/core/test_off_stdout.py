"""What compiled code prints stays off standard output, in one thread and in several."""

import os
import subprocess
import sys
import threading

import pytest

from mainstay.core.off_stdout import off_stdout

AS_COMPILED_CODE = """
import ctypes, os, sys
from mainstay.core.off_stdout import off_stdout
libc = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
libc.printf(b"before ")
with off_stdout():
    libc.printf(b"a solver's line, ")
    os.write(1, b"and another")
libc.printf(b"after")
"""


def run(code: str) -> "subprocess.CompletedProcess[bytes]":
    """In a process of its own, whose C holds back what it writes into a pipe."""
    held_back = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, env=held_back)


def test_what_c_prints_goes_to_standard_error_also_where_c_holds_it_back():
    done = run(AS_COMPILED_CODE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"before after"
    assert b"a solver's line" in done.stderr
    assert b"and another" in done.stderr


def test_it_turns_back_after_an_error(capfd):
    with pytest.raises(ZeroDivisionError), off_stdout():
        raise ZeroDivisionError
    os.write(1, b"here")
    assert capfd.readouterr().out == "here"


def test_the_last_thread_that_leaves_turns_it_back(capfd):
    inside, leave = threading.Event(), threading.Event()

    def long_one() -> None:
        with off_stdout():
            inside.set()
            leave.wait(10)
            os.write(1, b"long ")

    thread = threading.Thread(target=long_one)
    thread.start()
    assert inside.wait(10)
    with off_stdout():
        os.write(1, b"short ")
    os.write(1, b"between ")
    leave.set()
    thread.join()
    os.write(1, b"out")
    said = capfd.readouterr()
    assert said.out == "out"
    assert said.err == "short between long "


def test_where_standard_output_is_closed_nothing_breaks():
    code = (
        "import os; from mainstay.core.off_stdout import off_stdout\n"
        "os.close({closed})\nwith off_stdout(): pass\nos.write({open}, b'fine')"
    )
    for closed, still in ((1, 2), (2, 1)):
        done = run(code.format(closed=closed, open=still))
        assert (done.returncode, done.stdout + done.stderr) == (0, b"fine")
