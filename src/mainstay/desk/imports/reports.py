"""A report's numbers as the page shows them: what was read = taken + copies + set aside, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.charts import small
from mainstay.desk.imports import words


@dataclass(frozen=True)
class Line:
    """One line of the account of rows; `money` a text for each of the report's currencies."""

    words: str
    rows: int
    money: list[str]
    kind: str = ""


@dataclass(frozen=True)
class MonthLine:
    words: str
    rows: int
    money: list[str]
    bar: Any


@dataclass(frozen=True)
class Shown:
    """A report, ready for the page.

    currencies: their codes; one empty code where no row names one; none where the table has no amounts
    unused: a file or sheet, and its headings that nothing was read from
    balance: read, taken, copies and each reason: they add up, in rows and in each currency
    """

    given: Mapping[str, Any]
    currencies: list[str]
    balance: list[Line]
    kinds: list[Line]
    months: list[MonthLine]
    warnings: list[str]
    set_aside: int
    fees: list[str] = field(default_factory=list)
    unused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def table(self) -> str:
        return words.table(self.given["table"])

    @property
    def has_money(self) -> bool:
        return bool(self.currencies)

    @property
    def main_money(self) -> str:
        """What was taken, for a headline; empty where the rows hold no money, as those of products."""
        taken = self.given["money"]["taken"]
        held = any(Decimal(amount) for amount in taken.values())
        return ", ".join(_money(taken, c) for c in self.currencies) if held else ""


def shown(report: Mapping[str, Any]) -> Shown:
    money = report["money"]
    currencies = sorted({*money["read"], *money["taken"], *money["copies"]})
    if not any(column.name == "amount" for column in engine.columns_of(report["table"])):
        currencies = []  # what is added up is nothing
    aside = sorted(report["rows_set_aside"].items(), key=lambda item: -item[1])

    def line(text: str, rows: int, amounts: Mapping[str, str], kind: str) -> Line:
        return Line(text, rows, [_money(amounts, c) for c in currencies], kind)

    balance = [
        line(pgettext("rows of a file", "Taken"), report["rows_taken"], money["taken"], "taken"),
        line(
            pgettext("rows of a file", "Copies: there already"),
            report["rows_copies"],
            money["copies"],
            "copies",
        ),
        *(
            line(words.reason(code), rows, money["set_aside"].get(code, {}), "aside")
            for code, rows in aside
        ),
    ]
    balance = [one for one in balance if one.rows or one.kind == "taken"]
    balance.append(
        line(pgettext("rows of a file", "Read"), report["rows_read"], money["read"], "read")
    )
    kinds = [
        line(
            str(words.KINDS.get(kind, kind)),
            report["by_kind"][kind],
            report["money_by_kind"].get(kind, {}),
            kind,
        )
        for kind in words.KINDS
        if kind in report["by_kind"]
    ]
    return Shown(
        report,
        currencies,
        balance,
        kinds,
        _months(report, currencies),
        [account_words.sentence(text) for text in report["warnings"]],
        sum(report["rows_set_aside"].values()),
        list(report["fee_codes"]),
        [
            (source["source"], ", ".join(source["unused"]))
            for source in report["sources"]
            if source.get("unused")
        ],
    )


def _months(report: Mapping[str, Any], currencies: list[str]) -> list[MonthLine]:
    found: dict[str, dict[str, Any]] = {}
    for one in report["by_month"]:
        month = found.setdefault(one["month"], {"rows": 0, "money": {}})
        month["rows"] += one["rows"]
        month["money"][one["currency"]] = one["money"]
    most = max((month["rows"] for month in found.values()), default=1)
    return [
        MonthLine(
            account_words.month(date.fromisoformat(f"{name}-01")) if name else numbers.NOTHING,
            month["rows"],
            [_money(month["money"], c) for c in currencies],
            small.share_bar(month["rows"], str(month["rows"]), most=most),
        )
        for name, month in sorted(found.items())
    ]


def _money(amounts: Mapping[str, str], currency: str) -> str:
    if currency not in amounts:
        return numbers.NOTHING
    return numbers.exact_money(Decimal(amounts[currency]), currency)
