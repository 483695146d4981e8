"""What the tests of the documentation share."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def run_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
