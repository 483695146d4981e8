"""The pages of service: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.complaints import queries as complaints
from mainstay.desk.complaints.rights import Seen, may_work
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.service import downloads, opinions, pictures, queries
from mainstay.desk.team.watch import no_bulk


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "standing", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    found = queries.kept(sight.assessment.pk)
    if found is None:
        return render(request, "service/nothing.html", context)
    asked = queries.Asked.read(request.GET)
    whole = queries.portfolio(found) if sight.user.sees_all_accounts else None
    context |= {
        "found": whole,
        "load": queries.load(sight, found),
        "asked": asked,
        "page": guarantees.worst(sight, guarantees.Asked("service", asked.size, asked.page)),
        "sizes": SIZES.items(),
        "chart": pictures.of_all(whole, sight.assessment.as_of) if whole else None,
        "spreads": [pictures.spread(whole, w) for w in ("answer", "solve")] if whole else [],
        "downloads": KINDS,
    }
    return render(request, "service/portfolio.html", context)


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
        return render(request, "service/nothing.html", context)
    context |= {
        "found": told,
        "row": told.row,
        "card": told.card,
        "page": told.complaints,
        "chart": pictures.of_account(told, account.assessment.as_of),
        "downloads": KINDS,
    }
    return render(request, "service/account.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A table as a file: accounts those that one sees, what people carry as on the page, groups for those who
    see all."""
    sight = Sight.of(request.user)
    found = queries.kept(sight.assessment.pk) if sight.assessment else None
    allowed = table in ("accounts", "load") or (table == "groups" and sight.user.sees_all_accounts)
    if found is None or kind not in KINDS or not allowed:
        raise Http404
    return downloads.table(sight, found, table, kind)


@require_safe
@no_bulk
def download_complaints(request: HttpRequest, account_id: str, kind: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.kept(account.assessment_id)
    if found is None or kind not in KINDS:
        raise Http404
    return downloads.complaints(sight, account, found, kind)


@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Ask for an opinion on a solved complaint, or let nobody answer any more."""
    complaint = complaints.one(Seen.by(request.user), pk)
    if complaint is None or what not in ("ask", "close"):
        raise Http404
    if not may_work(request.user):
        raise PermissionDenied
    try:
        if what == "ask":
            opinions.ask(request.user, complaint, now=timezone.now())
            messages.success(request, _("The link is made. Copy it, and send it to them."))
        else:
            opinions.close(request.user, complaint, now=timezone.now())
            messages.success(request, _("The link is closed."))
    except MainstayError as error:
        messages.error(request, in_words(error))
    return redirect(f"{reverse('complaints:show', args=[pk])}#opinion")
