"""Months as people write them, without a day: 2024-01, 202401, 2024年1月, 2024년 1월, 113/01, Jan 2024."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年년]?\s*[Mm]?\s*(\d{1,2})\s*[月월]?")
_MINGUO = re.compile(r"(?:民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*月?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_NAMED = re.compile(r"([A-Za-z]{3,9})[-\s.,']*(\d{4}|\d{2})")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_month(text: str) -> dt.date | None:
    """The first day of a month, or None where it is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _first_day(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.fullmatch(text):
        return _first_day(int(match[2]), int(match[1]))
    if match := _MINGUO.fullmatch(text):
        return _first_day(int(match[1]) + 1911, int(match[2]))
    if match := _NAMED.fullmatch(text):
        name = match[1][:3].lower()
        year = int(match[2]) + (0 if len(match[2]) == 4 else 2000)
        return _first_day(year, _NAMES.index(name) + 1) if name in _NAMES else None
    return None


def _first_day(year: int, month: int) -> dt.date | None:
    return dt.date(year, month, 1) if 1 <= month <= 12 and year >= 1 else None
