"""One request to an endpoint: to the address that was looked at, in limited time, reading limited answers."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from mainstay import __version__
from mainstay.api.webhooks.addresses import BadAddress, Target, Within, resolve
from mainstay.core.texts import Text, gettext_noop

SECONDS = 15.0  # for all of a request, after its name was resolved
MOST_BYTES = 64 * 1024  # of an answer's body
SHOWN = 300  # letters of it that are kept


@dataclass(frozen=True)
class Answer:
    """What came of a request.

    status: None where nothing answered; trouble: why it does not count as taken, None where it does
    wait_seconds: how long the receiver wants to be left alone
    skew_seconds: by how much its clock is ahead of ours, as far as its answer says
    """

    status: int | None
    trouble: Text | None
    took_ms: int = 0
    said: str = ""
    wait_seconds: int = 0
    skew_seconds: int | None = None

    @property
    def is_taken(self) -> bool:
        return self.trouble is None

    @property
    def is_gone(self) -> bool:
        """The receiver says that it never wants anything again."""
        return self.status == HTTPStatus.GONE


class _Connection(http.client.HTTPConnection):
    """To one address of a machine; a certificate must be of the name that led there."""

    def __init__(self, target: Target, ip: str) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target, self.ip = target, ip

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.target.port), SECONDS)
        if self.target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.target.host, do_handshake_on_connect=False
            )

    def shake_hands(self) -> None:
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()


def post(target: Target, body: bytes, headers: Mapping[str, str], allowed: Within) -> Answer:
    """Send a body; whatever goes wrong is the answer's trouble."""
    began = time.monotonic()
    try:
        connection = _Connection(target, resolve(target, allowed))
        with _closing(connection):
            answer = _ask(connection, body, headers)
            return _told(answer, round(1000 * (time.monotonic() - began)))
    except BadAddress as error:
        return Answer(None, error.text)
    except ssl.SSLCertVerificationError as error:
        text = gettext_noop("Its certificate is not trusted here: {reason}.")
        return Answer(None, Text(text, {"reason": error.verify_message or "?"}))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, _no_answer(error, time.monotonic() - began))


def _no_answer(error: Exception, seconds: float) -> Text:
    if isinstance(error, TimeoutError) or seconds >= SECONDS:
        return Text(
            gettext_noop("No answer within {seconds} seconds."), {"seconds": round(SECONDS)}
        )
    if isinstance(error, ConnectionRefusedError):
        return Text(gettext_noop("Nobody listens at this address."), {})
    return Text(gettext_noop("The connection broke off before an answer came."), {})


@contextmanager
def _closing(connection: _Connection) -> Iterator[None]:
    """Cut off at the deadline also one that answers a byte at a time, which no time-out of a read does."""
    connection.connect()
    sock = connection.sock
    # Not the method of a TLS socket: that one forgets its own state under the reader.
    cut = threading.Timer(SECONDS, lambda: _shut(sock))
    cut.daemon = True
    cut.start()
    try:
        connection.shake_hands()
        yield
    finally:
        cut.cancel()
        connection.close()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _ask(
    connection: _Connection, body: bytes, headers: Mapping[str, str]
) -> http.client.HTTPResponse:
    connection.request(
        "POST",
        connection.target.path,
        body,
        {
            "Host": connection.target.place,
            "User-Agent": f"Mainstay/{__version__}",
            "Content-Type": "application/json; charset=utf-8",
            "Connection": "close",
            **headers,
        },
    )
    return connection.getresponse()


def _told(answer: http.client.HTTPResponse, took_ms: int) -> Answer:
    status, said = answer.status, ""
    taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    with suppress(OSError, http.client.HTTPException):  # its status has said enough
        said = answer.read(MOST_BYTES).decode("utf-8", errors="replace")
    shown = "".join(letter for letter in said if letter.isprintable())[:SHOWN]
    wait = answer.headers.get("Retry-After", "")
    return Answer(
        status,
        None if taken else _refused(status),
        took_ms,
        "" if taken else shown,
        int(wait) if re.fullmatch("[0-9]{1,6}", wait) else 0,
        _skew(answer.headers.get("Date")),
    )


def _refused(status: int) -> Text:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        text = gettext_noop("It answered with another address ({status}), which is not followed.")
    elif status == HTTPStatus.GONE:
        text = gettext_noop("It says that it is gone for good ({status}).")
    else:
        text = gettext_noop("It was refused ({status}).")
    return Text(text, {"status": str(status)})


def _skew(date: str | None) -> int | None:
    try:
        told = parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    return round((told - datetime.now(UTC)).total_seconds())
