"""`mainstay serve` as users run it: in a process of its own, with everything it starts."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAINSTAY = [sys.executable, "-c", "from mainstay.cli.main import main; main()"]


def children(pid: int) -> set[int]:
    """All processes below this one."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | children(child)
    return found


def gone(pids: set[int]) -> bool:
    def is_gone(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        return state == "Z"

    return all(map(is_gone, pids))


class Browser:
    """As much of a browser as these tests need: cookies, forms, redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> tuple[str, str]:
        with self.opener.open(urllib.parse.urljoin(self.address, path), timeout=20) as answer:
            return answer.geturl(), answer.read().decode()

    def send(self, path: str, **form: str) -> tuple[str, str]:
        _, page = self.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token[1]}).encode()
        url = urllib.parse.urljoin(self.address, path)
        with self.opener.open(url, data, timeout=20) as answer:
            return answer.geturl(), answer.read().decode()


def test_a_new_desk_lets_its_administrator_in_and_stops_at_once(
    tmp_path: Path, run_desk: Callable[..., Any], eventually: Callable[..., Any]
) -> None:
    desk = run_desk(tmp_path)
    assert desk.name == "admin"
    browser = Browser(desk.address)
    where, page = browser.send("/accounts/login/", login="admin", password=desk.password)
    assert where.endswith("/accounts/password/change/")
    style = re.search(r'href="(/static/mainstay/desk\.[0-9a-f]{12}\.css)"', page)
    assert style, "static files have hashed names"
    assert "{" in browser.get(style[1])[1]
    new = "harbour-lantern-7"
    browser.send(
        "/accounts/password/change/", oldpassword=desk.password or "", password1=new, password2=new
    )
    assert browser.get("/people/")[0].endswith("/people/")

    family = children(desk.process.pid)
    assert len(family) >= 3
    assert desk.stop(signal.SIGINT) == 0
    eventually(lambda: gone(family))

    again = run_desk(tmp_path)
    assert again.password is None  # they have one of their own now
    where, _ = Browser(again.address).send("/accounts/login/", login="admin", password=new)
    assert "/login/" not in where


def test_secrets_are_the_owners_alone(desk: Any) -> None:
    for file in ("secret_key", "desk.sqlite3", "jobs.sqlite3"):
        assert (desk.home / file).stat().st_mode & 0o077 == 0, file


def test_killed_hard_it_leaves_nobody_behind(
    tmp_path: Path, run_desk: Callable[..., Any], eventually: Callable[..., Any]
) -> None:
    desk = run_desk(tmp_path)
    family = children(desk.process.pid)
    desk.process.kill()
    desk.process.wait()
    eventually(lambda: gone(family))
    assert run_desk(tmp_path).password  # nobody has signed in yet: a new one-time password


def test_killed_while_it_starts_it_leaves_nobody_either(
    tmp_path: Path, python_environment: dict[str, str], eventually: Callable[..., Any]
) -> None:
    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path)}
    script = "from mainstay.desk.serve import serve; serve(port=0)"
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    family = eventually(lambda: children(process.pid))  # they have not begun to load
    process.kill()
    process.wait()
    eventually(lambda: gone(family))


def test_a_web_server_killed_while_its_workers_load_leaves_none_of_them(
    tmp_path: Path, python_environment: dict[str, str], eventually: Callable[..., Any]
) -> None:
    environment = {**python_environment, "MAINSTAY_PARENT": str(os.getpid())}
    command = [sys.executable, "-m", "mainstay.desk.web", "127.0.0.1", "0"]
    web = subprocess.Popen(command, env={**environment, "MAINSTAY_HOME": str(tmp_path)})
    workers = eventually(lambda: children(web.pid))  # they have not begun to load
    web.kill()
    web.wait()
    eventually(lambda: gone(workers))


@pytest.mark.parametrize("module", [b"jobs.worker", b"desk.web"])
def test_what_was_killed_is_started_again(
    module: bytes, desk: Any, eventually: Callable[..., Any]
) -> None:
    def child() -> int | None:
        for pid in children(desk.process.pid):
            try:
                if module in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
            except FileNotFoundError:
                continue
        return None

    def well() -> bool:
        try:
            return '"status": "ok"' in Browser(desk.address).get("/health/ready")[1]
        except OSError:
            return False

    eventually(well)
    first = child()
    assert first
    os.kill(first, signal.SIGKILL)
    eventually(lambda: child() not in (None, first))
    eventually(well)


def test_a_second_desk_is_refused_in_one_sentence(
    tmp_path: Path, desk: Any, python_environment: dict[str, str]
) -> None:
    port = desk.address.rstrip("/").rsplit(":", 1)[1]
    for home, told in ((desk.home, "running already"), (tmp_path, "choose another port")):
        done = subprocess.run(
            [*MAINSTAY, "serve", "--port", port],
            env={**python_environment, "MAINSTAY_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert told in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_unknown_hosts_get_no_page(desk: Any) -> None:
    place = urllib.parse.urlsplit(desk.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    connection.request("GET", "/accounts/login/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()


def test_people_from_the_command_line(tmp_path: Path, python_environment: dict[str, str]) -> None:
    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MAINSTAY, "user", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    added = run("add", "kim", "--role", "manager", "--name", "김", "--staff", "S1")
    assert added.returncode == 0, added.stderr
    assert re.search(r"kim .* \w{4}-\w{4}-\w{4}", added.stdout)
    assert run("password", "kim").stdout != added.stdout
    for words in (
        ("add", "kim", "--role", "manager"),
        ("add", "x", "--role", "king"),
        ("password", "who"),
    ):
        refused = run(*words)
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.postgres
def test_the_desk_and_its_worker_on_postgresql(
    tmp_path: Path,
    run_desk: Callable[..., Any],
    postgres: Any,
    eventually: Callable[..., Any],
    python_environment: dict[str, str],
) -> None:
    import psycopg

    url = postgres.new_database()
    log = tmp_path / "log"
    with log.open("w") as stderr:
        desk = run_desk(tmp_path, DATABASE_URL=url, log=stderr)
    where, _ = Browser(desk.address).send("/accounts/login/", login="admin", password=desk.password)
    assert where.endswith("/accounts/password/change/")
    assert not (tmp_path / "desk.sqlite3").exists()

    ask = "from mainstay.desk.serve import open_database; open_database(); "
    ask += "from mainstay.desk.jobs import services; services.ask(None, 'assess', {})"
    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path), "DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", ask], env=environment, check=True)

    def states() -> list[Any]:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT state FROM jobs_job WHERE kind = 'assess'").fetchall()

    eventually(lambda: states() == [("done",)])  # there is nothing to assess
    assert not (tmp_path / "jobs.sqlite3").exists()

    name = url.partition("?")[0].rpartition("/")[2]
    shut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute(shut, [name])
        with pytest.raises(urllib.error.HTTPError, match="503"):
            Browser(desk.address).send("/accounts/login/", login="admin", password="x")
        eventually(lambda: "the database does not answer; work waits" in log.read_text())
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    eventually(lambda: "the database answers again" in log.read_text())
    assert log.read_text().count("work waits for it") == 1
    assert "Traceback" not in log.read_text()
    assert len(log.read_text().splitlines()) == 3  # it went, the page, it is back


def test_a_taken_port_is_noticed_before_anything_is_made() -> None:
    from mainstay.desk.serve import ServeError, hold_port

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ServeError), hold_port("127.0.0.1", other.getsockname()[1]):
            pass


def test_of_two_desks_that_start_at_once_one_has_the_port() -> None:
    """Neither listens yet: the second must be refused all the same, until the first has ended."""
    from mainstay.desk.serve import ServeError, hold_port

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with hold_port("127.0.0.1", port):
        for host in ("127.0.0.1", "0.0.0.0"):
            with pytest.raises(ServeError), hold_port(host, port):
                pass
    with hold_port("127.0.0.1", port):
        pass


def test_a_wrong_password_is_no_line_on_the_console() -> None:
    import logging

    assert not logging.getLogger("axes.handlers.database").isEnabledFor(logging.WARNING)
    assert logging.getLogger("django").isEnabledFor(logging.WARNING)
