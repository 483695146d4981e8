"""Work that somebody asked for and left: they are told on the next page that it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mainstay.desk.accounts import words as account_words
from mainstay.desk.imports import words
from mainstay.desk.jobs.models import Job, State

KEY = "work"
MOST = 10


def watch(request: HttpRequest, job: Job) -> Job:
    """Tell this session when the job is over."""
    request.session[KEY] = [*request.session.get(KEY, []), job.pk][-MOST:]
    return job


def is_seen(request: HttpRequest, job: Job) -> None:
    """The user sees for themselves that the job is over."""
    left = [pk for pk in request.session.get(KEY, []) if pk != job.pk]
    if left != request.session.get(KEY, []):
        request.session[KEY] = left


class Notices:
    """Before a page: what has ended since the last one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        waiting = request.session.get(KEY)
        if not waiting or request.method != "GET" or request.headers.get("HX-Request"):
            return
        for job in Job.objects.filter(pk__in=waiting):
            if not job.is_over or kwargs.get("job_id") == job.pk:
                continue
            is_seen(request, job)
            what = words.JOBS.get(job.kind, job.kind)
            if job.state == State.DONE:
                messages.success(request, _("Finished: %(what)s.") % {"what": what})
            elif job.state == State.FAILED:
                why = account_words.sentence(job.error) if job.error else ""
                messages.error(request, f"{what}: {why}")
