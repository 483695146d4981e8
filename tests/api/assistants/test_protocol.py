"""The protocol, as the SDK's own client speaks it: over a real process, and over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from django.test import Client

from mainstay.desk.access import tokens

pytest.importorskip("mcp")
TOOLS = {"at_risk", "find_account", "explain_account", "what_to_do", "draft_interview"}
POPULATE = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'; "
    "from mainstay.desk.serve import open_database; open_database(); "
    "import cast; cast.people(); cast.show(cast.assessment())"
)
COMMAND = ["-c", "from mainstay.cli.main import entry; entry()", "assistants", "stdio"]


async def conversation(server: Any, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The tools that there are, then an answer to each call."""
    from mcp import Client as Assistant

    async with Assistant(server) as assistant:
        found: list[Any] = [{tool.name for tool in (await assistant.list_tools()).tools}]
        for name, arguments in calls:
            answer = await assistant.call_tool(name, arguments)
            assert json.loads(answer.content[0].text) == answer.structured_content
            found.append((answer.is_error, answer.structured_content))
        assert "before_a_visit" in {one.name for one in (await assistant.list_prompts()).prompts}
    return found


def test_over_a_process_of_its_own(tmp_path: Path, python_environment: dict[str, str]) -> None:
    from mcp import StdioServerParameters

    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", POPULATE], env=environment, check=True)
    server = StdioServerParameters(
        command=sys.executable, args=[*COMMAND, "--as", "minsu"], env=environment
    )

    async def talk() -> list[Any]:
        return await conversation(
            server, ("at_risk", {}), ("explain_account", {"account_id": "A102"})
        )

    listed, (failed, risk), (hidden, _said) = anyio.run(talk)
    assert listed == TOOLS  # it may only read
    assert not failed
    assert risk["total"] == 3
    assert hidden
    refused = subprocess.run(
        [sys.executable, *COMMAND, "--as", "nobody-here"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.strip() == "There is no user “nobody-here”."


def test_each_tool_tells_what_calling_it_twice_does() -> None:
    from mainstay.api.assistants.server import _described
    from mainstay.api.assistants.tools import TOOLS as ALL

    told = {name: _described(tool).annotations for name, tool in ALL.items()}
    assert {name for name, hints in told.items() if not hints.idempotent_hint} == {"log_visit"}
    assert {name for name, hints in told.items() if not hints.read_only_hint} == {"log_visit"}
    assert not any(hints.destructive_hint for hints in told.values())  # nothing is overwritten


def _initialize(client: Client, secret: str, **more: Any) -> Any:
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "at_risk", "arguments": {}},
    }
    headers = {"accept": "application/json, text/event-stream", **more}
    if secret:
        headers["authorization"] = f"Bearer {secret}"
    return client.post("/api/mcp", asked, content_type="application/json", headers=headers)


@pytest.fixture
def secret(people: dict[str, Any]) -> str:
    wish = tokens.Wish("assistant", ("read",), days=3)
    return tokens.make(people["minsu"], people["minsu"], wish)[1]


@pytest.mark.django_db
def test_over_http_one_request_is_answered_by_itself(
    secret: str, published: Any, settings: Any
) -> None:
    settings.ASSISTANTS = True
    answer = _initialize(Client(), secret)
    assert answer.status_code == 200, answer.content
    told = answer.json()["result"]["structuredContent"]
    assert told["total"] == 3
    page = told["sections"][1]["statements"][0]["source"]["page"]
    assert page == "http://testserver/account/A100/"


@pytest.mark.django_db
def test_over_http_only_a_token_that_stands_comes_in(
    secret: str, published: Any, settings: Any, people: dict[str, Any]
) -> None:
    assert _initialize(Client(), secret).status_code == 404  # off
    settings.ASSISTANTS = True
    session = Client()
    session.force_login(
        people["dora"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for client, shown in ((session, ""), (Client(), "wrong"), (Client(), secret[:-1])):
        refused = _initialize(client, shown)
        assert refused.status_code == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    blind = tokens.make(None, people["ada"], tokens.Wish("x", ("admin",), days=1))[1]
    assert _initialize(Client(), blind).status_code == 403
    elsewhere = _initialize(Client(), secret, origin="https://evil.example")
    assert elsewhere.status_code == 403
    assert Client().get("/api/mcp").status_code == 405
    people["minsu"].is_active = False
    people["minsu"].save()
    assert _initialize(Client(), secret).status_code == 401


@pytest.mark.django_db
def test_without_the_package_one_sentence_says_what_to_install(
    secret: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ASSISTANTS = True
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = _initialize(Client(), secret)
    assert answer.status_code == 503
    assert "pip install 'mainstay[assistants]'" in answer.json()["detail"]


@pytest.mark.django_db
def test_the_sdks_client_talks_over_http(secret: str, published: Any, settings: Any) -> None:
    """Its requests are handed to the desk by the test client; the transport is the SDK's."""
    import httpx2
    from asgiref.sync import async_to_sync, sync_to_async
    from mcp.client.streamable_http import streamable_http_client

    settings.ASSISTANTS = True
    desk = Client()

    class Desk(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: Any) -> Any:
            body = await request.aread()
            left_out = ("content-length", "accept-encoding")
            headers = {k: v for k, v in request.headers.items() if k not in left_out}
            answer = await sync_to_async(desk.generic)(
                request.method, request.url.path, body, "application/json", headers=headers
            )
            content = answer.content if request.method == "POST" else b""
            kind = {"content-type": answer.headers.get("Content-Type", "")}
            return httpx2.Response(answer.status_code, headers=kind, content=content)

    async def talk() -> list[Any]:
        shown = {"authorization": f"Bearer {secret}"}
        async with httpx2.AsyncClient(transport=Desk(), headers=shown) as http:
            server = streamable_http_client("http://testserver/api/mcp", http_client=http)
            return await conversation(
                server, ("at_risk", {"most": 1}), ("log_visit", {"account_id": "A100"})
            )

    listed, (failed, risk), (refused, said) = async_to_sync(talk)()
    assert listed == TOOLS
    assert not failed
    assert risk["shown"] == 1
    assert refused
    assert "write" in said["error"]
