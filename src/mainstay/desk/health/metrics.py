"""Figures for Prometheus.

Requests are counted by each process of the web server into files that all of them read (prometheus_client's
multiprocess mode), so that counters are right whichever process answers, also after one was killed. All
else is read from the database at the scrape: the plainest way to be right.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

import mainstay
from mainstay.desk.accounts.models import Account, latest
from mainstay.desk.digests.models import Delivery
from mainstay.desk.jobs import heartbeat
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.nightly import queries

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
TYPE = "text/plain; version=0.0.4; charset=utf-8"

# By the name of a page and not by its address: addresses hold accounts.
_own = CollectorRegistry()
REQUESTS = Counter(
    "mainstay_requests", "Requests answered", ["method", "page", "status"], registry=_own
)
SECONDS = Histogram(
    "mainstay_request_seconds",
    "Seconds until the answer",
    ["page"],
    registry=_own,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)


def count(method: str, page: str, status: int, seconds: float) -> None:
    known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
    REQUESTS.labels(known, page, str(status)).inc()
    SECONDS.labels(page).observe(seconds)


def scrape() -> bytes:
    """All figures, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Desk())
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_own)


class Desk:
    """What the database tells, read when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _by("mainstay_info", "The version that runs", ["version"], [([_version()], 1)])
        yield from _jobs()
        yield from _night()
        yield from _accounts()
        states = Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by("state")
        yield _by(
            "mainstay_digests",
            "Digests of the last 90 days by what became of them",
            ["state"],
            [([state], n) for state, n in states],
        )
        free = shutil.disk_usage(settings.HOME.folder).free
        yield _one("mainstay_disk_free_bytes", "Free bytes where the home folder lies", free)


def _version() -> str:
    return str(getattr(mainstay, "__version__", "unknown"))


def _jobs() -> Iterator[GaugeMetricFamily]:
    found = Job.objects.values_list("kind", "state").annotate(n=Count("pk")).order_by("kind")
    yield _by(
        "mainstay_jobs",
        "Pieces of work by kind and state",
        ["kind", "state"],
        [([kind, state], n) for kind, state, n in found],
    )
    oldest = Job.objects.filter(state=State.WAITING).aggregate(at=Min("asked_at"))["at"]
    yield _one(
        "mainstay_oldest_waiting_job_seconds",
        "Since when the piece of work waits that waits longest",
        _age(oldest) or 0.0,
    )
    age = heartbeat.age_seconds(settings.HOME)
    if age is not None:
        yield _one("mainstay_worker_silent_seconds", "Since when the worker was not heard of", age)


def _night() -> Iterator[GaugeMetricFamily]:
    last = queries.last_ended()
    if last is None or last.job.ended_at is None:
        return
    ended = last.job.ended_at.timestamp()
    yield _one(
        "mainstay_nightly_ended_seconds", "When the last nightly run ended, Unix time", ended
    )
    good = 1.0 if last.verdict == "done" else 0.0
    yield _one("mainstay_nightly_success", "Whether all of the last nightly run was done", good)
    if last.seconds is not None:
        yield _one("mainstay_nightly_seconds", "How long the last nightly run took", last.seconds)
    failed = len(last.failed)
    yield _one("mainstay_nightly_failed_sources", "Sources of it that failed", failed)
    yield _one("mainstay_nightly_rows", "Rows that it took", last.rows)


def _accounts() -> Iterator[GaugeMetricFamily]:
    shown = latest()
    if shown is None:
        return
    age = _age(shown.made_at)
    yield _one(
        "mainstay_assessment_age_seconds", "Age of the assessment that pages show", age or 0.0
    )
    states = Account.objects.values_list("state").annotate(n=Count("pk")).order_by("state")
    yield _by(
        "mainstay_accounts",
        "Accounts by state",
        ["state"],
        [([state], n) for state, n in states],
    )


def _age(at: Any) -> float | None:
    return None if at is None else max(0.0, (timezone.now() - at).total_seconds())


def _one(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _by(
    name: str, text: str, labels: list[str], values: Iterable[tuple[list[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for words, value in values:
        family.add_metric(words, value)
    return family
