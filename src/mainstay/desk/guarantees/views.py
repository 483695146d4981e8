"""The page of how accounts stand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mainstay.desk.accounts.queries import Sight
from mainstay.desk.guarantees import queries, words


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """All by size, and who needs something mended most in one guarantee."""
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", {"section": "standing", "assessment": None})
    asked = queries.Asked.read(request.GET)
    context: dict[str, Any] = {
        "section": "standing",
        "assessment": sight.assessment,
        "currency": sight.currency,
        "asked": asked,
        "name": words.GUARANTEES[asked.guarantee],
        "spreads": queries.by_size(sight),
        "names": words.GUARANTEES,
        "page": queries.worst(sight, asked),
        "pages": [
            {"href": reverse(page), "word": words.GUARANTEES[name]}
            for name, page in words.PAGES.items()
        ]
        + [{"href": reverse(page), "word": word} for page, word in words.AHEAD.items()],
    }
    return render(request, "guarantees/standing.html", context)
