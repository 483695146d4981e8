"""What is said of accounts' rhythm and of their silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mainstay.core.texts import gettext_noop
from mainstay.defection.cases import Cases, Flags
from mainstay.defection.said import Said

# A silence of so many times the usual gap is said even where it is not rare enough to be late.
LONG_TIMES = 2.0


def silence(cases: Cases) -> dict[str, Any]:
    return {
        "silent_days": cases["days_silent"],
        "rhythm_days": cases.whole("rhythm_days"),
        "late_days": cases.whole_below("late_after_days"),
        "last_order_on": cases["last_order_on"],
    }


def lost(cases: Cases) -> Iterator[Said]:
    them, data = cases.state("lost"), silence(cases)
    unknown, daily = np.isnan(cases["rhythm_days"]), cases.is_daily
    yield cases.said(
        them & unknown,
        gettext_noop("No order for {silent_days} days, the last on {last_order_on}."),
        **data,
    )
    yield cases.said(
        them & daily,
        gettext_noop("No order for {silent_days} days; it used to order nearly every day."),
        **data,
    )
    yield cases.said(
        them & ~unknown & ~daily,
        gettext_noop("No order for {silent_days} days; it used to order every {rhythm_days} days."),
        **data,
    )


def late(cases: Cases) -> Iterator[Said]:
    them, data = cases.state("late"), silence(cases)
    yield cases.said(
        them & cases.is_daily,
        gettext_noop("Silent for {silent_days} days; it orders nearly every day."),
        **data,
    )
    yield cases.said(
        them & ~cases.is_daily,
        gettext_noop(
            "Silent for {silent_days} days; it orders every {rhythm_days} days, and more than "
            "{late_days} days are rare."
        ),
        **data,
    )


def won_back(cases: Cases) -> Iterator[Said]:
    yield cases.said(
        cases.state("won_back") & ~cases.waits_for_delivery,
        gettext_noop("Ordered again on {last_order_on} after a silence that counted as lost."),
        **silence(cases),
    )


def steady(cases: Cases) -> Iterator[Said]:
    them = cases.state("steady") & ~cases.waits_for_delivery
    data = silence(cases)
    again = them & cases["silent_last_year"] & cases.is_silent
    usual = np.where(cases.is_daily, 1.0, cases["rhythm_days"])
    paused = them & ~again & (cases["days_silent"] > LONG_TIMES * usual)
    in_rhythm = them & ~again & ~paused
    yield from _steady_daily(cases, again, paused, in_rhythm)
    yield cases.said(
        again & ~cases.is_daily,
        gettext_noop(
            "Silent for {silent_days} days, as in the same weeks of last year; otherwise it "
            "orders every {rhythm_days} days."
        ),
        **data,
    )
    yield cases.said(
        paused & ~cases.is_daily,
        gettext_noop(
            "Silent for {silent_days} days, {rhythm_days} days are usual; it has paused before, so "
            "only more than {late_days} days are rare."
        ),
        **data,
    )
    yield cases.said(
        in_rhythm & ~cases.is_daily,
        gettext_noop("Orders in its rhythm of {rhythm_days} days; the last on {last_order_on}."),
        **data,
    )


def _steady_daily(cases: Cases, again: Flags, paused: Flags, in_rhythm: Flags) -> Iterator[Said]:
    daily, data = cases.is_daily, silence(cases)
    yield cases.said(
        again & daily,
        gettext_noop(
            "Silent for {silent_days} days, as in the same weeks of last year; otherwise it "
            "orders nearly every day."
        ),
        **data,
    )
    yield cases.said(
        paused & daily,
        gettext_noop(
            "Silent for {silent_days} days, though it orders nearly every day; it has paused "
            "before, so only more than {late_days} days are rare."
        ),
        **data,
    )
    yield cases.said(
        in_rhythm & daily,
        gettext_noop("Orders nearly every day; the last on {last_order_on}."),
        **data,
    )
