"""What every page needs: the navigation that this user may use, and the languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from mainstay.desk.access.queries import needs_second_factor
from mainstay.desk.access.rights import ADMINISTRATORS, EVERYBODY, OFFICE, SETTERS, Role


@dataclass(frozen=True)
class Place:
    """One entry of the navigation.

    icon: the name of a symbol in the house's icon sheet
    badges: the url_names that each say how many things wait there for the user; asked after the page is there
    """

    url_name: str
    label: Any
    icon: str
    roles: frozenset[Any]
    badges: tuple[str, ...] = ()


PLACES = (
    Place("accounts:week", pgettext_lazy("navigation", "This week"), "week", EVERYBODY),
    Place("cases:week", pgettext_lazy("navigation", "My week"), "check", EVERYBODY),
    Place(
        "care:visits",
        pgettext_lazy("navigation", "To do"),
        "todo",
        EVERYBODY - {Role.QUALITY},
        badges=("complaints:badge",),
    ),
    Place(
        "complaints:desk",
        pgettext_lazy("navigation", "Complaints"),
        "complaint",
        frozenset({Role.QUALITY}),
        badges=("complaints:badge",),
    ),
    Place("accounts:list", pgettext_lazy("navigation", "Accounts"), "accounts", EVERYBODY),
    Place("accounts:portfolio", pgettext_lazy("navigation", "Portfolio"), "portfolio", OFFICE),
    Place("causes:portfolio", pgettext_lazy("navigation", "Why"), "causes", EVERYBODY),
    Place("guarantees:standing", pgettext_lazy("navigation", "Standing"), "standing", EVERYBODY),
    Place(
        "relations:company", pgettext_lazy("navigation", "Relationships"), "relations", EVERYBODY
    ),
    Place("reviews:list", pgettext_lazy("navigation", "Reviews"), "review", EVERYBODY),
    Place("learning:page", pgettext_lazy("navigation", "Learning"), "learning", EVERYBODY),
    Place("team:people", pgettext_lazy("navigation", "Team"), "user", SETTERS),
    Place("trust:page", pgettext_lazy("navigation", "Can I trust it?"), "trust", EVERYBODY),
    Place("imports:list", pgettext_lazy("navigation", "Imports"), "imports", OFFICE),
    Place(
        "access:people",
        pgettext_lazy("navigation", "People"),
        "people",
        ADMINISTRATORS,
        badges=("nightly:badge", "webhooks:badge"),
    ),
)


def second_factor(request: HttpRequest) -> dict[str, Any]:
    """`needs_second_factor`: whether the user's role needs one."""
    user: Any = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {"needs_second_factor": known and needs_second_factor(user)}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation`: [{url, label, icon, here, badges}] for the user's role; empty for anonymous."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return {"navigation": []}
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "navigation": [
            {
                "url": reverse(place.url_name),
                "label": place.label,
                "icon": place.icon,
                "here": here == place.url_name,
                "badges": [reverse(name) for name in place.badges],
            }
            for place in PLACES
            if user.role in place.roles
        ]
    }
