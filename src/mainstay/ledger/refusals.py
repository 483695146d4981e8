"""What is said when not one row of a file can be taken, with a row as an example."""

from __future__ import annotations

from typing import Any

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.loading import Loading
from mainstay.ledger.report import Report
from mainstay.ledger.typed import DATES
from mainstay.ledger.wrong_values import wrong_values


class NothingToTake(UnreadableFile):
    """A file of which not one row can be taken."""

    code = "nothing_to_take"


_NO_ROWS = gettext_noop("“{file}” has headings and no rows: nothing was changed.")
_DATES = gettext_noop(
    "No row of “{file}” can be taken: “{heading}” has no dates, e.g. “{value}” in row {row}. Choose the column that has them (--map)."
)
_FAR_DATES = gettext_noop(
    "No row of “{file}” can be taken: the dates in “{heading}” are too far in the past or future to be true, e.g. “{value}” in row {row}. Correct them and load the file again."
)
_AMOUNTS = gettext_noop(
    "No row of “{file}” can be taken: “{heading}” has no numbers, e.g. “{value}” in row {row}. Choose the column that has the amounts (--map)."
)
_LARGE_AMOUNTS = gettext_noop(
    "No row of “{file}” can be taken: the amounts in “{heading}” are too large to be true, e.g. “{value}” in row {row}. Correct them and load the file again."
)
_ACCOUNTS = gettext_noop(
    "No row of “{file}” can be taken: “{heading}” is empty in all of them. Choose the column that names the account (--map)."
)
_LINES = gettext_noop(
    "No row of “{file}” can be taken: {rows} rows do not fit its headings, the first in row {row}. Check the delimiter, the quotation marks and the encoding, or save it as .xlsx."
)
_VALUES = gettext_noop(
    "No row of “{file}” can be taken: {rows} rows lack a value or have one that can't be, the first in row {row}. Correct them and load the file again."
)
_BY_REASON = {
    "no_date": (_DATES, "date"),
    "bad_date": (_DATES, "date"),
    "date_out_of_range": (_FAR_DATES, "date"),
    "no_amount": (_AMOUNTS, "amount"),
    "bad_amount": (_AMOUNTS, "amount"),
    "amount_out_of_range": (_LARGE_AMOUNTS, "amount"),
    "no_account": (_ACCOUNTS, "account_id"),
    "wrong_width": (_LINES, ""),
    "broken_quotes": (_LINES, ""),
    "line_too_long": (_LINES, ""),
    "bad_encoding": (_LINES, ""),
}


def refuse_nothing(loading: Loading, report: Report) -> None:
    """Raises: NothingToTake where no row is taken and none is a copy; of another system, often nothing is new"""
    if report.rows_taken or report.rows_copies or loading.options.of_system:
        return
    names = ", ".join(raw.source for raw in loading.raws)
    if not report.rows_read:
        raise NothingToTake(_NO_ROWS, file=names)
    reason, rows = max(report.rows_set_aside.items(), key=lambda item: item[1])
    wrong = [one for one in wrong_values(loading) if one.fate == reason]
    if wrong:
        worst = max(wrong, key=lambda one: one.rows).refusal
        raise NothingToTake(worst.template, **worst.data)
    template, what = _BY_REASON.get(reason, (_VALUES, ""))
    raise NothingToTake(
        template, file=names, rows=rows, **_example(loading, reason, what or "account_id")
    )


def _example(loading: Loading, reason: str, what: str) -> dict[str, Any]:
    """The first row with that reason: its number, and what it has in the column."""
    for n, (raw, mapping) in enumerate(zip(loading.raws, loading.mappings, strict=True)):
        column = _column(loading, n, what)
        heading = mapping.columns.get(column, column)
        if raw.broken:
            broken = loading.staging.rows(
                f"SELECT min(row) FROM {raw.broken} WHERE reason = ?", [reason]
            )
            if broken[0][0] is not None:
                return {"row": str(broken[0][0]), "heading": heading, "value": ""}
        place = raw.column(heading) if heading in raw.headings else "NULL"
        found = loading.staging.rows(
            f"SELECT r.row, CAST({place} AS VARCHAR) FROM {raw.relation} r JOIN "
            f"(SELECT min(row) AS row FROM {loading.told} WHERE s = {n} AND fate = ?) t "
            "ON t.row = r.row",
            [reason],
        )
        if found:
            row, value = found[0]
            return {"row": str(row), "heading": heading, "value": (value or "")[:60]}
    return {"row": "1", "heading": what, "value": ""}


def _column(loading: Loading, n: int, what: str) -> str:
    mapping = loading.mappings[n]
    if what == "date":
        dates = [c.name for c in loading.typed[n].columns if c.kind in DATES]
        return dates[0] if dates else "ordered_on"
    if what == "amount" and "amount" not in mapping.columns and mapping.amount_from:
        return mapping.amount_from[1]
    return what
