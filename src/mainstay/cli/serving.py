"""`mainstay serve` and `mainstay user`: the desk, and the people who may sign in to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.cli.context import Json, context
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.desk.serve import Started


user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.add_typer(user_app, name="user")


def serve(
    host: Annotated[
        str, typer.Option(help="0.0.0.0 for the whole network; name it in MAINSTAY_HOSTS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the desk answers.")] = 8000,
    json: Json = False,
) -> None:
    """Start the desk: pages in the browser, until Ctrl-C."""
    start(context.home, host=host, port=port)


def start(home: Home, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Run the desk and say where it answers."""
    from mainstay.desk import serve as desk

    def ready(started: Started) -> None:
        _tell(started)
        if host in ("0.0.0.0", "::") and "MAINSTAY_HOSTS" not in os.environ:  # noqa: S104
            context.say_error(
                gettext_noop(
                    "From other machines it answers only under the names in MAINSTAY_HOSTS; "
                    "set it to this machine's name or address."
                )
            )

    desk.serve(host, port, home=home, ready=ready)


def _tell(started: Started) -> None:
    if context.json:
        context.put(
            {
                "address": started.address,
                "name": started.name,
                "password": started.password,
                "broken_off": list(started.broken_off),
            }
        )
        return
    for import_id in started.broken_off:
        context.say(
            gettext_noop("The import {import_id} was broken off; nothing of it is in the store."),
            import_id=import_id,
        )
    context.say(gettext_noop("Mainstay answers at {address}"), address=started.address)
    if started.password:
        context.say(
            gettext_noop("Sign in as {name} with the one-time password {password}"),
            name=started.name,
            password=started.password,
        )
    context.say(gettext_noop("Ctrl-C stops it."))


@user_app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="director, manager, analyst or administrator.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    staff: Annotated[str, typer.Option(help="Their code in your files.")] = "",
    json: Json = False,
) -> None:
    """Add a person; prints their one-time password."""
    services = _services()
    user, password = services.add_user(
        None, username=username, name=name, role=role, staff_id=staff
    )
    _show_password(user, password, _warnings(user))


@user_app.command("password")
def password(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    json: Json = False,
) -> None:
    """Give a person a new one-time password."""
    services = _services()
    user, word = services.reset_password(None, services.user_named(username).pk)
    _show_password(user, word)


def _services() -> Any:
    """The services of the desk, its database brought up to date."""
    os.environ["MAINSTAY_HOME"] = str(context.home.prepare().folder)
    from mainstay.desk.serve import open_database

    open_database()
    from mainstay.desk.access import services

    return services


def _warnings(user: Any) -> list[str]:
    """What somebody may have mistyped; the files that name the staff may also come later."""
    from mainstay import engine
    from mainstay.desk.access import services

    if services.sees_nothing(user):
        return [context.text(str(services.NO_STAFF_CODE))]
    staff_id = user.staff_id

    ledger = engine.open_ledger(context.home)
    known = {
        code
        for table in ("staff", "assignments")
        for code in ledger.table(table)["staff_id"].to_pylist()
    }
    if not staff_id or staff_id in known:
        return []
    return [
        context.text(
            gettext_noop(
                "The staff code “{staff}” is in none of the tables staff and assignments; until it "
                "is, no account is theirs."
            ),
            staff=staff_id,
        )
    ]


def _show_password(user: Any, word: str, warnings: Sequence[str] = ()) -> None:
    if context.json:
        said = {"name": user.username, "role": user.role, "password": word}
        context.put({**said, "warnings": list(warnings)})
    else:
        context.say(
            gettext_noop("{name} signs in with the one-time password {password}"),
            name=user.username,
            password=word,
        )
    for warning in warnings:
        print(warning, file=sys.stderr)
