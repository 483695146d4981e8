"""The pages of delivery: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.delivery import downloads, pictures, queries, words
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.team.watch import no_bulk


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "standing", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    found = queries.kept(sight.assessment.pk)
    if found is None:
        return render(request, "delivery/nothing.html", context)
    asked = queries.Asked.read(request.GET)
    whole = queries.portfolio(found) if sight.user.sees_all_accounts else None
    context |= {
        "found": whole,
        "asked": asked,
        "page": guarantees.worst(sight, guarantees.Asked("delivery", asked.size, asked.page)),
        "sizes": SIZES.items(),
        "chart": pictures.of_all(whole, sight.assessment.as_of) if whole else None,
        "currency": sight.currency,
        "downloads": KINDS,
    }
    return render(request, "delivery/portfolio.html", context)


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.kept(account.assessment_id)
    context: dict[str, Any] = {
        "section": "accounts",
        "account": account,
        "assessment": account.assessment,
    }
    asked = queries.Asked.read(request.GET)
    told = queries.of_account(sight, found, account, asked) if found is not None else None
    if told is None or told.row is None:
        return render(request, "delivery/nothing.html", context)
    context |= {
        "found": told,
        "row": told.row,
        "card": told.card,
        "asked": asked,
        "page": told.lines,
        "shows": words.SHOWS.items(),
        "chart": pictures.by_quarter(told, account.assessment.as_of),
        "leads": pictures.leads(told.leads),
        "currency": sight.currency,
        "downloads": KINDS,
    }
    return render(request, "delivery/account.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A table as a file: accounts those that one sees, all others for those who see all."""
    sight = Sight.of(request.user)
    found = queries.kept(sight.assessment.pk) if sight.assessment else None
    allowed = table == "accounts" or (table in downloads.TABLES and sight.user.sees_all_accounts)
    if found is None or kind not in KINDS or not allowed or "delivery" not in found.tables:
        raise Http404
    return downloads.table(sight, found, table, kind)


@require_safe
@no_bulk
def download_lines(request: HttpRequest, account_id: str, kind: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.kept(account.assessment_id)
    if found is None or kind not in KINDS or queries.LINES not in found.tables:
        raise Http404
    return downloads.lines(sight, account, found, queries.Asked.read(request.GET), kind)
