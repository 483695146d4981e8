"""The pages of what keeping is worth, and of new accounts: each parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.keeping import board as documents
from mainstay.desk.keeping import downloads, pictures, queries, words
from mainstay.desk.paging import one_of
from mainstay.desk.team.watch import no_bulk

MOST_NAMES = 6


@require_safe
def worth(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "learning", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    by = one_of(request.GET, "by", words.BY, "all")
    found = queries.worth(sight, by, request.GET.getlist("of")[: 2 * MOST_NAMES])
    context |= {
        "currency": sight.currency,
        "measured": queries.frozen(sight) is not None,
        "found": found,
        "bys": words.BY.items(),
        "heading": words.HEADINGS[by],
        "chart": pictures.retention(found) if found else None,
        "ages": pictures.ages(found, sight.currency) if found else None,
        "languages": settings.LANGUAGES,
        "downloads": KINDS,
    }
    return render(request, "keeping/worth.html", context)


@require_safe
def newcomers(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "learning", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    managers = queries.managers(sight)
    asked = queries.Asked.read(request.GET, dict(managers))
    page, counts, found = (
        queries.page(sight, asked), queries.counts(sight, asked), queries.origins(sight),
    )  # fmt: skip
    context |= {
        "currency": sight.currency,
        "measured": queries.frozen(sight) is not None,
        "found": found,
        "growth": pictures.growth(found.growth) if found else None,
        "telling": queries.telling(sight),
        "asked": asked,
        "page": page,
        "shows": [(show, word, counts[show]) for show, word in words.SHOWS.items()],
        "managers": managers,
        "names": manager_names([account.manager_id for _row, account in page.rows]),
        "downloads": KINDS,
    }
    return render(request, "keeping/newcomers.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """New accounts those that one sees; all other tables for those who see all."""
    sight = Sight.of(request.user)
    found = queries.frozen(sight)
    if found is None or kind not in KINDS:
        raise Http404
    if table == "newcomers":
        asked = queries.Asked.read(request.GET, dict(queries.managers(sight)))
        return downloads.newcomers(sight, asked, kind)
    if table not in words.DOWNLOADS or not sight.user.sees_all_accounts:
        raise Http404
    return downloads.of_all(sight, found, table, kind)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    known = [code for code, _name in settings.LANGUAGES]
    language = one_of(request.GET, "lang", known, get_language() or known[0])
    try:
        content = documents.document(sight, settings.COMPANY, language)
    except MainstayError as error:
        return HttpResponse(in_words(error), status=500, content_type="text/plain; charset=utf-8")
    if content is None:  # the page says why
        return redirect("keeping:worth")
    record(sight.user, "keeping.print", about=sight.assessment, after={"language": language})
    return HttpResponse(content, content_type="application/pdf")
