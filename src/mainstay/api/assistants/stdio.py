"""Answering one assistant over standard input and output, for a person of this machine."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from functools import partial
from typing import Any

from mainstay.api.assistants.server import NotAnybodys, server
from mainstay.api.assistants.types import Caller
from mainstay.core.texts import gettext_noop
from mainstay.desk.access import tokens
from mainstay.desk.access.models import User
from mainstay.desk.access.services import user_named
from mainstay.desk.digests.queries import post


@dataclass(frozen=True)
class Whose:
    """For whom: a sign-in name that whoever runs the command vouches for, or a token's secret.

    may_write: of a name; a token says so itself
    """

    username: str = ""
    secret: str = ""
    may_write: bool = False


def caller_of(whose: Whose) -> Caller | None:
    """Who that is now; None where nobody may come in that way any more. Raises: NotFound"""
    base = post().public_url
    if whose.secret:
        token = tokens.person_of(whose.secret)
        return of_token(token, base) if token and token.may(tokens.READ) else None
    user: User = user_named(whose.username)
    if not user.is_active:
        return None
    scopes = {tokens.READ, tokens.WRITE} if whose.may_write else {tokens.READ}
    return Caller(user, frozenset(scopes), base, by="stdio")


def of_token(token: Any, base: str) -> Caller:
    return Caller(token.user, frozenset(token.scopes.split()), base, by=f"token {token.name}")


def run(whose: Whose) -> None:
    """Answer until standard input ends. Raises: NoSdk, NotFound, NotAnybodys"""
    import anyio

    serving = server(partial(caller_of, whose), keeps_connection=True)
    if caller_of(whose) is None:
        raise NotAnybodys(
            gettext_noop(
                "Nobody may come in that way: the token has ended or may not read, or the person is "
                "switched off."
            )
        )
    # Each write is a transaction of its own, so that Ctrl-C leaves nothing half done.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_answer, serving)


async def _answer(serving: Any) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (read, write):
        await serving.run(read, write, serving.create_initialization_options())
