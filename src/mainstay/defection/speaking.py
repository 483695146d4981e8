"""How probable complete defection is, and what speaks for and against it, in figures.

What speaks are the model's own contributions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import gettext_noop
from mainstay.defection.cases import Cases, Flags
from mainstay.defection.said import Said
from mainstay.defection.slices import GROUPS

WORTH_SAYING = 0.25  # of log-odds: moves a probability of 50% to 56%
MOST_FOR, MOST_AGAINST = 2, 1
COMES_BACK = 0.25  # a late account that will hardly stay away: both are said
NO_SUM = 0.005  # money

# By group of features: the sentences for and against, and the figures in them. “Usual” is the
# rhythm that states are decided by, a median. One long pause moves a mean far from it: a mean says that
# it is one.
_SENTENCES: dict[str, tuple[str, str]] = {
    "silence": (
        gettext_noop("Speaks for leaving: days of silence: {silent_days}, usual: {rhythm_days}."),
        gettext_noop("Speaks for staying: days of silence: {silent_days}, usual: {rhythm_days}."),
    ),
    "rhythm": (
        gettext_noop(
            "Speaks for leaving: mean of the days between its last orders: {recent_days}, "
            "between all of them: {gap_days}."
        ),
        gettext_noop(
            "Speaks for staying: mean of the days between its last orders: {recent_days}, "
            "between all of them: {gap_days}."
        ),
    ),
    "orders": (
        gettext_noop("Speaks for leaving: order days in the last 52 weeks: {year_orders}."),
        gettext_noop("Speaks for staying: order days in the last 52 weeks: {year_orders}."),
    ),
    "orders_last_year": (
        gettext_noop(
            "Speaks for leaving: order days in the last 13 weeks: {quarter_orders}, "
            "in the same weeks of last year: {before_orders}."
        ),
        gettext_noop(
            "Speaks for staying: order days in the last 13 weeks: {quarter_orders}, "
            "in the same weeks of last year: {before_orders}."
        ),
    ),
    "money": (
        gettext_noop(
            "Speaks for leaving: {quarter_money} in the last 13 weeks, {year_money} in 52 weeks."
        ),
        gettext_noop(
            "Speaks for staying: {quarter_money} in the last 13 weeks, {year_money} in 52 weeks."
        ),
    ),
    "breadth": (
        gettext_noop("Speaks for leaving: categories bought in 52 weeks: {categories}."),
        gettext_noop("Speaks for staying: categories bought in 52 weeks: {categories}."),
    ),
    "tenure": (
        gettext_noop("Speaks for leaving: an account since {first_order_on}."),
        gettext_noop("Speaks for staying: an account since {first_order_on}."),
    ),
    "sisters": (
        gettext_noop("Speaks for leaving: sister accounts that have left: {gone} of {sisters}."),
        gettext_noop("Speaks for staying: sister accounts that have left: {gone} of {sisters}."),
    ),
}


def odds(cases: Cases) -> Iterator[Said]:
    """How probable it is that each orders no more, and what speaks for and against that."""
    asked = cases["eligible"] & ~cases.state("lost", "closed", "quiet", "noticed")
    no_sum = np.abs(cases["money_at_risk"]) < NO_SUM
    yield cases.said(
        asked & cases.state("late", "slipping") & no_sum,
        gettext_noop("No sum at risk: what it brings is not expected to become less."),
    )
    yield from _probability(cases, asked)
    yield from speaking(cases, asked)


def _probability(cases: Cases, asked: Flags) -> Iterator[Said]:
    p, weeks = cases["p_complete"], cases.horizon_weeks
    comes_back = asked & cases.state("late") & (p < COMES_BACK)
    back = np.minimum(np.rint(100 * (1 - np.nan_to_num(p))), 99).astype(np.int64)
    if weeks == 1:
        hardly = gettext_noop(
            "Silent beyond its rhythm, and yet of 100 accounts like it {back} order again "
            "in the next week."
        )
        none = gettext_noop("No order at all in the next week: {p_share} probable.")
    else:
        hardly = gettext_noop(
            "Silent beyond its rhythm, and yet of 100 accounts like it {back} order again in the "
            "next {horizon_weeks} weeks."
        )
        none = gettext_noop(
            "No order at all in the next {horizon_weeks} weeks: {p_share} probable."
        )
    yield cases.said(comes_back, hardly, back=back, horizon_weeks=weeks)
    yield cases.said(asked & ~comes_back, none, p_share=p, horizon_weeks=weeks)


def speaking(cases: Cases, asked: Flags) -> Iterator[Said]:
    """The weightiest for leaving, then for staying, as far as they are worth saying.

    cases.speaks: what each group of features adds to the log-odds; NaN = not judged
    """
    groups = list(GROUPS)
    data = {group: _data(cases, group) for group in groups}
    for leaving, most in ((True, MOST_FOR), (False, MOST_AGAINST)):
        weights = cases.speaks if leaving else -cases.speaks
        can_be_said = np.column_stack([_fits(data[group], group, leaving) for group in groups])
        worth = np.where(can_be_said & asked[:, None] & (weights >= WORTH_SAYING), weights, -np.inf)
        by_weight = np.argsort(-worth, axis=1, kind="stable")[:, :most]
        worth_saying = np.isfinite(np.take_along_axis(worth, by_weight, axis=1))
        for rank, place in np.ndindex(most, len(groups)):
            group = groups[place]
            here = worth_saying[:, rank] & (by_weight[:, rank] == place)
            yield cases.said(here, _SENTENCES[group][not leaving], **data[group])


def _fits(data: dict[str, npt.NDArray[Any]], group: str, leaving: bool) -> Flags:
    """Whether the figures in the sentence are known, and say to a reader what they say to the model.

    A group's weight comes from several measures; one whose shown figures point the other way would
    be true and not be understood.
    """
    known = ~np.logical_or.reduce([_unknown(values) for values in data.values()])
    pairs = {
        "silence": ("silent_days", "rhythm_days"),
        "rhythm": ("recent_days", "gap_days"),
        "orders_last_year": ("before_orders", "quarter_orders"),
    }
    if group in pairs:
        more, less = (data[name] for name in pairs[group])
        return known & np.ma.getdata(more > less if leaving else more < less)
    if group == "money" and not leaving:
        return known & (data["quarter_money"] > 0)
    return known


def _unknown(values: npt.NDArray[Any]) -> Flags:
    if values.dtype.kind == "M":
        return np.isnat(values)
    return np.ma.getmaskarray(np.ma.masked_invalid(values))


# The figures of each group's sentence: its place, and the column of the account's row or measure.
_PLACES: dict[str, dict[str, str]] = {
    "silence": {"silent_days": "days_silent", "rhythm_days": "rhythm_days"},
    "rhythm": {"recent_days": "gap_mean_26", "gap_days": "gap_mean"},
    "orders": {"year_orders": "order_days_52"},
    "orders_last_year": {
        "quarter_orders": "order_days_13",
        "before_orders": "order_days_13_last_year",
    },
    "money": {"quarter_money": "amount_13", "year_money": "amount_52"},
    "breadth": {"categories": "categories_52"},
    "tenure": {"first_order_on": "first_order_on"},
    "sisters": {"gone": "sisters_gone", "sisters": "sisters"},
}
_WHOLE = ("_days", "_orders", "gone", "sisters")


def _data(cases: Cases, group: str) -> dict[str, npt.NDArray[Any]]:
    """The figures of a group's sentence."""
    return {
        place: cases.whole(column) if place.endswith(_WHOLE) else cases[column]
        for place, column in _PLACES[group].items()
    }
