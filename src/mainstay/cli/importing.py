"""`mainstay import`, `imports`, `undo` and `set-aside`: files into the ledger, and back out."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.cli import recipes
from mainstay.cli.context import OUT, Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop

if TYPE_CHECKING:
    from mainstay.engine.imports import ImportOptions, Proposal

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE…",
        help="CSV, Excel or Parquet files, a folder of Parquet, a database as postgresql://…, a "
        "table of Spark as spark://…, or an ERP as tryton://user@host/database",
    ),
]
Recipe = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        metavar="RECIPE",
        help="How to read an ERP's database: one of `mainstay recipes list`, or a file of your own.",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="QUERY", help="A query of the recipe. May be repeated."),
]
Table = Annotated[str, typer.Option("--table", help="What the rows are: order_lines, accounts…")]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADING=COLUMN",
        help="Which column a heading is, e.g. “Cust ref=account_id”; nothing after = leaves it "
        "out. May be repeated.",
    ),
]
FeeCode = Annotated[
    list[str] | None,
    typer.Option(
        "--fee-code",
        metavar="CODE",
        help="A product code that is postage or another fee; “” for none. May be repeated.",
    ),
]
AmountFrom = Annotated[
    str | None,
    typer.Option(
        "--amount-from",
        metavar="A*B",
        help="Columns whose product is the amount: quantity*unit_price.",
    ),
]


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("imports")(imports)
    app.command("undo")(undo)
    app.command("set-aside")(set_aside)


def import_(
    files: Files,
    table: Table = "order_lines",
    map_: Map = None,
    fee_code: FeeCode = None,
    sheet: Annotated[str | None, typer.Option(help="The only sheet to read.")] = None,
    sql: Annotated[str | None, typer.Option(help="The query, where FILE is a database.")] = None,
    password: Annotated[str | None, typer.Option(help="Of a locked workbook.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of text files, e.g. big5; else recognised.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of text files; else recognised.")] = None,
    currency: Annotated[str | None, typer.Option(help="Of rows that name none, e.g. EUR.")] = None,
    date_order: Annotated[
        str | None, typer.Option(help="dmy or mdy, where 3/5/2024 leaves it open.")
    ] = None,
    assume_recorded: Annotated[
        bool,
        typer.Option(
            "--assume-recorded", help="History counts as known when it happened, for replays."
        ),
    ] = False,
    amount_from: AmountFrom = None,
    recipe: Recipe = None,
    set_: recipes.Set = None,
    only: Only = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show how the files would be read; load nothing.")
    ] = False,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Of an ERP: read everything anew, not only what changed."),
    ] = False,
    json: Json = False,
) -> None:
    """Load files into the ledger; a report says what was taken, copied and set aside."""
    from mainstay.engine import imports as engine
    from mainstay.engine.systems import is_system

    if recipe is not None:
        said = {"--sql": sql is not None, "--map": bool(map_), "--amount-from": bool(amount_from)}
        said |= {"--table": table != "order_lines", "--currency": currency is not None}
        recipes.refuse_beside(files, said)
        order = recipes.order(files[0], set_, only, whole=whole, assume_recorded=assume_recorded)
        _say_unfinished()
        if not plan:
            recipes.load(recipe, order)
            return
        for proposal in recipes.plans(recipe, order):
            _show_plan(proposal)
        return
    recipes.refuse_without({"--set": bool(set_), "--only": bool(only)})
    if any(is_system(file) for file in files):
        _say_unfinished()
        _bring(files, plan=plan, whole=whole, assume_recorded=assume_recorded)
        return
    recipes.refuse_without({"--whole": whole})
    options = engine.ImportOptions(
        table=table,
        read=engine.ReadOptions(sheet, encoding, _delimiter(delimiter), password, sql),
        columns=_columns(map_ or []),
        fee_codes=None if fee_code is None else tuple(code for code in fee_code if code),
        currency=_currency(currency),
        amount_from=_pair(amount_from),
        date_order=_date_order(date_order),
        assume_recorded=assume_recorded,
    )
    _say_unfinished()
    if plan:
        _show_plan(engine.plan_import(context.home, files, options))
    else:
        _load(files, options)


def _load(files: list[str], options: ImportOptions) -> None:
    from mainstay.engine import imports as engine

    with context.progress(gettext_noop("Loading")) as progress:

        def shown(what: Text, share: float) -> None:
            progress(share, 1.0)

        report = engine.run_import(context.home, files, options, progress=shown)
    if context.json:
        context.put(report.to_json())
        return
    for line in report.lines():
        print(context.tell(line))


def _bring(files: list[str], *, plan: bool, whole: bool, assume_recorded: bool) -> None:
    """Bring an ERP's tables up to date; a report each."""
    from mainstay.engine import systems as engine

    if len(files) > 1 or plan:
        raise InvalidSetting(
            gettext_noop("An ERP is imported by itself: name one address, no files, and no --plan.")
        )
    secret = _secret(files[0])
    with context.progress(gettext_noop("Loading")) as progress:

        def shown(what: Text, share: float) -> None:
            progress(share, 1.0)

        reports = engine.import_system(
            context.home, files[0], secret=secret, whole=whole,
            assume_recorded=assume_recorded, progress=shown,
        )  # fmt: skip
    if context.json:
        context.put([report.to_json() for report in reports])
        return
    if not reports:
        context.say(gettext_noop("Nothing has changed there since the last import."))
    for report in reports:
        print(f"{report.table}:")
        for line in report.lines():
            print(f"  {context.tell(line)}")


def _secret(address: str) -> str:
    """The password: of the environment or the address, else asked for where somebody can answer."""
    from mainstay.engine.systems import PASSWORD

    if said := os.environ.get(PASSWORD):
        return said
    if not sys.stdin.isatty() or ":" in address.partition("://")[2].rpartition("@")[0]:
        return ""
    question = context.text(gettext_noop("Password:"))
    return getpass.getpass(f"{question} ")


def _say_unfinished() -> None:
    """Clear away what a killed import left, and say so."""
    from mainstay.engine import imports as engine

    for text in engine.unfinished_imports(context.home):
        context.say_error(text.template, **text.data)


def _columns(given: list[str]) -> dict[str, str]:
    pairs = {}
    for word in given:
        heading, sign, column = word.rpartition("=")
        if not sign or not heading:
            raise InvalidSetting(
                gettext_noop('--map {value} can\'t be read; write --map "Heading=column".'),
                value=word,
            )
        pairs[heading.strip()] = column.strip()
    return pairs


def _pair(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    first, sign, second = (word.strip() for word in given.partition("*"))
    if not sign or not first or not second:
        raise InvalidSetting(
            gettext_noop("--amount-from {value} can't be read; write quantity*unit_price."),
            value=given,
        )
    names = {"price": "unit_price"}
    return names.get(first, first), names.get(second, second)


def _date_order(given: str | None) -> Any:
    if given not in (None, "dmy", "mdy", "ymd", "minguo"):
        raise InvalidSetting(
            gettext_noop("--date-order {value} is not known; it is dmy, mdy, ymd or minguo."),
            value=given,
        )
    return given


def _currency(given: str | None) -> str | None:
    if given is not None and not (len(given) == 3 and given.isascii() and given.isalpha()):
        raise InvalidSetting(
            gettext_noop("“{value}” is no currency; write three letters, e.g. EUR."), value=given
        )
    return given.upper() if given else None


def _delimiter(given: str | None) -> str | None:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(given, given) if given else None
    if delimiter and (len(delimiter) > 1 or delimiter.isalnum() or delimiter in '"\r\n'):
        raise InvalidSetting(
            gettext_noop("--delimiter {value} can't be used; write one sign, or tab."), value=given
        )
    return delimiter


def _show_plan(proposal: Proposal) -> None:
    if context.json:
        context.put(proposal.to_json())
        return
    from rich.console import Console
    from rich.table import Table as Grid

    for source in proposal.sources:
        grid = Grid(title=f"{source.source} → {proposal.table}", title_justify="left")
        for heading in (
            gettext_noop("Heading"),
            gettext_noop("Read as"),
            gettext_noop("Examples"),
        ):
            grid.add_column(context.text(heading))
        for given in source.headings:
            column = given.column or "–"
            if given.choices:
                column += f" ({', '.join(given.choices)})"
            grid.add_row(given.heading, column, " · ".join(given.samples[:3]))
        Console().print(grid)
        if source.missing:
            context.say(gettext_noop("Missing: {columns}"), columns=", ".join(source.missing))
        if source.likely_table:
            context.say(
                gettext_noop("The headings are those of another table: --table {table}"),
                table=source.likely_table,
            )
        for text in source.unsure:
            print(context.tell(text))
        if source.fee_codes:
            codes = ", ".join(f"{fee.code} ({fee.name})" for fee in source.fee_codes)
            context.say(gettext_noop("Codes that look like fees: {codes}"), codes=codes)


def imports(json: Json = False) -> None:
    """List the imports that are in the ledger."""
    from mainstay.engine import imports as engine

    _say_unfinished()
    found = engine.list_imports(context.home)
    if json:
        context.put(
            [
                {
                    "import_id": one.import_id,
                    "tables": one.tables,
                    "rows_copies": one.copies,
                    "replaces": one.replaces,
                    "report": one.report,
                }
                for one in found
            ]
        )
        return
    if not found:
        context.say(gettext_noop("Nothing was imported yet."))
    for one in found:
        rows = ", ".join(f"{name} {count:,}" for name, count in sorted(one.tables.items()))
        sources = ", ".join(s["source"] for s in one.report.get("sources", []))
        print(f"{one.import_id}  {rows}  {sources}")


def undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="As `imports` lists it.")],
    json: Json = False,
) -> None:
    """Make it as if an import had never been; what it corrected comes back."""
    from mainstay.engine import imports as engine

    engine.undo_import(context.home_there(), import_id)
    if json:
        context.put({"undone": import_id})
    else:
        context.say(gettext_noop("The import {import_id} is undone."), import_id=import_id)


def set_aside(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="As `imports` lists it.")],
    out: Annotated[Path, OUT],
    json: Json = False,
) -> None:
    """Write the rows that an import set aside, to be corrected and loaded again."""
    from mainstay.engine import imports as engine

    rows = engine.save_set_aside(context.home_there(), import_id, out)
    if json:
        context.put({"import_id": import_id, "rows": rows, "out": str(out)})
    else:
        context.say(gettext_noop("{rows} rows written to {file}."), rows=rows, file=str(out))
