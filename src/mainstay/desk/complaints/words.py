"""Words for clocks: steps, how they stand, and time as people say it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

STEPS: dict[str, Any] = {
    "answer": pgettext_lazy("clock", "Answer"),
    "on_site": pgettext_lazy("clock", "On site"),
    "solve": pgettext_lazy("clock", "Solution"),
    "customer": pgettext_lazy("clock", "The customer's word"),
}
STATES: dict[str, Any] = {
    "running": pgettext_lazy("clock", "running"),
    "met": pgettext_lazy("clock", "in time"),
    "missed": pgettext_lazy("clock", "late"),
}
LEVELS: dict[str, Any] = {
    "owner": gettext_lazy("with whoever works on it"),
    "superior": gettext_lazy("with the one they report to"),
    "director": gettext_lazy("with the director"),
}
DONE: dict[str, Any] = {
    "answer": gettext_lazy("Answered now"),
    "on_site": gettext_lazy("On site now"),
    "solve": gettext_lazy("Solved now"),
    "accept": gettext_lazy("Yes, accepted"),
    "refuse": gettext_lazy("No, it goes on"),
    "reopen": gettext_lazy("Reopen"),
    "hand": gettext_lazy("Hand over"),
}
SAID: dict[str, Any] = {
    "answer": gettext_lazy("Written down: answered."),
    "on_site": gettext_lazy("Written down: on site."),
    "solve": gettext_lazy("Written down: solved. Now ask the customer."),
    "accept": gettext_lazy("Written down: the customer accepts it. This complaint is at its end."),
    "refuse": gettext_lazy("Written down: the customer does not accept it. The clock runs on."),
    "reopen": gettext_lazy("Opened again. The clock runs since it was first opened."),
    "hand": gettext_lazy("Handed over."),
}
TABS: dict[str, Any] = {
    "open": pgettext_lazy("complaints", "All open"),
    "mine": pgettext_lazy("complaints", "Mine"),
    "overdue": pgettext_lazy("complaints", "Overdue"),
    "escalated": pgettext_lazy("complaints", "Escalated to you"),
    "waiting": pgettext_lazy("complaints", "Waiting for the customer's word"),
}
WEEKDAYS: tuple[Any, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
PAUSE = pgettext_lazy("working hours", "Break, every day")
DAYS_FROM = timedelta(hours=48)  # told in days and hours from here on


def lasting(time: timedelta) -> str:
    """How long, by its two largest units: 3 days 4 h, 5 h 20 min, 12 min."""
    minutes = int(time.total_seconds() // 60)
    hours, minutes_left = divmod(minutes, 60)
    if time >= DAYS_FROM:
        days, hours_left = divmod(hours, 24)
        said = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        return f"{said} {_hours(hours_left)}" if hours_left and days < 10 else said
    if hours:
        return f"{_hours(hours)} {_minutes(minutes_left)}" if minutes_left else _hours(hours)
    return _minutes(minutes)


def _hours(n: int) -> str:
    return pgettext("time", "%(n)s h") % {"n": n}


def _minutes(n: int) -> str:
    return pgettext("time", "%(n)s min") % {"n": n}


def left(time: timedelta, *, always: bool) -> str:
    """How much time is left, and of which kind."""
    if always:
        return _("%(time)s left") % {"time": lasting(time)}
    return _("%(time)s of working time left") % {"time": _in_hours(time)}


def _in_hours(time: timedelta) -> str:
    """Working time has no days of 24 hours."""
    hours, minutes = divmod(int(time.total_seconds() // 60), 60)
    if hours >= 10 or (hours and not minutes):
        return _hours(hours)
    return f"{_hours(hours)} {_minutes(minutes)}" if hours else _minutes(minutes)


def late(time: timedelta) -> str:
    return _("late by %(time)s") % {"time": lasting(time)}
