"""The pages of season stock: each view parses, asks and renders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names, sight_and_account
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import SentBefore
from mainstay.desk.imports import notices
from mainstay.desk.imports import progress as work
from mainstay.desk.paging import page_number
from mainstay.desk.seasons import forms, pictures, queries, services, sheets, words
from mainstay.desk.team.watch import no_bulk

LANGUAGES = [code for code, _name in settings.LANGUAGES]
CHARTS = 3  # pictures of what is agreed, of what is off most


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "standing", "assessment": None})
    asked = queries.Asked.read(request.GET)
    found = queries.page(sight, asked)
    context = {
        "section": "standing",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "asked": asked,
        "page": found,
        "counts": queries.counts(sight, asked),
        "shows": words.SHOWS.items(),
        "states": words.STATES,
        "products": queries.by_product(sight),
        "candidates": queries.not_agreed(sight),
        "names": manager_names([one.account.manager_id for one in found.rows if one.account]),
        "downloads": KINDS,
    }
    return render(request, "seasons/list.html", context)


@require_safe
@no_bulk
def download(request: HttpRequest, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None or kind not in KINDS:
        raise Http404
    asked = queries.Asked.read(request.GET)
    rows = queries.followed(sight, asked)
    record(
        sight.user,
        "seasons.download",
        about=sight.assessment,
        after={"show": asked.show, "kind": kind},
    )
    return sheets.followed(rows, kind)


@require_safe
def season(request: HttpRequest, account_id: str) -> HttpResponse:
    return _season(request, *sight_and_account(request.user, account_id))


def _season(request: HttpRequest, sight: Sight, account: Account, **wrong: Any) -> HttpResponse:
    """One account's season; with the form that was sent and can't be so."""
    kept = queries.forecast_of(account)
    under_way, failed = queries.job_of(account, kept[0] if kept else None)
    agreed = queries.agreed(account, page_number(request.GET))
    context: dict[str, Any] = {
        "section": "accounts",
        "account": account,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "may_write": may_write(request.user, "season_plans"),
        "may_confirm": may_write(request.user, "confirmations"),
        "work": work.shown(under_way) if under_way else None,
        "failed": account_words.sentence(failed.error) if failed and failed.error else "",
        "agreed": agreed,
        "states": words.STATES,
        "charts": [(row, pictures.weeks(row)) for row in agreed.rows[:CHARTS] if row.weeks],
        "plans": queries.agreements(account),
        "confirmed": queries.confirmations(account, {row.plan_id for row in agreed.rows}),
        "confirm": wrong.get("confirm") or forms.ConfirmForm(agreed.rows),
    }
    products = queries.products(kept[1]) if kept else ()
    context["form"] = wrong.get("form") or _asking(account, kept, products[: queries.SHOWN])
    if kept:
        context |= _made(*kept, products, account, sight.currency)
        context["agree"] = wrong.get("agree") or _agreeing(kept[0].season_id, products)
    return render(request, "seasons/account.html", context, status=422 if wrong else 200)


def _made(
    row: Any,
    made: engine.SeasonMade,
    products: Sequence[queries.Product],
    account: Account,
    currency: str,
) -> dict[str, Any]:
    meta = made.meta
    models = sorted(meta["models"].items(), key=lambda one: -one[1])
    return {
        "row": row,
        "made": made,
        "totals": queries.totals(made),
        "chart": pictures.months(made, account.account_id, meta["currency"] or currency),
        "told": [account_words.sentence(text, currency) for text in made.told],
        "models": [(words.MODELS.get(name, name), part) for name, part in models if part >= 0.05],
        "products": products[: queries.SHOWN],
        "n_products": len(products),
        "months": [cell.row["month"] for cell in products[0].cells] if products else [],
        "languages": settings.LANGUAGES,
    }


def _asking(
    account: Account, kept: Any, products: Sequence[queries.Product], data: Any = None
) -> forms.SeasonForm:
    months = engine.season_months(account.assessment.as_of)
    initial: dict[str, Any] = {"first": months[0]}
    if kept:
        asked = kept[1].asked
        n = (asked.last.year - asked.first.year) * 12 + asked.last.month - asked.first.month + 1
        initial = {
            "first": max(asked.first.replace(day=1), months[0]),
            "months": str(n),
            "service": str(asked.service),
            "production_days": asked.production_days,
        }
    return forms.SeasonForm(months, products, data, initial=initial)


def _agreeing(
    season_id: str, products: Sequence[queries.Product], data: Any = None
) -> forms.AgreeForm:
    initial = {"season_id": season_id}
    return forms.AgreeForm(products[: queries.SHOWN], data, initial=initial, auto_id="agree_%s")


@require_POST
def ask(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _writing(request, account_id, "season_plans")
    kept = queries.forecast_of(account)
    products = queries.products(kept[1])[: queries.SHOWN] if kept else ()
    form = _asking(account, kept, products, request.POST)
    if not form.is_valid():
        return _season(request, sight, account, form=form)
    said = form.cleaned_data
    asked = engine.SeasonAsked(
        account.account_id,
        said["first"],
        said["last"],
        said["service"],
        said["production_days"],
        form.opening,
    )
    try:
        notices.watch(request, services.ask(sight.user, account, asked))
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _season(request, sight, account, form=form)
    return redirect("seasons:account", account.account_id)


@require_safe
def progress(request: HttpRequest, account_id: str) -> HttpResponse:
    """How far the forecast is; the page comes anew when it is over."""
    _sight, account = sight_and_account(request.user, account_id)
    job, _failed = queries.job_of(account, None)
    if job is None:
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return redirect("seasons:account", account.account_id)
    return render(request, "seasons/_work.html", {"work": work.shown(job), "account": account})


@require_safe
def meeting(request: HttpRequest, account_id: str) -> HttpResponse:
    """The season for the table between them and us: nothing of ours that is not for them, to be printed."""
    sight, account = sight_and_account(request.user, account_id)
    kept = queries.forecast_of(account)
    if kept is None:
        return redirect("seasons:account", account.account_id)
    products = queries.products(kept[1])
    language = sheets.language_of(account, request.GET.get("lang", ""), LANGUAGES)
    with translation.override(language):
        context = _made(*kept, products, account, sight.currency)
        context |= {
            "products": products[: queries.PRINTED],
            "account": account,
            "language": language,
            "currency": sight.currency,
            "today": timezone.localdate(),
            "section": "accounts",
        }
        return render(request, "seasons/meeting.html", context)


@require_safe
@no_bulk
def sheet(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    kept = queries.forecast_of(account)
    if kept is None:
        return redirect("seasons:account", account.account_id)
    record(
        sight.user,
        "season.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
    )
    language = sheets.language_of(account, request.GET.get("lang", ""), LANGUAGES)
    return sheets.book(kept[1], account, language)


@require_POST
def agree(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _writing(request, account_id, "season_plans")
    kept = queries.forecast_of(account)
    season_id = request.POST.get("season_id", "")
    if kept is None or kept[0].season_id != season_id:
        messages.error(
            request, _("The forecast was made anew meanwhile; look at it, and agree again.")
        )
        return redirect("seasons:account", account.account_id)
    form = _agreeing(season_id, queries.products(kept[1]), request.POST)
    if not form.is_valid():
        return _season(request, sight, account, agree=form)
    said = services.Agreement(form.cleaned_data["agreed_by"], timezone.localdate(), form.quantities)
    try:
        services.agree(sight.user, account, season_id, said, once=form.cleaned_data["once"])
    except SentBefore as error:
        messages.info(request, in_words(error))
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _season(request, sight, account, agree=form)
    else:
        messages.success(request, _("Kept. From now on it is followed week by week."))
    return redirect("seasons:account", account.account_id)


@require_POST
def end(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _writing(request, account_id, "season_plans")
    try:
        services.end(sight.user, account, request.POST.get("plan_id", "")[:100])
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("Ended: it is followed no more."))
    return redirect("seasons:account", account.account_id)


@require_POST
def confirm(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = _writing(request, account_id, "confirmations")
    form = forms.ConfirmForm(
        queries.followed_one(account, request.POST.get("what", "")), request.POST
    )
    if not form.is_valid():
        return _season(request, sight, account, confirm=form)
    today, once = timezone.localdate(), form.cleaned_data["once"]
    try:
        services.confirm(sight.user, account, form.said, today=today, once=once)
    except SentBefore as error:
        messages.info(request, in_words(error))
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _season(request, sight, account, confirm=form)
    else:
        messages.success(request, _("Kept."))
    return redirect("seasons:account", account.account_id)


def _writing(request: HttpRequest, account_id: str, table: str) -> tuple[Sight, Account]:
    """Raises: Http404, PermissionDenied"""
    sight, account = sight_and_account(request.user, account_id)
    if not may_write(request.user, table):
        raise PermissionDenied
    return sight, account
