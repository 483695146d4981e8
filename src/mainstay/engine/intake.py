"""Imports as people see them: proposals to correct, reports to read, rows to mend."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from mainstay.core.errors import NotFound
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.engine.answering import PLACE
from mainstay.engine.home import open_ledger
from mainstay.ledger import set_aside
from mainstay.ledger.headings import BESIDE, COMPLETION
from mainstay.ledger.mapping import Mapping as ColumnMapping
from mainstay.ledger.parsing import DateOrder, NumberForm
from mainstay.ledger.schema import table as table_of

__all__ = [
    "Correction",
    "columns_of",
    "correct",
    "forget_set_aside",
    "import_list",
    "import_report",
    "set_aside_file",
    "set_aside_rows",
]


@dataclass(frozen=True)
class Correction:
    """What somebody chose for one source.

    columns: from heading to column; "" = not used. Headings that are not named stay unused
    """

    columns: Mapping[str, str]
    fee_codes: tuple[str, ...] = ()
    currency: str | None = None
    date_order: DateOrder | None = None
    number_form: NumberForm | None = None


@dataclass(frozen=True)
class TableColumn:
    """A column that a heading may be put to."""

    name: str
    kind: str
    required: bool = field(default=False)
    choices: tuple[str, ...] = ()


def columns_of(table: str) -> list[TableColumn]:
    """The columns of a table and, for order lines, those beside it.

    Raises: NotFound
    """
    known = table_of(table)
    found = [TableColumn(c.name, c.kind, c.required, c.choices) for c in known.columns]
    if table in ("order_lines", "open_orders"):
        found += [TableColumn(n, "money" if n == "unit_price" else "text") for n in BESIDE]
    return found


def correct(
    table: str, source: Mapping[str, Any], correction: Correction
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A source's mapping after correction, and the columns that it still lacks.

    source: one of the `sources` of `Proposal.to_json`
    Raises: InvalidSetting for a column that is not there
    """
    headings = [h["heading"] for h in source["headings"]]
    kept = {name: name for name in COMPLETION if name in headings}
    chosen = {h: c for h, c in correction.columns.items() if c and h not in COMPLETION}
    mapping = ColumnMapping(table, kept).corrected(chosen, headings)
    if "amount" not in mapping.columns and {"quantity", "unit_price"} <= set(mapping.columns):
        mapping = replace(mapping, amount_from=("quantity", "unit_price"))
    kinds = {c.name: c.kind for c in columns_of(table)}
    dates = [c for c in mapping.columns if kinds.get(c) in ("date", "moment")]
    numbers = [c for c in mapping.columns if kinds.get(c) in ("money", "number", "integer")]
    mapping = replace(
        mapping,
        fee_codes=correction.fee_codes,
        currency=correction.currency,
        date_orders=dict.fromkeys(dates, correction.date_order) if correction.date_order else {},
        number_forms=dict.fromkeys(numbers, correction.number_form)
        if correction.number_form
        else {},
    )
    return mapping.to_json(), mapping.missing


def import_list(home: Home) -> list[dict[str, Any]]:
    """The imports that count, the newest first: `import_id`, `tables` and `report`."""
    return [
        {"import_id": one.import_id, "tables": one.tables, "report": one.report}
        for one in reversed(open_ledger(home).imports())
        if not one.import_id.startswith(PLACE)
    ]


def import_report(home: Home, import_id: str) -> dict[str, Any]:
    """What an import came to; see `Report.to_json`.

    Raises: NotFound
    """
    for one in open_ledger(home).imports():
        if one.import_id == import_id and one.report:
            return one.report
    raise NotFound(
        gettext_noop("There is no import “{import_id}”; it may have been undone."),
        import_id=import_id,
    )


def set_aside_rows(home: Home, import_id: str) -> pa.Table:
    """The rows that an import set aside: _import, _source, _row, _reason and what they had.

    Raises: NotFound
    """
    import_report(home, import_id)
    return set_aside.read(open_ledger(home).folder, import_id)


def forget_set_aside(home: Home, table: str, column: str, codes: Sequence[str]) -> int:
    """Empty the rows of a table that imports set aside of these codes, for good; gives how many.

    column: of the table, that holds the codes
    """
    return set_aside.forget(open_ledger(home).folder, table, column, codes)


def set_aside_file(home: Home, import_id: str, kind: str) -> bytes:
    """The rows set aside as the bytes of an "xlsx" or "csv" file, to be corrected and loaded again.

    Raises: NotFound
    """
    rows = set_aside_rows(home, import_id)
    with tempfile.TemporaryDirectory(dir=home.cache) as folder:
        file = Path(folder, f"rows.{kind}")
        set_aside.save(rows, file)
        return file.read_bytes()
