"""For each column with a value that it can't have: an example, its row, and what it can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.checks import Rules, before_it, no_currency
from mainstay.ledger.loading import Loading
from mainstay.ledger.parsing import CONTROL, blank
from mainstay.ledger.readers import ROW
from mainstay.ledger.schema import TABLES, Column, Table
from mainstay.ledger.staging import literal, quoted
from mainstay.ledger.table_types import LARGEST
from mainstay.ledger.typed import DATES, NUMBERS

# Each as a warning of an import, and as the reason for which a file is refused as a whole.
_CHOICE = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is none of {choices}. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is none of {choices}. Correct it and load the file again."
    ),
)
_NUMBER = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is no number that can be stored. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is no number that can be stored. Correct it and load the file again."
    ),
)
_DATE = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is no date. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is no date. Correct it and load the file again."
    ),
)
_BROKEN_ID = (
    gettext_noop(
        "A line break or another sign that can't be seen is within the code “{value}” in “{heading}” (row {row} of “{file}”). Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: a line break or another sign that can't be seen is within the code “{value}” in “{heading}” (row {row}). Take it out and load the file again."
    ),
)
_NOTHING = (
    gettext_noop(
        "“{heading}” is empty in row {row} of “{file}”, and the table needs it. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{heading}” is empty (row {row}), and the table needs it. Fill it in and load the file again."
    ),
)
_BELOW_ZERO = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is below 0, which can't be. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is below 0, which can't be. Correct it and load the file again."
    ),
)
_NOT_POSITIVE = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is not above 0, which can't be. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is not above 0, which can't be. Correct it and load the file again."
    ),
)
_CROSSED = (
    gettext_noop(
        "The lower end “{value}” in “{heading}” (row {row} of “{file}”) lies above the upper end. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: the lower end “{value}” in “{heading}” (row {row}) lies above the upper end. Correct it and load the file again."
    ),
)
_BACKWARDS = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is before the day on which it begins. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is before the day on which it begins. Correct it and load the file again."
    ),
)
_FAR = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is too far in the past or future to be true. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is too far in the past or future to be true. Correct it and load the file again."
    ),
)
_YES_NO = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is neither yes nor no. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is neither yes nor no. Correct it and load the file again."
    ),
)
_MOMENT = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is no date and time. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is no date and time. Correct it and load the file again."
    ),
)
_OUTSIDE = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is not from {lowest} to {highest}. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is not from {lowest} to {highest}. Correct it and load the file again."
    ),
)
_LARGE = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is too large an amount to be true. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is too large an amount to be true. Correct it and load the file again."
    ),
)
_CURRENCY = (
    gettext_noop(
        "“{value}” in “{heading}” (row {row} of “{file}”) is no code of a currency, like EUR or TWD. Rows like it: {rows}."
    ),
    gettext_noop(
        "No row of “{file}” can be taken: “{value}” in “{heading}” (row {row}) is no code of a currency, like EUR or TWD. Correct it and load the file again."
    ),
)
SHOWN = 60


@dataclass(frozen=True)
class _Test:
    """What is wrong with rows that have this fate where `sql` holds of t (typed) and r (raw)."""

    fate: str
    sql: str
    texts: tuple[str, str]


@dataclass(frozen=True)
class WrongValue:
    """The first of some rows with the same thing wrong: as a warning, and as a reason to refuse."""

    fate: str
    rows: int
    warning: Text
    refusal: Text


def wrong_values(loading: Loading) -> list[WrongValue]:
    """What is wrong with the rows set aside, column by column, in the order of the sources."""
    if loading.table in ("order_lines", "open_orders"):
        wanted = {"bad_value"}  # the report has a line for each other reason, with its money
    else:
        wanted = {"bad_value", "bad_date", "no_date", "missing_value"}
        wanted |= {"below_zero", "not_positive", "ends_crossed", "ends_before_it_begins"}
        wanted |= {"date_out_of_range", "outside_range", "amount_out_of_range"}
    fates = {f for (f,) in loading.staging.rows(f"SELECT DISTINCT fate FROM {loading.told}")}
    return list(_found(loading, wanted & fates)) if wanted & fates else []


def _found(loading: Loading, fates: set[str]) -> Iterator[WrongValue]:
    for n, (raw, mapping) in enumerate(zip(loading.raws, loading.mappings, strict=True)):
        for column in loading.typed[n].columns:
            heading = mapping.columns.get(column.name)
            if heading is None:
                continue
            place = raw.column(heading)
            given = f"CAST(r.{place} AS VARCHAR)"
            typed = f"t.{quoted(column.name)}"
            of_table = _of_figures(TABLES[loading.table], column, typed)
            far = _far_dates(TABLES[loading.table], column, typed, loading.rules)
            for test in (*_tests(column, typed, given), *of_table, *far):
                if test.fate not in fates:
                    continue
                rows, row, value = loading.staging.one(
                    f"SELECT count(*), min(t.{ROW}), arg_min({given}, t.{ROW}) "
                    f"FROM {loading.told} t JOIN {raw.relation} r ON r.{ROW} = t.{ROW} "
                    f"WHERE t.s = {n} AND t.fate = {literal(test.fate)} AND ({test.sql})"
                )
                if not rows:
                    continue
                said = {
                    "file": raw.source,
                    "heading": heading,
                    "row": str(row),
                    "rows": rows,
                    "value": _in_one_line(value or ""),
                    "choices": ", ".join(column.choices),
                }
                if column.between:
                    said |= {"lowest": column.between[0], "highest": column.between[1]}
                warning, refusal = test.texts
                yield WrongValue(test.fate, rows, Text(warning, said), Text(refusal, said))


def _tests(column: Column, typed: str, given: str) -> Iterator[_Test]:
    says_nothing = blank(given)
    unread = f"{typed} IS NULL AND NOT {says_nothing}"
    if column.kind == "date":
        yield _Test("bad_date", unread, _DATE)
    elif column.kind == "moment":
        yield _Test("bad_date", unread, _MOMENT)
    elif column.kind == "yes_no":
        yield _Test("bad_value", unread, _YES_NO)
    elif column.kind in NUMBERS:
        if column.kind == "money":
            read = f"coalesce(CAST({typed} AS DOUBLE), TRY_CAST({given} AS DOUBLE))"
            yield _Test("amount_out_of_range", f"abs({read}) >= {LARGEST}", _LARGE)
        # An amount has reasons of its own; what is set aside for it is no bad value.
        odd = f"{unread} OR NOT isfinite(CAST({typed} AS DOUBLE))"
        if column.kind == "integer":
            odd += f" OR TRY_CAST({given} AS DOUBLE) <> {typed}"
        yield _Test("bad_value", odd, _NUMBER)
    elif column.kind == "choice":
        listed = ", ".join(literal(choice) for choice in column.choices)
        yield _Test("bad_value", f"{typed} NOT IN ({listed})", _CHOICE)
    elif column.name.endswith("_id"):
        yield _Test("bad_value", f"regexp_matches({typed}, '{CONTROL}')", _BROKEN_ID)
    if column.required:
        fate = "no_date" if column.kind in DATES else "missing_value"
        yield _Test(fate, f"{typed} IS NULL AND {says_nothing}", _NOTHING)


def _of_figures(table: Table, column: Column, typed: str) -> Iterator[_Test]:
    if table.in_currency and column.name == "currency":
        yield _Test("bad_value", no_currency(typed), _CURRENCY)
    if column.name in table.not_negative:
        yield _Test("below_zero", f"{typed} < 0", _BELOW_ZERO)
    if column.between:
        outside = f"{typed} NOT BETWEEN {column.between[0]} AND {column.between[1]}"
        yield _Test("outside_range", outside, _OUTSIDE)
    if column.name in table.positive:
        yield _Test("not_positive", f"{typed} <= 0", _NOT_POSITIVE)
    if table.ends and column.name == table.ends[0]:
        yield _Test("ends_crossed", f"{typed} > t.{quoted(table.ends[1])}", _CROSSED)
    for pair in table.ordered:
        if column.name == pair[1]:
            backwards = before_it(table, pair, lambda name: f"t.{quoted(name)}")
            yield _Test("ends_before_it_begins", backwards, _BACKWARDS)


def _far_dates(table: Table, column: Column, typed: str, rules: Rules) -> Iterator[_Test]:
    if column.kind in DATES:
        first, last = rules.days_of(column, table)
        between = f"{typed} NOT BETWEEN DATE '{first}' AND DATE '{last}'"
        yield _Test("date_out_of_range", between, _FAR)


def _in_one_line(value: str) -> str:
    """A value as a sentence can hold it: line breaks and the like shown as ↵ and ␣."""
    shown = value.strip().replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵")
    return "".join(c if c.isprintable() else "␣" for c in shown)[:SHOWN]
