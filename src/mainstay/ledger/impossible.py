"""Figures and dates that can't be, in tables that are handed over in memory."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.currencies import WRITTEN
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers import ROW
from mainstay.ledger.schema import Table
from mainstay.ledger.staging import Staging, quoted
from mainstay.ledger.table_types import LARGEST, TOMORROW


def refuse_impossible(table: Table, rows: pa.Table, today: date) -> None:
    """Refuse rows that an import would set aside for what they say.

    rows: columns of the table in their types
    Raises: InvalidSetting, naming the first row of the first kind
    """
    for name in table.not_negative:
        if name in rows.schema.names:
            _refuse(table, rows, name, pc.less(rows[name], pa.scalar(0, rows[name].type)), _BELOW_0)
    for column in table.columns:
        if column.between and column.name in rows.schema.names:
            lowest, highest = (pa.scalar(end, rows[column.name].type) for end in column.between)
            value = rows[column.name]
            outside = pc.or_(pc.less(value, lowest), pc.greater(value, highest))
            _refuse(table, rows, column.name, outside, _OUTSIDE)
        if column.kind == "money" and column.name in rows.schema.names:
            value = pc.abs(rows[column.name])
            _refuse(table, rows, column.name, pc.greater_equal(value, LARGEST), _LARGE)
    for name in table.positive:
        if name in rows.schema.names:
            not_above = pc.less_equal(rows[name], pa.scalar(0, rows[name].type))
            _refuse(table, rows, name, not_above, _NOT_ABOVE_0)
    if table.ends and set(table.ends) <= set(rows.schema.names):
        low, high = table.ends
        _refuse(table, rows, low, pc.greater(rows[low], rows[high]), _CROSSED)
    for first, last in table.ordered:
        if {first, last} <= set(rows.schema.names):
            begun, day = rows[first], rows[last]
            if (first, last) != table.span:  # as `checks.before_it`
                begun, day = (days.cast(pa.date32(), safe=False) for days in (begun, day))
            _refuse(table, rows, last, pc.less(day, begun), _BACKWARDS)
    if table.never:
        _refuse_contradictions(table, rows)
    if table.in_currency and "currency" in rows.schema.names:
        codes = pa.array(sorted(WRITTEN), rows["currency"].type)
        unknown = pc.invert(pc.is_in(rows["currency"], codes))
        named = pc.is_valid(rows["currency"])
        _refuse(table, rows, "currency", pc.and_(named, unknown), _NO_CURRENCY)
    latest = {} if table.happened is None else {table.happened: table.ahead_days}
    for name, days in (latest | dict.fromkeys(table.past, TOMORROW)).items():
        if days is not None and name in rows.schema.names:
            last = pa.scalar(today + timedelta(days=days)).cast(rows[name].type)
            _refuse(table, rows, name, pc.greater(rows[name], last), _FAR)
    on = table.happened
    for told in (on, *table.past) if table.back_days else ():
        if told is not None and told in rows.schema.names:
            first = pa.scalar(today - timedelta(days=table.back_days or 0)).cast(rows[told].type)
            _refuse(table, rows, told, pc.less(rows[told], first), _LONG_AGO)


def _refuse_contradictions(table: Table, rows: pa.Table) -> None:
    """Raises: InvalidSetting, naming the first row of the first kind"""
    there = set(rows.schema.names)
    with Staging() as staging:
        staging.keep("given", rows.append_column(ROW, pa.array(range(1, rows.num_rows + 1))))
        for one in table.never:
            when = one.sql(lambda name: quoted(name) if name in there else "NULL")
            (row,) = staging.one(f"SELECT min({ROW}) FROM given WHERE {when}")
            if row is not None:
                named = ", ".join(f"“{name}”" for name in one.columns)
                raise InvalidSetting(_CONTRADICTS, table=table.name, row=row, columns=named)


_CONTRADICTS = gettext_noop("Row {row} of “{table}” contradicts itself in {columns}; correct it.")
_BELOW_0 = gettext_noop(
    "“{column}” of “{table}” is below 0 in row {row} ({value}), which can't be; correct it."
)
_OUTSIDE = gettext_noop(
    "“{column}” of “{table}” can only be {lowest} to {highest}, and is {value} in row {row}; correct it."
)
_LARGE = gettext_noop(
    "“{column}” of “{table}” is too large an amount to be true in row {row} ({value}); correct it."
)
_NOT_ABOVE_0 = gettext_noop(
    "“{column}” of “{table}” is not above 0 in row {row} ({value}), which can't be; correct it."
)
_CROSSED = gettext_noop(
    "“{column}” of “{table}”, the lower end, lies above the upper end in row {row} ({value}); "
    "correct it."
)
_BACKWARDS = gettext_noop(
    "“{column}” of “{table}” is before the day on which it begins in row {row} ({value}); correct it."
)
_NO_CURRENCY = gettext_noop(
    "“{column}” of “{table}” is no code of a currency, like EUR or TWD, in row {row} ({value}); "
    "correct it."
)
_FAR = gettext_noop(
    "“{column}” of “{table}” is too far in the future to be true in row {row} ({value}); correct it."
)
_LONG_AGO = gettext_noop(
    "“{column}” of “{table}” is too long ago to be true in row {row} ({value}); correct it."
)


def _refuse(table: Table, rows: pa.Table, name: str, wrong: pa.ChunkedArray, said: str) -> None:
    row = pc.index(pc.fill_null(wrong, False), True).as_py()
    if row >= 0:
        value = str(rows[name][row].as_py())
        given = {"column": name, "table": table.name, "row": row + 1, "value": value}
        if between := table.column(name).between:
            given |= {"lowest": between[0], "highest": between[1]}
        raise InvalidSetting(said, **given)
