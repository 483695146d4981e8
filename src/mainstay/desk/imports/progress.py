"""How far a piece of work is, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mainstay.desk.accounts import words as account_words
from mainstay.desk.imports import words
from mainstay.desk.jobs.kinds import KINDS
from mainstay.desk.jobs.models import Job, State

# How long a step takes beside the others, roughly; those that are not named take no time.
WEIGHTS = {
    "plan": 10,
    "load": 10,
    "undo": 3,
    "alike": 2,
    "assess": 10,
    "publish": 3,
    "replay": 10,
    "season": 5,
    "allocate": 10,
    "approve": 10,
}


@dataclass(frozen=True)
class StepShown:
    words: Any
    done: bool
    here: bool


@dataclass(frozen=True)
class Shown:
    """A piece of work.

    percent: of all of it, 0..100
    ahead: how many others are before it, while it waits
    """

    job: Job
    title: Any
    steps: list[StepShown]
    percent: int
    note: str
    error: str
    ahead: int


def shown(job: Job) -> Shown:
    codes = [code for code in KINDS.get(job.kind, {}) if code in WEIGHTS]
    total = sum(WEIGHTS[code] for code in codes) or 1
    done = sum(WEIGHTS[code] for code in codes if code in job.result)
    if job.step in codes and job.step not in job.result:
        done += WEIGHTS[job.step] * job.share
    percent = 100 if job.state == State.DONE else min(99, round(100 * done / total))
    note = account_words.sentence(job.note) if getattr(job, "note", None) else ""
    waiting = Job.objects.filter(state__in=(State.WAITING, State.RUNNING))
    return Shown(
        job=job,
        title=words.JOBS.get(job.kind, job.kind),
        steps=[
            StepShown(words.STEPS[c], c in job.result, c == job.step and not job.is_over)
            for c in codes
        ],
        percent=percent,
        note=note,
        error=account_words.sentence(job.error) if job.error else "",
        ahead=waiting.filter(asked_at__lt=job.asked_at).count()
        if job.state == State.WAITING
        else 0,
    )
