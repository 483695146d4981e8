"""A Tryton of its own for the tests, on PostgreSQL, with a company in it that has traded for two years.

It runs in an environment of its own, which `make tryton` makes: Tryton's licence and its requirements stay
apart from ours. Where it is not there, the tests are skipped and say so, or fail where nothing must be skipped.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = Path(
    os.environ.get("MAINSTAY_TEST_TRYTON", HERE.parents[1] / ".cache" / "tryton" / "bin" / "python")
)
USER, PASSWORD, DATABASE = "admin", "look-at-it-2026", "trading"
SECONDS = 1200  # a machine that does other things besides


@dataclass(frozen=True)
class Server:
    """A running Tryton.

    uri: of its PostgreSQL, as Tryton wants it: without the database
    """

    uri: str
    port: int

    @property
    def address(self) -> str:
        return f"tryton://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def happens(self, *deeds: str) -> None:
        """Something happens in the company: see DEEDS in tryton_company.py."""
        _run(self.uri, *deeds)


def _run(uri: str, *deeds: str) -> None:
    command = [str(PYTHON), str(HERE / "tryton_company.py"), uri, DATABASE, PASSWORD, *deeds]
    # Tryton's queue of later work belongs to a worker that is not here: confirmed sales stay so.
    more = {"TRYTOND_queue__worker": "True"} if deeds else {}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**_environment(), **more},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TRYTOND"))}


@contextmanager
def running(uri: str, folder: Path) -> Iterator[Server]:
    """A server whose company has been filled.

    uri: of a PostgreSQL server: postgresql://user@/?host=folder
    folder: for its settings
    """
    _run(uri)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "trytond.conf"
    settings.write_text(
        f"[database]\nuri = {uri}\n[web]\nlisten = 127.0.0.1:{port}\n[session]\nmax_attempt = 100\n"
    )
    command = [str(PYTHON.with_name("trytond")), "-c", str(settings)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
    )
    try:
        _await(port)
        yield Server(uri, port)
    finally:
        server.terminate()
        server.wait(20)


def _await(port: int) -> None:
    for attempt in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if attempt == 599:
                raise
            time.sleep(0.2)
