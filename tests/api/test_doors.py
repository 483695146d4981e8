"""Who is let in: tokens alone, within their scopes and rates; everything that goes wrong is a problem."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mainstay.api import rates
from mainstay.api.urls import api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
PROBLEM = "application/problem+json"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def addresses() -> list[tuple[str, str]]:
    made = api.get_openapi_schema()
    parts = {"table": "visits", "row_id": "1", "account_id": "A100", "assessment_id": "latest"}
    parts |= {"import_id": "none", "job_id": "none"}
    return [
        (method, path.format(**parts) + ("?account_id=A100" if "ledger" in path else ""))
        for path, operations in made["paths"].items()
        for method in operations
    ]


def test_without_a_token_nothing_opens(people: dict[str, Any]) -> None:
    signed_in = Client()
    signed_in.force_login(people["ada"], backend=BACKEND)
    wrong = Client(headers={"Authorization": "Bearer mainstay_nonsense"})
    found = addresses()
    assert len(found) > 15
    for client in (Client(), signed_in, wrong):  # a browser's cookies open nothing here
        for method, address in found:
            told = getattr(client, method)(address)
            assert (told.status_code, told.headers["Content-Type"]) == (401, PROBLEM), address
            assert told.headers["WWW-Authenticate"] == "Bearer"


def test_a_scope_opens_its_own_addresses_alone(program: Any) -> None:
    reader, writer = program("ada", "read"), program("ada", "write")
    assert reader.post("/api/v1/tables/visits", {}, "application/json").status_code == 403
    assert reader.post("/api/v1/assessments").status_code == 403
    assert reader.get("/api/v1/events").json()["code"] == "scope"
    assert writer.get("/api/v1/accounts").status_code == 403
    assert program("ada", "admin").get("/api/v1/events").status_code == 200
    assert program("ada", "admin").get("/api/v1/people").json()["items"][0]["role"]


def test_the_role_counts_beside_the_scope(program: Any, people: dict[str, Any]) -> None:
    importing, everything = program("ana", "import"), program("ada", "admin")
    type(people["ana"]).objects.filter(username__in=["ana", "ada"]).update(role="finance")
    assert importing.post("/api/v1/assessments").status_code == 403
    assert everything.get("/api/v1/events").status_code == 403
    assert program("minsu").get("/api/v1/imports").status_code == 403


def test_me_says_whose_token_it_is(program: Any) -> None:
    me = program("minsu", "read", "write").get("/api/v1/me").json()
    assert (me["username"], me["scopes"]) == ("minsu", ["read", "write"])
    assert me["assessment_id"] == "20260302-060000-cast"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/", 404),
        ("get", "/api/v1/tables/nothing", 404),
        ("get", "/api/v1/tables/visits/999999", 404),
        ("get", "/api/v1/tables/visits/99999999999999999999999", 404),
        ("get", "/api/v1/accounts/A%00", 404),
        ("get", "/api/v1/assessments/..%2F..", 404),
        ("put", "/api/v1/accounts", 405),
        ("post", "/api/v1/accounts/A100", 405),
        ("get", "/api/v1/ledger/order_lines", 422),
        ("get", "/api/v1/ledger/order_lines?account_id=A100&first=x", 422),
        ("get", "/api/v1/ledger/nothing?account_id=A100", 404),
    ],
)
def test_what_goes_wrong_is_a_problem(program: Any, method: str, address: str, status: int) -> None:
    told = getattr(program("dora"), method)(address)
    assert (told.status_code, told.headers["Content-Type"]) == (status, PROBLEM)
    assert told.json()["status"] == status
    assert told.json()["detail"]
    assert ("Allow" in told.headers) == (status == 405)


def test_no_traceback_reaches_a_program(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mainstay.api.v1 import administration

    def broken() -> Any:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(administration, "everybody", broken)
    told = program("ada", "admin").get("/api/v1/people")
    assert (told.status_code, told.json()["code"]) == (500, "unforeseen")
    assert b"secret" not in told.content


def test_neither_of_the_accepted_forms(program: Any) -> None:
    told = program("dora").get("/api/v1/accounts", headers={"Accept": "text/csv"})
    assert told.status_code == 406


def test_a_program_that_asks_too_often_waits(program: Any, settings: Any) -> None:
    settings.API_RATE = 3
    client = program("dora")
    assert [client.get("/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    told = client.get("/api/v1/me")
    assert 1 <= int(told.headers["Retry-After"]) <= 20
    assert program("ana").get("/api/v1/me").status_code == 200  # each token has its own


def test_a_bucket_fills_within_a_minute(tmp_path: Any) -> None:
    def take(now: float) -> int:
        return rates.wait_seconds(tmp_path, "one", 60, now=now)

    assert [take(1000.0) for _ in range(60)] == [0] * 60
    assert take(1000.0) == 1
    assert take(1001.0) == 0
    assert take(1001.0) == 1
    assert [take(1061.5) for _ in range(60)] == [0] * 60
    assert take(500.0) > 0  # a clock set back lets nobody in at once, and nobody wait for long
    assert take(561.0) == 0


def test_the_description_is_a_page_without_anything_from_elsewhere() -> None:
    page = Client().get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "http://" not in text
    assert "https://" not in text
    assert "<style" not in text
    assert all("src=" in part for part in text.split("<script")[1:])
    described = Client().get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "visits" in described["components"]["schemas"]
