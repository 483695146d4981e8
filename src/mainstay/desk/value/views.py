"""The pages of value: each parses, asks and renders."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.team.watch import no_bulk
from mainstay.desk.value import downloads, pictures, queries, words


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "standing", "assessment": None})
    asked = queries.Asked.read(request.GET)
    counts = queries.counts(sight, asked)
    if not request.GET.get("show"):
        asked = asked.where_something_is(counts)
    found, page = queries.portfolio(sight), queries.page(sight, asked)
    context = {
        "section": "standing",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "measured": queries.frozen(sight) is not None,
        "found": found,
        "curve": pictures.curve(found, sight.currency) if found else None,
        "sizes": pictures.sizes(found.sizes) if found else None,
        "asked": asked,
        "page": page,
        "worst": guarantees.worst(sight, guarantees.Asked("value")),
        "shows": [(show, word, *counts[show]) for show, word in words.SHOWS.items()],
        "size_words": SIZES.items(),
        "managers": queries.managers(sight),
        "names": manager_names([account.manager_id for _row, account in page.rows]),
        "downloads": KINDS,
    }
    return render(request, "value/portfolio.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None or kind not in KINDS or table not in words.DOWNLOADS:
        raise Http404
    asked = queries.Asked.read(request.GET)
    found = downloads.portfolio(sight, asked.of(table), table, kind)
    if found is None:
        raise Http404
    return found


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, one = sight_and_account(request.user, account_id)
    found = queries.of_account(sight, one)
    context = {
        "section": "accounts",
        "account": one,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "found": found,
        "margin": pictures.margin(found) if found else None,
        "downloads": KINDS,
    }
    return render(request, "value/account.html", context)


@require_safe
@no_bulk
def download_account(request: HttpRequest, account_id: str, table: str, kind: str) -> HttpResponse:
    sight, one = sight_and_account(request.user, account_id)
    if kind not in KINDS or table not in words.OF_ACCOUNT:
        raise Http404
    return downloads.of_account(sight, one, table, kind)
