"""Fixtures of the desk: the cast, clients that are signed in, a desk that is really running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """The language of a test's last page is none of the next test's business."""
    from django.utils import translation

    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _triggers_let_tests_clean_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transactional test empties all tables afterwards, which the record of events refuses."""
    from django.db import connection

    from mainstay.desk.access import append_only

    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: Any, statements: Any) -> None:
        append_only.remove(self.connection)
        flush(self, statements)
        append_only.install(self.connection)

    monkeypatch.setattr(operations, "execute_sql_flush", flush_without_triggers)


@pytest.fixture
def cast() -> Any:
    """The module of people and accounts."""
    return people_and_accounts


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """Everybody of the cast, in the database."""
    return people_and_accounts.people()


@pytest.fixture
def published(db: None) -> Any:
    """The cast's accounts, as the pages see them."""
    return people_and_accounts.show(people_and_accounts.assessment())


@pytest.fixture
def own_store(tmp_path: Path, settings: Any) -> None:
    """A store of the test's own, with nothing kept of another's."""
    from django.core.cache import cache

    from mainstay.core.home import Home
    from mainstay.desk.accounts import evidence

    settings.HOME = Home(tmp_path).prepare()
    cache.clear()
    evidence._opened.cache_clear()


@pytest.fixture
def signed_in(people: dict[str, Any]) -> Callable[[str], Client]:
    """A client in which that person of the cast is signed in."""

    def client(username: str) -> Client:
        made = Client()
        made.force_login(
            people[username], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return made

    return client


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@dataclass
class Desk:
    """A desk that runs as users run it: `mainstay serve` in a process of its own."""

    process: subprocess.Popen[str]
    home: Path
    address: str
    name: str | None
    password: str | None

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


SERVE = (
    "import json, sys; "
    "from mainstay.desk.serve import serve; from dataclasses import asdict; "
    "serve(port=int(sys.argv[1]), ready=lambda s: print(json.dumps(asdict(s)), flush=True))"
)


def start_desk(home: Path, environment: dict[str, str], *, log: Any = None, **extra: str) -> Desk:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(free_port())],
        env={**environment, "MAINSTAY_HOME": str(home), **extra},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("{"):
        process.terminate()
        process.stdout.close()
        pytest.fail(f"the desk did not start: exit {process.wait(20)} {line}")
    started = json.loads(line)
    return Desk(process, home, started["address"], started["name"], started["password"])


@pytest.fixture
def run_desk(python_environment: dict[str, str]) -> Iterator[Callable[..., Desk]]:
    """Start desks; what still runs at the end of the test is stopped."""
    started: list[Desk] = []

    def start(home: Path, **extra: Any) -> Desk:
        started.append(start_desk(home, python_environment, **extra))
        return started[-1]

    yield start
    for desk in started:
        if desk.process.poll() is None:
            desk.stop()
        desk.process.stdout.close()


POPULATE = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'; "
    "from mainstay.desk.serve import open_database; open_database(); "
    "import cast; cast.people(); cast.show(cast.assessment())"
)


@pytest.fixture(scope="session")
def desk(
    tmp_path_factory: pytest.TempPathFactory, python_environment: dict[str, str]
) -> Iterator[Desk]:
    """One running desk with the cast, for the tests in the browser; they must leave it as it was."""
    home = tmp_path_factory.mktemp("desk")
    environment = {**python_environment, "MAINSTAY_HOME": str(home)}
    subprocess.run([sys.executable, "-c", POPULATE], env=environment, check=True)
    running = start_desk(home, python_environment)
    yield running
    running.stop()
    running.process.stdout.close()


@pytest.fixture
def sign_in(desk: Desk, page: Any) -> Callable[[str], Any]:
    """Sign in as one of the cast in the browser; gives the page."""

    def enter(username: str) -> Any:
        page.goto(f"{desk.address}accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(people_and_accounts.PASSWORD)
        page.locator("form:has(input[name=password]) button").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return enter


@pytest.fixture
def troubles(page: Any) -> list[str]:
    """What the browser complains of: scripts that fail, files refused or missing, the policy broken.

    A file given up because the page was left before it came is no trouble: quick users do that.
    """
    heard: list[str] = []
    page.on("console", lambda m: heard.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: heard.append(str(e)))
    page.on(
        "requestfailed",
        lambda r: heard.append(f"{r.failure} {r.url}") if r.failure != "net::ERR_ABORTED" else None,
    )
    page.on("response", lambda r: heard.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    return heard


def wait_until(true: Callable[[], Any], seconds: float = 120.0) -> Any:
    """Wait for something another process does; the limit is for a test that has failed."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if value := true():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return wait_until


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
