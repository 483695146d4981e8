"""The pages about imports: the list, the mapping, the progress, the report."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import engine
from mainstay.core.errors import MainstayError, NotFound
from mainstay.desk import numbers
from mainstay.desk.access.rights import IMPORTERS, OFFICE, allowed
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS as DOWNLOADS
from mainstay.desk.accounts.models import latest
from mainstay.desk.imports import (
    mapping_page,
    notices,
    progress,
    queries,
    receiving,
    reports,
    services,
    words,
)
from mainstay.desk.imports.forms import MOST_FILES
from mainstay.desk.imports.models import Upload
from mainstay.desk.jobs import services as jobs
from mainstay.desk.jobs.models import Job, State

readers, importers = allowed(OFFICE), allowed(IMPORTERS)


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    may = getattr(request.user, "role", None) in IMPORTERS
    return render(request, template, {"section": "imports", "may_import": may, **context})


@readers
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    page = queries.imports_page(request.user)
    return _page(
        request,
        "imports/list.html",
        page=page,
        tables=words.TABLES,
        assessed=latest(),
        largest=settings.UPLOAD_BYTES,
    )


@importers
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    if request.META.get(receiving.TOO_LARGE):
        most = numbers.plain(settings.UPLOAD_BYTES / 2**20)
        messages.error(
            request,
            _(
                "These files have more than %(most)s MB. Load them one by one, or with “mainstay import” on the server."
            )
            % {"most": most},
        )
        return redirect("imports:list")
    if request.META.get(receiving.NO_SPACE):
        messages.error(request, _("The server's disk is full. Tell your administrator."))
        return redirect("imports:list")
    if len(files) > MOST_FILES:
        messages.error(request, _("These are too many files at once; choose at most 50."))
        return redirect("imports:list")
    table = request.POST.get("table", "")
    try:
        kept = services.keep(request.user, files, table if table in words.TABLES else "order_lines")
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("imports:list")
    return _to_work(request, kept.job)


def _to_work(request: HttpRequest, job: Job | None) -> HttpResponse:
    assert job is not None  # noqa: S101  # it was just asked for
    return redirect("imports:work", notices.watch(request, job).pk)


def _upload(upload_id: str) -> Upload:
    return get_object_or_404(Upload.objects.select_related("job"), pk=upload_id)


@importers
def mapping(request: HttpRequest, upload_id: str) -> HttpResponse:
    """How the files would be read, to be corrected and started."""
    kept = _upload(upload_id)
    if kept.job is not None:
        if not kept.job.is_over:
            return redirect("imports:work", kept.job.pk)
        if services.is_loaded(kept.job):
            return HttpResponseRedirect(_after(kept.job))
    if not kept.is_there:
        messages.error(request, _("These files are no longer here. Choose them again."))
        return redirect("imports:list")
    password_key = f"password-{kept.pk}"
    if request.method == "POST" and request.POST.get("again"):
        password = request.POST.get("password") or request.session.get(password_key, "")
        request.session[password_key] = password
        services.choose(kept, **mapping_page.read_options(request.POST))
        return _to_work(request, services.look_at(request.user, kept, password=password))
    if kept.proposal is None and kept.job is not None and "plan" in kept.job.result:
        services.keep_proposal(kept, kept.job.result["plan"])
    failed = account_words.sentence(kept.job.error) if kept.job and kept.job.error else ""
    if kept.proposal is None:
        return _page(
            request,
            "imports/unreadable.html",
            upload=kept,
            failed=failed or _("This was called off."),
            tables=words.TABLES,
            encodings=words.ENCODINGS,
        )
    troubles: list[str] = [failed] if failed else []
    if request.method == "POST":
        troubles, mappings = mapping_page.corrected(kept, request.POST)
        if not troubles:
            job = services.load(
                request.user,
                kept,
                mappings,
                password=request.session.get(password_key, ""),
                assume_recorded=bool(request.POST.get("assume")),
            )
            return _to_work(request, job)
    context = mapping_page.context(kept)
    return _page(request, "imports/mapping.html", upload=kept, troubles=troubles, **context)


@importers
@require_POST
def forget(request: HttpRequest, upload_id: str) -> HttpResponse:
    kept = _upload(upload_id)
    services.forget(request.user, kept)
    messages.success(request, _("The files are gone; nothing of them was loaded."))
    return redirect("imports:list")


@readers
@require_safe
def work(request: HttpRequest, job_id: str) -> HttpResponse:
    """How far a piece of work is; goes on by itself when it is done."""
    job = get_object_or_404(Job.objects.select_related("asked_by"), pk=job_id)
    if job.is_over:
        notices.is_seen(request, job)
    if job.state == State.DONE:
        if job.kind == "undo":
            messages.success(request, _("The import is undone."))
        return HttpResponseRedirect(_after(job))
    may = getattr(request.user, "role", None) in IMPORTERS
    mine = not services.is_loaded(job) and Upload.objects.filter(job=job).exists()
    if job.state == State.FAILED and may and mine:
        return redirect("imports:mapping", job.arguments["upload"])
    template = "imports/_work.html" if request.headers.get("HX-Request") else "imports/work.html"
    report = ""
    if services.is_loaded(job):
        report = _report_address(job)
    return _page(request, template, work=progress.shown(job), report=report)


def _after(job: Job) -> str:
    """Where one goes when a piece of work is done."""
    if services.is_loaded(job):
        return _report_address(job)
    if job.kind == "plan":
        return reverse("imports:mapping", args=[job.arguments["upload"]])
    if job.kind == "assess":
        return reverse("accounts:week")
    return reverse("imports:list")


def _report_address(job: Job) -> str:
    import_id = job.result["load"]["import_id"]
    if import_id:
        return reverse("imports:report", args=[import_id])
    return reverse("imports:outcome", args=[job.arguments.get("upload", "-")])


@importers
@require_POST
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    try:
        job = jobs.cancel(request.user, job_id)
    except NotFound:
        raise Http404 from None
    return redirect("imports:work", job.pk)


@allowed(OFFICE)
@require_POST
def assess(request: HttpRequest) -> HttpResponse:
    return _to_work(request, services.assess(request.user))


@readers
@require_safe
def report(request: HttpRequest, import_id: str) -> HttpResponse:
    try:
        given = engine.import_report(settings.HOME, import_id)
    except NotFound as error:
        return _gone(request, error)
    shown = reports.shown(given)
    aside = queries.set_aside(import_id) if shown.set_aside else None
    return _page(
        request,
        "imports/report.html",
        import_id=import_id,
        report=shown,
        when=queries.moment(given),
        aside=aside,
        downloads=DOWNLOADS,
        assessed=latest(),
    )


def _gone(request: HttpRequest, error: MainstayError) -> HttpResponse:
    messages.error(request, in_words(error))
    return redirect("imports:list")


@importers
@require_safe
def outcome(request: HttpRequest, upload_id: str) -> HttpResponse:
    """The report of files that brought nothing new."""
    kept = _upload(upload_id)
    if kept.job is None or not services.is_loaded(kept.job):
        return redirect("imports:mapping", kept.pk)
    given = kept.job.result["load"]
    return _page(
        request,
        "imports/report.html",
        import_id="",
        report=reports.shown(given),
        when=queries.moment(given),
        already=given.get("already_loaded"),
        assessed=latest(),
    )


@readers
@require_safe
def set_aside(request: HttpRequest, import_id: str, kind: str) -> HttpResponse:
    """The rows that were set aside, to be corrected and loaded again."""
    if kind not in DOWNLOADS:
        raise Http404
    try:
        content = engine.set_aside_file(settings.HOME, import_id, kind)
    except NotFound:
        raise Http404 from None
    record(
        request.user,
        "import.download",
        object_kind="import",
        object_id=import_id,
        label=import_id,
        after={"kind": kind},
    )
    response = HttpResponse(content, content_type=DOWNLOADS[kind])
    name = f"set-aside-{import_id}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@importers
def undo(request: HttpRequest, import_id: str) -> HttpResponse:
    """What would go with an import; and its undoing."""
    try:
        given = engine.import_report(settings.HOME, import_id)
    except NotFound as error:
        return _gone(request, error)
    names = ", ".join(source["source"] for source in given["sources"])
    if request.method == "POST":
        return _to_work(request, services.undo(request.user, import_id, names))
    return _page(
        request,
        "imports/undo.html",
        import_id=import_id,
        report=reports.shown(given),
        names=names,
        when=queries.moment(given),
    )
