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
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.cases import forms, queries, services, words
from mainstay.desk.cases.models import Case
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.handing import say_unseen
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import ThereAlready
from mainstay.desk.numbers import typed


def _page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {
        "sight": sight,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "section": context.get("section", "check"),
        "today": timezone.localdate(),
        "may_write": may_write(request.user, "cases"),
    }
    return render(request, f"cases/{template}.html", context, status=status)


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
    return _page(
        request,
        "week",
        sight,
        422 if form else 200,
        week=found,
        steps=queries.my_steps(sight),
        names=manager_names([thing.lead for thing in found.things]),
        wrong=form,
        wrong_account=account_id,
    )


@require_POST
def take(request: HttpRequest, account_id: str) -> HttpResponse:
    """One tap: a case is open, and the play that the plan proposes begins."""
    sight, account = _mine(request, account_id)
    thing = queries.thing_of(sight, account)
    try:
        made = services.take(sight.user, thing, today=timezone.localdate())
    except ThereAlready as error:
        messages.info(request, in_words(error))
        there = queries.open_case(account)
        return redirect("cases:show", there.pk) if there else redirect("cases:week")
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("cases:week")
    messages.success(request, _("Yours now: the case is open, with its steps."))
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
        messages.success(request, _("Kept. It is not proposed until then."))
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
    asked = queries.Asked.read(request.GET)
    found = queries.page(sight, asked, today)
    return _page(
        request,
        "list",
        sight,
        asked=asked,
        page=found,
        counts=queries.counts(sight, today),
        shows=words.SHOWS.items(),
        names=manager_names([one.case.owner_id for one in found.rows]),
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _case(request, pk))


def _case(request: HttpRequest, pk: int, *, to_write: bool = False) -> Case:
    """Raises: Http404, PermissionDenied"""
    found = queries.one(request.user, pk)
    if found is None:
        raise Http404
    if to_write and not may_write(request.user, "cases"):
        raise PermissionDenied
    return found


def _show(request: HttpRequest, case: Case, **wrong: Any) -> HttpResponse:
    """One case; with a form of it that was sent and can't be so."""
    sight = Sight.of(request.user)
    user: Any = request.user
    return _page(
        request,
        "show",
        sight,
        422 if wrong else 200,
        whole=queries.whole(sight, case),
        case=case,
        me=user.staff_id,
        add_form=wrong.get("add_form") or forms.StepForm(me=user.staff_id),
        close_form=wrong.get("close_form") or forms.CloseForm(case),
        done_form=wrong.get("done_form"),
        done_step=wrong.get("done_step"),
    )


@require_POST
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk, to_write=True)
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        return _show(request, case, add_form=form)
    user: Any = request.user
    try:
        made = services.add_step(user, case, form.cleaned_data)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        say_unseen(request, made)
    return saved(request, reverse("cases:show", args=[pk]))


@require_POST
def write_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step is done, or there is something to say of it; its owner may say so, whatever their role."""
    case, user = _case(request, pk), request.user
    found = queries.step_of(case, step)
    if found is None:
        raise Http404
    if not may_write(user, "cases") and not services.owns(user, found):
        raise PermissionDenied
    form = forms.DoneForm(timezone.localdate(), request.POST)
    if not form.is_valid():
        return _show(request, case, done_form=form, done_step=found.pk)
    values = {name: form.cleaned_data[name] for name in ("done_on", "note")}
    try:
        services.write_step(user, found, values, seen=form.cleaned_data["seen"])
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _show(request, case, done_form=form, done_step=found.pk)
    messages.success(request, _("Written down."))
    return saved(request, reverse("cases:show", args=[pk]))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk, to_write=True)
    form = forms.CloseForm(case, request.POST)
    if not form.is_valid():
        return _show(request, case, close_form=form)
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
        return _show(request, case, close_form=form)
    messages.success(request, _("The case is closed. Warnings go on by what the account orders."))
    return saved(request, reverse("cases:show", args=[pk]))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(request, pk, to_write=True)
    user: Any = request.user
    try:
        services.reopen(user, case, seen=typed(request.POST.get("seen", ""), 0))
    except MainstayError as error:
        messages.error(request, in_words(error))
    return redirect("cases:show", pk)
