"""`mainstay digest`: send the digests that are due, or show one."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.texts import gettext_noop


def register(app: typer.Typer) -> None:
    app.command("digest")(digest)


def digest(
    show: Annotated[
        str | None,
        typer.Option(
            "--show", metavar="USER", help="Print what this user would get; send nothing."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Send the digests that are due now, each once; the running desk does so by itself."""
    os.environ["MAINSTAY_HOME"] = str(context.home.prepare().folder)
    from mainstay.desk.serve import open_database, show_latest

    open_database()
    show_latest()
    from django.utils import timezone

    from mainstay.desk.access import services
    from mainstay.desk.digests import queries, sending

    if show is not None:
        text = sending.show(services.user_named(show), timezone.now())
        if context.json:
            context.put({"user": show, "text": text})
        else:
            print(text, end="")
        return
    queries.check_ready()
    done = sending.run(timezone.localtime())
    if context.json:
        context.put({"sent": done.sent, "failed": done.failed, "waiting": done.waiting})
        return
    context.say(
        gettext_noop("{sent} digests sent; {waiting} to be tried again; {failed} given up."),
        sent=str(done.sent),
        waiting=str(done.waiting),
        failed=str(done.failed),
    )
