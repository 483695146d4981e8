"""Signals from reviews: what the salesperson and what the account itself give as the reason (R10, R12)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.families import CAUSES
from mainstay.causes.types import Link, found, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

_PRICE = ("price", "price_rise")


def _given(cause: str, weight: float) -> Link:
    """A reason is given long after, rarely before."""
    return Link(cause, weight, delay_weeks=0, fade_weeks=26, before_weeks=104)


# Loss codes of salespeople name price in half of the losses, customers themselves in a quarter.
_OF_SALES = {c.name: (_given(c.name, 0.05 if c.reason in _PRICE else 0.15),) for c in CAUSES}
_OF_THEIRS = {c.name: (_given(c.name, 0.9),) for c in CAUSES}


@signal(
    "salesperson_says",
    rule="R10",
    direction="nobody",
    role="words",
    wording=gettext_noop("Our salesperson gives as the reason: {reason_cause}."),
    tables=("reviews",),
    by="reason_cause",
    by_data=_OF_SALES,
)
def salesperson_says(view: View) -> pa.Table:
    """The reason that the salesperson gave in a review; weak, price weakest."""
    return _said(view, "salesperson_reason", "opened_on")


@signal(
    "account_says",
    rule="R12",
    direction="nobody",
    role="words",
    wording=gettext_noop("They themselves give as the reason: {reason_cause}."),
    tables=("reviews",),
    by="reason_cause",
    by_data=_OF_THEIRS,
)
def account_says(view: View) -> pa.Table:
    """The reason in the account's own words, from an interview or the survey; strong."""
    return _said(view, "customer_reason", "coalesce(interviewed_on, opened_on)")


def _said(view: View, reason: str, day: str) -> pa.Table:
    # What is said after the last orders is said of what they show.
    rows = view.sql(
        f"""
        select account_id, least({day}, $as_of::date - 1) as since,
            to_json([['reviews', review_id]])::varchar as rows,
            json_object('reason_cause', {reason})::varchar as data
        from reviews
        where {reason} is not null and {reason} <> 'unknown' and kind in ('lost', 'slipping')
            and {day} >= $begin and {day} < $told_before
        """
    )
    return found({name: rows[name] for name in rows.schema.names})
