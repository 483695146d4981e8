"""Over Spark Connect: the same rows; and one sentence when the server vanishes in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import mainstay
from mainstay.ledger.store import OrderStore

pytestmark = pytest.mark.spark
STARTS_SECONDS = 180

# A process of its own: one that has an ordinary session can have none of Spark Connect.
CLIENT = """
import os, sys
from pathlib import Path
import pyarrow as pa
from mainstay.core.errors import MainstayError
from mainstay.ledger.executor import Reading, map_accounts
from mainstay.ledger.store import OrderStore

folder, address, begun = sys.argv[1:]
snapshot = OrderStore.open(folder).snapshot()

def counting(lines):
    import pyarrow as pa
    return pa.table({"account_id": lines.account_ids, "ends": lines.offsets[1:]})

def slow(lines):
    import time
    from pathlib import Path
    Path(begun).touch()
    time.sleep(30)

here = map_accounts(snapshot, counting, Reading())
os.environ["MAINSTAY_ENGINE"] = address
told = []
there = map_accounts(snapshot, counting, Reading(), lambda *done: told.append(done))
print("same" if there.equals(here) and told[-1][0] == told[-1][1] else there)
try:
    map_accounts(snapshot, slow, Reading())
except MainstayError as error:
    print(error.code, error, sep="\\n")
"""


@pytest.fixture
def server(spark_master: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A Spark Connect server of this machine, and its port."""
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
    }
    command = [str(Path(pyspark.__path__[0], "bin", "spark-submit")), "--master", spark_master]
    command += [word for pair in settings.items() for word in ("--conf", "=".join(pair))]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    env |= {"PYTHONPATH": str(Path(mainstay.__file__).parents[1]), "PYTHONWARNINGS": "ignore"}
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "spark-internal"],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, process)
        yield process, port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.3)
    pytest.fail("the server of Spark Connect did not start")


def test_the_same_rows_and_a_server_that_vanishes(
    filled: OrderStore, server: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    process, port = server
    begun = tmp_path / "begun"
    version = filled.version
    command = [sys.executable, "-W", "ignore", "-c", CLIENT]
    client = subprocess.Popen(
        [*command, str(filled.folder), f"sc://127.0.0.1:{port}/;token=hidden", str(begun)],
        env={**os.environ, "PYTHONPATH": str(Path(mainstay.__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
    )
    while client.poll() is None and not begun.exists():
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    said, _ = client.communicate(timeout=STARTS_SECONDS)
    same, code, sentence = said.splitlines()
    assert same == "same"
    assert code == "spark_failed"
    assert sentence.endswith("or without MAINSTAY_ENGINE on this machine alone.")
    assert "hidden" not in sentence
    assert filled.version == version
