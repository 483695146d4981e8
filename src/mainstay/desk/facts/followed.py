"""Old addresses of rows that went into another one lead to that."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from mainstay.desk.facts.models import Fact

# By table, where a row is now that had this key: user, key; None where there is none for that user.
NOW_AT: dict[str, Callable[[Any, int], Fact | None]] = {}


def followed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a row, by `pk`, that leads to the row that it went into; of contacts, or of a `table`."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            pk, now_at = kwargs.get("pk"), NOW_AT.get(kwargs.get("table", "contacts"))
            if request.method not in ("GET", "HEAD") or pk is None or now_at is None:
                raise
            now: Any = now_at(request.user, pk)
            if now is None or now.pk == pk:
                raise
        there = {**kwargs, "pk": now.pk}
        if "account_id" in there:
            there["account_id"] = now.account_id
        match: Any = request.resolver_match
        return redirect(match.view_name, **there)

    return page
