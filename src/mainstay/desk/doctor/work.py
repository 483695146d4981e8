"""Does somebody work: desk and worker, jobs, digests? Read from the database, as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk.doctor.types import LOOK, Advice, Finding, fine
from mainstay.desk.jobs import heartbeat
from mainstay.desk.locks import Taken, only_one

WAITING_MINUTES = 10
LONG_HOURS = 12
RECENT_DAYS = 7
LATE_HOURS = 1

_WORKER = Advice(
    gettext_noop("Imports and assessments that pages ask for wait without end."), "mainstay serve"
)
_NOT_RUNNING = Advice(gettext_noop("Nobody can open a page."), "mainstay serve", LOOK)
_SILENT = Advice(
    gettext_noop("It is stuck: what pages ask for and the nightly run wait without end."),
    "mainstay serve",
)
_WAITS = Advice(gettext_noop("It should begin within a second."), "mainstay serve")
_LONG = Advice(
    gettext_noop("It may hang; the log of the desk says where it is."), "mainstay serve", LOOK
)
_FAILED = Advice(gettext_noop("Each says on its page why."), "", LOOK)
_MAIL = Advice(gettext_noop("Digests are on, and none by mail can leave."), "", LOOK)
_NIGHT = Advice(gettext_noop("Pages may show what was so the day before; its page says why."))
_IN_PART = Advice(_NIGHT.why, level=LOOK)
_NOT_BEGUN = Advice(_NIGHT.why, "mainstay serve")
_WEBHOOKS = Advice(
    gettext_noop("Other systems are not told what happens."), "mainstay webhook list"
)
_UNHEARD = Advice(_WEBHOOKS.why, "mainstay webhook deliveries", LOOK)
_NO_READERS = Advice(
    gettext_noop("Everybody sets theirs under My week › Digest, with a way to send it."), level=LOOK
)
_DIGESTS = Advice(gettext_noop("People wait for them; their page says why."), "", LOOK)


def work(home: Home) -> Iterator[Finding]:
    serves, works = _held(home, "serve"), _held(home, "worker")
    if serves and not works:
        yield _WORKER.about("worker", gettext_noop("The desk runs without its worker."))
    elif works and (silent := heartbeat.age_seconds(home) or 0) > heartbeat.SILENT_SECONDS:
        yield _SILENT.about(
            "worker",
            gettext_noop("The worker has not been heard of for {minutes} minutes."),
            minutes=round(silent / 60),
        )
    elif serves:
        yield fine("worker", gettext_noop("Desk and worker are running."))
    elif home.database.exists():
        yield _NOT_RUNNING.about("worker", gettext_noop("The desk is not running."))


def _held(home: Home, name: str) -> bool:
    if not (home.folder / f"{name}.lock").exists():  # and none is made by looking
        return False
    try:
        with only_one(name, home, wait=False):
            return False
    except Taken:
        return True


def jobs(_home: Home) -> Iterator[Finding]:
    """Of a database that is up to date alone."""
    from django.utils import timezone

    from mainstay.desk.jobs.models import Job, State

    now = timezone.now()
    waits = Job.objects.filter(
        state=State.WAITING, asked_at__lt=now - timedelta(minutes=WAITING_MINUTES)
    ).count()
    running = Job.objects.filter(
        state=State.RUNNING, started_at__lt=now - timedelta(hours=LONG_HOURS)
    ).count()
    failed = Job.objects.filter(
        state=State.FAILED, ended_at__gt=now - timedelta(days=RECENT_DAYS)
    ).count()
    if waits and not Job.objects.filter(state=State.RUNNING).exists():
        yield _WAITS.about("waiting", gettext_noop("Work has been waiting: {n}."), n=waits)
    if running:
        yield _LONG.about(
            "running", gettext_noop("Work has been running since long: {n}."), n=running
        )
    if failed:
        yield _FAILED.about(
            "failed", gettext_noop("Work that failed within a week: {n}."), n=failed
        )
    if not waits and not running and not failed:
        yield fine("jobs", gettext_noop("No work waits, hangs or has failed."))


def digests(_home: Home) -> Iterator[Finding]:
    from django.utils import timezone

    from mainstay.desk.digests import queries
    from mainstay.desk.digests.models import Delivery

    post = queries.post()
    if not post.on:
        return
    if not post.has_mail and not post.services:
        yield _MAIL.about("mail", gettext_noop("There is neither a mail server nor a messenger."))
        return
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    failed = Delivery.objects.filter(state="failed", due_at__gt=since).count()
    if failed:
        yield _DIGESTS.about(
            "digests", gettext_noop("Digests that failed within a week: {n}."), n=failed
        )
    else:
        yield _sent_and_to_come(timezone.localtime())


def _sent_and_to_come(now: datetime) -> Finding:
    from django.utils import timezone

    from mainstay.desk.digests import queries

    to_come, last = queries.next_of_all(now), queries.last_sent_at()
    if to_come is None:
        said = gettext_noop("Digests are switched on, and nobody has one to come.")
        return _NO_READERS.about("digests", said)
    next_at = f"{to_come:%Y-%m-%d %H:%M} ({timezone.get_current_timezone_name()})"
    if last is None:
        said = gettext_noop("Digests are set up; none was sent yet, the next is due on {next_at}.")
        return fine("digests", said, next_at=next_at)
    last_at = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
    said = gettext_noop("The last digest was sent on {last_at}, the next is due on {next_at}.")
    return fine("digests", said, last_at=last_at, next_at=next_at)


def nightly(_home: Home) -> Iterator[Finding]:
    from django.utils import timezone

    from mainstay.desk.nightly import queries

    due = queries.to_begin(timezone.now() - timedelta(hours=LATE_HOURS))
    last = queries.last_ended()
    verdict = last.verdict if last else ""
    if due:
        said = gettext_noop("The nightly run that was due on {at} has not begun.")
        yield _NOT_BEGUN.about("nightly", said, at=f"{due[1]:%Y-%m-%d %H:%M} UTC")
    elif verdict == "failed":
        yield _NIGHT.about("nightly", gettext_noop("The last nightly run failed."))
    elif verdict == "in_part":
        said = gettext_noop("The last nightly run could not load all of its sources.")
        yield _IN_PART.about("nightly", said)
    elif last:
        yield fine("nightly", gettext_noop("The last nightly run went well."))


def webhooks(_home: Home) -> Iterator[Finding]:
    """Through the registry of models: the desk does not know the programs that use it."""
    from django.apps import apps

    endpoints = apps.get_model("webhooks", "Endpoint").objects.all()
    stopped = endpoints.filter(stopped__isnull=False).count()
    failing = endpoints.filter(on=True, failing_since__isnull=False).count()
    if stopped:
        said = gettext_noop("Endpoints that were switched off since they failed: {n}.")
        yield _WEBHOOKS.about("webhooks", said, n=stopped)
    if failing:
        said = gettext_noop("Endpoints that do not take what they are told: {n}.")
        yield _UNHEARD.about("webhooks", said, n=failing)
    if endpoints.filter(on=True).exists() and not stopped and not failing:
        yield fine("webhooks", gettext_noop("All endpoints take what they are told."))
