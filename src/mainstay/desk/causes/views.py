"""The pages of causes: of the portfolio, all signals of an account, and the way to what proves them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.causes import downloads, pictures, queries, rows, words
from mainstay.desk.causes import records as rows_of
from mainstay.desk.team.watch import no_bulk

YEAR = timedelta(days=364)


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "causes", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    found = queries.portfolio_of(sight)
    if found is None:
        return render(request, "causes/nothing.html", context)
    period, figures = _period(request, sight, found)
    context |= {
        "currency": sight.currency,
        "found": found,
        "period": period,
        "figures": figures,
        "downloads": KINDS,
        "whose": pictures.whose_rows(figures, period),
        "rows": pictures.cause_rows(figures, period),
        "bar": pictures.whose_bar(figures.get("by_whose") or [], period),
        "pareto": pictures.pareto(figures.get("by_cause") or [], period, sight.currency),
        "quarters": pictures.quarters(figures.get("by_quarter") or [], period, sight.currency),
        "heats": pictures.heats(figures, period, whole=request.GET.get("all", "")),
        "learnt": found.learnt_causes(whole=request.GET.get("all") == "learnt"),
        "waves": [(wave, pictures.wave_address(wave)) for wave in found.waves],
    }
    return render(request, "causes/portfolio.html", context)


def _period(
    request: HttpRequest, sight: Sight, found: queries.Portfolio
) -> tuple[pictures.Period, dict[str, Any]]:
    """The falls that are asked for: all that are known, or those of the last 52 weeks."""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    if request.GET.get("fell") == "year" and "year" in found.figures:
        return pictures.Period("year", sight.assessment.as_of - YEAR), found.figures["year"]
    return pictures.Period("", None), found.figures


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """One table of the page as a file, with all its rows."""
    sight = Sight.of(request.user)
    found = queries.portfolio_of(sight) if sight.assessment else None
    if found is None or kind not in KINDS or table not in downloads.TABLES:
        raise Http404
    _shown, figures = _period(request, sight, found)
    return downloads.figures(sight, table, figures, kind)


@require_safe
def signals(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    asked = request.GET.get("by", "")
    direction = asked if asked in words.DIRECTIONS else ""
    number = numbers.typed(request.GET.get("page", "1"), 1)
    found = queries.signals_of(sight, account, direction, number)
    context = {
        "section": "accounts",
        "account": account,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "page": found,
        "direction": direction,
        "directions": words.DIRECTIONS.items(),
    }
    return render(request, "causes/signals.html", context)


@require_safe
def records(request: HttpRequest, account_id: str, table: str) -> HttpResponse:
    """Rows of a machine's table behind what is said of an account: deliveries, payments, supply."""
    sight, account = sight_and_account(request.user, account_id)
    if table not in engine.MACHINE_ROWS:
        raise Http404
    asked = rows_of.asked(request.GET)
    page, trouble = None, ""
    try:
        found = rows_of.rows(account, table, asked)
        page = rows_of.page_of(table, found, numbers.typed(request.GET.get("page", "1"), 1))
    except MainstayError as error:
        trouble = in_words(error)
    context = {
        "section": "accounts",
        "account": account,
        "assessment": sight.assessment,
        "table": table,
        "of_product": table in engine.OF_PRODUCT,
        "asked": asked,
        "page": page,
        "trouble": trouble,
        "downloads": KINDS,
    }
    return render(request, "causes/records.html", context)


@require_safe
@no_bulk
def download_records(request: HttpRequest, account_id: str, table: str, kind: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    if table not in engine.MACHINE_ROWS or kind not in KINDS:
        raise Http404
    return downloads.records(sight, account, table, rows_of.asked(request.GET), kind)


@require_safe
def row(request: HttpRequest, account_id: str, table: str) -> HttpResponse:
    """On to the page of a row that proves something; where there is none, to the time of it."""
    sight_and_account(request.user, account_id)
    key = [part.replace("\0", "") for part in request.GET.getlist("key")]
    found = rows.page_of(request.user, table, key)
    if found is None:
        try:
            on: date | None = date.fromisoformat(request.GET.get("on", ""))
        except ValueError:
            on = None
        found = rows.around(account_id, on)
    return redirect(found)
