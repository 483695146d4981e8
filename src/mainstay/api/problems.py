"""Every error as application/problem+json (RFC 9457), in one sentence of the reader's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
# Of errors of the house, by their code; all others say that what was sent can't be so.
STATUS = {
    "not_allowed": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "there_already": HTTPStatus.CONFLICT,
    "changed_meanwhile": HTTPStatus.PRECONDITION_FAILED,
    "store_error": HTTPStatus.SERVICE_UNAVAILABLE,
    "no_sdk": HTTPStatus.SERVICE_UNAVAILABLE,
}


class Problem(Exception):
    """Why a request is refused.

    detail: one sentence; code: the same for programs; more: other members of the answer
    headers: of the answer
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = dict(headers or {}), more


def unprocessable(code: str, detail: str, **more: Any) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, **more)


def not_there() -> Problem:
    """What is not there, and what is not for this person: nobody learns which."""
    return Problem(
        HTTPStatus.NOT_FOUND, "not_found", _("There is nothing at this address, or not for you.")
    )


def answer(problem: Problem) -> HttpResponse:
    said = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": int(problem.status),
        "code": problem.code,
        "detail": problem.detail,
        **problem.more,
    }
    return HttpResponse(
        json.dumps(said, default=str), MEDIA_TYPE, problem.status, headers=problem.headers
    )


def plain(status: int) -> Problem:
    """The problem of a status that Django answered with a page of its own."""
    sentences = {
        400: ("bad_request", _("This request can't be understood.")),
        403: ("forbidden", _("This is not for your role.")),
        405: ("method_not_allowed", _("This address does not know this method.")),
        413: ("too_large", _("This is more than one request may hold; send it in parts.")),
        500: (
            "unforeseen",
            _("This should not have happened. The server's log says what went wrong."),
        ),
        503: ("busy", _("The database is busy; try again in a moment.")),
    }
    if status == HTTPStatus.NOT_FOUND:
        return not_there()
    code, sentence = sentences.get(status) or ("refused", HTTPStatus(status).phrase)
    return Problem(status, code, sentence)


def of(error: Exception) -> Problem:
    """The problem behind any error; what nobody foresaw goes to the log, and says nothing of itself."""
    match error:
        case Problem():
            return error
        case MainstayError():
            status = STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return Problem(status, error.code, in_words(error))
        case Http404():
            return not_there()
        case ValidationError():
            return unprocessable(
                "invalid", _("What was sent can't be read: see “errors”."), errors=_told(error)
            )
        case HttpError():
            return plain(error.status_code)
        case RequestDataTooBig() | TooManyFieldsSent():
            return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        case OperationalError():
            log.warning("the database did not answer: %s", error)
            return plain(HTTPStatus.SERVICE_UNAVAILABLE)
    log.error("an unforeseen error of the API", exc_info=error)
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def _told(error: ValidationError) -> list[dict[str, Any]]:
    return [{"at": list(one["loc"]), "says": str(one["msg"])} for one in error.errors]


def handle(api: NinjaAPI) -> None:
    """Have all errors of an API answered here."""

    def handler(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(of(error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handler)
