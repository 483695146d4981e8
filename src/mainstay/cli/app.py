"""The commands of `mainstay` and what stands before them.

Nothing heavy is imported before a command needs it, so that `mainstay --help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mainstay import __version__
from mainstay.cli import (
    allocating,
    assessing,
    assistants,
    backing,
    digesting,
    doctoring,
    forecasting,
    importing,
    moving,
    people,
    planning,
    recipes,
    replaying,
    serving,
    store,
    tokens,
    webhooking,
)
from mainstay.cli.context import Json, context
from mainstay.core.home import Home

app = typer.Typer(
    name="mainstay",
    help="Tells which accounts are leaving, how much money goes with them, and proves it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

importing.register(app)
recipes.register(app)
assessing.register(app)
planning.register(app)
allocating.register(app)
forecasting.register(app)
replaying.register(app)
digesting.register(app)
serving.register(app)
moving.register(app)
people.register(app)
tokens.register(app)
webhooking.register(app)
assistants.register(app)
store.register(app)
backing.register(app)
doctoring.register(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"mainstay {__version__}")
        raise typer.Exit


@app.callback()
def options(
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="MAINSTAY_HOME", help="The folder that holds everything Mainstay keeps."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    json: Json = False,
) -> None:
    context.debug = debug
    context.home = Home(home.expanduser().resolve()) if home else Home.from_environment()


def shared_first(words: list[str]) -> list[str]:
    """What stands before the command may stand after it too: `mainstay assess --debug`."""
    ends = words.index("--") if "--" in words else len(words)
    first: list[str] = []
    rest: list[str] = []
    given = iter(words[:ends])
    for word in given:
        if word == "--debug" or word.startswith("--home="):
            first.append(word)
        elif word == "--home":
            value = next(given, None)
            first, rest = ([*first, word, value], rest) if value else (first, [*rest, word])
        else:
            rest.append(word)
    return first + rest + words[ends:]
