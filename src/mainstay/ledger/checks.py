"""Why a row is set aside: who, when and how much must be there, and everything must be readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Pairs
from dataclasses import dataclass

from mainstay.core.texts import gettext_noop
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.schema import TABLES, Column
from mainstay.ledger.staging import literal

REASONS: dict[str, str] = {
    "wrong_width": gettext_noop("The row has more or fewer columns than the headings."),
    "bad_encoding": gettext_noop("The row has letters of another encoding than the file."),
    "blank_row": gettext_noop("The row is empty."),
    "bad_value": gettext_noop("A value is none that its column can have."),
    "no_amount": gettext_noop("The row has no amount."),
    "bad_amount": gettext_noop("The amount is no number."),
    "amount_out_of_range": gettext_noop("The amount is too large to be true."),
    "no_date": gettext_noop("The row has no date."),
    "bad_date": gettext_noop("The date is none."),
    "date_out_of_range": gettext_noop("The date is too far in the past or future to be true."),
    "no_account": gettext_noop("The row names no account."),
    "missing_value": gettext_noop("A column that the table needs is empty."),
}


@dataclass(frozen=True)
class Rules:
    """What is believed.

    earliest, latest: of dates of orders and the like, both inclusive
    """

    earliest: dt.date
    latest: dt.date


def reason_sql(
    mapping: Mapping, columns: tuple[Column, ...], values: Pairs[str, str], rules: Rules
) -> str:
    """SQL that gives a row's first reason, null where it is good. `values`: SQL by column."""
    cases: list[tuple[str, str]] = []

    def empty(name: str) -> str:
        return f'v."empty {name}"'

    mapped = [c for c in columns if c.name in mapping.columns]
    all_empty = " AND ".join(empty(c.name) for c in mapped)
    cases.append((all_empty, "blank_row"))
    table = TABLES[mapping.table]
    for column in mapped:
        value, name = values[column.name], column.name
        unread = f"{value} IS NULL AND NOT {empty(name)}"
        if name == "amount":
            cases.append((unread, "bad_amount"))
        elif column.kind == "date" and (column.required or name == table.happened):
            cases.append((unread, "bad_date"))
            cases.append(
                (
                    f"{value} NOT BETWEEN DATE '{rules.earliest}' AND DATE '{rules.latest}'",
                    "date_out_of_range",
                )
            )
        elif column.kind in ("date", "money", "number", "integer"):
            cases.append((unread, "bad_value"))
        elif column.name.endswith("_id"):
            cases.append((f"regexp_matches({value}, '[\\x00-\\x1f\\x7f]')", "bad_value"))
    for column in table.columns:
        if column.required:
            value = values.get(column.name, "NULL")
            code = {"amount": "no_amount", "account_id": "no_account"}.get(column.name)
            code = code or ("no_date" if column.kind == "date" else "missing_value")
            cases.append((f"{value} IS NULL", code))
    # Without an account a row still has its money: that reason comes last.
    cases.sort(key=lambda case: case[1] == "no_account")
    when = " ".join(f"WHEN {test} THEN {literal(code)}" for test, code in cases)
    return f"CASE {when} END"
