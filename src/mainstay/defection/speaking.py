"""What speaks for and against complete defection, by the model's own contributions, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainstay.core.texts import Text, gettext_noop

WORTH_SAYING = 0.25  # of log-odds: moves a probability of 50% to 56%
MOST_FOR, MOST_AGAINST = 2, 1

# By group of features: the sentences for and against, and the figures in them.
_SENTENCES: dict[str, tuple[str, str]] = {
    "silence": (
        gettext_noop(
            "Speaks for leaving: silent for {silent_days} days, {rhythm_days} days are usual."
        ),
        gettext_noop(
            "Speaks for staying: silent for {silent_days} days, {rhythm_days} days are usual."
        ),
    ),
    "rhythm": (
        gettext_noop(
            "Speaks for leaving: {recent_days} days between its last orders, {gap_days} days overall."
        ),
        gettext_noop(
            "Speaks for staying: {recent_days} days between its last orders, {gap_days} days overall."
        ),
    ),
    "orders": (
        gettext_noop("Speaks for leaving: {year_orders} order days in the last 52 weeks."),
        gettext_noop("Speaks for staying: {year_orders} order days in the last 52 weeks."),
    ),
    "orders_last_year": (
        gettext_noop(
            "Speaks for leaving: {quarter_orders} order days in the last 13 weeks, "
            "{before_orders} in the same weeks of last year."
        ),
        gettext_noop(
            "Speaks for staying: {quarter_orders} order days in the last 13 weeks, "
            "{before_orders} in the same weeks of last year."
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
        gettext_noop("Speaks for leaving: bought from {categories} categories in 52 weeks."),
        gettext_noop("Speaks for staying: bought from {categories} categories in 52 weeks."),
    ),
    "tenure": (
        gettext_noop("Speaks for leaving: an account since {first_order_on}."),
        gettext_noop("Speaks for staying: an account since {first_order_on}."),
    ),
}


def speaking(
    speaks: Mapping[str, float], figures: Mapping[str, Any], measures: Mapping[str, Any]
) -> list[Text]:
    """The weightiest for leaving, then for staying, as far as they are worth saying.

    speaks: what each group of features adds to the log-odds; NaN = not judged
    figures: the account's row; measures: gap_mean, gap_mean_26, order_days_13 and …_last_year
    """
    data = _data(figures, measures)
    for_: list[Text] = []
    against: list[Text] = []
    for group, weight in sorted(speaks.items(), key=lambda item: -abs(item[1])):
        needed = data.get(group)
        if needed is None or not abs(weight) >= WORTH_SAYING:
            continue
        leaving, staying = _SENTENCES[group]
        if weight > 0 and len(for_) < MOST_FOR:
            for_.append(Text(leaving, needed))
        elif weight < 0 and len(against) < MOST_AGAINST:
            against.append(Text(staying, needed))
    return for_ + against


def _data(figures: Mapping[str, Any], measures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures of each group's sentence; left out where one is not known."""
    found = {
        "silence": {
            "silent_days": figures["days_silent"],
            "rhythm_days": figures["rhythm_days"],
        },
        "rhythm": {
            "recent_days": measures.get("gap_mean_26"),
            "gap_days": measures.get("gap_mean"),
        },
        "orders": {"year_orders": figures["order_days_52"]},
        "orders_last_year": {
            "quarter_orders": measures.get("order_days_13"),
            "before_orders": measures.get("order_days_13_last_year"),
        },
        "money": {"quarter_money": figures["amount_13"], "year_money": figures["amount_52"]},
        "breadth": {"categories": figures["categories_52"]},
        "tenure": {
            "first_order_on": None
            if figures["first_order_on"] is None
            else str(figures["first_order_on"])
        },
    }
    return {
        group: {name: _plain(name, value) for name, value in data.items()}
        for group, data in found.items()
        if None not in data.values()
    }


def _plain(name: str, value: Any) -> Any:
    return round(value) if name.endswith(("_days", "_orders")) else value
