"""The period and the target of a common goal, as people write them.

    period: 2026 · 2026-H1 · 2026-Q3 · 2026-05 · 2026-04..2027-03 (whole months, the last one too)
    target: 120000 · 120 000 · 12萬 · 30% · +10% (more than in the year before) · -20%

Of a share (30%), a change is in points: +5% of a share of 20% is 25%.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop

# What the ledger can say of a goal. FLOWS add up day by day; the others are what they are at a time.
MONEY = frozenset({"sales", "category", "product", "margin"})
COUNTS = frozenset({"complaints", "order_days", "visits"})
SHARES = frozenset({"wallet", "new_products", "otif"})
FLOWS = MONEY | COUNTS
LESS = frozenset({"complaints", "days_to_pay"})  # less is better
OF_CODE = frozenset({"category", "product"})
KEPT_DAYS = 728  # goals that ended earlier are history alone
# Less than nothing can't be sold, nor is more than ten times more a goal.
LEAST_CHANGE, MOST_CHANGE = -1.0, 10.0

_PERIOD = re.compile(r"(\d{4})(?:\s*[-/. ]?\s*(?:([HhQq])\s*([1-4])|[-/.]\s*(\d{1,2})))?\s*년?年?")
_RANGE = re.compile(r"(.+?)\s*(?:\.\.|~|–|—|至|부터)\s*(.+?)(?:까지)?")
_TARGET = re.compile(
    r"([+\-−]?)\s*(\d{1,3}(?:[ ',]\d{3})+|\d+)(\.\d+)?\s*(%|k|m|萬|万|만|億|亿|억)?", re.IGNORECASE
)
_TIMES = {"k": 1e3, "m": 1e6, "萬": 1e4, "万": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8}


class InvalidGoal(MainstayError):
    """A period or a target that can't be read."""

    code = "invalid_goal"


@dataclass(frozen=True)
class Target:
    """What is to be reached.

    value: in the measure's own unit; of a change, a part of 1 (of a share: points, as a part of 1)
    change: against the same days of the year before
    """

    value: float
    change: bool = False


def period(text: str) -> tuple[date, date]:
    """First and last day.

    Raises: InvalidGoal
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _RANGE.fullmatch(plain):
        (first, _), (_, last) = (_one(part, text) for part in found.groups())
        if first <= last:
            return first, last
        raise _no_period(text)
    return _one(plain, text)


def _one(part: str, text: str) -> tuple[date, date]:
    found = _PERIOD.fullmatch(part.strip())
    if found is None:
        raise _no_period(text)
    year, kind, number = int(found[1]), (found[2] or "").upper(), int(found[3] or found[4] or 1)
    months = {"H": 6, "Q": 3}.get(kind, 1 if found[4] else 12)
    if not 1 <= number <= 12 // months or not 1970 <= year <= 2200:
        raise _no_period(text)
    begin = months * (number - 1)
    after = year * 12 + begin + months
    return date(year, begin + 1, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def _no_period(text: str) -> InvalidGoal:
    return InvalidGoal(
        gettext_noop(
            "The period “{text}” can't be read: write 2026, 2026-H1, 2026-Q3, 2026-05 or 2026-04..2027-03."
        ),
        text=text[:60],
    )


def target(text: str | None, measure: str) -> Target:
    """What a target says of a measure.

    Raises: InvalidGoal
    """
    found = _TARGET.fullmatch(unicodedata.normalize("NFKC", text or "").strip())
    if found is None:
        raise _no_target(text)
    sign, whole, part, unit = found.groups()
    value = float(re.sub(r"[ ',]", "", whole) + (part or ""))
    value *= _TIMES.get((unit or "").lower(), 0.01 if unit == "%" else 1.0)
    if sign:
        if unit != "%":
            raise _no_target(text)
        return Target(_change(value if sign == "+" else -value, measure, text), change=True)
    if measure in SHARES:
        if value > 1:
            raise _no_share(text)
    elif unit == "%":
        raise _no_target(text)
    return Target(value)


def _change(value: float, measure: str, text: str | None) -> float:
    most = 1.0 if measure in SHARES else MOST_CHANGE
    if LEAST_CHANGE < value <= most:
        return value
    raise InvalidGoal(
        gettext_noop("The target “{text}” can't be: a change lies between -99% and {most}."),
        text=(text or "")[:60],
        most=f"+{most:.0%}",
    )


def _no_share(text: str | None) -> InvalidGoal:
    return InvalidGoal(
        gettext_noop("The target “{text}” is no share: write up to 100%, with the sign, like 95%."),
        text=(text or "")[:60],
    )


def _no_target(text: str | None) -> InvalidGoal:
    return InvalidGoal(
        gettext_noop(
            "The target “{text}” can't be read: write a figure like 120000, a change like +10%, or of a "
            "share 30%."
        ),
        text=(text or "")[:60],
    )
