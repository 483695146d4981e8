"""The thread of the worker that sends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mainstay.desk.digests import postman, sending
from mainstay.desk.nightly import queries as nightly


def test_it_goes_on_after_a_round_that_failed_and_ends_when_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, rounds = threading.Event(), []

    def run(now: Any, *, pause: Any) -> None:
        rounds.append(now)
        if len(rounds) == 1:
            raise OSError("the database is away")
        pause(0.0)
        stop.set()

    monkeypatch.setattr(postman, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(sending, "run", run)
    monkeypatch.setattr(nightly, "holds_digests", lambda now: False)
    thread = postman.Postman(stop)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert len(rounds) == 2
    assert rounds[0].tzinfo is not None
    assert "it goes on" in caplog.text
