"""What a step of a job does around the engine's work: progress, calling off, errors in words."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import logs
from mainstay.desk.jobs.kinds import KINDS, Run, codes, step_of
from mainstay.desk.jobs.models import Job, State

log = logging.getLogger(__name__)

WRITE_SECONDS = 0.4
# A step that ends the process each time, for want of memory for example, is given up after so many
# starts. Steps and not jobs are counted: a long job may live through more restarts than that.
MOST_TRIES = 5


class CalledOff(BaseException):
    """The job was cancelled; not an Exception, so that no engine code takes it for one of its own."""


def begin(job_id: str) -> list[str] | None:
    """The codes of the job's steps, or None when there is nothing to do: called off, or of a kind that
    is no more."""
    close_old_connections()
    job = Job.objects.get(pk=job_id)
    if job.kind not in KINDS:
        text = Text(gettext_noop("There is no job “{kind}”."), {"kind": job.kind})
        end(job_id, {"state": "failed", "error": _json(text)})
        return None
    changed = Job.objects.filter(pk=job_id, state__in=(State.WAITING, State.RUNNING)).update(
        state=State.RUNNING, started_at=timezone.now()
    )
    return codes(job.kind, job.arguments) if changed else None


def step(job_id: str, code: str, results: dict[str, Any]) -> dict[str, Any]:
    """Run one step: {"state": "running", "result": …}, or how the job ends."""
    close_old_connections()
    logs.belongs_to.set({"job": job_id, "step": code})
    job = Job.objects.get(pk=job_id)
    tries = job.tries + 1 if job.step == code else 1
    Job.objects.filter(pk=job_id).update(step=code, tries=tries, share=0.0, note=None)
    if tries > MOST_TRIES:
        return {"state": "failed", "error": _json(_given_up(MOST_TRIES))}
    work, part = step_of(job.kind, code)
    run = Run(settings.HOME, job.arguments, results, part, _Progress(job_id))
    try:
        run.progress(0, 1)
        result = work(run)
    except CalledOff:
        return {"state": "cancelled"}
    except MainstayError as error:
        return {"state": "failed", "error": _json(error.text)}
    except Exception as error:
        log.exception("step %s of job %s failed", code, job_id)
        text = Text(
            gettext_noop("This should not have happened: {error}. The log has the details."),
            {"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]},
        )
        return {"state": "failed", "error": _json(text)}
    job.refresh_from_db(fields=["result"])
    Job.objects.filter(pk=job_id).update(result={**job.result, code: result}, share=1.0)
    return {"state": "running", "result": result}


def end(job_id: str, outcome: dict[str, Any]) -> str:
    close_old_connections()
    job = Job.objects.get(pk=job_id)
    job.state, job.error, job.ended_at = outcome["state"], outcome.get("error"), timezone.now()
    job.arguments.pop("secrets", None)
    job.save(update_fields=["state", "error", "ended_at", "arguments"])
    return outcome["state"]


def give_up(job_id: str, starts: int) -> None:
    end(job_id, {"state": "failed", "error": _json(_given_up(starts))})


def _given_up(starts: int) -> Text:
    return Text(
        gettext_noop(
            "This work ended the worker {starts} times, perhaps for want of memory, and was given up."
        ),
        {"starts": starts},
    )


class _Progress:
    """Writes the share that is done now and then, and asks whether the job was called off."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        self.next = 0.0

    def __call__(self, done: float, total: float, note: Text | None = None) -> None:
        now = time.monotonic()
        if now < self.next and done < total:
            return
        self.next = now + WRITE_SECONDS
        share = min(1.0, done / total) if total else 0.0
        job = Job.objects.filter(pk=self.job_id)
        job.update(share=share, **({"note": note.to_json()} if note else {}))
        if job.values_list("cancel_asked", flat=True).first():
            raise CalledOff


class AssessmentWatch:
    """Shows assessments that were made elsewhere: on the command line, or before the desk was started."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.seen: set[str] = set()

    def look(self) -> None:
        """Publish the newest assessment when there are others than at the last look."""
        names = _names(self.home)
        if names == self.seen or Job.objects.filter(state=State.RUNNING).exists():
            return
        self.seen = names
        publish_latest(self.home)


def publish_latest(home: Home) -> str | None:
    """Load the newest assessment for the pages where they have another one; gives its id.

    One that was made to look back (with a date and without today's facts) does not take the place of
    today's, unless there is no other.
    """
    if not _names(home):
        return None  # and the engine need not be loaded
    from mainstay import engine
    from mainstay.desk.accounts.models import latest_id
    from mainstay.desk.accounts.services import list_earlier, publish
    from mainstay.desk.cases.publishing import keep_coins
    from mainstay.desk.designs.services import keep_draws
    from mainstay.desk.guarantees.publishing import show_cards
    from mainstay.desk.keeping.publishing import show_newcomers
    from mainstay.desk.needs.publishing import show_chances
    from mainstay.desk.strategy.publishing import show_plans
    from mainstay.desk.value.publishing import show_value
    from mainstay.desk.winback.publishing import show_lost

    kept = engine.open_ledger(home).assessments.all()
    if not kept:
        return None
    newest = next((one for one in kept if one.meta.get("facts_known_until")), kept[0])
    list_earlier(one for one in kept if one.id < newest.id)
    if newest.id != latest_id():
        assessment = engine.load_assessment(home.store, newest.id)
        publish(assessment)
        keep_coins(home.store, assessment)
        keep_draws(home.store, assessment)
        show_lost(home.store, assessment.id)
        show_cards(home.store, assessment.id)
        show_value(home.store, assessment.id)
        show_plans(home.store, assessment.id)
        show_chances(home.store, assessment.id)
        show_newcomers(home.store, assessment.id)
    return newest.id


def _names(home: Home) -> set[str]:
    folder = home.store / "assessments"
    return {p.name for p in folder.glob("[!.]*")} if folder.exists() else set()


def _json(text: Text) -> dict[str, Any]:
    return text.to_json()
