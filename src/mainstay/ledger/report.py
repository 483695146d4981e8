"""What an import came to: rows and money, read = taken + copies + set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.checks import REASONS, REASONS_OF_FACTS
from mainstay.ledger.schema import TABLES

_COUNTS = gettext_noop(
    "Rows read: {read}; taken: {taken} ({total}); there already: {copies}; set aside: {aside}."
)
_COUNTS_OF_FACTS = gettext_noop(
    "Rows read: {read}; taken: {taken}; there already: {copies}; set aside: {aside}."
)
_AGAIN = gettext_noop("The same file was loaded before, by import {import_id}; nothing was added.")
_COPIES = gettext_noop("Copies of other rows: {rows} ({total}).")
_COPIES_OF_FACTS = gettext_noop("Copies of other rows: {rows}.")
_REPLACED = gettext_noop("Orders corrected: {orders}; earlier rows replaced: {rows}.")
_ORDERS_GONE = gettext_noop("Orders that are no more: {orders}; their rows taken out: {rows}.")
_ROWS_GONE = gettext_noop("Rows that are no more, taken out: {rows}.")
_ACCOUNTS = gettext_noop("Accounts: {new} new, {known} known.")
_NAMED = gettext_noop("Accounts named: {known} with order lines, {new} without.")
_UNUSED = gettext_noop("Columns of “{file}” that were not used: {headings}.")
_UNDO = gettext_noop("To undo it: mainstay undo {import_id}")
_KINDS = {
    "return": gettext_noop("Taken as returns: {rows} ({total})."),
    "credit": gettext_noop("Taken as credit notes: {rows} ({total})."),
    "fee": gettext_noop(
        "Taken as fees, which count in no total of sales: {rows} ({total}; {codes})."
    ),
}

Money = Mapping[str, Decimal]  # by currency; "" where none is named


@dataclass(frozen=True)
class Month:
    """What was taken of one month in one currency."""

    month: str  # 2010-12; "" where there is no date
    currency: str
    rows: int
    money: Decimal


@dataclass(frozen=True)
class SourceCount:
    """What came of one file or sheet.

    unused: its headings that no column was read from
    """

    source: str
    rows_read: int
    rows_taken: int
    rows_copies: int
    rows_set_aside: int
    unused: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SourceCount:
        return cls(**{**value, "unused": tuple(value.get("unused", ()))})


@dataclass(frozen=True)
class Report:
    """One import, as it reconciles with the books.

    rows_read = rows_taken + rows_copies + sum of rows_set_aside; the same for each money, currency
    by currency
    by_kind: rows taken as sale, return, credit and fee
    orders_replaced: orders of which the store had other lines; rows_replaced: those lines
    orders_gone, rows_gone: what another system has no more, and was taken out
    already_loaded: the import that holds the same file; then nothing was done
    import_id: "" where nothing was stored, since all was there
    warnings: what a user should look at
    """

    import_id: str
    table: str
    sources: tuple[SourceCount, ...]
    rows_read: int
    rows_taken: int
    rows_copies: int
    rows_set_aside: Mapping[str, int]
    money_read: Money
    money_taken: Money
    money_copies: Money
    money_set_aside: Mapping[str, Money]
    by_month: tuple[Month, ...] = ()
    by_kind: Mapping[str, int] = field(default_factory=dict)
    money_by_kind: Mapping[str, Money] = field(default_factory=dict)
    orders_replaced: int = 0
    rows_replaced: int = 0
    orders_gone: int = 0
    rows_gone: int = 0
    accounts_new: int = 0
    accounts_known: int = 0
    fee_codes: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()
    already_loaded: str | None = None
    recorded_at: dt.datetime | None = None

    @property
    def has_money(self) -> bool:
        """Whether the table's rows have an amount that can be added up."""
        return any(column.name == "amount" for column in TABLES[self.table].columns)

    def lines(self) -> list[Text]:
        """The report as sentences: what was read, what became of it, what to look at."""
        if self.already_loaded:
            said = {"import_id": self.already_loaded}
            return [Text(_AGAIN, said), self._counts()]
        found = [self._counts()]
        reasons = REASONS if self.has_money else REASONS_OF_FACTS
        for reason, rows in self.rows_set_aside.items():
            total = shown_money(self.money_set_aside.get(reason, {}))
            found.append(Text(reasons[reason], {"rows": rows, "total": total}))
        if self.rows_copies:
            total = shown_money(self.money_copies)
            copies = _COPIES if self.has_money else _COPIES_OF_FACTS
            found.append(Text(copies, {"rows": self.rows_copies, "total": total}))
        if self.orders_replaced:
            said_of = {"orders": self.orders_replaced, "rows": self.rows_replaced}
            found.append(Text(_REPLACED, said_of))
        if self.rows_gone:
            gone = _ORDERS_GONE if self.orders_gone else _ROWS_GONE
            found.append(Text(gone, {"orders": self.orders_gone, "rows": self.rows_gone}))
        for kind, template in _KINDS.items():
            if rows := self.by_kind.get(kind, 0):
                total = shown_money(self.money_by_kind.get(kind, {}))
                codes = ", ".join(self.fee_codes)
                found.append(Text(template, {"rows": rows, "total": total, "codes": codes}))
        if self.accounts_new or self.accounts_known:
            said_of = {"new": self.accounts_new, "known": self.accounts_known}
            # Only order lines make an account; other tables name accounts, perhaps wrong ones.
            found.append(Text(_ACCOUNTS if self.table == "order_lines" else _NAMED, said_of))
        for source in self.sources:
            if source.unused:
                headings = ", ".join(source.unused)
                found.append(Text(_UNUSED, {"file": source.source, "headings": headings}))
        if self.import_id and (self.rows_taken or self.rows_gone):
            found.append(Text(_UNDO, {"import_id": self.import_id}))
        return found + list(self.warnings)

    def _counts(self) -> Text:
        return Text(
            _COUNTS if self.has_money else _COUNTS_OF_FACTS,
            {
                "read": self.rows_read,
                "taken": self.rows_taken,
                "total": shown_money(self.money_taken),
                "copies": self.rows_copies,
                "aside": sum(self.rows_set_aside.values()),
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values; money as texts of decimals, by currency."""
        plain: dict[str, Any] = {
            "import_id": self.import_id,
            "table": self.table,
            "already_loaded": self.already_loaded,
            "recorded_at": self.recorded_at.isoformat() if self.recorded_at else None,
            "rows_read": self.rows_read,
            "rows_taken": self.rows_taken,
            "rows_copies": self.rows_copies,
            "rows_set_aside": dict(self.rows_set_aside),
            "money": {
                "read": _texts(self.money_read),
                "taken": _texts(self.money_taken),
                "copies": _texts(self.money_copies),
                "set_aside": {k: _texts(v) for k, v in self.money_set_aside.items()},
            },
            "orders_replaced": self.orders_replaced,
            "rows_replaced": self.rows_replaced,
            "orders_gone": self.orders_gone,
            "rows_gone": self.rows_gone,
            "accounts_new": self.accounts_new,
            "accounts_known": self.accounts_known,
            "by_month": [{**asdict(m), "money": str(m.money)} for m in self.by_month],
            "by_kind": dict(self.by_kind),
            "money_by_kind": {k: _texts(v) for k, v in self.money_by_kind.items()},
            "fee_codes": list(self.fee_codes),
            "sources": [{**asdict(s), "unused": list(s.unused)} for s in self.sources],
            "warnings": [w.to_json() for w in self.warnings],
        }
        return plain

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Report:
        money = value["money"]
        recorded_at = value.get("recorded_at")
        return cls(
            import_id=value["import_id"],
            table=value["table"],
            sources=tuple(SourceCount.from_json(s) for s in value["sources"]),
            rows_read=value["rows_read"],
            rows_taken=value["rows_taken"],
            rows_copies=value["rows_copies"],
            rows_set_aside=value["rows_set_aside"],
            money_read=_decimals(money["read"]),
            money_taken=_decimals(money["taken"]),
            money_copies=_decimals(money["copies"]),
            money_set_aside={k: _decimals(v) for k, v in money["set_aside"].items()},
            by_month=tuple(
                Month(m["month"], m["currency"], m["rows"], Decimal(m["money"]))
                for m in value["by_month"]
            ),
            by_kind=value["by_kind"],
            money_by_kind={k: _decimals(v) for k, v in value["money_by_kind"].items()},
            orders_replaced=value["orders_replaced"],
            rows_replaced=value.get("rows_replaced", 0),
            orders_gone=value.get("orders_gone", 0),
            rows_gone=value.get("rows_gone", 0),
            accounts_new=value["accounts_new"],
            accounts_known=value["accounts_known"],
            fee_codes=tuple(value["fee_codes"]),
            warnings=tuple(Text.from_json(w) for w in value["warnings"]),
            already_loaded=value["already_loaded"],
            recorded_at=dt.datetime.fromisoformat(recorded_at) if recorded_at else None,
        )


def _texts(money: Money) -> dict[str, str]:
    return {currency: f"{amount:.4f}" for currency, amount in money.items()}


def _decimals(money: Mapping[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in money.items()}


def shown_money(money: Money) -> str:
    """Amounts as people read them: 1,234.50 EUR, 99.00 USD."""
    amounts = [f"{amount:,.2f} {currency}".strip() for currency, amount in money.items()]
    return ", ".join(amounts) or "0.00"
