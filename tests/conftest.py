"""What tests share: a PostgreSQL cluster and a browser, where the system has them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

import mainstay

if TYPE_CHECKING:
    from tryton_server import Server

# The same examples in every run, and none kept from one run to the next.
settings.register_profile("seeded", derandomize=True, database=None, deadline=None)
settings.load_profile("seeded")

# Playwright keeps an event loop in this thread; Django would refuse its database in every later test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A shell lets what it runs in the background ignore Ctrl-C, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)

MUST_NOT_SKIP = bool(os.environ.get("MAINSTAY_TESTS_MUST_NOT_SKIP"))
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The repetition on PostgreSQL takes longest: begun first, it goes on beside all the others."""
    items.sort(key=lambda item: item.path.name != "test_on_postgres.py")


def skip_loudly(what: str) -> None:
    """Skip for want of something on this machine; fail where the tests must not be skipped."""
    if MUST_NOT_SKIP:
        pytest.fail(f"{what} is missing, and MAINSTAY_TESTS_MUST_NOT_SKIP is set")
    pytest.skip(f"NOT TESTED: {what} is missing on this machine")


def postgres_binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the newest of Debian's, or wherever PATH finds them."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[4])
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return Path(found).parent if found else None


class Cluster:
    """A PostgreSQL server for the tests, on a socket in a folder that goes away with it."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.user = self._user()
        if self.user:
            person = pwd.getpwnam(self.user)
            os.chown(self.folder, person.pw_uid, person.pw_gid)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"),
            "-o", options, "-w", "start",
        )  # fmt: skip
        self.databases = 0

    @staticmethod
    def _user() -> str | None:
        """The server refuses to run as root; then it runs as one of these."""
        if os.geteuid() != 0:
            return None
        known = {person.pw_name for person in pwd.getpwall()}
        return next(name for name in ("postgres", "nobody") if name in known)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", "--clear-groups", "--", *command]
        # The server inherits the output, so it must not be a pipe that is read to its end.
        with open(self.folder.with_suffix(".out"), "a+") as out:
            done = subprocess.run(command, stdout=out, stderr=out, check=False, cwd="/")
            if done.returncode:
                out.seek(0)
                pytest.fail(f"{program} failed: {out.read()}")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        self.databases += 1
        name = f"mainstay{self.databases}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".out").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL; `postgres.new_database()` gives a URL."""
    binaries = postgres_binaries()
    if binaries is None:
        skip_loudly("PostgreSQL")
    cluster = Cluster(binaries)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3-compatible server with an empty bucket."""
    import object_storage

    if not object_storage.PYTHON.exists():
        skip_loudly("moto (`make object-storage`)")
    with object_storage.running() as address:
        yield address


@pytest.fixture(scope="session")
def tryton(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Tryton with a company that has traded for two years; filled once, which takes most of the time."""
    import tryton_server

    if not tryton_server.PYTHON.exists():
        skip_loudly("Tryton (`make tryton`)")
    uri = f"postgresql://postgres@/?host={postgres.folder}"
    with tryton_server.running(uri, tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Spark of this machine with the cores of two executors; it is started once.

    In local mode every core has a Python worker of its own, a process that can be killed.
    """
    if find_spec("pyspark") is None:
        skip_loudly("PySpark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        skip_loudly("Java")
    from mainstay.ledger import spark_session

    before = dict(os.environ)
    source = str(Path(mainstay.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])
    os.environ["PYTHONWARNINGS"] = "ignore"  # the workers', of libraries of their own
    os.environ |= {"MAINSTAY_ENGINE": "spark", "SPARK_MASTER": "local[2,4]"}
    spark = spark_session.session()
    os.environ.clear()
    os.environ.update(before)
    yield "local[2,4]"
    spark.stop()


@pytest.fixture
def on_spark(spark_master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passes over all accounts run on Spark."""
    monkeypatch.setenv("MAINSTAY_ENGINE", "spark")
    monkeypatch.setenv("SPARK_MASTER", spark_master)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium for pytest-playwright's `page`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip_loudly("Chromium")
    return {"executable_path": chromium, "args": CHROMIUM_FLAGS, "headless": True}


@pytest.fixture(scope="session")
def python_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for a Python process of its own, with nothing of this one's home folder."""
    support = Path(__file__).parent / "support"
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("MAINSTAY_", "DJANGO_"))
    }
    environment.pop("DATABASE_URL", None)
    # The tree that is tested, whichever is installed.
    source = Path(mainstay.__file__).parents[1]
    environment["PYTHONPATH"] = os.pathsep.join([str(source), str(support)])
    environment["PYTHONUNBUFFERED"] = "1"
    return environment


@pytest.fixture(scope="session")
def deploy_linters() -> Path:
    """The folder with what reads the files in deploy/."""
    folder = Path(__file__).parents[1] / ".cache" / "deploy"
    if not (folder / ".ready").exists():
        skip_loudly("what reads the files in deploy/ (make deploy-linters)")
    return folder / "bin"


@pytest.fixture(scope="session")
def python() -> str:
    return sys.executable
