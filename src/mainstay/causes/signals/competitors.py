"""Signals from competitors who were seen at an account (R8, R23)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.product_categories import categories_of
from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

NAME_LENGTH = 80


def _links(scale: float, delay_weeks: float) -> dict[str, tuple[Link, ...]]:
    """What each kind of sighting speaks for; a visit says that they try, and not with what."""

    def link(cause: str, weight: float) -> Link:
        return Link(f"competitor.{cause}", weight * scale, delay_weeks=delay_weeks, fade_weeks=20)

    return {
        "price": (link("price", 1.0),),
        "product": (link("product", 1.0),),
        "service": (link("service", 1.0),),
        "favours": (link("favours", 1.0),),
        "visit": (link("price", 0.3), link("product", 0.2), link("service", 0.2)),
    }


def _seen(view: View, whose: str, strength: str) -> pa.Table:
    return instances(
        view,
        f"""
        select account_id, "on" as since, {strength} as strength, c.category as category,
            to_json([['competitor_sightings', sighting_id]])::varchar as rows,
            json_object('competitor', left(competitor, {NAME_LENGTH}), 'seen_on', "on",
                'what', coalesce(what, 'visit'))::varchar as data
        from competitor_sightings left join product_categories c using (product_id)
        where {whose}
        """,
        product_categories=categories_of(view, "competitor_sightings"),
    )


@signal(
    "competitor_seen",
    rule="R8",
    direction="them",
    role="context",
    wording=gettext_noop("{competitor} was seen there on {seen_on}."),
    tables=("competitor_sightings",),
    by="what",
    by_data=_links(0.6, 4),
)
def competitor_seen(view: View) -> pa.Table:
    """Each sighting of a competitor by our own people, or in public.

    Full strength of what ours saw, 0.7 of what is public: it may be meant for all.
    """
    strength = "case source when 'public' then 0.7 else 1.0 end"
    return _seen(view, "source <> 'contact'", strength)


@signal(
    "competitor_told",
    rule="R23",
    direction="them",
    role="words",
    wording=gettext_noop("Their own people told us of {competitor} on {seen_on}."),
    tables=("competitor_sightings",),
    by="what",
    by_data=_links(0.8, 0),
)
def competitor_told(view: View) -> pa.Table:
    """Each sighting that their own people told us of, since that counts for more. Always of full strength."""
    return _seen(view, "source = 'contact'", "1.0")
