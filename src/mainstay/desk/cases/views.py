"""My week, the cases, and one case: each parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import lacking
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.pages import context_of
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.cases import (
    by_hand,
    files,
    forms,
    listing,
    queries,
    services,
    taken,
    words,
)
from mainstay.desk.cases.models import Case
from mainstay.desk.cases.my_steps import my_steps
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import SentBefore, ThereAlready
from mainstay.desk.numbers import typed


def page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"section": "check", "may_write": may_write(request.user, "cases")}
    return render(request, f"cases/{template}.html", context_of(sight) | context, status=status)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    return _week(request)


def _week(
    request: HttpRequest, account_id: str = "", form: forms.PutOffForm | None = None
) -> HttpResponse:
    """The few things of a week; with the form about one of them that was sent and can't be so."""
    sight, today = Sight.of(request.user), timezone.localdate()
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "check", "assessment": None})
    found = queries.week(sight, today)
    return page(
        request,
        "week",
        sight,
        422 if form else 200,
        week=found,
        steps=my_steps(sight),
        lacks=lacking.lacks(sight, today),
        none_yours=None if found.things else lacking.none_yours(sight),
        names=manager_names([thing.lead for thing in found.things]),
        wrong=form,
        wrong_account=account_id,
    )


@require_POST
def take(request: HttpRequest, account_id: str) -> HttpResponse:
    """One tap: a case is open, and the play that the plan proposes begins."""
    sight, account = _mine(request, account_id)
    thing, asked = (
        queries.thing_of(sight, account, timezone.localdate()),
        forms.AskedWithForm(request.POST),
    )
    if not asked.is_valid():
        messages.error(request, " ".join(said for found in asked.errors.values() for said in found))
        return redirect("cases:week")
    try:
        said = services.Said(**asked.cleaned_data)
        made = services.take(sight, thing, said, today=timezone.localdate())
    except ThereAlready as error:
        messages.info(request, in_words(error))
        there = queries.open_case(account)
        return redirect("cases:show", there.pk) if there else redirect("cases:week")
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("cases:week")
    messages.success(request, taken.told(made, sight.user))
    return redirect("cases:show", made.pk)


@require_http_methods(["POST"])
def put_off(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _mine(request, account_id)
    form = forms.PutOffForm(timezone.localdate(), request.POST)
    if not form.is_valid():
        return _week(request, account.account_id, form)
    said = services.PutOff(
        **{name: form.cleaned_data[name] for name in ("kind", "until", "reason")}
    )
    try:
        services.put_off(sight.user, account, said, today=timezone.localdate())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, words.PUT_OFF[said.kind])
    return redirect("cases:week")


def _mine(request: HttpRequest, account_id: str) -> tuple[Sight, Account]:
    """An account that the reader sees, where they may open cases.

    Raises: Http404, PermissionDenied
    """
    sight, account = sight_and_account(request.user, account_id)
    if not may_write(request.user, "cases"):
        raise PermissionDenied
    return sight, account


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that are under way, those with a step overdue, and those that are closed."""
    sight, today = Sight.of(request.user), timezone.localdate()
    asked = listing.Asked.read(request.GET)
    plays = queries.catalogue()
    choices = listing.choices(sight, asked, plays, today)
    return page(
        request,
        "list",
        sight,
        asked=asked,
        page=listing.page(sight, asked, plays, today),
        counts=choices.counts,
        choices=choices,
        shows=words.SHOWS.items(),
        names=dict(choices.owners),
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return show_case(request, case_of(request, pk))


def case_of(request: HttpRequest, pk: int, *, to_write: bool = False) -> Case:
    """Raises: Http404, PermissionDenied"""
    found = queries.one(request.user, pk)
    if found is None:
        raise Http404
    if to_write and not may_write(request.user, "cases"):
        raise PermissionDenied
    return found


def show_case(request: HttpRequest, case: Case, **wrong: Any) -> HttpResponse:
    """One case; with a form of it that was sent and can't be so."""
    sight, today = Sight.of(request.user), timezone.localdate()
    user: Any = request.user
    return page(
        request,
        "show",
        sight,
        422 if wrong else 200,
        whole=queries.whole(sight, case),
        case=case,
        me=user.staff_id,
        add_form=wrong.get("add_form") or forms.StepForm(case, today, me=user.staff_id),
        close_form=wrong.get("close_form") or forms.CloseForm(case),
        comment_form=wrong.get("comment_form") or forms.CommentForm(),
        endings=", ".join(f".{kind}" for kind in files.KINDS),
        most_bytes=files.MOST_BYTES,
        done_form=wrong.get("done_form"),
        done_step=wrong.get("done_step"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, account_id: str) -> HttpResponse:
    """A case that somebody opens by hand, with a play of their own choice or none."""
    sight, account = _mine(request, account_id)
    plays = by_hand.plays_for(account)
    form = forms.OpenForm(plays.titles, request.POST or None, groups=plays.groups)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return page(request, "open", sight, status, account=account, form=form, plays=plays)
    today, typed_in = timezone.localdate(), form.cleaned_data
    thing = by_hand.thing(sight, account, typed_in["play"], today)
    said = services.Said(comment=typed_in["text"] or "", reason=typed_in["text"])
    try:
        made = services.take(sight, thing, said, today=today)
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return page(request, "open", sight, 422, account=account, form=form, plays=plays)
    messages.success(request, taken.told(made, sight.user))
    return saved(request, reverse("cases:show", args=[made.pk]))


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever sees the account may say something of its case."""
    case = case_of(request, pk)
    user: Any = request.user
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        return show_case(request, case, comment_form=form)
    said = form.cleaned_data
    try:
        services.comment(user, case, said["text"], once=said["once"], today=timezone.localdate())
    except SentBefore:
        pass
    except MainstayError as error:
        messages.error(request, in_words(error))
    return saved(request, reverse("cases:show", args=[pk]) + "#talk")


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk, to_write=True)
    form = forms.CloseForm(case, request.POST)
    if not form.is_valid():
        return show_case(request, case, close_form=form)
    user, said = request.user, form.cleaned_data
    try:
        services.close(
            user,
            case,
            said["outcome"],
            said["reason"],
            seen=said["seen"],
            today=timezone.localdate(),
        )
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return show_case(request, case, close_form=form)
    messages.success(request, _("The case is closed. Warnings go on by what the account orders."))
    return saved(request, reverse("cases:show", args=[pk]))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk, to_write=True)
    user: Any = request.user
    try:
        services.reopen(
            user, case, seen=typed(request.POST.get("seen", ""), 0), today=timezone.localdate()
        )
    except MainstayError as error:
        messages.error(request, in_words(error))
    return redirect("cases:show", pk)
