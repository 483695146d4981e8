"""What is written down about one account: a visit, what they told us; its agreements and rebates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.care import prefilled, queries, rebates, services, words
from mainstay.desk.care.forms import NoticeForm, RebateForm, VisitForm
from mainstay.desk.care.views import page
from mainstay.desk.facts.changes import first_values
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.handing import say_unseen
from mainstay.desk.facts.rights import may_write


def _home(account: Account) -> str:
    return reverse("accounts:account", args=[account.account_id])


def _case_or_home(case: Any, account: Account) -> str:
    return reverse("cases:show", args=[case.pk]) if case else _home(account)


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, account_id: str) -> HttpResponse:
    """Write down a visit, and what came of it; whoever comes from a case goes back to it."""
    sight, account = sight_and_account(request.user, account_id)
    known = prefilled.visit(request.user, account, request.GET)
    form = VisitForm(
        account_id,
        request.POST or None,
        initial=known.values,
        me=(sight.user.staff_id, sight.user.name),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.record_visit(sight.user, account_id, form, sight.currency)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The visit is written down."))
            for fact in made:
                say_unseen(request, fact)
            return saved(request, _case_or_home(known.case, account))
    return page(
        request,
        "care/visit.html",
        sight,
        account=account,
        form=form,
        case=known.case,
        may_propose=bool(settings.NOTES_URL and settings.NOTES_MODEL),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, account_id: str) -> HttpResponse:
    """They told us: one of five buttons, and what else is known."""
    sight, account = sight_and_account(request.user, account_id)
    data: Any = request.POST.copy() if request.method == "POST" else None
    if data is not None and not data.get("on"):
        data["on"] = timezone.localdate().isoformat()
    form = NoticeForm(account_id, data, initial=first_values(request.user, "notices"))
    if data is not None and form.is_valid():
        try:
            services.tell(sight.user, account_id, form)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(
                request, _("Written down: the account is at the top of this week's page.")
            )
            return saved(request, _home(account))
    return page(request, "care/notice.html", sight, account=account, form=form)


@require_safe
def terms(request: HttpRequest, account_id: str) -> HttpResponse:
    """What was agreed with an account: agreements, the rebates that they come to, incentives."""
    sight, account = sight_and_account(request.user, account_id)
    agreements = queries.agreements_of(sight, account)
    owed, unreadable, trouble = _owed(sight, account, agreements)
    return page(
        request,
        "care/terms.html",
        sight,
        section="accounts",
        account=account,
        agreements=agreements,
        owed=owed,
        unreadable=unreadable,
        trouble=trouble,
        proposed_since=rebates.proposed_since(agreements, timezone.localdate()),
        promised=queries.promised(request.user, [one.promise_id for one in owed]),
        incentives=queries.incentives_of(account),
        names=staff_names(),
        may_agree=may_write(request.user, "agreements"),
    )


def _owed(
    sight: Sight, account: Account, agreements: list[Any]
) -> tuple[list[rebates.Owed], list[rebates.Unreadable], str]:
    """The rebates of an account, or in one sentence why they can't be told."""
    if not any(one.rebate_rule for one in agreements):
        return [], [], ""
    try:
        lines = _lines(account, min(one.from_on for one in agreements if one.rebate_rule))
    except MainstayError as error:
        return [], [], in_words(error)
    sold = rebates.Sold(account.account_id, lines, sight.currency)
    owed, unreadable = rebates.owed(agreements, sold, timezone.localdate())
    return owed, unreadable, ""


def _lines(account: Account, first: Any) -> pa.Table:
    """Order lines from the year before the first agreement on: a period may begin before it."""
    asked = evidence.Asked(first=first - timedelta(days=366))
    return evidence.lines(account.account_id, asked, None)


@require_POST
def promise_rebate(request: HttpRequest, account_id: str) -> HttpResponse:
    """Confirm a rebate that is owed: from now on it is a promise."""
    sight, account = sight_and_account(request.user, account_id)
    if not may_write(request.user, "promises"):
        raise PermissionDenied
    form = RebateForm(request.POST)
    owed, _unreadable, _trouble = _owed(sight, account, queries.agreements_of(sight, account))
    known = {one.promise_id: one for one in owed if one.ended and one.amount > 0}
    asked = known.get(form.cleaned_data["promise_id"]) if form.is_valid() else None
    if asked is None or form.cleaned_data["due_on"] < asked.agreement.from_on:
        messages.error(request, _("This rebate is not owed, or its day lies before the agreement."))
        return redirect("care:terms", account_id)
    try:
        text = words.promise_text(asked)
        services.promise_rebate(sight.user, account_id, asked, text, form.cleaned_data["due_on"])
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The rebate is promised now, and stands among the promises."))
    return redirect("care:terms", account_id)
