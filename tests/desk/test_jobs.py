"""The worker: what was asked for is done once, whatever happens to the process."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# A worker with kinds of its own: each step writes down when it begins and ends, and the second of a job
# that is held goes on until a file is there: however slow the machine is, it is in that step till then.
WORKER = """
import os, time
from mainstay.desk.jobs import kinds

def note(word):
    with open(os.environ["LOG"], "a") as log:
        log.write(word + "\\n")

def step(name):
    def work(run):
        note("begin " + name)
        while name == "two" and run.arguments.get("held") and not os.path.exists(os.environ["GO"]):
            time.sleep(0.05)
            run.progress(1, 100)
        note("end " + name)
        return name
    return work

def fails(run):
    from mainstay.core.errors import NotFound
    raise NotFound("There is no “{what}”.", what="moon")

def breaks(run):
    raise ZeroDivisionError("by nought")

def kills(run):
    note("kill")
    os._exit(9)

kinds.KINDS.update(
    steps={n: step(n) for n in ("one", "two", "three")}, fails={"fails": fails},
    breaks={"breaks": breaks}, kills={"kills": kills},
)
from mainstay.desk.jobs import worker
worker.main()
"""

ASK = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.desk.settings"
from mainstay.desk.serve import open_database
open_database()
from mainstay.desk.jobs import kinds, services
kinds.KINDS.update(dict.fromkeys(("steps", "fails", "breaks", "kills"), {}))
for call in json.loads(sys.argv[1]):
    job = services.cancel(None, call["cancel"]) if "cancel" in call else services.ask(None, **call)
    print(job.pk)
"""


class Work:
    """A home folder in which jobs are asked for and workers live and die."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.log, self.go = home, home / "log", home / "go"
        own = {"MAINSTAY_HOME": str(home), "LOG": str(self.log), "GO": str(self.go)}
        self.environment = {**environment, **own}
        self.workers: list[subprocess.Popen[bytes]] = []

    def ask(self, *calls: dict[str, Any]) -> list[str]:
        command = [sys.executable, "-c", ASK, json.dumps(calls)]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    def start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=self.environment)
        self.workers.append(worker)
        return worker

    def job(self, job_id: str) -> dict[str, Any]:
        with sqlite3.connect(self.home / "desk.sqlite3", timeout=20) as connection:
            connection.row_factory = sqlite3.Row
            row = connection.execute("SELECT * FROM jobs_job WHERE id = ?", [job_id]).fetchone()
        connection.close()
        return dict(row)

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def work(tmp_path: Path, python_environment: dict[str, str]) -> Iterator[Work]:
    made = Work(tmp_path, python_environment)
    yield made
    for worker in made.workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def test_steps_are_done_in_order_and_their_results_kept(
    work: Work, eventually: Callable[..., Any]
) -> None:
    (job,) = work.ask({"kind": "steps", "arguments": {}})
    worker = work.start()
    eventually(lambda: work.job(job)["state"] == "done")
    assert work.lines() == [
        f"{when} {n}" for n in ("one", "two", "three") for when in ("begin", "end")
    ]
    assert json.loads(work.job(job)["result"]) == {n: n for n in ("one", "two", "three")}
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_killed_in_a_step_it_goes_on_with_that_step(
    work: Work, eventually: Callable[..., Any]
) -> None:
    (job,) = work.ask({"kind": "steps", "arguments": {"held": True}})
    worker = work.start()
    eventually(lambda: work.job(job)["step"] == "two" and work.job(job)["share"] > 0)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert work.job(job)["state"] == "running"
    work.go.touch()
    work.start()
    eventually(lambda: work.job(job)["state"] == "done")
    assert work.lines() == [
        "begin one", "end one", "begin two", "begin two", "end two", "begin three", "end three",
    ]  # fmt: skip


def test_a_worker_that_waits_for_a_lock_ends_when_told(
    work: Work, eventually: Callable[..., Any]
) -> None:
    work.ask()
    with (work.home / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        worker = work.start()

        def waits() -> bool:
            locks = Path("/proc/locks").read_text().splitlines()
            return any("->" in line and str(worker.pid) in line.split() for line in locks)

        eventually(waits)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0


def test_what_fails_says_why_and_the_next_job_runs(
    work: Work, eventually: Callable[..., Any]
) -> None:
    wrong, broken, fine = work.ask(
        *({"kind": kind, "arguments": {}} for kind in ("fails", "breaks", "steps"))
    )
    work.start()
    eventually(lambda: work.job(fine)["state"] == "done")
    assert work.job(wrong)["state"] == work.job(broken)["state"] == "failed"
    assert json.loads(work.job(wrong)["error"])["data"] == {"what": "moon"}
    assert "by nought" in json.loads(work.job(broken)["error"])["data"]["error"]


def test_calling_off_ends_a_waiting_and_a_running_job(
    work: Work, eventually: Callable[..., Any]
) -> None:
    first, second = work.ask(*[{"kind": "steps", "arguments": {"held": True}}] * 2)
    work.ask({"cancel": second})
    work.start()
    eventually(lambda: work.job(first)["step"] == "two" and work.job(first)["share"] > 0)
    work.ask({"cancel": first})
    eventually(lambda: work.job(first)["state"] == "cancelled")
    assert work.job(second)["state"] == "cancelled"
    assert work.lines() == ["begin one", "end one", "begin two"]


def test_a_job_that_ends_the_worker_is_given_up(work: Work, eventually: Callable[..., Any]) -> None:
    deadly, fine = work.ask(*({"kind": kind, "arguments": {}} for kind in ("kills", "steps")))
    for _ in range(8):
        worker = work.start()
        ended = eventually(
            lambda w=worker: w.poll() is not None or work.job(deadly)["state"] == "failed"
        )
        assert ended
        if worker.poll() is None:
            break
    eventually(lambda: work.job(fine)["state"] == "done")
    assert 1 <= work.lines().count("kill") <= 5
    assert "given up" in json.loads(work.job(deadly)["error"])["template"]
