"""`mainstay assistants`: answering an assistant on this machine."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from mainstay.cli.context import context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

assistants_app = typer.Typer(
    name="assistants", help="Answer assistants by the Model Context Protocol.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(assistants_app, name="assistants")


@assistants_app.command("stdio")
def stdio(
    as_: Annotated[
        str, typer.Option("--as", metavar="NAME", help="For whom: the name to sign in with.")
    ] = "",
    write: Annotated[
        bool, typer.Option("--write", help="With --as: it may also write down visits.")
    ] = False,
) -> None:
    """Answer one assistant over standard input and output; what it may see is what that person sees.

    Without --as the token in MAINSTAY_TOKEN says for whom, and what it may do.
    """
    secret = os.environ.get("MAINSTAY_TOKEN", "")
    if bool(as_) == bool(secret):
        raise InvalidSetting(
            gettext_noop(
                "Say for whom the assistant asks: with --as NAME, or with a token in MAINSTAY_TOKEN, not "
                "with both."
            )
        )
    if secret and write:
        raise InvalidSetting(gettext_noop("What a token may do stands in it: leave --write out."))
    os.environ["MAINSTAY_HOME"] = str(context.home_there().folder)
    from mainstay.desk.serve import open_database

    open_database()
    from mainstay.api.assistants.stdio import run
    from mainstay.api.assistants.who import Whose

    run(Whose(as_, secret, write))
