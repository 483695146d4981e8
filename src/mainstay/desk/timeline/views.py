"""The timeline of one account: a page, a part of the account's page, a PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.queries import sight_and_account
from mainstay.desk.timeline import pdf, queries, words

FEW, FEW_MOMENTS = 6, 12  # months and what happened in them on the account's own page


@require_safe
def page(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    families = _families(request)
    part = request.headers.get("HX-Request") and request.GET.get("part") == "few"
    months, most = (FEW, FEW_MOMENTS) if part else (queries.MONTHS, queries.MOMENTS)
    found = queries.timeline(account, families, until=_until(request), months=months, most=most)
    known = words.FAMILIES | words.ON_REQUEST
    context = {
        "account": account,
        "currency": sight.currency,
        "assessment": sight.assessment,
        "timeline": found,
        "families": [(code, word, code in families) for code, word in known.items()],
        "query": "&".join(f"show={code}" for code in known if code in families),
        "section": "accounts",
    }
    return render(request, "timeline/_months.html" if part else "timeline/page.html", context)


@require_safe
def printed(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.timeline(account, _families(request), until=_until(request), months=None)
    try:
        content = pdf.of_timeline(account, found, sight.currency, request.LANGUAGE_CODE)
    except MainstayError as error:
        return HttpResponse(in_words(error), status=500, content_type="text/plain; charset=utf-8")
    record(
        sight.user,
        "timeline.print",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
    )
    return HttpResponse(content, content_type="application/pdf")


def _families(request: HttpRequest) -> frozenset[str]:
    asked = frozenset(request.GET.getlist("show")) & frozenset(words.FAMILIES | words.ON_REQUEST)
    return asked or frozenset(words.FAMILIES)


def _until(request: HttpRequest) -> date:
    """The last day that is shown; promises that are due soon belong to what one wants to see."""
    named: Any = request.GET.get("until", "")
    try:
        return date.fromisoformat(named)
    except ValueError:
        today = timezone.localdate()
        return today.replace(year=today.year + 1, day=min(today.day, 28))
