"""The calendar: feasts that move from year to year, and the weeks in which the company is closed.

    feast_days("lunar_new_year")                    its dates, 1990 to 2100
    Calendar.of("auto", "2026-08-03, 2026-12-21 to 2027-01-03")

Lunar New Year (Spring Festival, Seollal, Tet) and the Mid-Autumn Festival (Chuseok) are kept as a
table, since their rule needs the moon's and the sun's places to the minute. Dates are those of
Beijing; in Korea Lunar New Year is a day later in 1997, 2027 and 2028, which a measure in weeks does
not feel. Easter is that of the Gregorian calendar.

Source: GB/T 33661-2017 (the rule of the Chinese calendar); the table was made with the packages
`holidays` 0.109 and `lunardate` 0.3 and agrees with both, and with `korean_lunar_calendar` 0.4 but for
the days named above; its test computes the new moons themselves. Easter: Butcher's algorithm (1876).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

FEASTS = ("lunar_new_year", "mid_autumn", "easter")
FIRST_YEAR, LAST_YEAR = 1990, 2100
AUTO, NONE = "auto", "none"
LONGEST_CLOSED_DAYS = 182

# Month and day, a year each from FIRST_YEAR on.
_LUNAR_NEW_YEAR = """
0127 0215 0204 0123 0210 0131 0219 0207 0128 0216 0205 0124 0212 0201 0122 0209 0129 0218 0207 0126
0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213
0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 0212 0201 0122 0210 0130 0217 0206 0126 0214 0202
0123 0211 0201 0219 0208 0128 0215 0204 0124 0212 0202 0121 0209 0129 0217 0205 0126 0214 0203 0123
0211 0131 0219 0207 0127 0215 0205 0124 0212 0202 0122 0209 0129 0217 0206 0126 0214 0203 0124 0210
0130 0218 0207 0127 0215 0205 0125 0212 0201 0121 0209
"""
_MID_AUTUMN = """
1003 0922 0911 0930 0920 0909 0927 0916 1005 0924 0912 1001 0921 0911 0928 0918 1006 0925 0914 1003
0922 0912 0930 0919 0908 0927 0915 1004 0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922
0912 1001 0919 0908 0927 0916 1004 0924 0913 1002 0920 0910 0928 0917 1005 0925 0915 1004 0922 0911
0930 0919 0907 0926 0916 1005 0924 0913 1002 0921 0909 0928 0917 1006 0925 0915 1003 0923 0911 0929
0919 0908 0926 0916 1005 0924 0912 1001 0920 0910 0928 0917 1006 0926 0914 1003 0922 0911 0929 0918
0908 0927 0916 1005 0924 0913 0930 0920 0909 0929 0918
"""


@dataclass(frozen=True)
class Calendar:
    """Which days are not like the others.

    feasts: names of FEASTS that count; None = those that the company's own past shows
    closed: spans of days in which no order is to be expected, first and last day of each
    """

    feasts: tuple[str, ...] | None = ()
    closed: tuple[tuple[date, date], ...] = ()

    def __bool__(self) -> bool:
        return self.feasts is None or bool(self.feasts or self.closed)

    @classmethod
    def of(cls, feasts: str, closed_weeks: str) -> Calendar:
        """From the settings' texts.

        feasts: "auto", "none", or names of FEASTS with commas between
        closed_weeks: days with commas between, each the first of seven, or two days with "to"
        Raises: InvalidSetting
        """
        return cls(_feasts(feasts), tuple(_span(part) for part in _parts(closed_weeks)))


@cache
def feast_days(name: str) -> tuple[date, ...]:
    """The day of a feast in each year from FIRST_YEAR to LAST_YEAR; name: one of FEASTS."""
    if name == "easter":
        return tuple(_easter(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))
    table = {"lunar_new_year": _LUNAR_NEW_YEAR, "mid_autumn": _MID_AUTUMN}[name]
    return tuple(
        date(year, int(day[:2]), int(day[2:]))
        for year, day in enumerate(table.split(), start=FIRST_YEAR)
    )


def _easter(year: int) -> date:
    """Butcher's algorithm; its letters are those of the source."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _feasts(text: str) -> tuple[str, ...] | None:
    names = _parts(text)
    if names == [AUTO]:
        return None
    if names in ([], [NONE]):
        return ()
    unknown = [name for name in names if name not in FEASTS]
    if unknown:
        raise InvalidSetting(
            gettext_noop(
                "The setting feasts can't be {value}; it may be auto, none, or some of {names} with"
                " commas between."
            ),
            value=repr(text),
            names=", ".join(FEASTS),
        )
    return tuple(dict.fromkeys(names))


def _span(part: str) -> tuple[date, date]:
    """Seven days from a day on, or from a first to a last day."""
    ends = re.split(r"\s+to\s+", part)
    try:
        first = date.fromisoformat(ends[0])
        last = date.fromisoformat(ends[1]) if len(ends) == 2 else first + timedelta(days=6)
    except ValueError:
        first, last = date.max, date.min
    if len(ends) > 2 or not 0 <= (last - first).days < LONGEST_CLOSED_DAYS:
        raise InvalidSetting(
            gettext_noop(
                "The setting closed_weeks can't hold {value}; write the first day of each closed week,"
                " or two days like 2026-12-21 to 2027-01-03, with commas between."
            ),
            value=repr(part),
        )
    return first, last
