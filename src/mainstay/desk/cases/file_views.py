"""Files of a case: put there, taken as a copy, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.cases import files, queries
from mainstay.desk.cases.models import Case, CaseFile
from mainstay.desk.imports.receiving import NO_SPACE, TOO_LARGE
from mainstay.desk.team.watch import no_bulk


@csrf_exempt  # the token comes in the body, which is read below, once it is known how much may come
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    request.upload_handlers = [files.SmallFiles(request)]
    return _add(request, pk)


@csrf_protect
def _add(request: HttpRequest, pk: int) -> HttpResponse:
    case, user = _case(request, pk), _user(request)
    sent = request.FILES.get("file")
    if request.META.get(NO_SPACE):
        messages.error(request, _("The server's disk is full. Tell your administrator."))
        return redirect("cases:show", pk)
    try:
        if request.META.get(TOO_LARGE):
            raise files.too_large()
        files.keep(user, case, sent, now=timezone.now())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The file is kept."))
    return redirect(reverse("cases:show", args=[pk]) + "#files")


@require_safe
@no_bulk
def take(request: HttpRequest, pk: int, file_id: str) -> HttpResponseBase:
    """A copy, which a browser puts away and never shows."""
    case = _case(request, pk)
    file = _file(case, file_id)
    try:
        opened = file.path.open("rb")
    except OSError:
        messages.error(
            request, _("This file is not in its place any more; tell your administrator.")
        )
        return redirect("cases:show", pk)
    files.handed_out(_user(request), case, file)
    answer = FileResponse(
        opened, as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def remove(request: HttpRequest, pk: int, file_id: str) -> HttpResponse:
    case = _case(request, pk)
    try:
        files.remove(_user(request), case, _file(case, file_id))
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The file is gone for good."))
    return redirect(reverse("cases:show", args=[pk]) + "#files")


def _case(request: HttpRequest, pk: int) -> Case:
    """Raises: Http404"""
    found = queries.one(request.user, pk)
    if found is None:
        raise Http404
    return found


def _file(case: Case, file_id: str) -> CaseFile:
    """Raises: Http404"""
    found = files.one(case, file_id)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> Any:
    return request.user
