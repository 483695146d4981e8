"""The pictures of service: in time by quarter, and what part of their time complaints took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked
from mainstay.desk.charts.courses import CLASSES, Courses, courses
from mainstay.desk.service import queries, words

Rows = Mapping[int, Mapping[str, Any]]
LEAST = 5  # complaints that a distribution is of


def of_account(found: queries.OfAccount, as_of: date) -> Chart | None:
    """One account beside all of its size; None where no quarter says anything."""
    lines = [(_("This account"), found.quarters), (_("Accounts of its size"), found.peers)]
    return _courses(lines, found.quarters, as_of)


def of_all(found: queries.Portfolio, as_of: date) -> Chart | None:
    return _courses([(_("Answered and solved in time"), found.quarters)], found.quarters, as_of)


def _courses(lines: Iterable[tuple[str, Rows]], counted: Rows, as_of: date) -> Chart | None:
    spans = queries.quarters(as_of)
    shown = [
        (name, cls, tuple(_share(rows.get(q)) for q, _name in spans))
        for (name, rows), cls in zip(lines, CLASSES, strict=False)
    ]
    if not any(value is not None for value in shown[0][2]):
        return None
    return courses(
        Courses(
            _("Complaints answered and solved in time, by quarter"),
            _(
                "Each dot is 13 weeks: the share of the complaints opened in them that kept the standard."
            ),
            pgettext("column", "Quarter up to"),
            tuple(name for _q, name in spans),
            tuple(shown),
            tuple((counted.get(q) or {}).get("complaints") or 0 for q, _name in spans),
            pgettext("column", "Complaints"),
            numbers.share,
        )
    )


def _share(row: Mapping[str, Any] | None) -> float | None:
    return row["in_time_done"] / row["in_time_n"] if row and row["in_time_n"] else None


def spread(found: queries.Portfolio, what: str) -> Chart | None:
    """How many complaints took which part of the time that they had; what: answer or solve"""
    rows = {row["bucket"]: row for row in found.spread if row["what"] == what}
    if sum(row["done"] + row["open"] for row in rows.values()) < LEAST:
        return None
    n = len(words.BUCKETS)
    done = tuple(float((rows.get(b) or {}).get("done") or 0) for b in range(n))
    waiting = tuple(float((rows.get(b) or {}).get("open") or 0) for b in range(n))
    answers = what == "answer"
    parts = (
        (pgettext("complaints", "Answered") if answers else pgettext("complaints", "Solved"), "s1"),
        (pgettext("complaints", "Still waiting"), "s2"),
    )
    return stacked(
        Columns(
            _("Time to the first answer") if answers else _("Time to the solution"),
            _(
                "Each column is a part of the time that the standard gives: how many complaints took so much of it."
            ),
            tuple(str(name) for name in words.BUCKETS),
            parts,
            (done, waiting),
            (("",) * n, ("",) * n),
            _("Of the time that the standard gives"),
            numbers.plain,
        )
    )
