"""The pages of the quarterly review: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_info
from django.views.decorators.http import require_safe

from mainstay.core.errors import MainstayError, NotFound
from mainstay.desk.access.rights import SEEING_ALL, allowed
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.paging import one_of
from mainstay.desk.quarter import pdf, queries
from mainstay.desk.quarter.contents import contents

SECTION = "learning"


@require_safe
@allowed(SEEING_ALL)
def quarters(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": SECTION, "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    context |= {"quarters": queries.quarters(), **_languages()}
    return render(request, "quarter/list.html", context)


@require_safe
@allowed(SEEING_ALL)
def show(request: HttpRequest, name: str) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": SECTION, "assessment": sight.assessment, **_languages()}
    try:
        review = queries.review(name)
    except NotFound as error:
        return render(
            request, "quarter/missing.html", context | {"why": in_words(error)}, status=404
        )
    return render(
        request, "quarter/review.html", context | {"made": contents(review, sight.currency)}
    )


@require_safe
@allowed(SEEING_ALL)
def printed(request: HttpRequest, name: str) -> HttpResponse:
    sight = Sight.of(request.user)
    language = one_of(request.GET, "lang", dict(settings.LANGUAGES)) or get_language() or "en"
    try:
        content = pdf.printed(queries.review(name), sight.currency, language)
    except MainstayError as error:
        status = 404 if isinstance(error, NotFound) else 500
        return HttpResponse(
            in_words(error), status=status, content_type="text/plain; charset=utf-8"
        )
    after = {"quarter": name, "language": language}
    record(sight.user, "quarter.print", object_kind="quarter", object_id=name, after=after)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="quarter-{name}-{language}.pdf"'
    return answer


def _languages() -> dict[str, Any]:
    """All languages in their own names, and the reader's."""
    named = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
    return {"languages": named, "language": get_language()}
