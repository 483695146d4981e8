"""A plan of the cast's week, and a mail server and a messenger of the test's own that take what is sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from digested import MONDAY_9, PUBLIC, ZONE, freeze_plan

from mainstay.desk.digests.models import Channel, Post, Subscription
from mainstay.desk.digests.sealing import sealed


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def plan(settings: Any, published: Any) -> Any:
    """Two things of 김민수's, one of 陳偉's."""
    return freeze_plan(settings.HOME.store)


class _Messenger(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def messenger() -> Iterator[Any]:
    """A company's own messenger: what it took is in `taken`, `status` is what it answers."""
    server: Any = HTTPServer(("127.0.0.1", 0), _Messenger)
    server.taken, server.status = [], 200
    server.url = f"mmost://127.0.0.1:{server.server_port}/3ccdd113474722377935511fc85d3dd4"
    server.named = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs that sends one mail."""

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line)
                server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self.wfile.write(b"250 taken\r\n")
            elif word == b"RCPT" and server.refuses:
                self.wfile.write(b"550 nobody here\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 yes\r\n")


@pytest.fixture
def mail_server() -> Iterator[Any]:
    """A mail server: what it took is in `taken`; it refuses all recipients where `refuses`."""
    server: Any = socketserver.TCPServer(("127.0.0.1", 0), _Mail)
    server.taken, server.refuses = [], False
    server.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def post(db: None, messenger: Any, mail_server: Any) -> Post:
    """Digests are switched on, by both."""
    return Post.objects.create(
        pk=1,
        on=True,
        public_url=PUBLIC,
        services=["mattermost", "slack"],
        own_servers=messenger.named,
        mail_host="127.0.0.1",
        mail_port=mail_server.port,
        mail_security="none",
        mail_from="desk@example.com",
    )


@pytest.fixture
def subscribe(people: dict[str, Any], post: Post, messenger: Any) -> Callable[..., Subscription]:
    """Somebody gets digests on Mondays from seven on, by messenger unless said otherwise."""

    def make(username: str, *, by: str = "mattermost", **changes: Any) -> Subscription:
        user = people[username]
        if by == "mail":
            user.email = f"{username}@example.com"
            user.save()
            Channel.objects.create(user=user, service="mail", added_at=MONDAY_9)
        else:
            Channel.objects.create(
                user=user,
                service=by,
                address=sealed(messenger.url),
                hint="…3dd4",
                added_at=MONDAY_9,
            )
        given = {"on": True, "language": "en", "since": datetime(2026, 1, 1, tzinfo=ZONE)}
        return Subscription.objects.create(user=user, **(given | changes))

    return make
