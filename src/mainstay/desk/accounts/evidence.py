"""What the ledger has behind an account's numbers, through the engine's door."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts.models import Account, Assessment
from mainstay.desk.paging import Numbered

log = logging.getLogger(__name__)
LINES_PAGE = 100


@lru_cache(maxsize=1)
def _opened() -> engine.Ledger:
    return engine.open_ledger(settings.HOME)


def ledger() -> engine.Ledger:
    """This process' ledger, with what was imported or undone since it was last asked."""
    return _opened().refresh()


def joined_codes(account_id: str) -> list[str]:
    """The codes that are joined into an account; none where it is joined into another itself."""
    try:
        joins = ledger().joins
    except MainstayError as error:
        log.warning("no joined codes of an account: %s", error)
        return []
    if joins.main_of(account_id) != account_id:
        return []
    return sorted(joins.codes_of([account_id]) - {account_id})


def judged(account: Account) -> engine.Judged:
    """An account as the engine is asked about it."""
    return engine.Judged(account.assessment_id, account.account_id, account.region, account.segment)


@dataclass(frozen=True)
class Story:
    """The story of one account, or in one sentence why there is none."""

    story: engine.AccountStory | None
    trouble: Any = None


def story(assessment_id: str, account_id: str) -> Story:
    try:
        return Story(engine.account_story(ledger(), assessment_id, account_id))
    except MainstayError as error:
        # The page still says what the assessment knows; the orders behind it can't be drawn.
        log.warning("no story of an account: %s", error)
        return Story(None, error.text)


@dataclass(frozen=True)
class Asked:
    """Order lines of days first..last (both included), of one category or product; None = all."""

    first: date | None = None
    last: date | None = None
    category: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class LinesPage(Numbered):
    """One page of order lines, the newest first, with the totals of all pages.

    amounts: (currency, sum) of all lines that count as money, one a currency; fees: of those that
        do not count; margins: empty unless amounts are margins. An empty currency is that of the
        assessment.
    """

    rows: list[dict[str, Any]]
    columns: tuple[str, ...]
    total: int
    amounts: list[tuple[str, Decimal]]
    fees: list[tuple[str, Decimal]]
    margins: list[tuple[str, Decimal]]
    number: int
    pages: int


def lines(account_id: str, asked: Asked, assessment: Assessment | None) -> pa.Table:
    """All order lines behind a number, the newest first; with margins where amounts are margins."""
    margins = assessment if assessment and assessment.meta.get("amount") == "margin" else None
    found = engine.account_lines(
        ledger(),
        [account_id],
        asked.first,
        asked.last,
        asked.category,
        margin_at=margins.as_of if margins else None,
    )
    return found.filter(pc.equal(found["product_id"], asked.product)) if asked.product else found


def currencies(account_id: str) -> list[str]:
    """In which currencies an account's lines are, where they say so."""
    table = engine.account_lines(ledger(), [account_id])
    return [code for code in pc.unique(table["currency"].cast(pa.string())).to_pylist() if code]


SHOWN = (
    "ordered_on",
    "order_id",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit",
    "amount",
    "currency",
    "cost",
    "margin",
    "kind",
    "source",
    "row",
)
ALWAYS = ("ordered_on", "amount", "kind")


def page_of(table: pa.Table, number: int) -> LinesPage:
    """One page of lines, with only the columns that say something."""
    is_fee = pc.fill_null(pc.equal(table["kind"], "fee"), False)
    pages = max(1, -(-table.num_rows // LINES_PAGE))
    number = min(max(1, number), pages)
    columns = tuple(
        name
        for name in SHOWN
        if name in table.column_names
        and (name in ALWAYS or table[name].null_count < table.num_rows)
    )
    part = table.slice((number - 1) * LINES_PAGE, LINES_PAGE).select(columns)
    return LinesPage(
        rows=part.to_pylist(),
        columns=columns,
        total=table.num_rows,
        amounts=engine.sums_by_currency(table.filter(pc.invert(is_fee))) or [("", Decimal(0))],
        fees=engine.sums_by_currency(table.filter(is_fee)),
        margins=engine.sums_by_currency(table.filter(pc.invert(is_fee)), "margin")
        if "margin" in table.column_names
        else [],
        number=number,
        pages=pages,
    )
