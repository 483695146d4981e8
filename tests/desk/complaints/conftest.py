"""Complaints of the cast, each with its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.desk.care.models import Complaint
from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Staff

Made = Callable[..., Complaint]


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def worker(people: Any, monkeypatch: Any) -> Callable[[], list[str]]:
    """Do what was asked of the worker, as it does; gives the kinds of work."""
    from mainstay.desk.jobs import running
    from mainstay.desk.jobs.models import Job, State

    # The worker lets old connections go between its steps; the test's transaction lives on one.
    monkeypatch.setattr(running, "close_old_connections", lambda: None)

    def work() -> list[str]:
        done = []
        for job in Job.objects.filter(state=State.WAITING).order_by("asked_at"):
            for code in running.begin(job.pk) or []:
                assert running.step(job.pk, code, {})["state"] == "running"
            running.end(job.pk, {"state": "done"})
            done.append(job.kind)
        return done

    return work


@pytest.fixture
def staff(people: Any) -> None:
    """S1 and S2 report to S9; nobody is known above S9."""
    with entry(people["dora"]) as book:
        for code, name, above in (
            ("S1", "김민수", "S9"),
            ("S2", "陳偉", "S9"),
            ("S9", "Helen Service", None),
        ):
            book.add(Staff(staff_id=code, name=name, reports_to=above))


@pytest.fixture
def complaint(people: Any, published: Any) -> Made:
    """Write one down as the director: of A100, quality, 2, opened just now, unless said otherwise."""

    def make(
        *, hours_ago: float = 0, opened_at: datetime | None = None, **values: Any
    ) -> Complaint:
        opened = opened_at or timezone.now() - timedelta(hours=hours_ago)
        given = {"account_id": "A100", "kind": "quality", "severity": 2, "opened_at": opened}
        with entry(people["dora"]) as book:
            made: Any = book.add(new_fact(Complaint, {**given, **values}, None))
            return made

    return make
