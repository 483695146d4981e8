"""`mainstay serve`: the pages and the worker, started together and ended together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from mainstay.core.errors import MainstayError
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk.processes import PARENT

WEB = [sys.executable, "-m", "mainstay.desk.web"]
WORKER = [sys.executable, "-m", "mainstay.desk.jobs.worker"]
START_SECONDS = 60.0
STOP_SECONDS = 5.0
# A worker that ends at once, again and again, has a reason that a new start does not mend.
RESTART_PAUSE_SECONDS = 2.0

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
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], **settings: str) -> None:
        environment = {**os.environ, **settings, PARENT: str(os.getpid())}
        self.processes[name] = subprocess.Popen(  # noqa: S603  # our own interpreter and modules
            command,
            env=environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=2,  # what they say is no answer of the command's
        )

    def ended(self, name: str) -> bool:
        return self.processes[name].poll() is not None

    def stop(self) -> None:
        running = [p for p in self.processes.values() if p.poll() is None]
        for process in running:
            process.terminate()
        last = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, last - time.monotonic()))
            except subprocess.TimeoutExpired:
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
        children = _Children()
        stack.callback(children.stop)
        children.start("web", [*WEB, host, str(port)])
        children.start("worker", WORKER)
        _wait_for_answer(host, port, children)
        ready(Started(_address(host, port), name, password, broken_off))
        _watch(children)


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


def _watch(children: _Children) -> None:
    while True:
        time.sleep(0.3)
        if children.ended("web"):
            raise ServeError(
                gettext_noop("The web server ended; the lines above say why. Start it again.")
            )
        if children.ended("worker"):
            time.sleep(RESTART_PAUSE_SECONDS)
            children.start("worker", WORKER)


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
