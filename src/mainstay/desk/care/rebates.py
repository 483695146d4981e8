"""What is owed by the rebates that were agreed, from the order lines; proposed as promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import MainstayError
from mainstay.core.rebate_rule import Part, Period, parse, periods
from mainstay.core.texts import Text
from mainstay.desk.care.models import Agreement

BACK = timedelta(days=2 * 366)  # ended periods that are proposed
DECADES = timedelta(days=18 * 366)  # that a promise is not older than
TO_PAY = timedelta(days=30)  # after a period has ended
COUNTED = ("sale", "return", "credit")


@dataclass(frozen=True)
class Owed:
    """The rebate of one period.

    sales: net of returns and credit notes, fees left out
    ended: whether the period is over; before, it is what is owed so far
    other: currencies that the account's lines have beside the agreement's, and that are left out
    """

    account_id: str
    agreement: Agreement
    number: int
    part: Part
    period: Period
    sales: Decimal
    amount: Decimal
    currency: str
    ended: bool
    other: tuple[str, ...] = ()

    @property
    def promise_id(self) -> str:
        """Always the same for the same period, so that it is promised once."""
        name = f"{self.account_id}/{self.agreement.agreement_id}"
        return f"{name}/{self.number}/{self.period.last:%Y%m%d}"

    @property
    def promised_on(self) -> date:
        """With the agreement; one that stands for decades promises anew with each period."""
        agreed = self.agreement.from_on
        return agreed if self.period.first - agreed < DECADES else self.period.first

    @property
    def due_on(self) -> date:
        return self.period.last + TO_PAY


@dataclass(frozen=True)
class Unreadable:
    """A rule, from a file, that is not in the notation."""

    agreement: Agreement
    why: Text


@dataclass(frozen=True)
class Sold:
    """What an account bought.

    lines: all its order lines
    currency: of lines and agreements that name none
    """

    account_id: str
    lines: pa.Table
    currency: str


def owed(
    agreements: Sequence[Agreement], sold: Sold, today: date
) -> tuple[list[Owed], list[Unreadable]]:
    """What the rebates of an account's agreements come to, the newest period first."""
    found: list[Owed] = []
    wrong: list[Unreadable] = []
    for agreement in agreements:
        if not agreement.rebate_rule:
            continue
        try:
            parts = parse(agreement.rebate_rule)
        except MainstayError as error:
            wrong.append(Unreadable(agreement, error.text))
            continue
        for number, part in enumerate(parts, 1):
            found += _of_part(agreement, (number, part), sold, today)
    return sorted(found, key=lambda o: (o.period.last, o.promise_id), reverse=True), wrong


def proposed_since(agreements: Sequence[Agreement], today: date) -> date | None:
    """The day before which periods have to have ended not to be proposed; None where there is none such."""
    ruled = (one for one in agreements if one.rebate_rule)
    return today - BACK if any(one.from_on < today - BACK for one in ruled) else None


def _of_part(
    agreement: Agreement, numbered: tuple[int, Part], sold: Sold, today: date
) -> list[Owed]:
    number, part = numbered
    own = agreement.currency or sold.currency
    mine, other = _counted(part, sold, own)
    last = min(agreement.to_on or date.max, today)
    found = []
    for period in periods(part, agreement.from_on, last):
        whole = _whole(part, period, agreement)
        ended = whole.last < today
        if ended and whole.last < today - BACK:
            continue
        sales = _sales(mine, whole)
        if ended and not part.owed(sales):
            continue
        found.append(
            Owed(
                account_id=sold.account_id,
                agreement=agreement,
                number=number,
                part=part,
                period=whole,
                sales=sales,
                amount=part.owed(sales),
                currency=own,
                ended=ended,
                other=other,
            )
        )
    return found


def _whole(part: Part, period: Period, agreement: Agreement) -> Period:
    """A period to its own end, which may lie ahead, or to that of the agreement."""
    full = next(iter(periods(part, period.first, date.max - timedelta(days=400))))
    return Period(period.first, min(full.last, agreement.to_on or date.max))


def _counted(part: Part, sold: Sold, own: str) -> tuple[pa.Table, tuple[str, ...]]:
    """The lines that a part is about, and the currencies of those left out."""
    lines = sold.lines
    kind = pc.fill_null(lines["kind"], "sale")
    lines = lines.filter(pc.is_in(kind, pa.array(COUNTED)))
    if part.of:
        column = "product_id" if part.of == "product" else "category"
        lines = lines.filter(pc.fill_null(pc.equal(lines[column], part.code), False))
    currency = pc.fill_null(lines["currency"], sold.currency)
    other = sorted(set(pc.unique(currency).to_pylist()) - {own})
    return lines.filter(pc.equal(currency, own)), tuple(other)


def _sales(lines: pa.Table, period: Period) -> Decimal:
    days = lines["ordered_on"]
    within = pc.and_(
        pc.greater_equal(days, pa.scalar(period.first)), pc.less_equal(days, pa.scalar(period.last))
    )
    total: Any = pc.sum(lines.filter(within)["amount"]).as_py()
    return total or Decimal(0)
