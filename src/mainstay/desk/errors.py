"""Pages for what goes wrong: in the house's look, saying what to do, without a traceback."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """The page of an error; if even the house's look fails, plain text."""
    context = {"title": title, "advice": advice, "status": status}
    try:
        text = render_to_string("error.html", context, request)
    except Exception:  # the last line of defence: there is nothing behind it
        log.exception("the page of an error could not be made")
        return HttpResponse(f"{status}: {title} {advice}", "text/plain; charset=utf-8", status)
    return HttpResponse(text, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        400,
        _("This request can't be understood."),
        _("Go back, load the page again and repeat what you did."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        403,
        _("This page is not for your role."),
        _("If you need it, ask an administrator to change your role."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request,
        403,
        _("This form was too old to be sent."),
        _("Load the page again and send it once more. Your browser must accept cookies."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        404,
        _("There is nothing at this address."),
        _("It may have been removed, or it is not among the accounts that you look after."),
    )


def too_many(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return page(
        request,
        429,
        _("Too many attempts."),
        _(
            "Wait for a quarter of an hour and try again, or ask an administrator for a new password."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError):
        return _without_database()
    return page(
        request,
        500,
        _("Something went wrong here."),
        _(
            "It has been written to the log. Try again; if it happens again, tell an administrator when."
        ),
    )


def _without_database() -> HttpResponse:
    """The database is away or overrun: nothing of this page may ask it again, and wait once more."""
    context = {
        "title": _("The database does not answer."),
        "advice": _("Try again in a minute; nothing that you had saved is lost."),
        "status": 503,
    }
    answer = HttpResponse(render_to_string("error.html", context), status=503)
    answer["Retry-After"] = "60"
    return answer
