"""One click on an account: none of ours, the same as another, seasonal; and taking it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import answers, not_ours, queries, words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.together import preview

MONTHS = 12


def _months(as_of: date) -> list[tuple[str, str]]:
    """The months in which a seasonal account may come back: the twelve after the assessment's."""
    found = []
    for n in range(MONTHS):
        year, month = divmod(as_of.year * 12 + as_of.month + n, 12)
        first = date(year, month + 1, 1)
        found.append((f"{first:%Y-%m}", words.month(first)))
    return found


def _show(request: HttpRequest, sight: Sight, account: Account, **context: Any) -> HttpResponse:
    context |= {
        "account": account,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "section": "accounts",
    }
    if request.headers.get("HX-Request"):
        template = "accounts/_answer.html" if context.get("months") else "accounts/_said.html"
        return render(request, template, context)
    return render(request, "accounts/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, account_id: str) -> HttpResponse:
    """The choices for one account; what was chosen."""
    if request.method == "POST" and (gone := _take_back(request, account_id)):
        return gone
    sight, account = queries.sight_and_account(request.user, account_id)
    as_of = sight.assessment.as_of if sight.assessment else date.min
    if request.method != "POST":
        return _show(request, sight, account, months=_months(as_of))
    chosen = request.POST.get("do", "")
    try:
        _keep(sight.user, account, chosen, request.POST.get("month", ""))
    except MainstayError as error:
        trouble = in_words(error)
        if not request.headers.get("HX-Request"):
            messages.error(request, trouble)
            return redirect("accounts:answer", account_id)
        return _show(request, sight, account, months=_months(as_of), trouble=trouble)
    if request.headers.get("HX-Request"):
        account.refresh_from_db()
        return _show(request, sight, account, fresh=chosen != "leave")
    if chosen != "leave":
        messages.success(request, _("Kept. It counts from the next assessment on."))
    return redirect("accounts:account", account_id)


def _take_back(request: HttpRequest, account_id: str) -> HttpResponse | None:
    """Of an account that is in no assessment any more only one thing can be said."""
    sight = Sight.of(request.user)
    if request.POST.get("do") != "back" or queries.one_account(sight, account_id):
        return None
    if not_ours.said_of(sight.user, account_id) is None:
        return None
    answers.take_back(sight.user, account_id)
    messages.success(request, _("Taken back: the account returns with the next assessment."))
    return redirect("accounts:list")


def _keep(user: Any, account: Account, chosen: str, month: str) -> None:
    match chosen:
        case "not_ours":
            answers.answer(user, account.account_id, "not_ours")
        case "seasonal":
            back_on = answers.end_of_month(month)
            answers.answer(user, account.account_id, "seasonal", back_on=back_on)
        case "back":
            if account.joined_into:
                answers.not_same(user, account.account_id)
            if account.answer:
                answers.answer(user, account.account_id, "none")


@require_http_methods(["GET", "HEAD", "POST"])
def same(request: HttpRequest, account_id: str) -> HttpResponse:
    """Choose the account that this one is, look at both, and say so."""
    sight, account = queries.sight_and_account(request.user, account_id)
    if request.method == "POST":
        try:
            into_id = request.POST.get("into", "").replace("\0", "")
            answers.same_as(sight.user, account_id, into_id)
        except MainstayError as error:
            messages.error(request, in_words(error))
            return redirect("accounts:same", account_id)
        messages.success(request, _("Kept. Its orders count with it from the next assessment on."))
        return redirect("accounts:account", account_id)
    into = queries.one_account(sight, request.GET.get("into", "").replace("\0", ""))
    text = request.GET.get("q", "")[:100].replace("\0", "").strip()
    found = [a for a in queries.find(sight, text) if a.pk != account.pk] if text else []
    context = {
        "account": account,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "section": "accounts",
        "words": text,
        "found": found,
    }
    if into and into.pk != account.pk:
        names = queries.manager_names([account.manager_id, into.manager_id])
        context |= {"into": into, "preview": preview(account, into), "names": names}
        return render(request, "accounts/same_preview.html", context)
    part = request.headers.get("HX-Target") == "hits"
    return render(request, "accounts/_same.html" if part else "accounts/same.html", context)
