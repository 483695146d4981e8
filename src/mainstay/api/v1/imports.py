"""Files brought by programs, and the work that is done about them: the same jobs as the pages ask for."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from mainstay import engine
from mainstay.api import answers
from mainstay.api.auth import IMPORT, READ, user_of
from mainstay.api.once import once
from mainstay.api.problems import Problem, not_there, plain, unprocessable
from mainstay.api.v1 import docs, results
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import IMPORTERS, OFFICE
from mainstay.desk.imports import progress, receiving, services, words
from mainstay.desk.imports.forms import MOST_FILES
from mainstay.desk.jobs.models import Job

router = Router(tags=["imports"])
_JOB = {
    "id": "text",
    "kind": "text",
    "state": "text",
    "percent": "integer",
    "note": "text",
    "error": "text",
    "asked_at": "moment",
    "started_at": "moment",
    "ended_at": "moment",
    "import_id": "text",
    "assessment_id": "text",
}
_FILES = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["files"],
            "properties": {
                "files": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "string", "format": "binary"},
                },
                "table": {"type": "string", "enum": sorted(words.TABLES), "default": "order_lines"},
            },
        }
    }
}


@router.post(
    "/imports",
    auth=IMPORT,
    operation_id="import_files",
    response={202: None},
    openapi_extra=docs.told(
        202,
        docs.row(_JOB),
        "The work that was asked for",
        parameters=[docs.KEY],
        requestBody={"required": True, "content": _FILES},
    ),
)
def import_files(request: HttpRequest) -> HttpResponseBase:
    """Load files of one table and, once there is an assessment, assess anew; headings are read as they were last
    time, or as their words say."""
    user = _allowed(request, IMPORTERS)
    files = request.FILES.getlist("files")
    if request.META.get(receiving.TOO_LARGE):
        raise plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if request.META.get(receiving.NO_SPACE):
        raise Problem(
            HTTPStatus.INSUFFICIENT_STORAGE,
            "no_space",
            _("The server's disk is full. Tell your administrator."),
        )
    if not 1 <= len(files) <= MOST_FILES:
        raise unprocessable(
            "files", _("Send 1 to %(most)s files as “files”.") % {"most": MOST_FILES}
        )
    table = request.POST.get("table", "order_lines")
    if table not in words.TABLES:
        raise unprocessable(
            "table",
            _("There is no table “%(table)s”.") % {"table": table[:60]},
            tables=[*words.TABLES],
        )

    def write() -> HttpResponse:
        kept = services.keep(user, files, table, look=False)
        return _accepted(services.load(user, kept, {}))

    return once(request, write)


@router.get(
    "/imports",
    auth=READ,
    operation_id="list_imports",
    openapi_extra=docs.told(
        200, {"type": "object", "properties": {"items": {"type": "array", "items": docs.ROW}}}
    ),
)
def list_imports(request: HttpRequest) -> HttpResponseBase:
    """The imports that count, the newest first, with their reports."""
    _allowed(request, OFFICE)
    return answers.as_json({"items": engine.import_list(settings.HOME)})


@router.delete(
    "/imports/{slug:import_id}",
    auth=IMPORT,
    operation_id="undo_import",
    response={202: None},
    openapi_extra=docs.told(
        202, docs.row(_JOB), "The work that was asked for", parameters=[docs.KEY]
    ),
)
def undo_import(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """Undo an import as a whole, and assess anew."""
    user = _allowed(request, IMPORTERS)
    engine.import_report(settings.HOME, import_id)
    return once(request, lambda: _accepted(services.undo(user, import_id, import_id)))


@results.router.post(
    "/assessments",
    auth=IMPORT,
    operation_id="assess",
    response={202: None},
    openapi_extra=docs.told(
        202, docs.row(_JOB), "The work that was asked for", parameters=[docs.KEY]
    ),
)
def assess(request: HttpRequest) -> HttpResponseBase:
    """Assess all accounts by what is known now."""
    user = _allowed(request, OFFICE)
    return once(request, lambda: _accepted(services.assess(user)))


@router.get(
    "/jobs/{job_id}",
    auth=READ,
    operation_id="get_job",
    openapi_extra=docs.told(200, docs.row(_JOB)),
)
def get_job(request: HttpRequest, job_id: str) -> HttpResponseBase:
    """How far a piece of work is, and what came of it."""
    _allowed(request, OFFICE)
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise not_there()
    return answers.as_json(_shown(job))


def _allowed(request: HttpRequest, roles: frozenset[Any]) -> User:
    user = user_of(request)
    if user.role not in roles:
        raise plain(HTTPStatus.FORBIDDEN)
    return user


def _accepted(job: Job) -> HttpResponse:
    return answers.as_json(_shown(job), HTTPStatus.ACCEPTED, Location=f"/api/v1/jobs/{job.pk}")


def _shown(job: Job) -> dict[str, Any]:
    far = progress.shown(job)
    loaded = job.result.get("load") or {}
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "percent": far.percent,
        "note": far.note or None,
        "error": far.error or None,
        "asked_at": job.asked_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "import_id": loaded.get("import_id") or loaded.get("already_loaded"),
        "assessment_id": job.result.get("publish"),
    }
