"""Reads of the quarterly review: which quarters there are, and one of them as the engine froze it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404

from mainstay import engine
from mainstay.desk.accounts.models import Assessment


@dataclass(frozen=True)
class Listed:
    """A quarter of the list: so_far where it lasts still."""

    quarter: Any
    so_far: bool


def assessments() -> list[tuple[str, Any]]:
    """Names and dates of all that were published."""
    return list(Assessment.objects.order_by().values_list("id", "as_of"))


def quarters() -> list[Listed]:
    """Those that can be looked back upon, the newest first."""
    known = assessments()
    latest = max((day for _name, day in known), default=None)
    return [
        Listed(one, latest is not None and one.over > latest)
        for one in engine.known_quarters(settings.HOME.store, known)
    ]


def review(name: str) -> Any:
    """A quarter by its name.

    Raises: Http404, where the name is none; NotFound, where nothing is known of it
    """
    quarter = engine.Quarter.read(name)
    if quarter is None:
        raise Http404
    return engine.look_back(settings.HOME.store, assessments(), quarter)
