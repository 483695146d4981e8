"""Talking to a Tryton that is not as it should be: one sentence each, and never the password."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from mainstay.ledger.readers import tryton_rpc
from mainstay.ledger.readers.tryton_rpc import Address, SystemRefuses, Tryton

SECRET = "Geheim-77"
Answer = tuple[int, Any]


class Fake:
    """A server that answers as it is told: by method, a result, an error or an HTTP status."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[..., Answer]] = {
            "common.db.login": lambda *_: (200, {"result": [1, "s3ss10n", None]}),
            "common.db.logout": lambda *_: (200, {"result": None}),
            "model.res.user.get_preferences": lambda *_: (200, {"result": {"company": 7}}),
        }
        self.asked: list[tuple[str, str, Any]] = []

    def answer(self, path: str, body: dict[str, Any]) -> Answer:
        self.asked.append((path, body["method"], body["params"]))
        if "/old/" in path and path.endswith("/rpc/"):
            return 404, None
        return self.answers[body["method"]](*body["params"])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setattr(tryton_rpc, "WAIT_SECONDS", 0.0)
    there = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, given = there.answer(self.path, body)
            text = given if isinstance(given, bytes) else json.dumps(given).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.base = f"tryton://anna@127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield there
    server.shutdown()
    server.server_close()


def opened(fake: Any, database: str = "erp") -> Tryton:
    return Tryton(Address.of(f"{fake.base}/{database}"), SECRET)


def test_an_address_says_who_and_where_and_shows_no_password() -> None:
    here = Address.of("tryton://anna@localhost/erp")
    assert (here.base, here.database, here.user) == ("http://localhost:8000", "erp", "anna")
    far = Address.of(f"tryton://anna:{SECRET}@erp.example.com/shop?company=Nord%20AG")
    assert (far.base, far.password, far.company) == (
        "https://erp.example.com:443",
        SECRET,
        "Nord AG",
    )
    assert SECRET not in repr(far)
    assert Address.of("tryton+http://a@10.0.0.5:8069/x").base == "http://10.0.0.5:8069"


@pytest.mark.parametrize(
    "address",
    ["tryton://", f"tryton://anna:{SECRET}@host", "tryton://host/erp", "tryton://a@h:x/erp"],
)
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(SystemRefuses, match="no address of a Tryton") as said:
        Address.of(address)
    assert SECRET not in str(said.value)


def test_rows_come_typed_and_questions_go_typed(fake: Any) -> None:
    decimal = {"__class__": "Decimal", "decimal": "1.50"}
    moment = {"__class__": "datetime", "year": 2026, "month": 1, "day": 2, "hour": 3, "minute": 4,
              "second": 5, "microsecond": 6}  # fmt: skip
    fake.answers["model.sale.line.fields_get"] = lambda *_: (200, {"result": {"unit_price": {}}})
    fake.answers["model.sale.line.read"] = lambda *_: (
        200,
        {"result": [{"unit_price": decimal, "at": moment}]},
    )
    fake.answers["model.sale.line.search"] = lambda *_: (200, {"result": [4, 5]})
    with opened(fake) as there:
        (row,) = there.read("sale.line", [4], ["unit_price"])
        assert there.ids("sale.line", [["create_date", ">=", row["at"]]]) == [4, 5]
    assert row == {"unit_price": Decimal("1.50"), "at": dt.datetime(2026, 1, 2, 3, 4, 5, 6, dt.UTC)}
    asked = next(parameters for _, method, parameters in fake.asked if method.endswith("search"))
    assert asked[0][0][0][2] == moment
    assert asked[-1] == {"company": 7, "active_test": False}


def test_an_older_tryton_answers_at_its_older_place(fake: Any) -> None:
    with opened(fake, "old") as there:
        assert there.context["company"] == 7
    assert [path for path, method, _ in fake.asked if method == "common.db.login"] == [
        "/old/rpc/",
        "/old/",
    ]


def test_a_session_that_grew_old_is_renewed(fake: Any) -> None:
    answers = iter([(401, None), (200, {"result": [1]})])
    fake.answers["model.sale.sale.search"] = lambda *_: next(answers)
    with opened(fake) as there:
        assert there.ids("sale.sale", []) == [1]
    assert [method for _, method, _ in fake.asked].count("common.db.login") == 2


@pytest.mark.parametrize(
    ("method", "answer", "said"),
    [
        ("common.db.login", (401, None), "does not let “anna” in"),
        ("common.db.login", (200, {"result": None}), "does not let “anna” in"),
        ("common.db.login", (404, None), "has no database “erp”"),
        ("common.db.login", (429, None), "takes no more attempts"),
        ("common.db.login", (200, b"<html>hello</html>"), "is no Tryton"),
        ("common.db.login", (503, None), "is no Tryton (HTTP 503)"),
        ("model.sale.sale.search", (200, {"error": ["UserError", ["You may not read it.", ""]]}), "You may not read it."),
        ("model.sale.sale.search", (200, {"error": ["'sale'", "Traceback (most recent call last)"]}), "'sale'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence(fake: Any, method: str, answer: Answer, said: str) -> None:
    fake.answers[method] = lambda *_: answer
    with pytest.raises(SystemRefuses) as error, opened(fake) as there:
        there.ids("sale.sale", [])
    assert said in str(error.value)
    assert SECRET not in str(error.value)
    assert "Traceback" not in str(error.value)


def test_a_field_that_is_missing_is_named(fake: Any) -> None:
    fake.answers["model.sale.line.fields_get"] = lambda *_: (200, {"result": {"quantity": {}}})
    with (
        opened(fake) as there,
        pytest.raises(SystemRefuses, match=r"“sale\.line” has no field “unit_price”"),
    ):
        list(there.read("sale.line", [1], ["quantity", "unit_price"]))


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tryton_rpc, "WAIT_SECONDS", 0.0)
    with (
        pytest.raises(SystemRefuses, match="no answer from Tryton"),
        Tryton(Address.of("tryton://a@127.0.0.1:9/x")),
    ):
        pass
