"""Why a row is set aside: who, when and how much must be there, and everything must be readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass

from mainstay.core.currencies import WRITTEN
from mainstay.core.texts import gettext_noop
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.parsing import CONTROL, Cell
from mainstay.ledger.schema import TABLES, Column, Kind, Table
from mainstay.ledger.staging import literal, quoted
from mainstay.ledger.table_types import LARGEST

# A sentence for the report; {rows} is how many, {total} their money.
REASONS: dict[str, str] = {
    "no_account": gettext_noop("Set aside, naming no account: {rows} ({total})."),
    "no_date": gettext_noop("Set aside, without a date: {rows} ({total})."),
    "bad_date": gettext_noop("Set aside, with a date that is none: {rows} ({total})."),
    "date_out_of_range": gettext_noop(
        "Set aside, with a date too far in the past or future to be true: {rows} ({total})."
    ),
    "no_amount": gettext_noop("Set aside, without an amount: {rows}."),
    "bad_amount": gettext_noop("Set aside, with an amount that is no number: {rows}."),
    "amount_out_of_range": gettext_noop("Set aside, with an amount too large to be true: {rows}."),
    "missing_value": gettext_noop("Set aside, without a value that the table needs: {rows}."),
    "bad_value": gettext_noop(
        "Set aside, with a value that its column can't have: {rows} ({total})."
    ),
    "below_zero": gettext_noop("Set aside, with a figure below 0 that can't be: {rows}."),
    "not_positive": gettext_noop("Set aside, with a figure of 0 or below that can't be: {rows}."),
    "ends_crossed": gettext_noop(
        "Set aside, with a lower end that lies above the upper end: {rows}."
    ),
    "ends_before_it_begins": gettext_noop("Set aside, since they end before they begin: {rows}."),
    "cause_twice": gettext_noop("Set aside, naming the same cause twice: {rows}."),
    "cause_and_none": gettext_noop("Set aside, with a cause although none could be found: {rows}."),
    "second_alone": gettext_noop("Set aside, with a second cause and no first one: {rows}."),
    "confirmed_nothing": gettext_noop(
        "Set aside, confirmed without a cause, nor that none could be found: {rows}."
    ),
    "natural_otherwise": gettext_noop(
        "Set aside, called natural although the cause is not their own business: {rows}."
    ),
    "asked_by_own": gettext_noop(
        "Set aside, since who looked after the account would have asked: {rows}."
    ),
    "over_survey": gettext_noop(
        "Set aside, since they would replace what was answered in a survey: {rows}."
    ),
    "confirmed_by_nobody": gettext_noop(
        "Set aside, confirmed by a code that nobody of your staff has: {rows}."
    ),
    "confirmed_otherwise": gettext_noop(
        "Set aside, since another cause of the same loss was confirmed before: {rows}."
    ),
    "onset_elsewhere": gettext_noop(
        "Set aside, with a beginning before their first order or a year after their last: {rows}."
    ),
    "no_number": gettext_noop(
        "Set aside, since only a number of their own would tell them from an earlier row: {rows}."
    ),
    "outside_range": gettext_noop(
        "Set aside, with a figure outside those that its column can have: {rows}."
    ),
    "blank_row": gettext_noop("Set aside, since they are empty: {rows}."),
    "wrong_width": gettext_noop(
        "Set aside, with more or fewer columns than there are headings: {rows}."
    ),
    "broken_quotes": gettext_noop("Set aside, with a quotation mark that is never closed: {rows}."),
    "line_too_long": gettext_noop("Set aside, longer than a row can be: {rows}."),
    "bad_encoding": gettext_noop(
        "Set aside, with letters in another encoding than their file: {rows}."
    ),
}
# The same for tables without money.
REASONS_OF_FACTS: dict[str, str] = REASONS | {
    "no_account": gettext_noop("Set aside, naming no account: {rows}."),
    "no_date": gettext_noop("Set aside, without a date: {rows}."),
    "bad_date": gettext_noop("Set aside, with a date that is none: {rows}."),
    "date_out_of_range": gettext_noop(
        "Set aside, with a date too far in the past or future to be true: {rows}."
    ),
    "bad_value": gettext_noop("Set aside, with a value that its column can't have: {rows}."),
}


@dataclass(frozen=True)
class Rules:
    """What is believed.

    earliest, latest: of dates on which something happened, both inclusive
    soonest_told: the latest of what has happened when it is told
    planned: the latest of days that must be there and are still to come: a promise is due
    oldest_told: the earliest of what a table's rows are dated by, where it looks back only so far
    """

    earliest: dt.date
    latest: dt.date
    soonest_told: dt.date = dt.date.max
    oldest_told: dt.date = dt.date.min
    planned: dt.date = dt.date(2200, 1, 1)

    def days_of(self, column: Column, table: Table) -> tuple[dt.date, dt.date]:
        """The first and the last day that a column of dates can say."""
        earliest, latest = self.earliest, dt.date.max
        if column.name == table.happened:
            earliest, latest = max(earliest, self.oldest_told), self.latest
        elif column.name in table.past:
            earliest, latest = max(earliest, self.oldest_told), self.soonest_told
        elif column.required:
            latest = self.planned
        return earliest, latest


UNSURE = "?"  # a row that must be looked at again


@dataclass(frozen=True)
class Checked:
    """What is checked: the columns of a source, with the SQL of their values.

    cells: of the columns that the source has; places: their raw columns
    values: SQL of all columns, derived ones among them
    """

    mapping: Mapping
    cells: Pairs[str, Cell]
    places: Pairs[str, str]
    values: Pairs[str, str]

    @property
    def by_name(self) -> dict[str, Column]:
        return {c.name: c for c in TABLES[self.mapping.table].columns}

    @property
    def orders(self) -> bool:
        return self.mapping.table in ("order_lines", "open_orders")

    def column(self, name: str) -> Column:
        given = self.by_name.get(name)
        kinds: dict[str, Kind] = {"unit_price": "money", "_row": "integer"}
        return given or Column(name, kinds.get(name, "text"))

    def needs(self) -> list[tuple[str, str]]:
        """The values that must be there: SQL, and the reason where it is not."""
        found = []
        for column in self.by_name.values():
            if column.required:
                code = {"amount": "no_amount", "account_id": "no_account"}.get(column.name)
                if not (self.orders and code):
                    code = "no_date" if column.kind in ("date", "moment") else "missing_value"
                found.append((self.values.get(column.name, "NULL"), code))
        return found


def quick_reason_sql(what: Checked, rules: Rules) -> str:
    """SQL that tells good rows and those that only lack an account; all others are UNSURE.

    Cheap, for the many; `reason_sql` is exact.
    """
    good, account = [], "NULL"
    for value, code in what.needs():
        if code == "no_account":
            account = value
        else:
            good.append(f"{value} IS NOT NULL")
    table = TABLES[what.mapping.table]
    for name, cell in what.cells.items():
        column, value, place = what.column(name), quoted_value(name), what.places[name]
        if column.kind != "text":
            good.append(f"({value} IS NOT NULL OR {place} IS NULL)")
        cases = _of_column(column, value, cell, rules.days_of(column, table))
        good += [f"({test}) IS NOT TRUE" for test, _ in cases if cell.empty not in test]
    good += [f"({test}) IS NOT TRUE" for test, _ in (*_of_choices(what), *_of_figures(what))]
    if "amount" in what.values and "amount" not in what.cells:
        good += [f"({test}) IS NOT TRUE" for test, _ in _of_product(what)]
    if table.one_of:
        some = " OR ".join(f"{what.values.get(name, 'NULL')} IS NOT NULL" for name in table.one_of)
        good.append(f"({some})")
    fine = " AND ".join(good)
    if "account_id" not in what.cells or account == "NULL":
        return f"CASE WHEN {fine} THEN NULL ELSE '{UNSURE}' END"
    return (
        f"CASE WHEN {fine} THEN CASE WHEN {account} IS NULL THEN 'no_account' END "
        f"ELSE '{UNSURE}' END"
    )


def reason_sql(what: Checked, rules: Rules) -> str:
    """SQL that gives a row's first reason, null where it is good."""
    table = TABLES[what.mapping.table]
    cases: list[tuple[str, str]] = []
    for name, cell in what.cells.items():
        column = what.column(name)
        cases += _of_column(column, quoted_value(name), cell, rules.days_of(column, table))
    cases += [*_of_choices(what), *_of_figures(what)]
    if "amount" in what.values and "amount" not in what.cells:
        cases += _of_product(what)
    cases += [(f"{value} IS NULL", code) for value, code in what.needs()]
    if table.one_of:
        some = " OR ".join(f"{what.values.get(name, 'NULL')} IS NOT NULL" for name in table.one_of)
        cases.append((f"NOT ({some})", "missing_value"))
    # Without an account a row still has its money: that reason comes last.
    cases.sort(key=lambda case: case[1] == "no_account")
    blank_row = " AND ".join(cell.empty for cell in what.cells.values())
    when = " ".join(
        f"WHEN {test} THEN {literal(code)}" for test, code in [(blank_row, "blank_row"), *cases]
    )
    return f"CASE {when} END"


def quoted_value(name: str) -> str:
    return f"v.{quoted(name)}"


def _of_column(
    column: Column, value: str, cell: Cell, days: tuple[dt.date, dt.date]
) -> list[tuple[str, str]]:
    unread = f"{value} IS NULL AND NOT {cell.empty}"
    if column.kind in ("date", "moment"):
        between = f"{value} NOT BETWEEN DATE '{days[0]}' AND DATE '{days[1]}'"
        return [(unread, "bad_date"), (between, "date_out_of_range")]
    if column.kind == "money":
        too_large = f"{unread} AND abs({cell.as_double}) >= {LARGEST}"
        return [
            (too_large, "amount_out_of_range"),
            (unread, "bad_amount" if column.name in ("amount", "unit_price") else "bad_value"),
            (f"abs({value}) >= {LARGEST}", "amount_out_of_range"),
        ]
    if column.kind in ("number", "integer"):
        wild = [(f"NOT isfinite({value})", "bad_value")] if column.kind == "number" else []
        if column.kind == "integer":
            wild = [(f"{cell.as_double} <> {value}", "bad_value")]
        return [(unread, "bad_value"), *wild]
    if column.kind == "yes_no":
        return [(unread, "bad_value")]
    if column.name.endswith("_id") and not cell.clean:
        return [(f"regexp_matches({value}, '{CONTROL}')", "bad_value")]
    return []


def _of_choices(what: Checked) -> list[tuple[str, str]]:
    found = []
    for name, column in what.by_name.items():
        if column.kind == "choice" and name in what.cells and not (name == "kind" and what.orders):
            listed = ", ".join(literal(choice.lower()) for choice in column.choices)
            found.append((f"lower({what.values[name]}) NOT IN ({listed})", "bad_value"))
    if TABLES[what.mapping.table].in_currency and "currency" in what.values:
        found.append((no_currency(what.values["currency"]), "bad_value"))
    return found


def no_currency(value: str) -> str:
    """SQL that is true of a text that is no code of a currency."""
    return f"{value} NOT IN ({', '.join(literal(code) for code in sorted(WRITTEN))})"


def _of_figures(what: Checked) -> list[tuple[str, str]]:
    """What no row can say: a figure too small, a range whose ends are crossed, an end before a start."""
    table = TABLES[what.mapping.table]
    found = [
        (f"{quoted_value(name)} < 0", "below_zero")
        for name in table.not_negative
        if name in what.cells
    ]
    for name in what.cells:
        if between := what.column(name).between:
            outside = f"{quoted_value(name)} NOT BETWEEN {between[0]} AND {between[1]}"
            found.append((outside, "outside_range"))
    found += [
        (f"{quoted_value(name)} <= 0", "not_positive")
        for name in table.positive
        if name in what.cells
    ]
    if table.ends and set(table.ends) <= set(what.cells):
        low, high = (quoted_value(name) for name in table.ends)
        found.append((f"{low} > {high}", "ends_crossed"))
    for pair in table.ordered:
        if set(pair) <= set(what.cells):
            backwards = before_it(table, pair, quoted_value)
            found.append((backwards, "ends_before_it_begins"))

    def value(name: str) -> str:
        given = name in what.cells
        if given and what.column(name).kind == "choice":
            return f"lower({quoted_value(name)})"
        return quoted_value(name) if given else "NULL"

    return found + [(one.sql(value), one.reason) for one in table.never]


def before_it(table: Table, pair: tuple[str, str], value: Callable[[str], str]) -> str:
    """SQL that is true where the second day of a pair is before the first.

    Of moments that are no span the days count: files give some with their zone, and some without a time.
    value: of a column, as SQL
    """
    first, last = (value(name) for name in pair)
    if pair != table.span and table.column(pair[1]).kind == "moment":
        first, last = f"CAST({first} AS DATE)", f"CAST({last} AS DATE)"
    return f"{last} < {first}"


def _of_product(what: Checked) -> list[tuple[str, str]]:
    first, second = (quoted_value(name) for name in what.mapping.amount_from or ("", ""))
    amount = what.values["amount"]
    both = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    return [(f"{both} AND ({amount} IS NULL OR abs({amount}) >= {LARGEST})", "amount_out_of_range")]
