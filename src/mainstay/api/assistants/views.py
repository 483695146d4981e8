"""The protocol over HTTP, at one address of the desk: each request is answered by itself, as JSON.

The SDK speaks ASGI and the desk WSGI. Since nothing is kept between two requests, one request is handed to
the SDK as a whole and its answer taken back as a whole; the tools run in the thread of the request, with its
connection to the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from mainstay.api import auth, problems
from mainstay.api.assistants.server import server
from mainstay.api.assistants.who import of_token
from mainstay.core.errors import MainstayError

MOST_BYTES = 256 * 1024  # of one request
# What the SDK reads of a request; the token stays here.
PASSED = ("accept", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name")


@csrf_exempt  # a token is shown, never a cookie
@login_not_required
def mcp(request: HttpRequest) -> HttpResponse:
    """Answer one request of the protocol; what is refused before is a problem, as everywhere in the API."""
    try:
        return _answer(request)
    except (problems.Problem, Http404, MainstayError, RequestDataTooBig) as error:
        return problems.answer(problems.of(error))


def _answer(request: HttpRequest) -> HttpResponse:
    if not settings.ASSISTANTS:
        raise Http404
    if request.method != "POST":
        refused = problems.plain(HTTPStatus.METHOD_NOT_ALLOWED)
        refused.headers["Allow"] = "POST"
        raise refused
    if not _same_origin(request):
        raise problems.Problem(
            HTTPStatus.FORBIDDEN, "other_origin", _("Pages of other sites may not ask here.")
        )
    token = auth.READ(request)
    if len(request.body) > MOST_BYTES:
        raise problems.plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    caller = of_token(token, request.build_absolute_uri("/").rstrip("/"))
    serving = server(lambda: caller)
    return async_to_sync(_answered)(serving, _scope(request), request.body).response()


def _same_origin(request: HttpRequest) -> bool:
    """Programs send no origin; a browser that was led here by another site does."""
    origin = request.headers.get("Origin")
    return not origin or urlsplit(origin).netloc == request.get_host()


@dataclass
class _Answer:
    """What the SDK sent back."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        else:
            self.body += message.get("body", b"")

    def response(self) -> HttpResponse:
        known = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.headers
        }
        response = HttpResponse(
            self.body, status=self.status, content_type=known.get("content-type")
        )
        response["Cache-Control"] = "no-store"
        return response


async def _answered(serving: Any, scope: dict[str, Any], body: bytes) -> _Answer:
    import anyio
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    handed = False

    async def receive() -> dict[str, Any]:
        nonlocal handed
        if handed:
            await anyio.sleep_forever()  # nobody goes away before the answer
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    answer = _Answer()
    manager = StreamableHTTPSessionManager(serving, json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(scope, receive, answer.send)
    return answer


def _scope(request: HttpRequest) -> dict[str, Any]:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
        if name.lower() in PASSED or name.lower().startswith("mcp-param-")
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
    }
