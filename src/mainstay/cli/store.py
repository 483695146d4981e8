"""`mainstay store`: look after the order lines: check them, join small files, clear away old ones."""

from __future__ import annotations

from typing import Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.texts import gettext_noop

store_app = typer.Typer(
    help="Look after the order lines.", no_args_is_help=True, rich_markup_mode=None
)
_CHECKING = gettext_noop("Checking")
_JOINING = gettext_noop("Joining files")


def register(app: typer.Typer) -> None:
    app.add_typer(store_app, name="store")


@store_app.command("check")
def check(json: Json = False) -> None:
    """Read every file: is it there, whole and in order? Says what to do about each that is not."""
    from mainstay import engine

    ledger = engine.open_ledger(context.home_there(), reading=True)
    with context.progress(_CHECKING) as progress:
        wrong = [context.tell(text) for text in ledger.check(progress)]
    files, lines = len(ledger.snapshot.files), ledger.snapshot.lines
    if context.json:
        context.put({"wrong": wrong, "files": files, "lines": lines, "version": ledger.version})
    context.end_where_wrong(wrong)
    if not context.json:
        context.say(
            gettext_noop("All is well: {lines} order lines in {files} files."),
            lines=f"{lines:,}",
            files=files,
        )


@store_app.command("compact")
def compact(
    whole: Annotated[
        bool, typer.Option("--all", help="One file a bucket, recent imports with the rest.")
    ] = False,
    json: Json = False,
) -> None:
    """Join small files that imports left. Who is reading goes on; the desk does it every night."""
    from mainstay import engine

    ledger = engine.open_ledger(context.home_there())
    before = len(ledger.snapshot.files)
    with context.progress(_JOINING) as progress:
        ledger.compact(whole=whole, progress=progress)
    after = len(ledger.snapshot.files)
    if context.json:
        context.put({"files_before": before, "files_after": after, "version": ledger.version})
        return
    context.say(gettext_noop("{before} files before, {after} after."), before=before, after=after)


@store_app.command("vacuum")
def vacuum(json: Json = False) -> None:
    """Delete files that no assessment and no replay leads to, and that were not in use for a week."""
    from mainstay import engine

    deleted = engine.open_ledger(context.home_there()).vacuum()
    if context.json:
        context.put({"deleted": deleted})
        return
    context.say(gettext_noop("Files deleted: {deleted}."), deleted=deleted)
