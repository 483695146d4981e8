"""DATABASE_URL and the installation's key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.desk.database import from_url, jobs_url
from mainstay.desk.secret import secret_key

FILE = Path("/somewhere/desk.sqlite3")


def test_without_a_url_it_is_a_file_in_the_home_folder() -> None:
    made = from_url(None, FILE)
    assert made["NAME"] == str(FILE)
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert jobs_url(made, Home(Path("/somewhere"))) == "sqlite:////somewhere/jobs.sqlite3"


def test_an_sqlite_file_elsewhere() -> None:
    assert from_url("sqlite:////data/my%20desk.db", FILE)["NAME"] == "/data/my desk.db"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://ann:p%40ss%2Fword@db.example:6543/sales%20desk", "db.example", 6543),
        (
            "postgres://ann:p%40ss%2Fword@/sales%20desk?host=/run/postgresql",
            "/run/postgresql",
            None,
        ),
    ],
)
def test_postgresql_reaches_django_and_the_jobs_alike(
    url: str, host: str, port: int | None
) -> None:
    made = from_url(url, FILE)
    assert (made["USER"], made["PASSWORD"], made["NAME"]) == ("ann", "p@ss/word", "sales desk")
    assert (made["HOST"], made["PORT"]) == (host, str(port or ""))
    assert made["CONN_HEALTH_CHECKS"]
    back = sa.make_url(jobs_url(made, Home(Path("/somewhere"))))
    assert (back.username, back.password, back.database) == ("ann", "p@ss/word", "sales desk")
    assert (back.host or back.query["host"], back.port) == (host, port)


@pytest.mark.parametrize("url", ["mysql://a@b/c", "desk.db", "postgresql://host-alone"])
def test_other_databases_are_refused_in_words(url: str) -> None:
    with pytest.raises(InvalidSetting, match="DATABASE_URL"):
        from_url(url, FILE)


def test_the_key_is_made_once_and_nobody_elses(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: secret_key(home), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) > 60
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
