"""The worker process: takes what was asked for and does it in durable steps, one job at a time.

`python -m mainstay.desk.jobs.worker`, started by `mainstay serve`. Killed at any moment, the next worker
goes on with the step that was under way and runs no finished step twice.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from typing import Any

from mainstay.core.priority import let_others_go_first
from mainstay.desk.processes import die_with_parent

die_with_parent()
let_others_go_first()  # pages are waited for, jobs are not
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")

import django  # noqa: E402

django.setup()

from dbos import DBOS, DBOSConfig, SetWorkflowID  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from mainstay.desk import database, rounds  # noqa: E402
from mainstay.desk.digests import sending  # noqa: E402
from mainstay.desk.facts.loading import catch_up  # noqa: E402
from mainstay.desk.jobs import heartbeat, running  # noqa: E402
from mainstay.desk.jobs.housekeeping import keep_house  # noqa: E402
from mainstay.desk.jobs.kinds import codes  # noqa: E402
from mainstay.desk.jobs.models import Job, State  # noqa: E402
from mainstay.desk.locks import Taken, only_one  # noqa: E402
from mainstay.desk.nightly import running as nightly  # noqa: E402
from mainstay.desk.postgres import JOBS_SCHEMA  # noqa: E402

QUEUE = "mainstay"
POLL_SECONDS = 0.5
MAIL_SECONDS = 3.0  # that a message may take at the end; less than the parent waits
# Of one job; `running` gives up much sooner where it is the same step each time.
MAX_STARTS = 1000


@DBOS.workflow(name="job", max_recovery_attempts=MAX_STARTS)
def run_job(job_id: str) -> str:
    """All steps of one job. Everything that touches the world is in a step, whose result is kept."""
    steps = DBOS.run_step({"name": "begin"}, running.begin, job_id)
    if steps is None:
        return "cancelled"
    if isinstance(steps, str):  # begun by an older Mainstay, which kept the kind
        steps = codes(steps, {})
    results: dict[str, Any] = {}
    for code in steps:
        outcome = DBOS.run_step({"name": code}, running.step, job_id, code, results)
        if outcome["state"] != "running":
            return DBOS.run_step({"name": "end"}, running.end, job_id, outcome)
        results[code] = outcome["result"]
    return DBOS.run_step({"name": "end"}, running.end, job_id, {"state": "done"})


def configuration() -> DBOSConfig:
    """Versions and executor are fixed, so that an upgraded Mainstay takes over unfinished work."""
    return {
        "name": "mainstay",
        "system_database_url": database.jobs_url(settings.DATABASES["default"], settings.HOME),
        "dbos_system_schema": JOBS_SCHEMA,
        "application_version": "1",
        "executor_id": "worker",
        "log_level": "ERROR",
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": 1.0,
        "sys_db_pool_size": 4,
    }


def hand_over() -> None:
    """Give what was asked for to the queue. Handing over twice does nothing: the id is the same."""
    for job in Job.objects.filter(state=State.WAITING, handed_over=False).order_by("asked_at"):
        with SetWorkflowID(job.pk):
            DBOS.enqueue_workflow(QUEUE, run_job, job.pk)
        Job.objects.filter(pk=job.pk).update(handed_over=True)


def notice_given_up() -> None:
    """Jobs that ended the process too often: say so, since their own steps can't."""
    for job in Job.objects.filter(state=State.RUNNING):
        status = DBOS.get_workflow_status(job.pk)
        if status is not None and status.status in ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR"):
            running.give_up(job.pk, MAX_STARTS)


def main() -> None:
    stop = threading.Event()
    ending = _end_when_told(stop)
    # One worker an installation: the next waits until the last has ended, however long that takes.
    with only_one("worker"):
        work(stop)
        ending.join()


def _end_when_told(stop: threading.Event) -> threading.Thread:
    """End the process after SIGTERM or SIGINT, whatever its main thread is at.

    Python handles signals in the main thread, between two of its own instructions: a database that is
    locked, an import or a lock that is waited for would keep it from them. The system writes a byte for
    each into a pipe at once, and a thread waits for that.
    """
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def end() -> None:
        os.read(told, 1)
        stop.set()
        _end_of_mail()
        # What is under way is durable, so nothing else needs to be waited for.
        logging.shutdown()
        os._exit(0)

    ending = threading.Thread(target=end, name="end", daemon=True)
    ending.start()
    return ending


def _end_of_mail() -> None:
    """Let a message that is being handed over arrive: broken off, nobody could tell whether it did."""
    sending.stopping.set()
    last = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < last:
        try:
            with only_one("digests", wait=False):
                return
        except Taken:
            time.sleep(0.05)


def work(stop: threading.Event) -> None:
    """Take jobs until told to stop."""
    DBOS(config=configuration())
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_SECONDS)
    watch = running.AssessmentWatch(settings.HOME)
    for name in settings.WORKER_THREADS:
        import_string(name)(stop).start()
    n_rounds = 0
    while not stop.wait(POLL_SECONDS):
        with rounds.Round("the worker's round") as this:
            heartbeat.beat(settings.HOME)
            hand_over()
            if n_rounds % 20 == 1:  # every ten seconds
                nightly.look(timezone.now())
            if n_rounds % 10 == 0:
                notice_given_up()
                watch.look()
            if n_rounds % 60 == 0:  # what the command line imported or undid
                catch_up()
            if n_rounds % 1200 == 1199:  # every ten minutes
                keep_house(timezone.localtime())
        if this.failed:
            close_old_connections()
            time.sleep(5 * POLL_SECONDS)
        n_rounds += 1


if __name__ == "__main__":
    main()
