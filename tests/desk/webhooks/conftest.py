"""A receiver of the test's own that takes what is sent, and endpoints that lead to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mainstay.api.webhooks import services, words
from mainstay.api.webhooks.models import Endpoint

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.taken.append((self.path, dict(self.headers.items()), body))
        server.answering.wait(30)
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"because" * server.long)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return getattr(self.server, "date", "") or super().date_time_string(timestamp)  # type: ignore[arg-type]

    def log_message(self, *args: Any) -> None:
        pass


def listening() -> Any:
    """A receiver: what it took is in `taken`, it answers `status` once `answering` is set."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.daemon_threads = True
    server.taken, server.status, server.headers, server.long = [], 200, {}, 1
    server.answering = threading.Event()
    server.answering.set()
    server.url = f"http://127.0.0.1:{server.server_port}/hooks/secret-part"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def receivers(settings: Any) -> Iterator[Callable[[], Any]]:
    settings.WEBHOOKS_PRIVATE = ["127.0.0.0/8"]
    made: list[Any] = []

    def make() -> Any:
        made.append(listening())
        return made[-1]

    yield make
    for server in made:
        server.answering.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(receivers: Callable[[], Any]) -> Any:
    return receivers()


@pytest.fixture
def add(db: None, receiver: Any) -> Callable[..., tuple[Endpoint, str]]:
    """An endpoint that is told of everything, unless said otherwise; and its secret."""

    def make(*kinds: str, **changes: Any) -> tuple[Endpoint, str]:
        now = changes.pop("now", datetime(2026, 1, 1, tzinfo=UTC))
        given = {"name": "erp", "kinds": kinds or list(words.KINDS), "address": receiver.url}
        return services.add(None, services.Wish(**(given | changes)), now)

    return make
