"""The words of the pages of service."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts.words import SIZES, SIZES_AND_ALL
from mainstay.desk.facts.words import CHOICES

# What is used up of the time that the standard gives: up to each end of the engine's BUCKETS, and beyond.
BUCKETS: tuple[Any, ...] = (
    gettext_lazy("to ¼"),
    gettext_lazy("to ½"),
    gettext_lazy("to ¾"),
    pgettext_lazy("time used", "in time"),
    gettext_lazy("to 1½×"),
    gettext_lazy("to 2×"),
    gettext_lazy("to 3×"),
    gettext_lazy("over 3×"),
)
STATES: dict[str, Any] = {
    "answered": pgettext_lazy("opinion", "answered"),
    "unanswered": pgettext_lazy("opinion", "no answer"),
    "waiting": pgettext_lazy("opinion", "waiting for an answer"),
}
QUESTIONS: dict[str, Any] = {
    "was_solved": pgettext_lazy("opinion", "Solved?"),
    "was_quick": pgettext_lazy("opinion", "Quick enough?"),
    "was_treated_well": pgettext_lazy("opinion", "Treated well?"),
    "would_stay": pgettext_lazy("opinion", "Would stay?"),
}
GROUPS: dict[str, Any] = {
    "size": gettext_lazy("By size of account"),
    "kind": gettext_lazy("By kind of complaint"),
    "severity": gettext_lazy("By severity"),
}
DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "size_class": pgettext_lazy("download", "Size"),
    "standing": pgettext_lazy("download", "Standing"),
    "urgency": pgettext_lazy("download", "Urgency, 0 to 1"),
    "by": pgettext_lazy("download", "By"),
    "quarter": pgettext_lazy("download", "Quarter from"),
    "complaints": pgettext_lazy("download", "Complaints"),
    "in_time": pgettext_lazy("download", "Answered and solved in time"),
    "in_time_before": pgettext_lazy("download", "In time, half a year before"),
    "peers_in_time": pgettext_lazy("download", "In time, median of its size"),
    "answer": pgettext_lazy("download", "Answered in time"),
    "solve": pgettext_lazy("download", "Solved in time"),
    "answer_median": pgettext_lazy("download", "Half are answered after, hours"),
    "solve_median": pgettext_lazy("download", "Half are solved after, hours"),
    "answer_q50": pgettext_lazy("download", "Half are answered after, hours"),
    "answer_q90": pgettext_lazy("download", "Nine in ten are answered after, hours"),
    "solve_q50": pgettext_lazy("download", "Half are solved after, hours"),
    "solve_q90": pgettext_lazy("download", "Nine in ten are solved after, hours"),
    "at_first": pgettext_lazy("download", "Solved with the first answer"),
    "contacts": pgettext_lazy("download", "Contacts"),
    "proactive_share": pgettext_lazy("download", "Of them proactive"),
    "requests": pgettext_lazy("download", "Requests"),
    "request": pgettext_lazy("download", "Requests answered by their day"),
    "asked": pgettext_lazy("download", "Asked for an opinion"),
    "unanswered": pgettext_lazy("download", "Not answered"),
    "open": pgettext_lazy("download", "Open complaints"),
    "overdue": pgettext_lazy("download", "Not solved in time"),
    "staff_id": pgettext_lazy("download", "Code of a person"),
    "waiting_days": pgettext_lazy("download", "Days waited, in all"),
    "oldest_on": pgettext_lazy("download", "The oldest since"),
    "complaint_id": pgettext_lazy("download", "Complaint number"),
    "kind": pgettext_lazy("download", "Kind"),
    "severity": pgettext_lazy("download", "Severity"),
    "opened_at": pgettext_lazy("download", "Opened at"),
    "answered_at": pgettext_lazy("download", "Answered at"),
    "solved_at": pgettext_lazy("download", "Solved at"),
    "answer_hours": pgettext_lazy("download", "Hours until answered"),
    "answer_within": pgettext_lazy("download", "Hours to answer, by the standard"),
    "solve_hours": pgettext_lazy("download", "Hours until solved"),
    "solve_within": pgettext_lazy("download", "Hours to solve, by the standard"),
    "always": pgettext_lazy("download", "Around the clock"),
}


def group(by: str, name: str) -> str:
    """What a row of a group is called."""
    known: dict[str, dict[Any, Any]] = {
        "all": SIZES_AND_ALL,
        "size": dict(SIZES),
        "kind": CHOICES["complaints", "kind"],
        "severity": {str(n): word for n, word in CHOICES["complaints", "severity"].items()},
    }
    return str(known.get(by, {}).get(name, name))


def hours(value: float | None) -> str:
    """A time as the standards count it; what is not known yet is more than was waited so far."""
    return numbers.NOTHING if value is None else pgettext("time", "%(n)s h") % {"n": numbers.plain(value)}  # fmt: skip
