"""The pages of product needs: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.needs import downloads, pictures, queries, words
from mainstay.desk.team.watch import no_bulk


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "standing", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    found = queries.kept(sight.assessment.pk)
    if found is None:
        return render(request, "needs/nothing.html", context)
    asked = queries.Asked.read(request.GET)
    whole = queries.portfolio(found) if sight.user.sees_all_accounts else None
    context |= {
        "found": whole,
        "new": pictures.new_by_quarter(whole, sight.assessment.as_of) if whole else None,
        "adoption": pictures.adoption(whole) if whole else None,
        "waiting": queries.waiting(sight, found),
        "asked": asked,
        "page": queries.chances(sight, asked),
        "sizes": SIZES.items(),
        "currency": sight.currency,
        "downloads": KINDS,
    }
    return render(request, "needs/portfolio.html", context)


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, one = sight_and_account(request.user, account_id)
    found = queries.kept(one.assessment_id)
    context: dict[str, Any] = {
        "section": "accounts",
        "account": one,
        "assessment": one.assessment,
        "currency": sight.currency,
        "downloads": KINDS,
    }
    told = queries.of_account(sight, found, one) if found is not None else None
    if told is None or told.row is None:
        return render(request, "needs/nothing.html", context)
    context |= {"found": told, "row": told.row, "card": told.card, "mix": pictures.mix(told.mix)}
    return render(request, "needs/account.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A table as a file: chances and requests of the accounts that one sees, others for who sees all."""
    sight = Sight.of(request.user)
    found = queries.kept(sight.assessment.pk) if sight.assessment else None
    own = table in words.OF_ACCOUNTS
    allowed = own or (table in words.OF_ALL and sight.user.sees_all_accounts)
    if found is None or kind not in KINDS or not allowed:
        raise Http404
    return downloads.portfolio(sight, found, table, kind)


@require_safe
@no_bulk
def download_account(request: HttpRequest, account_id: str, table: str, kind: str) -> HttpResponse:
    sight, one = sight_and_account(request.user, account_id)
    found = queries.kept(one.assessment_id)
    if found is None or kind not in KINDS or table not in words.OF_ACCOUNT:
        raise Http404
    return downloads.of_account(sight, one, found, table, kind)
