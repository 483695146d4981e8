"""Pages of any table from people: its rows, a new one, a change, taking back, and who wrote what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.models import Event
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, one_account, sight_and_account
from mainstay.desk.facts import changes, queries, words
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.followed import followed
from mainstay.desk.facts.forms import FactForm
from mainstay.desk.facts.handing import say_unseen
from mainstay.desk.facts.rights import frozen, held_from, may_write, not_asked
from mainstay.desk.facts.watched import looked_at
from mainstay.desk.numbers import typed

LEAD = 200  # versions that a page of history shows


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """All tables of what people know, of one account or of all; each with the way to add a row."""
    account = _account(request)
    groups = []
    for heading, group in words.GROUPS:
        shown = [t for t in group if account is None or _about_accounts(t)]
        rows = [(t, words.many(t), words.add(t), _addable(request, t, account)) for t in shown]
        if rows:
            groups.append((heading, rows))
    context = {"groups": groups, "account": account, "section": "todo"}
    return render(request, "facts/tables.html", context)


def _about_accounts(table: str) -> bool:
    return queries.has_account(queries.model_of(table))


def _addable(request: HttpRequest, table: str, account: Account | None) -> bool:
    """Whether a row can be added here: those about accounts begin at the account."""
    here = account is not None if _about_accounts(table) else table != "ties"
    return here and may_write(request.user, table)


@require_safe
def rows(request: HttpRequest, table: str) -> HttpResponse:
    """The rows of a table, of one account or of all that the user sees."""
    account = _account(request)
    named, shown = (account.account_id, account.name) if account else ("", words.many(table))
    user: Any = request.user
    looked_at(user, table, named, shown, now=timezone.now())
    number = request.GET.get("page", "1")
    found = queries.page(
        request.user,
        table,
        account_id=account.account_id if account else None,
        number=typed(number, 1),
    )
    return _page(request, "facts/rows.html", table, account, page=found)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, table: str) -> HttpResponse:
    account = _account(request)
    model = queries.model_of(table)
    if not may_write(request.user, table):
        raise PermissionDenied
    user: Any = request.user
    named = account.account_id if account else None
    form = FactForm(
        model,
        request.POST or None,
        account_id=named,
        initial=changes.first_values(user, table),
        without=not_asked(user, table, named, None),
    )
    if request.method == "POST" and form.is_valid():
        tried = changes.try_to_write(request.user, form)
        if tried.done:
            messages.success(request, _("Written down."))
            say_unseen(request, tried.fact)
            return saved(request, _after(table, account))
    return _page(request, "facts/form.html", table, account, form=form)


@followed
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """A form for those who may write; the others read."""
    fact = queries.one(request.user, table, pk)
    account = _account_of(request, fact)
    user: Any = request.user
    why_not = frozen(user, fact)
    if request.method != "POST" and (why_not or not may_write(user, table)):
        return _read(request, table, account, fact)
    named = getattr(fact, "account_id", None)
    without = not_asked(user, table, named, fact)
    form = FactForm(type(fact), request.POST or None, fact=fact, account_id=named, without=without)
    others: list[Any] = []
    if request.method == "POST" and form.is_valid():
        tried = changes.try_to_write(request.user, form, fact)
        others = tried.others
        if tried.done:
            messages.success(request, _("Written down."))
            say_unseen(request, tried.fact, fact)
            return saved(request, _after(table, account))
    if why_not:
        return _read(request, table, account, fact, status=422)
    return _page(request, "facts/form.html", table, account, form=form, fact=fact, others=others)


def _read(
    request: HttpRequest, table: str, account: Account | None, fact: Any, *, status: int = 200
) -> HttpResponse:
    """The row without a form; where others of its table have one, with why this has none."""
    user: Any = request.user
    shown = queries.cells(fact, queries.names_at(getattr(fact, "account_id", "") or ""))
    context = {"fact": fact, "cells": shown, "why_not": frozen(user, fact)}
    page = _page(request, "facts/reading.html", table, account, **context)
    page.status_code = status
    return page


@followed
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    fact = queries.one(request.user, table, pk)
    account = _account_of(request, fact)
    user: Any = request.user
    if request.method != "POST" and (frozen(user, fact) or not may_write(user, table)):
        return _read(request, table, account, fact)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            changes.withdraw(request.user, fact, seen=typed(seen, 0))
        except MainstayError as error:
            messages.error(request, in_words(error))
            return redirect("facts:change", table, pk)
        messages.success(request, _("Taken back. What was known until now stays on record."))
        return redirect(_after(table, account))
    shown = queries.cells(fact, queries.names_at(getattr(fact, "account_id", "") or ""))
    return _page(request, "facts/withdraw.html", table, account, fact=fact, cells=shown)


@followed
@require_safe
def history(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Who wrote what of a row, and when."""
    fact = queries.one(request.user, table, pk)
    events = Event.objects.filter(object_kind=table, object_id=fact.key).select_related("actor")
    user: Any = request.user
    held = held_from(user, fact)
    shown = [(event, changes.told(table, event, held)) for event in events[:LEAD]]
    return _page(
        request, "facts/history.html", table, _account_of(request, fact), fact=fact, events=shown
    )


def _account(request: HttpRequest) -> Account | None:
    """The account that the address names.

    Raises: Http404 for one that the user does not see
    """
    named = request.GET.get("account", "").replace("\0", "")
    return sight_and_account(request.user, named)[1] if named else None


def _account_of(request: HttpRequest, fact: Any) -> Account | None:
    named = getattr(fact, "account_id", None)
    return one_account(Sight.of(request.user), named) if named else None


# Where one goes on after writing a row of an account; its own page for other tables.
_AFTER = dict.fromkeys(
    ("contacts", "ties", "relationship_levels", "criteria", "competitor_sightings"),
    "relations:people",
) | dict.fromkeys(("goals", "plan_reviews"), "strategy:account")


def _after(table: str, account: Account | None) -> str:
    if account is not None:
        return reverse(_AFTER.get(table, "accounts:account"), args=[account.account_id])
    return reverse("facts:rows", args=[table])


def _page(
    request: HttpRequest, template: str, table: str, account: Account | None, **context: Any
) -> HttpResponse:
    queries.model_of(table)
    context |= {
        "table": table,
        "one": words.one(table),
        "many": words.many(table),
        "add": words.add(table),
        "account": account,
        "may_write": may_write(request.user, table),
        "back": reverse("accounts:account", args=[account.account_id]) if account else None,
    }
    trouble = context.get("form") is not None and bool(context["form"].errors)
    return render(request, template, context, status=422 if trouble else 200)
