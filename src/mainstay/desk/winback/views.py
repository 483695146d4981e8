"""The page of lost accounts: each view parses, asks and renders."""

from __future__ import annotations

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
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import taken
from mainstay.desk.causes.words import WHOSE
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import ThereAlready
from mainstay.desk.team.watch import no_bulk
from mainstay.desk.winback import downloads, forms, pictures, queries, second, services, words


@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    return _lost(request)


def _lost(
    request: HttpRequest, account_id: str = "", form: forms.DateForm | None = None
) -> HttpResponse:
    """The list; with the form about one account that was sent and can't be so."""
    sight, today = Sight.of(request.user), timezone.localdate()
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "check", "assessment": None})
    asked = queries.Asked.read(request.GET)
    found = queries.page(sight, asked, today)
    shown = {"", *(one.row.account_id for one in found.rows)}
    parts = queries.parts(sight, asked, today)
    managers = queries.managers(sight)
    names = queries.names(found, managers)
    known = second.known(sight)
    context = {
        "section": "check",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "asked": asked,
        "page": found,
        "parts": [
            (show, word, parts[show])
            for show, word in words.SHOWS.items()
            if show != "waits" or parts[show].n or asked.show == show
        ],
        "any": any(part.n for part in parts.values()),
        "managers": queries.by_name(managers, names),
        "whose": WHOSE.items(),
        "causes": words.causes(),
        "plays": cases.catalogue(),
        "known": known,
        "by_cause": pictures.by_cause(known) if known else None,
        "downloads": KINDS,
        "names": names,
        "may_write": may_write(request.user, "win_backs"),
        "today": today,
        "wrong": form,
        "wrong_account": account_id,
        "wrong_row": None if account_id in shown else queries.one(sight, account_id, today),
    }
    return render(request, "winback/list.html", context, status=422 if form else 200)


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Accounts in their second life."""
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "check", "assessment": None})
    asked = second.Asked.read(request.GET)
    found, known = second.page(sight, asked), second.known(sight)
    managers, counts = second.managers(sight), second.counts(sight, asked)
    shown = [code for one in found.rows for code in (one.account.manager_id, one.row.by_id)]
    names = manager_names([*managers, *shown])
    context = {
        "section": "check",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "asked": asked,
        "page": found,
        "shows": [(show, word, counts[show]) for show, word in words.LIVES.items()],
        "managers": queries.by_name(managers, names),
        "causes": words.causes(),
        "names": names,
        "plays": cases.catalogue(),
        "known": known,
        "second": known.at_year("second") if known else None,
        "first": known.at_year("first") if known else None,
        "least": second.LEAST_WATCHED,
        "lasting": pictures.lasting(known) if known else None,
        "downloads": KINDS,
    }
    return render(request, "winback/back.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None or kind not in KINDS or table not in words.DOWNLOADS:
        raise Http404
    if table == "back":
        return downloads.back(sight, second.Asked.read(request.GET), kind)
    return downloads.lost(sight, queries.Asked.read(request.GET), kind, timezone.localdate())


@require_POST
def take(request: HttpRequest, account_id: str) -> HttpResponse:
    """One tap: the case is open, and winning back begins; of an account that waits in a trial, a second one."""
    sight, account = _mine(request, account_id)
    today, anyway = timezone.localdate(), request.POST.get("anyway") == "yes"
    try:
        made = services.open_case(sight, account, today=today, anyway=anyway)
    except ThereAlready as error:
        messages.info(request, in_words(error))
        there = cases.open_case(account)
        return redirect("cases:show", there.pk) if there else _back(request)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return _back(request)
    messages.success(request, taken.told(made, sight.user))
    return redirect("cases:show", made.pk)


@require_POST
def set_date(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _mine(request, account_id)
    today = timezone.localdate()
    form = forms.DateForm(today, request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    if said:
        try:
            services.set_date(sight.user, account, said["call_on"], said["reason"], today=today)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Kept. The next plan wins it back from that day on."))
            return _back(request)
    if queries.one(sight, account.account_id, today) is None:  # no row of the page can say it
        messages.error(request, " ".join(one for told in form.errors.values() for one in told))
        return redirect("accounts:account", account.account_id)
    return _lost(request, account.account_id, form)


@require_POST
def take_back(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _mine(request, account_id)
    try:
        services.take_back(sight.user, account)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("The season decides again when to call."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """The list as it was narrowed when the form was sent."""
    asked = request.GET.urlencode()
    return redirect(reverse("winback:list") + (f"?{asked}" if asked else ""))


def _mine(request: HttpRequest, account_id: str) -> tuple[Sight, Account]:
    """An account that the reader sees, where they may open cases.

    Raises: Http404, PermissionDenied
    """
    sight, account = sight_and_account(request.user, account_id)
    if not may_write(request.user, "win_backs"):
        raise PermissionDenied
    return sight, account
