"""Many rows into one of the desk's tables: COPY on PostgreSQL, short transactions on SQLite.

Other writers wait for some milliseconds, not for the whole load.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.apps import apps
from django.db import connection, models, transaction

GAP_SECONDS = 0.02  # between two transactions, for other writers
CHUNK = 2_000  # rows a transaction on SQLite
MANY = 10_000  # rows after which the database is to count again
DESK = "mainstay.desk."


def insert(model: type[models.Model], table: pa.Table, chunk: int = CHUNK) -> Iterator[int]:
    """Write a table's rows, new ones all; yields the number of rows after each step.

    table: columns that the model does not have are left out
    """
    table = _fitting(model, table)
    target = f"{_name(model)} ({_columns(table)})"
    if connection.vendor == "postgresql":
        with transaction.atomic():
            _copy(target, table)
        yield table.num_rows
    else:
        yield from _in_chunks(f"INSERT INTO {target} VALUES ({_places(table)})", table, chunk)


def upsert(
    model: type[models.Model], table: pa.Table, *, key: str, counter: str, chunk: int = CHUNK
) -> Iterator[int]:
    """Write a table's rows, each in the place of the one that has its key.

    table: one row a key
    counter: a column that counts the changes of a row; 1 for a new one
    """
    table = _fitting(model, table.append_column(counter, pa.array([1] * table.num_rows)))
    quote = connection.ops.quote_name
    name, columns = _name(model), _columns(table)
    changed = ", ".join(
        f"{quote(column)} = excluded.{quote(column)}"
        for column in table.column_names
        if column not in (key, counter)
    )
    conflict = (
        f"ON CONFLICT ({quote(key)}) DO UPDATE SET {changed}, "
        f"{quote(counter)} = {name}.{quote(counter)} + 1"
    )
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE incoming ON COMMIT DROP AS TABLE {name} WITH NO DATA"
            )
            _copy(f"incoming ({columns})", table)
            cursor.execute(
                f"INSERT INTO {name} ({columns}) SELECT {columns} FROM incoming {conflict}"
            )
            cursor.execute("DROP TABLE incoming")
        yield table.num_rows
    else:
        statement = f"INSERT INTO {name} ({columns}) VALUES ({_places(table)}) {conflict}"
        yield from _in_chunks(statement, table, chunk)


def settle(*written: type[models.Model]) -> None:
    """After many rows were written: let the database count, so that it takes the right index at once.

    Only after a VACUUM does PostgreSQL know that it may read from an index alone; by itself it comes to
    that a minute later, for large tables after a fifth of their rows.
    written: the models; none = all of the desk
    """
    chosen = written or [one for one in apps.get_models() if one.__module__.startswith(DESK)]
    tables = ", ".join(_name(model) for model in chosen)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            vacuum = "" if connection.in_atomic_block else "VACUUM "
            cursor.execute(f"{vacuum}ANALYZE {tables}")
        else:
            cursor.execute("PRAGMA analysis_limit = 400")
            for table in tables.split(", "):
                cursor.execute(f"ANALYZE {table}")


def _fitting(model: type[models.Model], table: pa.Table) -> pa.Table:
    known = {field.column for field in model._meta.local_concrete_fields} - {"id"}
    return table.select([name for name in table.column_names if name in known])


def _name(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(table: pa.Table) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in table.column_names)


def _places(table: pa.Table) -> str:
    return ", ".join(["%s"] * table.num_columns)


def _copy(target: str, table: pa.Table) -> None:
    """COPY from CSV, in which nothing is null and "" an empty text; PostgreSQL takes no zero bytes."""
    table = _without_zero_bytes(table)
    options = pa_csv.WriteOptions(include_header=False)
    statement = f"COPY {target} FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in table.to_batches(max_chunksize=20_000):
            text = io.BytesIO()
            pa_csv.write_csv(pa.Table.from_batches([batch]), text, options)
            copy.write(text.getvalue())


def _without_zero_bytes(table: pa.Table) -> pa.Table:
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(i)
            if pc.any(pc.match_substring(column, "\0")).as_py():
                table = table.set_column(i, field, pc.replace_substring(column, "\0", ""))
    return table


def _in_chunks(statement: str, table: pa.Table, chunk: int) -> Iterator[int]:
    for start in range(0, table.num_rows, chunk):
        part = table.slice(start, chunk)
        columns = [_for_sqlite(column) for column in part.columns]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, list(zip(*columns, strict=True)))
        yield part.num_rows
        time.sleep(GAP_SECONDS)


def _for_sqlite(column: pa.ChunkedArray) -> list[Any]:
    """Days, moments and money as Django writes them there."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        naive = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        return naive.cast(pa.string()).to_pylist()
    if pa.types.is_date(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string()).to_pylist()
    return column.to_pylist()
