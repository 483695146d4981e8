"""A local S3-compatible server (moto's), for tests of a store in an object storage.

It runs in an environment of its own, since botocore, which moto needs, wants an older python-dateutil
than ours: `make object-storage` makes it. Where it is not there, the tests are skipped and say so, or fail where nothing must be skipped.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PYTHON = Path(
    os.environ.get(
        "MAINSTAY_TEST_MOTO", Path(__file__).parents[2] / ".cache" / "moto" / "bin" / "python"
    )
)
BUCKET = "mainstay"


@contextmanager
def running() -> Iterator[str]:
    """The address of a server with one empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PYTHON), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _make_bucket(address: str) -> None:
    for attempt in range(200):
        try:
            request = urllib.request.Request(f"{address}/{BUCKET}", method="PUT")
            urllib.request.urlopen(request, timeout=5).close()
            return
        except OSError:
            if attempt == 199:
                raise
            time.sleep(0.1)
