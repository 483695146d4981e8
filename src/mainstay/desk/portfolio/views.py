"""The page of the portfolio."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from mainstay.desk.access.rights import OFFICE, allowed
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.portfolio import pictures, queries


@require_safe
@allowed(OFFICE)
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "portfolio", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    summary = sight.assessment.portfolio
    sizes = queries.parts(summary.get("size_classes") or [], SIZES)
    segments = queries.parts(summary.get("segments") or [], {})
    regions = queries.parts(summary.get("regions") or [], {})
    countries = queries.parts(summary.get("countries") or [], {})
    context |= {
        "currency": sight.currency,
        "portfolio": summary,
        "top_fifth": pictures.top_fifth(summary),
        "curve": pictures.curve(summary),
        "sizes": sizes,
        "sizes_chart": pictures.classes(_("Size classes side by side"), sizes),
        "tiers": queries.parts(summary.get("tiers") or [], {}),
        "beside": queries.beside(summary, sizes),
        "parts": [
            queries.Table(key, title, heading, link, rows, request.GET.get("all") == key)
            for key, title, heading, link, rows in (
                ("segments", _("Segments"), pgettext("column", "Segment"), "segment", segments),
                ("regions", _("Regions"), pgettext("column", "Region"), "region", regions),
                ("countries", _("Countries"), pgettext("column", "Country"), "country", countries),
            )
        ],
        "core": queries.core(sight),
        "most": max((row["share"] for row in summary.get("top") or []), default=0.0),
    }
    return render(request, "portfolio/portfolio.html", context)
