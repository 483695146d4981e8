"""What was given, and the money that is asked for: each parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.pages import context_of
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import approvals, approving, asked
from mainstay.desk.cases import queries as case_queries
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.models import Approval, Case
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.rights import may_write
from mainstay.desk.incentives import asking, budgets, forms, queries, words
from mainstay.desk.numbers import typed

WAITING = 10  # that are shown, the oldest
DECIDED_HERE = 5  # of these, the others on pages of their own: each has two forms


def _page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"section": "check"}
    return render(
        request, f"incentives/{template}.html", context_of(sight) | context, status=status
    )


@require_safe
def incentives(request: HttpRequest) -> HttpResponse:
    """Budgets and what is left, what waits for the reader's decision, and what was given."""
    sight, today = Sight.of(request.user), timezone.localdate()
    filters = queries.Filters.read(request.GET, today)
    year = filters.year or today.year
    counts, lengths = queries.counts(sight, filters, today)
    waiting = asked.waiting_for(sight, WAITING)
    return _page(
        request,
        "list",
        sight,
        filters=filters,
        year=budgets.year_of(sight, year, today),
        waiting=[
            *(_forms(one) for one in waiting[:DECIDED_HERE]),
            *({"one": one} for one in waiting[DECIDED_HERE:]),
        ],
        n_waiting=len(waiting) if len(waiting) < WAITING else asked.waiting(sight),
        page=queries.page(sight, filters, today, lengths),
        counts=counts,
        shows=words.SHOWS.items(),
        years=[str(today.year - n) for n in range(words.YEARS)],
        names=staff_names(),
        may_write=may_write(request.user, "incentives"),
    )


def _forms(one: asked.Asked, **wrong: Any) -> dict[str, Any]:
    """A request with the forms that decide it."""
    decided = one.may_decide
    return {
        "one": one,
        "approve": wrong.get("approve") or (forms.ApproveForm(one.row) if decided else None),
        "refuse": wrong.get("refuse") or (forms.RefuseForm(one.row) if decided else None),
    }


@require_safe
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _request(request, _asked(request, pk))


def _asked(request: HttpRequest, pk: int) -> Approval:
    """Raises: Http404"""
    found = asked.seen(Sight.of(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _request(request: HttpRequest, row: Approval, **wrong: Any) -> HttpResponse:
    """One request; with the form that was sent and can't be so."""
    sight, today = Sight.of(request.user), timezone.localdate()
    one = asked.shown(sight.user, [row])[0]
    pool = budgets.pool_now(sight, row.kind, today) if one.may_decide else None
    beyond = budgets.beyond(sight, pool, row) if pool else 0.0
    shown = {**_forms(one, **wrong), "pool": pool, "beyond": beyond}
    return _page(request, "request", sight, 422 if wrong else 200, **shown)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = _to_decide(request, pk), request.user
    form = forms.ApproveForm(row, request.POST)
    if not form.is_valid():
        return _request(request, row, approve=form)
    said: Any = form.cleaned_data
    yes = approving.Yes(said["amount"], said["answer"])
    try:
        approving.approve(user, row, yes, seen=said["seen"], today=timezone.localdate())
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _request(request, row, approve=form)
    messages.success(request, _("Approved. What waited for it can begin."))
    _say_overdrawn(request, row)
    return redirect("incentives:list")


def _say_overdrawn(request: HttpRequest, row: Approval) -> None:
    """What was approved is told to be more than there is, where it is."""
    sight, today = Sight.of(request.user), timezone.localdate()
    pool = budgets.pool_now(sight, row.kind, today)
    if pool is not None and pool.left is not None and pool.left < 0:
        said = _("{pool}: {over} more is given this year than the budget has.")
        over = numbers.exact_money(-pool.left, sight.currency)
        messages.warning(request, said.format(pool=case_words.POOLS[pool.kind], over=over))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = _to_decide(request, pk), request.user
    form = forms.RefuseForm(row, request.POST)
    if not form.is_valid():
        return _request(request, row, refuse=form)
    said: Any = form.cleaned_data
    try:
        approvals.refuse(user, row, said["answer"], seen=said["seen"], today=timezone.localdate())
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _request(request, row, refuse=form)
    messages.success(request, _("Refused. Who asked reads why on their week."))
    return redirect("incentives:list")


def _to_decide(request: HttpRequest, pk: int) -> Approval:
    """Raises: Http404, PermissionDenied where somebody else decides"""
    row, user = _asked(request, pk), request.user
    if not approvals.may_decide(user, row):
        raise PermissionDenied
    return row


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    row, user = _asked(request, pk), request.user
    seen = typed(request.POST.get("seen", ""), 0)
    try:
        approvals.take_back(user, row, seen=seen, today=timezone.localdate())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("Taken back."))
    case = Case.objects.filter(case_id=row.case_id).first()
    return redirect("cases:show", case.pk) if case else redirect("incentives:list")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for money in a case, change what is asked, or ask again after it was refused."""
    case = case_queries.one(request.user, pk)
    if case is None:
        raise Http404
    if not may_write(request.user, "cases"):
        raise PermissionDenied
    sight, today = Sight.of(request.user), timezone.localdate()
    first = asking.first(sight, case, today)
    form = forms.AskForm(
        today,
        request.POST or None,
        initial=first.values,
        currencies=first.currencies,
        refused=first.refused,
        terms=first.terms,
    )
    if request.method == "POST" and form.is_valid():
        try:
            approvals.ask(
                sight.user,
                case,
                asking.wanted(form, sight),
                today=today,
                seen=form.cleaned_data["seen"],
            )
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Asked for. You read here what becomes of it."))
            return redirect("cases:show", case.pk)
    status = 422 if form.is_bound else 200
    account = sight.accounts.filter(account_id=case.account_id).first()
    return _page(request, "ask", sight, status, case=case, account=account, form=form, first=first)
