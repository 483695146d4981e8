"""`mainstay serve`: the pages and the worker, started together, started again, and ended together."""

from __future__ import annotations

import http.client
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk.processes import PARENT

WEB = [sys.executable, "-m", "mainstay.desk.web"]
WORKER = [sys.executable, "-m", "mainstay.desk.jobs.worker"]
START_SECONDS = 120.0
STOP_SECONDS = 6.0  # more than web server and worker take by themselves: three, and a little
# A child that ended is started again after a pause: each time twice as long where it had ended soon.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, SOON_SECONDS = 0.5, 30.0, 60.0
# Pages that end at once, again and again, have a reason that a new start does not mend.
MOST_SOON = 8

log = logging.getLogger(__name__)

LOCAL = ("127.0.0.1", "localhost", "::1")


class ServeError(MainstayError):
    """The desk can't be started here, or did not come up."""

    code = "serve_error"


@dataclass
class Started:
    """What the one who started the desk wants to know.

    password: the one-time password of `name`, while nobody has signed in as them; else None
    broken_off: imports that an earlier process began and did not end; nothing of them is in the store
    """

    address: str
    name: str | None = None
    password: str | None = None
    broken_off: tuple[str, ...] = ()


@dataclass
class _Children:
    """The web server and the worker.

    started: when each was, by the monotonic clock
    soon: how often in succession each ended soon
    again_at: when what has ended is to be started again
    """

    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    soon: dict[str, int] = field(default_factory=dict)
    again_at: dict[str, float] = field(default_factory=dict)

    def start(self, name: str, command: list[str], **settings: str) -> None:
        environment = {**os.environ, **settings, PARENT: str(os.getpid())}
        self.processes[name] = subprocess.Popen(  # noqa: S603  # our own interpreter and modules
            command,
            env=environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=2,  # what they say is no answer of the command's
        )
        self.started[name] = time.monotonic()

    def ended(self, name: str) -> bool:
        return self.processes[name].poll() is not None

    def look_after(self, name: str, command: list[str]) -> None:
        """Start a child that has ended again, after its pause."""
        now = time.monotonic()
        if not self.ended(name):
            return
        if name not in self.again_at:
            early = now - self.started[name] < SOON_SECONDS
            self.soon[name] = self.soon.get(name, 0) + 1 if early else 0
            pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** self.soon[name])
            self.again_at[name] = now + pause
            code = self.processes[name].returncode
            log.warning("the %s ended (%s); it is started again in %s s", name, code, pause)
            self._sweep(name)
        elif now >= self.again_at[name]:
            del self.again_at[name]
            self.start(name, command)

    def _sweep(self, name: str) -> None:
        """End what a child left behind: the web server has workers of its own."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)

    def stop(self) -> None:
        running = [p for p in self.processes.values() if p.poll() is None]
        for process in running:
            process.terminate()
        last = time.monotonic() + STOP_SECONDS
        try:
            for process in running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, last - time.monotonic()))
        finally:  # also for somebody who presses Ctrl-C again
            for process in running:
                if process.poll() is None:
                    # All of its session: the web server has workers of its own.
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    home: Home | None = None,
    ready: Callable[[Started], None] = lambda started: None,
) -> None:
    """Run the desk until Ctrl-C or SIGTERM.

    ready: is told the address, and the first administrator's one-time password, once pages answer
    Raises: ServeError when the folder is in use, the port is taken, or the desk does not come up
    """
    home = (home or Home.from_environment()).prepare()
    os.environ["MAINSTAY_HOME"] = str(home.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")
    if host not in (*LOCAL, "0.0.0.0", "::") and "MAINSTAY_HOSTS" not in os.environ:  # noqa: S104
        os.environ["MAINSTAY_HOSTS"] = f"{host} 127.0.0.1 localhost"
    with ExitStack() as stack, _signals_as_interrupts():
        stack.enter_context(_sole_server(home))
        stack.enter_context(hold_port(host, port))
        broken_off = recover(home)
        name, password = prepare()
        _count_anew(home)
        children = _Children()
        stack.callback(children.stop)
        commands = {"web": [*WEB, host, str(port)], "worker": WORKER}
        for child, command in commands.items():
            children.start(child, command)
        _wait_for_answer(host, port, children)
        ready(Started(_address(host, port), name, password, broken_off))
        _watch(children, commands)


def _count_anew(home: Home) -> None:
    """Counters of requests begin at nought: those of processes that are no more are nobody's."""
    shutil.rmtree(home.metrics, ignore_errors=True)
    home.metrics.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(home.metrics)


def prepare() -> tuple[str | None, str | None]:
    """Bring the database up to date, collect static files, show the newest assessment.

    Returns: name and one-time password of the first administrator, until they have signed in
    """
    open_database()
    from django.db import connections

    from mainstay.desk.access import services
    from mainstay.desk.statics import collect

    collect()
    made = services.first_administrator()
    if made is None and (waiting := services.waiting_administrator()):
        made = services.reset_password(None, waiting.pk)
    show_latest()
    connections.close_all()
    return (made[0].username, made[1]) if made else (None, None)


def recover(home: Home) -> tuple[str, ...]:
    """Clear away what killed imports left in the store; gives their ids."""
    if not any(home.store.iterdir()):
        return ()
    from mainstay import engine

    return tuple(engine.open_ledger(home).recover())


def open_database() -> None:
    """Set Django up and bring the database up to date.

    Raises: InvalidSetting, DatabaseError where PostgreSQL is not there or not fit
    """
    set_up()
    from django.conf import settings

    from mainstay.desk import postgres

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        postgres.check(database)
    migrate()


def set_up() -> None:
    """Set Django up; no database is opened."""
    os.umask(0o077)  # databases and lock files are nobody else's business; children inherit it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.desk.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the database up to date."""
    from django.core.management import call_command

    from mainstay.desk.locks import only_one

    with only_one("migrate"):
        call_command("migrate", interactive=False, verbosity=0)


def show_latest() -> None:
    """Load the newest assessment for the pages, if they have another one or none."""
    from django.conf import settings

    from mainstay.desk.jobs.running import publish_latest

    publish_latest(settings.HOME)


@contextmanager
def hold_port(host: str, port: int) -> Iterator[None]:
    """Claim the port for this desk: the web server itself would share it with another in silence.

    Another program's is seen by binding it once by way of trial. Of two desks that start at the same
    moment one has the claim, a name that the system gives back when its process ends.
    Raises: ServeError
    """
    with ExitStack() as stack:
        trial = stack.enter_context(socket.socket(_family(host), socket.SOCK_STREAM))
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if sys.platform == "linux":
                claim = stack.enter_context(socket.socket(socket.AF_UNIX))
                claim.bind(f"\0mainstay-port-{port}")
            trial.bind((host, port))
        except OSError as error:
            raise ServeError(
                gettext_noop(
                    "{host}:{port} can't be used ({reason}); choose another port with --port."
                ),
                host=host,
                port=str(port),
                reason=error.strerror or str(error),
            ) from None
        trial.close()
        yield


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@contextmanager
def _sole_server(home: Home) -> Iterator[None]:
    from mainstay.desk.locks import Taken, only_one

    try:
        with only_one("serve", home, wait=False):
            yield
    except Taken:
        raise ServeError(
            gettext_noop(
                "Mainstay is running already with the folder {folder}; "
                "stop it first, or choose another folder with MAINSTAY_HOME."
            ),
            folder=str(home.folder),
        ) from None


def _wait_for_answer(host: str, port: int, children: _Children) -> None:
    place = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and not children.ended("web"):
        # The port is open before the pages are loaded, so only an answer counts.
        pages = http.client.HTTPConnection(place, port, timeout=last - time.monotonic())
        try:
            pages.request("HEAD", "/accounts/login/")
            if pages.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return
            break
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            pages.close()
    raise ServeError(
        gettext_noop("The pages did not come up; the lines above say why. Start it again.")
    )


def _watch(children: _Children, commands: dict[str, list[str]]) -> None:
    while True:
        time.sleep(0.3)
        for name, command in commands.items():
            children.look_after(name, command)
        if children.soon.get("web", 0) >= MOST_SOON:
            raise ServeError(
                gettext_noop(
                    "The web server ended again and again; the lines above say why. Start it again."
                )
            )


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown and '[' not in shown else shown}:{port}/"


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """SIGTERM ends the desk as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
