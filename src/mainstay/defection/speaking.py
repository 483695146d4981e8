"""How probable complete defection is, and what speaks for and against it, in figures.

What speaks are the model's own contributions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.defection.case import Case

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


def odds(case: Case) -> list[Text]:
    """How probable it is that it orders no more, and what speaks for and against that."""
    if not case["eligible"] or case["state"] in ("lost", "closed", "quiet", "noticed"):
        return []
    texts = [_probability(case), *speaking(case.speaks, case.figures, case.measures)]
    money = case["money_at_risk"]
    if case["state"] in ("late", "slipping") and money is not None and abs(money) < NO_SUM:
        no_sum = gettext_noop("No sum at risk: what it brings is not expected to become less.")
        texts.insert(0, Text(no_sum))
    return texts


def _probability(case: Case) -> Text:
    p, weeks = case["p_complete"], case.horizon_weeks
    if case["state"] == "late" and p < COMES_BACK:
        back = min(round(100 * (1 - p)), 99)
        data: dict[str, Any] = {"back": back, "horizon_weeks": weeks}
        if weeks == 1:
            return Text(
                gettext_noop(
                    "Silent beyond its rhythm, and yet of 100 accounts like it {back} order again "
                    "in the next week."
                ),
                data,
            )
        return Text(
            gettext_noop(
                "Silent beyond its rhythm, and yet of 100 accounts like it {back} order again in the "
                "next {horizon_weeks} weeks."
            ),
            data,
        )
    data = {"p_share": p, "horizon_weeks": weeks}
    if weeks == 1:
        return Text(gettext_noop("No order at all in the next week: {p_share} probable."), data)
    return Text(
        gettext_noop("No order at all in the next {horizon_weeks} weeks: {p_share} probable."), data
    )


def speaking(
    speaks: Mapping[str, float], figures: Mapping[str, Any], measures: Mapping[str, Any]
) -> list[Text]:
    """The weightiest for leaving, then for staying, as far as they are worth saying.

    speaks: what each group of features adds to the log-odds; NaN = not judged
    figures: the account's row; measures: gap_mean, gap_mean_26, order_days_13 and …_last_year,
        sisters, sisters_gone
    """
    for_: list[Text] = []
    against: list[Text] = []
    for group, weight in sorted(speaks.items(), key=lambda item: -abs(item[1])):
        if not abs(weight) >= WORTH_SAYING:
            break
        said, most = (for_, MOST_FOR) if weight > 0 else (against, MOST_AGAINST)
        data = _data(group, figures, measures) if len(said) < most else None
        if data and _fits(group, weight > 0, data):
            said.append(Text(_SENTENCES[group][weight < 0], data))
    return for_ + against


def _fits(group: str, leaving: bool, data: Mapping[str, Any]) -> bool:
    """Whether the figures in the sentence say to a reader what they say to the model.

    A group's weight comes from several measures; one whose shown figures point the other way would
    be true and not be understood.
    """
    pairs = {
        "silence": ("silent_days", "rhythm_days"),
        "rhythm": ("recent_days", "gap_days"),
        "orders_last_year": ("before_orders", "quarter_orders"),
    }
    if group in pairs:
        more, less = (data[name] for name in pairs[group])
        return bool(more > less) if leaving else bool(more < less)
    if group == "money" and not leaving:
        return bool(data["quarter_money"] > 0)
    return True


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


def _data(
    group: str, figures: Mapping[str, Any], measures: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The figures of a group's sentence; None where one is not known."""
    found = {}
    for place, column in _PLACES[group].items():
        value = figures[column] if column in figures else measures.get(column)
        if value is None:
            return None
        if place.endswith("_on"):
            value = str(value)
        elif place.endswith(_WHOLE):
            value = round(value)
        found[place] = value
    return found
