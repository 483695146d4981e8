"""The command `mainstay`: what it is called with, and how errors leave it.

Nothing heavy is imported before a command needs it, so that `mainstay --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mainstay import __version__
from mainstay.cli import assessing, importing, serving
from mainstay.cli.context import context
from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

app = typer.Typer(
    name="mainstay",
    help="Tells which accounts are leaving, how much money goes with them, and proves it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

importing.register(app)
importing.register(app)
assessing.register(app)
serving.register(app)


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
    debug: Annotated[bool, typer.Option(help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.debug = context.debug or debug
    context.home = Home(home.expanduser().resolve()) if home else Home.from_environment()


def main() -> None:
    """Run the command; whatever goes wrong ends in one sentence and a non-zero exit."""
    try:
        app(standalone_mode=False)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        context.say_error(gettext_noop("Stopped. Nothing was left half done."))
        sys.exit(130)
    except MainstayError as error:
        _tell(error, context.tell(error.text), code=error.code)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last net: no traceback reaches a user
        _unforeseen(error)


def _tell(error: Exception, sentence: str, *, code: str) -> None:
    if context.debug:
        raise error
    context.fail(sentence, code=code)


def _unforeseen(error: Exception) -> None:
    shown = getattr(error, "format_message", None)  # click's usage errors
    if shown:
        context.fail(shown(), code="usage")
        sys.exit(2)
    if isinstance(error, BrokenPipeError):
        sys.exit(141)
    if context.debug:
        raise error
    context.say_error(
        gettext_noop(
            "This should not have happened: {error}. Run it again with --debug to see where."
        ),
        error=f"{type(error).__name__}: {error}".splitlines()[0],
    )
    sys.exit(70)
