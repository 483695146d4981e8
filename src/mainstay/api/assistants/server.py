"""The server of the protocol, for one person's assistant: the official SDK around our tools.

Made anew for each connection (each request over HTTP); it keeps nothing between two calls.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from mainstay import __version__
from mainstay.api.assistants.calling import call
from mainstay.api.assistants.prompts import PROMPTS
from mainstay.api.assistants.tools import INSTRUCTIONS, Tool, tools_for
from mainstay.api.assistants.types import Caller
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.tokens import READ

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.lowlevel import Server

WhoAsks = Callable[[], Caller | None]


class NoSdk(MainstayError):
    """The optional package that speaks the protocol is not there."""

    code = "no_sdk"


class NotAnybodys(MainstayError):
    """Nobody stands behind the assistant any more."""

    code = "not_anybodys"


def needs_sdk() -> None:
    """Raises: NoSdk"""
    if importlib.util.find_spec("mcp") is None:
        raise NoSdk(
            gettext_noop(
                "Assistants need a package that is not installed here; install it with: "
                "pip install 'mainstay[assistants]'"
            )
        )


def server(who: WhoAsks, *, keeps_connection: bool = False) -> Server[Any]:
    """The server for whoever `who` says is asking; asked before each call, as a right may have ended.

    keeps_connection: nobody else looks after the connections to the database between two calls
    Raises: NoSdk
    """
    needs_sdk()
    import mcp_types as types
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError

    def caller() -> Caller:
        if keeps_connection:
            close_old_connections()
        found = who()
        if found is None:
            raise MCPError(types.INVALID_REQUEST, "This access has ended; ask for a new token.")
        return found

    def listed() -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in tools_for(caller())])

    def called(name: str, arguments: dict[str, Any] | None) -> types.CallToolResult:
        answer = call(caller(), name, arguments)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=answer.text)],
            structured_content=answer.content,
            is_error=answer.failed,
        )

    async def on_list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        return await sync_to_async(listed)()

    async def on_call_tool(_context: Any, params: Any) -> types.CallToolResult:
        return await sync_to_async(called)(params.name, params.arguments)

    async def on_list_prompts(_context: Any, _params: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[_prompt(name) for name in PROMPTS])

    async def on_get_prompt(_context: Any, params: Any) -> types.GetPromptResult:
        known = PROMPTS.get(params.name)
        if known is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such prompt.")
        given = (params.arguments or {}).get("account", "")[:100]
        content = types.TextContent(type="text", text=known.text.format(account=given))
        message = types.PromptMessage(role="user", content=content)
        return types.GetPromptResult(description=known.description, messages=[message])

    return Server(
        "mainstay",
        version=__version__,
        title="Mainstay",
        instructions=INSTRUCTIONS,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_prompts=on_list_prompts,
        on_get_prompt=on_get_prompt,
    )


def _described(tool: Tool) -> types.Tool:
    import mcp_types as types

    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.asked.model_json_schema(),
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.scope == READ,
            destructive_hint=False,
            idempotent_hint=tool.scope == READ,  # writing makes a draft or uses one up
            open_world_hint=False,
        ),
    )


def _prompt(name: str) -> types.Prompt:
    import mcp_types as types

    known = PROMPTS[name]
    arguments = [
        types.PromptArgument(
            name="account", description="Name or code of the account", required=True
        )
    ]
    return types.Prompt(
        name=name,
        title=known.title,
        description=known.description,
        arguments=arguments if "{account}" in known.text else [],
    )
