"""The steps of a case: a further one, one that is done, one that is changed or removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import forms, queries, services
from mainstay.desk.cases.models import Case, CaseStep
from mainstay.desk.cases.views import case_of, page, show_case
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.handing import say_unseen
from mainstay.desk.facts.rights import may_write
from mainstay.desk.numbers import typed


def _step(case: Case, pk: int) -> CaseStep:
    """Raises: Http404"""
    found = queries.step_of(case, pk)
    if found is None:
        raise Http404
    return found


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk, to_write=True)
    form = forms.StepForm(case, timezone.localdate(), request.POST)
    if not form.is_valid():
        return show_case(request, case, add_form=form)
    user: Any = request.user
    try:
        made = services.add_step(user, case, form.values())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        say_unseen(request, made)
    return saved(request, reverse("cases:show", args=[pk]))


@require_POST
def write(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step is done, or there is something to say of it; its owner may say so, whatever their role."""
    case, user = case_of(request, pk), request.user
    found = _step(case, step)
    if not may_write(user, "cases") and not services.owns(user, found):
        raise PermissionDenied
    form = forms.DoneForm(case, timezone.localdate(), request.POST)
    if not form.is_valid():
        return show_case(request, case, done_form=form, done_step=found.pk)
    values = {name: form.cleaned_data[name] for name in ("done_on", "note")}
    try:
        services.write_step(user, found, values, seen=form.cleaned_data["seen"])
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return show_case(request, case, done_form=form, done_step=found.pk)
    messages.success(request, _("Written down."))
    return saved(request, reverse("cases:show", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """What is to be done, by when and by whom, said otherwise."""
    case, user = case_of(request, pk, to_write=True), request.user
    found = _step(case, step)
    form = forms.StepForm(case, timezone.localdate(), request.POST or None, step=found)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            made = services.change_step(user, case, found, form.values(), seen=seen)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Written down."))
            say_unseen(request, made, found)
            return saved(request, reverse("cases:show", args=[pk]))
    sight, status = Sight.of(user), 422 if form.is_bound else 200
    account = sight.accounts.filter(account_id=case.account_id).first()
    return page(request, "step", sight, status, case=case, step=found, form=form, account=account)


@require_POST
def remove(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step that is not to be done after all."""
    case, user = case_of(request, pk, to_write=True), request.user
    found, seen = _step(case, step), typed(request.POST.get("seen", ""), 0)
    try:
        services.remove_step(user, case, found, seen=seen)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("cases:change_step", pk, step)
    messages.success(request, _("Removed. What was known of it stays on record."))
    return redirect("cases:show", pk)
