"""Writing what people know: through the same entries as the pages, whole or not at all, once for a key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
VISITS = "/api/v1/tables/visits"
JSON = "application/json"


def visit(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "account_id": "A100",
        "on": today,
        "kind": "call",
        "staff_id": "S1",
        "notes": "asked for a price",
        **changes,
    }


@pytest.fixture
def writer(program: Any, staff: None) -> Any:
    return program("minsu", "read", "write")


def send(client: Any, address: str, rows: Any, **headers: str) -> Any:
    return client.post(address, json.dumps(rows), JSON, headers=headers)


def test_written_read_changed_and_taken_back(writer: Any, own_home: Any) -> None:
    from mainstay import engine
    from mainstay.desk.access.models import Event

    made = send(writer, VISITS, visit())
    assert made.status_code == 201, made.content
    row = made.json()["rows"][0]
    assert (row["account_id"], row["recorded_by"], row["version"]) == ("A100", "minsu", 1)
    address = made.headers["Location"]
    read = writer.get(address)
    assert read.json() == row
    changed = writer.patch(
        address, json.dumps({"mood": 2}), JSON, headers={"If-Match": read["ETag"]}
    )
    assert changed.status_code == 200, changed.content
    assert (changed.json()["mood"], changed.json()["notes"]) == (2, "asked for a price")
    late = writer.patch(address, json.dumps({"mood": 1}), JSON, headers={"If-Match": read["ETag"]})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert writer.delete(address).status_code == 428
    assert writer.delete(address, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert writer.get(address).status_code == 404
    verbs = list(Event.objects.filter(object_kind="visits").values_list("verb", flat=True))
    assert verbs == ["visits.withdraw", "visits.change", "visits.add"]
    assert engine.table_names()


def test_what_a_program_wrote_is_on_the_pages_and_follows(writer: Any) -> None:
    from mainstay.desk.accounts.models import Account

    today = timezone.localdate().isoformat()
    notice = {"account_id": "A100", "on": today, "kind": "will_leave", "text": "told me"}
    assert send(writer, "/api/v1/tables/notices", notice).status_code == 201
    assert Account.objects.get(account_id="A100").state == "noticed"


def test_many_rows_are_written_whole_or_not_at_all(writer: Any) -> None:
    from mainstay.desk.care.models import Visit

    rows = [visit(notes=str(n)) for n in range(3)]
    wrong = send(writer, VISITS, [*rows, visit(kind="dance"), visit(on="2999-01-01")])
    assert wrong.status_code == 422
    assert [row["row"] for row in wrong.json()["rows"]] == [3, 4]
    assert set(wrong.json()["rows"][0]["errors"]) == {"kind"}
    assert Visit.objects.count() == 0
    lines = "\n".join(json.dumps(row) for row in rows)
    made = writer.post(VISITS, lines, "application/x-ndjson")
    assert (made.status_code, len(made.json()["rows"])) == (201, 3)
    listed = writer.get(f"{VISITS}?limit=2&order=-id").json()
    assert [row["notes"] for row in listed["items"]] == ["2", "1"]
    assert (
        writer.get(f"{VISITS}?cursor={listed['next']}&order=-id").json()["items"][0]["notes"] == "0"
    )


def test_the_same_key_writes_once(writer: Any) -> None:
    from mainstay.desk.care.models import Visit

    first = send(writer, VISITS, visit(), **{"Idempotency-Key": "one"})
    again = send(writer, VISITS, visit(), **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Visit.objects.count() == 1
    other = send(writer, VISITS, visit(notes="other"), **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key")
    wrong = send(writer, VISITS, visit(kind="dance"), **{"Idempotency-Key": "two"})
    assert wrong.status_code == 422
    assert send(writer, VISITS, visit(), **{"Idempotency-Key": "two"}).status_code == 201


def test_nobody_writes_of_anothers_account(writer: Any, program: Any) -> None:
    assert send(writer, VISITS, visit(account_id="A103")).status_code == 404
    wei = program("wei", "read", "write")
    made = send(wei, VISITS, visit(account_id="A103")).json()["rows"][0]
    address = f"{VISITS}/{made['id']}"
    assert writer.get(address).status_code == 404
    assert writer.patch(address, "{}", JSON, headers={"If-Match": "1"}).status_code == 404
    assert writer.delete(address, headers={"If-Match": "1"}).status_code == 404
    assert writer.get(f"{VISITS}?account_id=A103").json()["items"] == []


def test_a_role_writes_its_own_tables_alone(writer: Any) -> None:
    told = send(writer, "/api/v1/tables/staff", {"staff_id": "S9", "name": "Nine"})
    assert (told.status_code, told.json()["code"]) == (403, "not_allowed")
    tables = {
        one["name"]: one["may_write"] for one in writer.get("/api/v1/tables").json()["tables"]
    }
    assert tables["visits"] is True
    assert tables["staff"] is False


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{", 400),
        ("NaN", 400),
        ("[]", 422),
        ("[1]", 422),
        ('{"account_id": "A100"}', 422),
        ('{"account_id": ["A100"]}', 422),
        ('{"nonsense": 1}', 422),
        (json.dumps(visit(visit_id="mine")), 422),
        (json.dumps(visit(notes=True)), 422),
        (json.dumps(visit(asked_for_opinion=1)), 422),
    ],
)
def test_what_cant_be_written_is_said(writer: Any, sent: str, status: int) -> None:
    told = writer.post(VISITS, sent, JSON)
    assert told.status_code == status
    assert told.json()["detail"]
    assert writer.post(VISITS, sent, "text/plain").status_code == 415


def test_files_make_the_same_work_as_the_upload_page(program: Any) -> None:
    from mainstay.desk.jobs.models import Job

    client = program("ana", "read", "import")

    def bring(**more: Any) -> Any:
        file = SimpleUploadedFile(
            "orders.csv", b"account_id,ordered_on,amount\nA100,2026-03-01,12\n"
        )
        return client.post(
            "/api/v1/imports", {"files": file, **more}, headers={"Idempotency-Key": "k"}
        )

    made = bring()
    assert made.status_code == 202, made.content
    assert bring().json()["id"] == made.json()["id"]
    job = Job.objects.get()
    assert (job.kind, job.asked_by.username) == ("import", "ana")
    assert client.get(made.headers["Location"]).json()["state"] == "waiting"
    assert client.post("/api/v1/imports", {}).json()["code"] == "files"
    assert bring(table="nonsense").status_code == 422
    assert client.delete("/api/v1/imports/none").status_code == 404
    assert client.post("/api/v1/assessments").json()["kind"] == "assess"


@pytest.mark.usefixtures("staff")
def test_answers_are_forgotten_with_time_and_with_whom_they_name(
    program: Any, people: dict[str, Any]
) -> None:
    from datetime import UTC, datetime, timedelta

    from mainstay.api.models import Answered
    from mainstay.desk.jobs.housekeeping import keep_house
    from mainstay.desk.relations import personal
    from mainstay.desk.relations.models import Contact

    dora = program("dora", "read", "write")
    contact = {"account_id": "A100", "name": "Anna Secret"}
    for address, row in (("/api/v1/tables/contacts", contact), (VISITS, visit())):
        made = send(
            dora, address, row, **{"Idempotency-Key": "contact" if "name" in row else "visit"}
        )
        assert made.status_code == 201, made.content
    personal.erase(people["dora"], Contact.objects.get(name="Anna Secret"))
    assert [kept.key for kept in Answered.objects.all()] == ["visit"]
    Answered.objects.update(at=timezone.now() - timedelta(days=8))
    keep_house(datetime.now(UTC).replace(hour=3))
    assert not Answered.objects.exists()
