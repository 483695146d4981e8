"""Answering one assistant over standard input and output, for a person of this machine."""

from __future__ import annotations

import signal
from functools import partial
from typing import Any

from mainstay.api.assistants.server import NotAnybodys, server
from mainstay.api.assistants.who import Whose, caller_of
from mainstay.core.texts import gettext_noop


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
