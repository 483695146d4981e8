"""Days on which nobody works, country by country, in one notation.

    parse("01-01, 2026-06-19, 10-01 to 10-07, lunar_new_year -1 to 3, easter 1")

A day of every year, a day of one year, a span of either, or days counted from a feast that moves; with a +
before it, a day of one year is worked, though it is a weekend or a day off: +2026-02-14. The feasts are those
of `mainstay.core.calendar`, and `qingming`. Qingming is the day on which the sun is at 15°: in 2000 to 2099
day ⌊0.2422 y + 4.81⌋ − ⌊y / 4⌋ of April, y being the year's last two digits (the Chinese calendar's usual
formula; checked against published dates in its test).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from mainstay.core.calendar import FEASTS, feast_days
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

LONGEST_DAYS = 60  # of one span
LEAP = 2000  # a year in which every day of a year can be
QINGMING = "qingming"

# The days that each state has set for all; makes-up and days given instead are written by the company.
BUILT_IN = {
    "TW": "01-01, lunar_new_year -2 to 2, 02-28, 04-04, qingming, 05-01, mid_autumn, 09-28, 10-10,"
    " 10-25, 12-25",
    "CN": "01-01, lunar_new_year -1 to 6, qingming, 05-01 to 05-02, mid_autumn, 10-01 to 10-07",
    "KR": "01-01, lunar_new_year -1 to 1, 2027-02-08, 2028-01-28, 03-01, 05-01, 05-05, 06-06, 08-15,"
    " mid_autumn -1 to 1, 10-03, 10-09, 12-25",
    "HK": "01-01, lunar_new_year 0 to 2, qingming, easter -2 to 1, 05-01, 07-01, mid_autumn 1, 10-01,"
    " 12-25 to 12-26",
}
_NAMES = {
    "TW": ("taiwan", "twn", "台灣", "臺灣", "台湾", "대만"),
    "CN": ("china", "chn", "prc", "中國", "中国", "중국"),
    "KR": ("korea", "south korea", "republic of korea", "kor", "韓國", "韩国", "한국", "대한민국"),
    "HK": ("hong kong", "hongkong", "hkg", "香港", "홍콩"),
}
_CODES = {name: code for code, names in _NAMES.items() for name in names}
_PART = re.compile(
    r"(?:(?P<feast>[a-z_]+)(?:\s+(?P<first>[+-]?\d{1,2})(?:\s+to\s+(?P<last>[+-]?\d{1,2}))?)?"
    r"|(?P<worked>\+\s*)?(?P<from>(?:\d{4}-)?\d{2}-\d{2})(?:\s+to\s+(?P<to>(?:\d{4}-)?\d{2}-\d{2}))?)"
)


@dataclass(frozen=True)
class ClosedDays:
    """Days of every year as (month, day), and days that are their own.

    worked: days on which work is done, whatever else they are
    """

    yearly: frozenset[tuple[int, int]] = frozenset()
    days: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and ((day.month, day.day) in self.yearly or day in self.days)


def code_of(country: str | None) -> str:
    """A country as the table names it: TW for taiwan, 台灣, tw; itself where we know no other name."""
    folded = unicodedata.normalize("NFKC", country or "").strip().casefold()
    return _CODES.get(folded, folded.upper())


@lru_cache(maxsize=300)
def parse(text: str) -> ClosedDays:
    """Raises: InvalidSetting, naming the part that can't be read"""
    yearly: set[tuple[int, int]] = set()
    days: set[date] = set()
    worked: set[date] = set()
    for part in (piece.strip() for piece in re.split(r"[,\n;]", text)):
        if not part:
            continue
        match = _PART.fullmatch(part)
        try:
            if match is None:
                raise ValueError
            if match["feast"]:
                days |= _of_feast(match["feast"], match["first"], match["last"])
            elif match["worked"]:
                worked |= set(_span(match["from"], match["to"] or match["from"]))
            elif len(match["from"]) == 5:
                span = _span(f"{LEAP}-{match['from']}", f"{LEAP}-{match['to'] or match['from']}")
                yearly |= {(day.month, day.day) for day in span}
            else:
                days |= set(_span(match["from"], match["to"] or match["from"]))
        except ValueError:
            raise InvalidSetting(
                gettext_noop(
                    "The holidays can't hold {value}; write 12-25, 2026-06-19, 10-01 to 10-07, a feast like"
                    " lunar_new_year -1 to 3, or +2026-02-14 for a day that is worked, with commas"
                    " between."
                ),
                value=repr(part[:60]),
            ) from None
    return ClosedDays(frozenset(yearly), frozenset(days), frozenset(worked))


def _span(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if not 0 <= (end - start).days < LONGEST_DAYS:
        raise ValueError
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _of_feast(name: str, first: str | None, last: str | None) -> set[date]:
    start = int(first or 0)
    end = int(last) if last is not None else start
    if name not in (*FEASTS, QINGMING) or not 0 <= end - start < LONGEST_DAYS:
        raise ValueError
    moments = _qingming() if name == QINGMING else feast_days(name)
    return {day + timedelta(days=n) for day in moments for n in range(start, end + 1)}


def _qingming() -> tuple[date, ...]:
    return tuple(date(2000 + y, 4, int(0.2422 * y + 4.81) - y // 4) for y in range(100))
