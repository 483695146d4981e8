"""`mainstay move`: from SQLite to PostgreSQL, without loss."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.desk.moving.carry import Moved, ValuesRefused
    from mainstay.desk.moving.move import Result

MOVING = gettext_noop("Moving the database")


def register(app: typer.Typer) -> None:
    app.command("move")(move)


def move(
    to: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="An empty database: postgresql://user:password@host/name"
        ),
    ],
    drop_zero_bytes: Annotated[
        bool,
        typer.Option(
            "--drop-zero-bytes",
            help="Move texts without the zero bytes that PostgreSQL can't keep.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Take the SQLite database over into PostgreSQL, and compare both row by row."""
    from mainstay.desk.moving.carry import ValuesRefused
    from mainstay.desk.moving.move import move as to_postgres

    home = context.home_there()
    try:
        with context.progress(MOVING) as progress:
            result = to_postgres(home, to, drop_zero_bytes=drop_zero_bytes, progress=progress)
    except ValuesRefused as error:
        _tell_refused(error)
        raise
    _tell(result)


def _tell_refused(error: ValuesRefused) -> None:
    for one in error.refused:
        line = context.text(
            gettext_noop("Table {table}, row {row}, column {column}: {why}."),
            table=one.table,
            row=one.row,
            column=one.column,
            why=context.tell(one.why),
        )
        print(line, file=sys.stderr)


def _tell(result: Result) -> None:
    moved = result.carried.tables
    if context.json:
        tables = [
            {"table": one.table, "rows": one.n_rows, "checksum": f"{one.total:032x}"}
            for one in moved
        ]
        context.put({"address": result.address, "tables": tables, "anew": result.carried.anew})
        return
    _print_tables([one for one in moved if one.n_rows])
    if result.carried.anew:
        context.say(
            gettext_noop("Changed since the move was begun, and moved anew: {tables}"),
            tables=", ".join(result.carried.anew),
        )
    context.say(
        gettext_noop(
            "Moved: {tables} tables with {rows} rows, each the same in both ({empty} are empty). SQLite "
            "was not changed."
        ),
        tables=len(moved),
        rows=f"{sum(one.n_rows for one in moved):,}",
        empty=sum(not one.n_rows for one in moved),
    )
    context.say(
        gettext_noop(
            "From now on set DATABASE_URL={address} (with its password) wherever Mainstay runs; the home "
            "folder stays where it is."
        ),
        address=result.address,
    )


def _print_tables(moved: list[Moved]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(context.text(gettext_noop("Table")))
    table.add_column(context.text(gettext_noop("Rows")), justify="right")
    table.add_column(context.text(gettext_noop("Checksum of both")), no_wrap=True)
    for one in moved:
        table.add_row(one.table, f"{one.n_rows:,}", f"{one.total:032x}")
    Console(markup=False, highlight=False).print(table)
