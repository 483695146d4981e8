"""Weeks as people write them, without a day: 2024-W12, 2024年第12週, 2024년 12주차, week 12 2024.

They are ISO weeks: from Monday to Sunday, the first one with most of its days in the year.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_FORMS = (
    re.compile(r"(?P<year>\d{4})\s*[-/.]?\s*(?:w|wk|week)\s*(?P<week>\d{1,2})"),
    re.compile(r"(?:w|wk|week)\s*(?P<week>\d{1,2})\s*[-/. ]\s*(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})\s*年\s*第?\s*(?P<week>\d{1,2})\s*[週周]"),
    re.compile(r"(?P<year>\d{4})\s*년\s*제?\s*(?P<week>\d{1,2})\s*주차?"),
)


def parse_week(text: str) -> dt.date | None:
    """The Monday of a week, or None where it is none."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    for form in _FORMS:
        if match := form.fullmatch(text):
            try:
                return dt.date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
            except ValueError:
                return None
    return None
