"""Reading: the same accounts as on the pages, page by page, in bulk, in order, in the language asked for."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import timezone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

NDJSON, PARQUET = "application/x-ndjson", "application/vnd.apache.parquet"
OWN = {"00123", "A100", "A101", "A107"}  # of the manager of the cast
ACCOUNTS = "/api/v1/accounts"
RESULTS = "/api/v1/assessments/latest/results"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def pages(client: Client, address: str) -> list[list[dict[str, Any]]]:
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(
            f"{address}{'&' if '?' in address else '?'}cursor={cursor}" if cursor else address
        )
        assert page.status_code == 200, page.content
        found.append(page.json()["items"])
        cursor = page.json()["next"]
    return found


@pytest.mark.parametrize(
    "order", ["account_id", "-money_at_risk", "rhythm_days", "-state", "growth"]
)
def test_pages_together_are_the_list(program: Any, order: str) -> None:
    client = program("dora")
    found = pages(client, f"{ACCOUNTS}?limit=3&order={order}")
    assert [len(page) for page in found] == [3, 3, 3, 1]
    names = [row["account_id"] for page in found for row in page]
    assert len(set(names)) == 10
    values = [row[order.lstrip("-")] for page in found for row in page]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=order.startswith("-"))
    assert values[: len(known)] == known  # what is not known comes last


def test_a_page_is_where_it_was_though_rows_come_before_it(program: Any, published: Any) -> None:
    from mainstay.desk.accounts.models import Account

    client = program("dora")
    first = client.get(f"{ACCOUNTS}?limit=4").json()
    Account.objects.create(
        assessment=published, account_id="0000", name="New", search_name="new", state="new"
    )
    rest = pages(client, f"{ACCOUNTS}?limit=4&cursor={first['next']}")
    names = [row["account_id"] for page in [first["items"], *rest] for row in page]
    assert "0000" not in names
    assert len(names) == len(set(names)) == 10


def test_who_turns_pages_of_an_older_assessment_begins_again(program: Any, cast: Any) -> None:
    client = program("dora")
    cursor = client.get(f"{ACCOUNTS}?limit=4").json()["next"]
    cast.show(cast.assessment("20260309-060000-cast"))
    told = client.get(f"{ACCOUNTS}?limit=4&cursor={cursor}")
    assert (told.status_code, told.json()["code"]) == (409, "list_changed")


def test_narrowed_by_any_column(program: Any) -> None:
    client = program("dora")

    def found(asked: str) -> set[str]:
        return {row["account_id"] for row in client.get(f"{ACCOUNTS}?{asked}").json()["items"]}

    assert found("state=late") == {"A100"}
    assert found("state.in=late,lost") == found("state=late&state=lost") == {"A100", "A102"}
    assert found("money_at_risk.gte=71000") == {"A100", "A102"}
    assert found("money_at_risk.null=true") == {"A104", "A109"}
    assert found("last_order_on.lt=2025-01-01") == {"A109"}
    assert found("manager_id.ne=S1&tier=A") == {"A103"}
    only = client.get(f"{ACCOUNTS}?columns=account_id,name&limit=1").json()["items"][0]
    assert set(only) == {"account_id", "name"}


def test_reasons_are_sentences_in_the_language_asked_for(program: Any) -> None:
    client = program("dora")
    asked = {"headers": {"Accept-Language": "zh-Hant"}}
    english = client.get(f"{ACCOUNTS}/A100").json()["reasons"]
    assert english == ["No order for 74 days; usual are 21."]
    wallet = client.get(f"{ACCOUNTS}/A100", **asked).json()["wallet_reasons"]
    assert not wallet[0].isascii()


def test_a_manager_sees_own_accounts_and_nothing_of_others(program: Any) -> None:
    client = program("minsu")
    assert {row["account_id"] for row in client.get(ACCOUNTS).json()["items"]} == OWN
    assert client.get(f"{ACCOUNTS}/A100").status_code == 200
    assert client.get(f"{ACCOUNTS}/A103").status_code == 404
    assert client.get(f"{ACCOUNTS}?account_id=A103").json()["items"] == []
    assert client.get("/api/v1/ledger/order_lines?account_id=A103").status_code == 404
    about = client.get("/api/v1/assessments/latest").json()
    names = {table["name"] for table in about["tables"]}
    assert {"accounts", "categories", "history", "plan"} <= names
    assert {table["rows"] for table in about["tables"]} == {None}  # how many there are of all
    for evidence in ("causes", "signals"):  # with rows of others, and with what is held back
        assert evidence not in names
        assert client.get(f"{RESULTS}/{evidence}").status_code == 404
        assert program("dora").get(f"{RESULTS}/{evidence}").status_code == 200
    assert "limits" not in names  # hours and money of the whole company
    assert client.get(f"{RESULTS}/limits").status_code == 404
    for name in names:
        rows = [row for page in pages(client, f"{RESULTS}/{name}?limit=7") for row in page]
        assert {row["account_id"] for row in rows} <= OWN, name
        lines = body(client.get(f"{RESULTS}/{name}", headers={"Accept": NDJSON})).splitlines()
        assert [json.loads(line)["account_id"] for line in lines] == [r["account_id"] for r in rows]


def test_a_code_with_any_sign_is_found(program: Any) -> None:
    client = program("dora")
    assert client.get(f"{ACCOUNTS}/B%2F108%20%3F%26%23").json()["name"].startswith("大同")


def test_frozen_results_in_order_and_narrowed(program: Any) -> None:
    client = program("dora")
    rows = [
        r
        for page in pages(client, f"{RESULTS}/history?limit=10&state=late&order=-on")
        for r in page
    ]
    assert rows
    assert {row["state"] for row in rows} == {"late"}
    days = [row["on"] for row in rows]
    assert days == sorted(days, reverse=True)
    listed = client.get("/api/v1/assessments").json()["items"]
    old = client.get(f"/api/v1/assessments/{listed[0]['id']}/results/accounts").json()["items"]
    assert len(old) == 10


def test_all_rows_as_ndjson_and_parquet(program: Any) -> None:
    from mainstay.desk.access.models import Event

    client = program("minsu")
    lines = body(client.get(ACCOUNTS, headers={"Accept": NDJSON})).splitlines()
    assert {json.loads(line)["account_id"] for line in lines} == OWN
    answer = client.get(f"{ACCOUNTS}?tier=A", headers={"Accept": PARQUET})
    table = pq.read_table(io.BytesIO(body(answer)))
    assert table["account_id"].to_pylist() == ["A100", "A101"]
    assert table["money_at_risk"].to_pylist() == [96e3, 52e3]
    assert Event.objects.filter(verb="api.read").count() == 2
    refused = client.get(f"{ACCOUNTS}?limit=5", headers={"Accept": PARQUET})
    assert (refused.status_code, refused.json()["code"]) == (422, "limit")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("order=nonsense", "column"),
        ("nonsense=1", "column"),
        ("state.like=x", "filter"),
        ("money_at_risk.gte=much", "value"),
        ("money_at_risk.gte=nan", "value"),
        ("last_order_on=yesterday", "value"),
        ("cursor=abc", "cursor"),
        ("state=%00", "value"),
    ],
)
def test_what_cant_be_asked_is_said_in_one_sentence(program: Any, asked: str, code: str) -> None:
    told = program("dora").get(f"{ACCOUNTS}?{asked}")
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert told.headers["Content-Type"] == "application/problem+json"


def test_a_cursor_is_good_for_its_own_list_alone(program: Any) -> None:
    client = program("dora")
    cursor = client.get(f"{ACCOUNTS}?limit=2&order=name").json()["next"]
    assert client.get(f"{ACCOUNTS}?limit=2&cursor={cursor}").json()["code"] == "cursor"
    assert client.get(f"{ACCOUNTS}?limit=9&order=name&cursor={cursor}").status_code == 200


def test_what_is_held_back_is_told_by_no_order_and_no_condition(
    program: Any, people: dict[str, Any]
) -> None:
    from datetime import date

    from mainstay.desk.facts.changes import new_fact
    from mainstay.desk.facts.services import entry
    from mainstay.desk.reviews.models import Review

    said = {"customer_reason": "delivery.late", "customer_text": "Too late, always"}
    with entry(people["dora"]) as book:
        book.add(new_fact(Review, {"kind": "lost", "opened_on": date(2026, 3, 1), **said}, "A100"))
    reviews, minsu = "/api/v1/tables/reviews", program("minsu")
    (row,) = minsu.get(f"{reviews}?columns=account_id,customer_text").json()["items"]
    assert row == {"account_id": "A100", "customer_text": None}
    for asked in (
        "customer_reason=delivery.late",
        "customer_text.gte=T",
        "customer_text.null=false",
        "order=-customer_text",
    ):
        told = minsu.get(f"{reviews}?{asked}")
        assert (told.status_code, told.json()["code"]) == (422, "column"), asked
        assert len(program("dora").get(f"{reviews}?{asked}").json()["items"]) == 1


@pytest.mark.usefixtures("staff")
def test_who_leaves_takes_no_list_with_them(program: Any) -> None:
    from datetime import date

    from mainstay.desk.team.models import Staff
    from mainstay.desk.team.watch import unusual

    client = program("minsu")
    for _ in range(5):
        assert body(client.get(ACCOUNTS, headers={"Accept": PARQUET}))
    assert unusual(["S1"], timezone.now())["S1"].lately == 5
    cursor = client.get(f"{ACCOUNTS}?limit=2").json()["next"]
    Staff.objects.filter(staff_id="S1").update(left_on=date(2026, 12, 31))
    assert client.get(f"{ACCOUNTS}?limit=2").status_code == 200
    for address, form in (
        (ACCOUNTS, NDJSON),
        (ACCOUNTS, PARQUET),
        (f"{RESULTS}/history", PARQUET),
        ("/api/v1/tables/visits", NDJSON),
        (f"{ACCOUNTS}?limit=2&cursor={cursor}", "application/json"),
    ):
        told = client.get(address, headers={"Accept": form})
        assert (told.status_code, told.json()["code"]) == (403, "leaving"), address
