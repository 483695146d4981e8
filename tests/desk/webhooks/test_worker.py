"""The worker sends: killed in the middle it sends again, and who is slow holds up nobody."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

PREPARE = (
    "import sys; from mainstay.desk.serve import open_database; open_database(); "
    "from django.utils import timezone; from mainstay.api.webhooks import services, words; "
    "[services.test(None, services.add(None, services.Wish('x', list(words.KINDS), url), "
    "timezone.now())[0].pk, timezone.now()) for url in sys.argv[1:]]"
)


def sent(database: Path) -> int:
    """How many deliveries are written down as taken."""
    with closing(sqlite3.connect(database, timeout=60)) as there:
        found = there.execute("SELECT count(*) FROM webhooks_delivery WHERE state = 'sent'")
        return int(found.fetchone()[0])


def test_a_killed_worker_s_request_comes_again_under_its_id(
    tmp_path: Path,
    receivers: Callable[[], Any],
    python_environment: dict[str, str],
    eventually: Callable[..., Any],
) -> None:
    slow, quick = receivers(), receivers()
    slow.answering.clear()
    environment = {
        **python_environment,
        "MAINSTAY_HOME": str(tmp_path),
        "MAINSTAY_WEBHOOKS_PRIVATE": "127.0.0.1",
    }
    prepare = [sys.executable, "-c", PREPARE, slow.url, quick.url]
    subprocess.run(prepare, env=environment, check=True)
    for round_ in (1, 2):
        worker = subprocess.Popen(
            [sys.executable, "-m", "mainstay.desk.jobs.worker"], env=environment
        )
        try:
            eventually(lambda n=round_: len(slow.taken) == n, 300)
            if round_ == 1:
                # Though the other does not answer. What is taken and not written down yet would come again.
                eventually(lambda: sent(tmp_path / "desk.sqlite3") == 1, 300)
                assert len(quick.taken) == 1
                os.kill(worker.pid, signal.SIGKILL)
            else:
                slow.answering.set()
        finally:
            worker.kill() if round_ == 1 else worker.terminate()
            worker.wait(60)
    ids = [headers["webhook-id"] for _path, headers, _body in slow.taken]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert len(quick.taken) == 1
