"""The pages of what was learnt: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import OFFICE, SETTERS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import queries as cases
from mainstay.desk.learning import downloads, queries, services
from mainstay.desk.paging import code_in, page_number
from mainstay.desk.team.watch import no_bulk


def _context(sight: Sight) -> dict[str, Any]:
    return {
        "section": "learning",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "may_hold": queries.may_hold(sight),
        "may_plan": sight.user.role in OFFICE,
        "downloads": KINDS,
    }


@require_safe
def learnt(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context = _context(sight)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    context |= {"ways": queries.ways(), "trial": queries.way("designs:add")}
    found = queries.kept(sight)
    if found is None:
        return render(request, "learning/nothing.html", context)
    return render(request, "learning/page.html", context | {"found": queries.shown(sight, found)})


@require_safe
def play(request: HttpRequest, play: str) -> HttpResponse:
    """One play: its effects by cause for who sees all accounts, and the cases that one sees."""
    sight = Sight.of(request.user)
    found = queries.kept(sight)
    told = queries.of_play(sight, found, play) if found is not None else None
    if told is None:
        raise Http404
    rows = queries.cases_of(sight, found, play)
    context = _context(sight) | {
        "found": told,
        "whole": sight.user.sees_all_accounts,
        "page": queries.page_of(sight, rows, page_number(request.GET)),
        "titles": queries.titles(rows),
    }
    return render(request, "learning/play.html", context)


@require_POST
@allowed(SETTERS)
def hold(request: HttpRequest) -> HttpResponse:
    """Have plans keep to what they believed of a play before, or go by all cases again."""
    name = code_in(request.POST, "play")
    if name not in cases.catalogue():
        raise Http404
    held, user = request.POST.get("held") == "yes", Sight.of(request.user).user
    try:
        reason = code_in(request.POST, "reason")
        services.hold(user, name, held=held, reason=reason, today=timezone.localdate())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        said = (
            _("Held back: the next plan goes by what was believed before.")
            if held
            else _("Let go: the next plan goes by all cases again.")
        )
        messages.success(request, said)
    return redirect("learning:page")


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A table as a file; sums over the company for those who see all accounts alone."""
    sight = Sight.of(request.user)
    found = queries.kept(sight)
    allowed_ = table in downloads.OF_ACCOUNTS or sight.user.sees_all_accounts
    if found is None or kind not in KINDS or table not in downloads.TABLES or not allowed_:
        raise Http404
    return downloads.table(sight, found, table, kind)


@require_safe
@no_bulk
def download_cases(request: HttpRequest, play: str, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    found = queries.kept(sight)
    if found is None or kind not in KINDS or play not in cases.catalogue():
        raise Http404
    return downloads.cases(sight, found, play, kind)
