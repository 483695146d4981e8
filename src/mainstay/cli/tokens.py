"""`mainstay token`: access for programs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mainstay.cli.context import Json, context
from mainstay.cli.people import Username, desk_services
from mainstay.core.texts import gettext_noop

token_app = typer.Typer(help="Access for programs.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    app.add_typer(token_app, name="token")


@token_app.command("make")
def make(
    username: Username,
    name: Annotated[str, typer.Option(help="What it is for: the program's name.")],
    scope: Annotated[
        list[str], typer.Option(help="read, write, import or admin; may be repeated.")
    ],
    days: Annotated[int, typer.Option(help="For how many days it stands.")] = 365,
    json: Json = False,
) -> None:
    """Make a token that sees and writes what its person may; prints it, this once."""
    services = desk_services()
    from mainstay.desk.access import tokens

    user = services.user_named(username)
    token, secret = tokens.make(None, user, tokens.Wish(name, scope, days))
    if context.json:
        context.put({**_shown(token), "token": secret})
    else:
        typer.echo(secret)


@token_app.command("list")
def list_(json: Json = False) -> None:
    """List all tokens: whose, what for, scopes, until when, last used."""
    desk_services()
    from mainstay.desk.access import tokens

    found = [_shown(token) for token in tokens.tokens_for(None)]
    if context.json:
        context.put(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (
        gettext_noop("Number"),
        gettext_noop("Name"),
        gettext_noop("Of whom"),
        gettext_noop("Scopes"),
        gettext_noop("Until"),
        gettext_noop("Last used"),
    ):
        table.add_column(context.text(heading), overflow="fold")
    for one in found:
        until = context.text(gettext_noop("revoked")) if one["revoked"] else one["until"][:10]
        cells = (one["name"], one["of"], one["scopes"], until, (one["last_used"] or "")[:10])
        table.add_row(str(one["number"]), *map(str, cells))
    Console(markup=False, highlight=False).print(table)


@token_app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="As `mainstay token list` shows it.")],
    json: Json = False,
) -> None:
    """End a token now."""
    desk_services()
    from mainstay.desk.access import tokens

    token = tokens.revoke(None, number)
    if context.json:
        context.put(_shown(token))
    else:
        context.say(gettext_noop("Revoked: {name}"), name=token.name)


def _shown(token: Any) -> dict[str, Any]:
    last = token.last_used_at
    return {
        "number": token.pk,
        "name": token.name,
        "of": token.user.username,
        "scopes": token.scopes,
        "until": token.expires_at.isoformat(),
        "last_used": last.isoformat() if last else None,
        "revoked": token.revoked_at is not None,
    }
