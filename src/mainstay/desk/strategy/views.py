"""The pages of account plans: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.facts.rights import may_write
from mainstay.desk.strategy import around, downloads, packs, pdf, queries, words
from mainstay.desk.team.watch import no_bulk


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "standing", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    asked = queries.Asked.read(request.GET)
    page, counts = queries.page(sight, asked), queries.counts(sight, asked.size)
    context |= {
        "currency": sight.currency,
        "measured": queries.frozen(sight) is not None,
        "asked": asked,
        "page": page,
        "shows": [(show, word, *counts[show]) for show, word in words.SHOWS.items()],
        "sizes": queries.by_size(sight),
        "size_words": SIZES.items(),
        "names": manager_names([account.manager_id for _row, account in page.rows]),
        "downloads": KINDS,
    }
    return render(request, "strategy/portfolio.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None or kind not in KINDS:
        raise Http404
    return downloads.plans(sight, queries.Asked.read(request.GET), kind)


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, one = sight_and_account(request.user, account_id)
    today = timezone.localdate()
    plan = queries.plan(sight, one)
    context: dict[str, Any] = {
        "section": "accounts",
        "account": one,
        "assessment": one.assessment,
        "currency": sight.currency,
        "plan": plan,
        "stage": words.STAGES.get(plan.stage.stage) if plan.stage else None,
        "around": around.of(sight, one, plan, today),
        "today": today,
        "languages": settings.LANGUAGES,
        "language": packs.language_of(one, ""),
        "may_write": may_write(request.user, "goals"),
    }
    return render(request, "strategy/account.html", context)


@require_safe
def pack(request: HttpRequest, account_id: str) -> HttpResponse:
    return _printed(request, account_id, "pages")


@require_safe
def slides(request: HttpRequest, account_id: str) -> HttpResponse:
    return _printed(request, account_id, "slides")


def _printed(request: HttpRequest, account_id: str, shape: str) -> HttpResponse:
    """For them, unless it is asked for what is internal."""
    sight, one = sight_and_account(request.user, account_id)
    internal = request.GET.get("for") == "us"
    language = packs.language_of(one, request.GET.get("lang", ""))
    made = packs.pack(sight, one, timezone.localdate(), language, internal=internal)
    try:
        content = pdf.printed(made, shape, language)
    except MainstayError as error:
        return HttpResponse(in_words(error), status=500, content_type="text/plain; charset=utf-8")
    record(
        sight.user,
        "plan.print",
        object_kind="account",
        object_id=one.account_id,
        label=one.name,
        after={"for": "us" if internal else "them", "shape": shape, "language": language},
    )
    return HttpResponse(content, content_type="application/pdf")
