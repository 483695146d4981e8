"""What is said of a PostgreSQL database in which the desk can't live."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.desk import postgres as desk_postgres
from mainstay.desk.database import THREADS, from_url
from mainstay.desk.moving.target import Target
from mainstay.desk.postgres import DatabaseError, check, connect

pytestmark = pytest.mark.postgres


def settings(url: str) -> dict[str, Any]:
    return from_url(url, Path("/nowhere"))


def test_an_empty_database_will_do(postgres: Any) -> None:
    check(settings(postgres.new_database()))


def test_each_thread_of_the_web_server_finds_a_connection() -> None:
    pool = settings("postgresql://a@b/c")["OPTIONS"]["pool"]
    assert pool["max_size"] >= THREADS
    assert "CONN_MAX_AGE" not in settings("postgresql://a@b/c")  # not together with a pool


def test_a_server_that_is_not_there() -> None:
    made = settings("postgresql://ann:secret@127.0.0.1:9/desk")
    with pytest.raises(
        DatabaseError, match=r":9 does not answer .*refused.* in DATABASE_URL right"
    ):
        check(made)
    with pytest.raises(DatabaseError, match="is the address in --to right"):
        connect(made, written="--to")


def test_a_database_that_is_not_there(postgres: Any) -> None:
    with pytest.raises(DatabaseError, match=r"no database “other”.*createdb --encoding UTF8 other"):
        check(settings(postgres.url("other")))


def test_who_is_not_let_in(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.url().replace("postgres@", "stranger@")
    with pytest.raises(DatabaseError, match="does not let “stranger” into “postgres”"):
        check(settings(url))

    def refuse(**given: Any) -> None:
        raise psycopg.OperationalError('FATAL:  password authentication failed for user "ann"')

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(DatabaseError, match="does not let “ann”") as told:
        check(settings("postgresql://ann:secret@db/desk"))
    assert "secret" not in str(told.value)


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(InvalidSetting, match="invalid connection option"):
        check(settings("postgresql://ann@127.0.0.1/desk?speed=high"))
    with pytest.raises(InvalidSetting, match="invalid sslmode"):
        check(settings("postgresql://ann@127.0.0.1/desk?sslmode=hard"))


@pytest.mark.parametrize("option", ["sslmode=require", "sslmode=verify-full"])
def test_a_connection_that_can_not_be_secured(tmp_path: Path, option: str) -> None:
    """A server that speaks no TLS; and one that does, whose root certificate nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as one:
                one.send(b"N" if option == "sslmode=require" else b"S")
                one.recv(99)

        threading.Thread(target=answer, daemon=True).start()
        url = f"postgresql://ann@127.0.0.1:{server.getsockname()[1]}/desk?{option}"
        url += f"&sslrootcert={tmp_path}/root.crt"
        with pytest.raises(
            DatabaseError, match=r"sslmode in DATABASE_URL asks for .*sslrootcert="
        ) as told:
            check(settings(url))
    assert "does not answer" not in str(told.value)


def test_texts_that_are_not_utf_8(postgres: Any) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    with pytest.raises(DatabaseError, match="keeps texts as LATIN1"):
        check(settings(postgres.url("latin")))


def test_a_server_that_is_too_old(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_postgres, "LEAST_VERSION", 99)
    with pytest.raises(DatabaseError, match="Mainstay needs 99 or newer"):
        check(settings(postgres.new_database()))


def test_who_may_not_make_tables(postgres: Any) -> None:
    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(DatabaseError, match="guest may not make tables"):
        check(settings(url.replace("postgres@", "guest@")))


def test_a_move_that_is_not_finished_keeps_the_desk_out(postgres: Any) -> None:
    made = settings(postgres.new_database())
    with connect(made, autocommit=True) as connection:
        Target(connection).begin("desk.sqlite3")
        with pytest.raises(DatabaseError, match="is not finished"):
            check(made)
        connection.execute("UPDATE mainstay_move SET finished_at = now()")
    check(made)


def test_a_database_in_which_somebody_has_written_is_told(postgres: Any) -> None:
    with connect(settings(postgres.new_database()), autocommit=True) as connection:
        connection.execute("CREATE TABLE django_migrations (id int)")
        connection.execute("CREATE TABLE invoice (id int)")
        connection.execute("INSERT INTO django_migrations VALUES (1)")
        assert Target(connection).filled("public") == []
        connection.execute("INSERT INTO invoice VALUES (1)")
        assert [place.name for place in Target(connection).filled("public")] == ["invoice"]
