"""`mainstay serve`: the desk."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.desk.serve import Started


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str, typer.Option(help="0.0.0.0 for the whole network; name it in MAINSTAY_HOSTS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the desk answers.")] = 8000,
    json: Json = False,
) -> None:
    """Start the desk: pages in the browser, until Ctrl-C."""
    start(context.home, host=host, port=port)


def check_port(port: int, host: str = "127.0.0.1") -> None:
    """Raises: ServeError where the desk could not answer there now."""
    from mainstay.desk.serve import hold_port

    with hold_port(host, port):
        pass


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
    """At once, also into a journal or a pipe, where what is printed waits otherwise."""
    _say(started)
    sys.stdout.flush()


def _say(started: Started) -> None:
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
