"""The rebate that an agreement gives, in a notation that people read and write.

    year: 2% from 100000, 3% from 250000
    quarter product P1: 1.5%
    half-year category Fittings: 1% above 50000; month: 0.5%

A part says over which period sales are summed, of which product or category (of all where none is named),
and the rates. With “from”, who reaches a sum gets that rate on the whole of it; with “above”, on what lies
above it alone, up to the next step.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop

MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
MOST_PERCENT = Decimal(100)
EXAMPLE = "year: 2% from 100000, 3% from 250000"
_PART = re.compile(
    r"(?P<period>month|quarter|half-year|year)"
    r"(?:\s+(?P<of>product|category)\s+(?P<code>[^:]+?))?\s*:\s*(?P<steps>.+)",
    re.IGNORECASE | re.DOTALL,
)
_STEP = re.compile(
    r"(?P<rate>\d+(?:\.\d+)?)\s*%(?:\s+(?P<how>from|above)\s+(?P<sum>\d+(?:[ ']\d{3})*(?:\.\d+)?))?",
    re.IGNORECASE,
)
CENT = Decimal("0.01")


class InvalidRebate(MainstayError):
    """A rebate rule that can't be read."""

    code = "invalid_rebate"


@dataclass(frozen=True)
class Step:
    """So many percent of sales once their sum has reached `at`."""

    rate: Decimal
    at: Decimal


@dataclass(frozen=True)
class Part:
    """One part of a rule.

    period: one of MONTHS
    of: "product", "category" or "" for all; code: which
    marginal: each rate counts for what lies above its step alone
    """

    period: str
    of: str
    code: str
    steps: tuple[Step, ...]
    marginal: bool

    def owed(self, amount: Decimal) -> Decimal:
        """The rebate on the sales of one period, to the cent; never below 0."""
        reached = [step for step in self.steps if amount >= step.at]
        if amount <= 0 or not reached:
            return Decimal(0)
        if not self.marginal:
            return (amount * reached[-1].rate / 100).quantize(CENT)
        ends = [step.at for step in reached[1:]] + [amount]
        parts = zip(reached, ends, strict=True)
        return sum(((end - s.at) * s.rate / 100 for s, end in parts), Decimal(0)).quantize(CENT)


@dataclass(frozen=True)
class Period:
    """The days first..last, both included."""

    first: date
    last: date


def parse(rule: str) -> tuple[Part, ...]:
    """Read a rule.

    Raises: InvalidRebate
    """
    parts = [part.strip() for part in re.split(r"[;\n]", rule) if part.strip()]
    if not parts:
        raise InvalidRebate(
            gettext_noop("The rebate says nothing; write for example: {example}"), example=EXAMPLE
        )
    return tuple(_part(part) for part in parts)


def _part(text: str) -> Part:
    found = _PART.fullmatch(text)
    if found is None:
        raise InvalidRebate(
            gettext_noop(
                "“{part}” is no rebate: begin with month, quarter, half-year or year and a colon, "
                "for example: {example}"
            ),
            part=_short(text),
            example=EXAMPLE,
        )
    steps = [_step(one) for one in found["steps"].split(",")]
    kinds = {how for _, how in steps if how}
    known = [step for step, _ in steps]
    if len(kinds) > 1:
        raise InvalidRebate(
            gettext_noop(
                "“{part}” has both “from” and “above”; write two rebates with a semicolon."
            ),
            part=_short(text),
        )
    if any(b.at <= a.at for a, b in itertools.pairwise(known)):
        raise InvalidRebate(
            gettext_noop("The steps of “{part}” must rise: each from a larger sum than the last."),
            part=_short(text),
        )
    return Part(
        period=found["period"].lower(),
        of=(found["of"] or "").lower(),
        code=(found["code"] or "").strip(),
        steps=tuple(known),
        marginal=kinds == {"above"},
    )


def _step(text: str) -> tuple[Step, str]:
    found = _STEP.fullmatch(text.strip())
    if found is None:
        raise InvalidRebate(
            gettext_noop(
                "“{step}” is no step of a rebate: write a rate and a sum without commas, for example: "
                "{example}"
            ),
            step=_short(text.strip()),
            example="2% from 100000",
        )
    rate = Decimal(found["rate"])
    if not 0 < rate <= MOST_PERCENT:
        raise InvalidRebate(
            gettext_noop("A rebate can't be {rate}; it lies above {least} and is at most {most}."),
            rate=f"{found['rate']}%",
            least="0%",
            most="100%",
        )
    at = Decimal(re.sub(r"[ ']", "", found["sum"] or "0"))
    return Step(rate, at), (found["how"] or "").lower()


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def periods(part: Part, first: date, last: date) -> Iterator[Period]:
    """The calendar periods that overlap with the days first..last, cut to them."""
    months = MONTHS[part.period]
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    while start <= last:
        following = _months_later(start, months)
        yield Period(max(start, first), min(following - timedelta(days=1), last))
        start = following


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
