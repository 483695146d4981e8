"""What is said of an account's rhythm and of its silence."""

from __future__ import annotations

from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.defection.case import Case

# A silence of so many times the usual gap is said even where it is not rare enough to be late.
LONG_TIMES = 2.0


def silence(case: Case) -> dict[str, Any]:
    return {
        "silent_days": case["days_silent"],
        "rhythm_days": _whole(case["rhythm_days"]),
        "late_days": _whole_below(case["late_after_days"]),
        "last_order_on": str(case["last_order_on"]),
    }


def is_silent(case: Case) -> bool:
    """Whether it is silent for longer than its rhythm explains."""
    late = case["late_after_days"]
    return late is not None and case["days_silent"] > late


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _whole_below(value: float | None) -> int | None:
    """Of a limit: a silence of more whole days than this is beyond it."""
    return None if value is None else int(value)


def _is_daily(case: Case) -> bool:
    return _whole(case["rhythm_days"]) == 1


def lost(case: Case) -> Text:
    if case["rhythm_days"] is None:
        return Text(
            gettext_noop("No order for {silent_days} days, the last on {last_order_on}."),
            silence(case),
        )
    if _is_daily(case):
        return Text(
            gettext_noop("No order for {silent_days} days; it used to order nearly every day."),
            silence(case),
        )
    return Text(
        gettext_noop("No order for {silent_days} days; it used to order every {rhythm_days} days."),
        silence(case),
    )


def late(case: Case) -> Text:
    if _is_daily(case):
        return Text(
            gettext_noop("Silent for {silent_days} days; it orders nearly every day."),
            silence(case),
        )
    return Text(
        gettext_noop(
            "Silent for {silent_days} days; it orders every {rhythm_days} days, and more than "
            "{late_days} days are rare."
        ),
        silence(case),
    )


def won_back(case: Case) -> Text:
    return Text(
        gettext_noop("Ordered again on {last_order_on} after a silence that counted as lost."),
        silence(case),
    )


def steady(case: Case) -> Text:
    if _is_daily(case):
        return _steady_daily(case)
    if case.told.get("silent_last_year") and is_silent(case):
        return Text(
            gettext_noop(
                "Silent for {silent_days} days, as in the same weeks of last year; otherwise it "
                "orders every {rhythm_days} days."
            ),
            silence(case),
        )
    if case["days_silent"] > LONG_TIMES * (case["rhythm_days"] or case["days_silent"]):
        return Text(
            gettext_noop(
                "Silent for {silent_days} days, {rhythm_days} days are usual; it has paused before, so "
                "only more than {late_days} days are rare."
            ),
            silence(case),
        )
    return Text(
        gettext_noop("Orders in its rhythm of {rhythm_days} days; the last on {last_order_on}."),
        silence(case),
    )


def _steady_daily(case: Case) -> Text:
    if case.told.get("silent_last_year") and is_silent(case):
        return Text(
            gettext_noop(
                "Silent for {silent_days} days, as in the same weeks of last year; otherwise it "
                "orders nearly every day."
            ),
            silence(case),
        )
    if case["days_silent"] > LONG_TIMES:
        return Text(
            gettext_noop(
                "Silent for {silent_days} days, though it orders nearly every day; it has paused "
                "before, so only more than {late_days} days are rare."
            ),
            silence(case),
        )
    return Text(
        gettext_noop("Orders nearly every day; the last on {last_order_on}."), silence(case)
    )
