"""What somebody writes down: rights, versions, the record, and the way to the store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.care.models import Promise, Request, Visit
from mainstay.desk.facts import services
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Outgoing
from mainstay.desk.facts.rows import models_by_table
from mainstay.desk.facts.services import ChangedMeanwhile, SentBefore, ThereAlready, entry
from mainstay.desk.relations.models import Criterion, Goal, Sighting

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]
FROM_ENGINE = {"order_lines", "open_orders", "payments", "targets", "exchange_rates", "supply"}
FROM_ENGINE |= {"deliveries", "stock", "credit_holds", "market"}
FROM_ENGINE |= {"account_volumes", "account_joins", "account_answers"}


def visit(**values: Any) -> Visit:
    given = {"visit_id": "V1", "account_id": "A100", "on": date(2026, 3, 1), "staff_id": "S1"}
    return Visit(**{**given, **values})


def stored(table: str) -> list[dict[str, Any]]:
    return engine.facts_known(settings.HOME, table).to_pylist()


@pytest.mark.parametrize("table", sorted(models_by_table()))
def test_a_model_has_the_columns_of_its_table(table: str) -> None:
    model = models_by_table()[table]
    own = {"id", "key", "version", "recorded_at", "recorded_by"}
    fields = {f.name: f for f in model._meta.fields if f.name not in own}
    columns = engine.fact_table(table).columns
    assert list(fields) == [field_of(c.name) for c in columns]
    for column in columns:
        given_by_us = column.name in engine.fact_table(table).key
        assert fields[field_of(column.name)].null == (not column.required and not given_by_us) or (
            given_by_us
        )


def test_every_table_from_people_has_a_model() -> None:
    assert set(engine.table_names()) - FROM_ENGINE == set(models_by_table())


def test_an_entry_reaches_the_store_and_the_record(
    people: Any, published: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), entry(people["minsu"]) as book:
        book.add(visit(notes="陳先生 is worried", mood=-1))
    (row,) = stored("visits")
    assert (row["visit_id"], row["notes"], row["mood"]) == ("V1", "陳先生 is worried", -1)
    assert row["on"] == date(2026, 3, 1)
    assert not Outgoing.objects.exists()
    event = Event.objects.get(verb="visits.add")
    assert (event.actor, event.after["notes"]) == (people["minsu"], "陳先生 is worried")


def test_a_store_that_could_not_be_written_gets_the_rows_later(
    people: Any, published: Any, monkeypatch: Any
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    with entry(people["minsu"]) as book:
        book.add(visit())
    with monkeypatch.context() as broken:
        broken.setattr(engine, "record_facts", fail)
        with pytest.raises(OSError, match="disk full"):
            services.send()
    assert Outgoing.objects.count() == 1
    assert services.send() == 1
    assert [row["visit_id"] for row in stored("visits")] == ["V1"]


def test_a_change_is_a_new_version_and_the_old_one_stays_known(people: Any, published: Any) -> None:
    with entry(people["minsu"]) as book:
        made = book.add(visit(mood=1))
    services.send()
    with entry(people["dora"]) as book:
        now = book.change(made, {"mood": -2}, seen=1)
    services.send()
    assert (now.version, now.recorded_by) == (2, people["dora"])
    assert [row["mood"] for row in stored("visits")] == [-2]
    before = engine.open_ledger(settings.HOME).facts.known("visits", known_until=now.recorded_at)
    assert before["mood"].to_pylist() == [1]
    event = Event.objects.get(verb="visits.change")
    assert (event.before, event.after) == ({"mood": 1}, {"mood": -2})


def test_a_change_of_what_names_a_row_takes_the_old_one_out(people: Any, published: Any) -> None:
    assignment = models_by_table()["assignments"]
    with entry(people["dora"]) as book:
        made = book.add(
            assignment(account_id="A100", staff_id="S1", role="manager", from_on=date(2026, 1, 1))
        )
    with entry(people["dora"]) as book:
        book.change(made, {"from_on": date(2026, 2, 1)}, seen=1)
    services.send()
    assert [row["from"] for row in stored("assignments")] == [date(2026, 2, 1)]


def test_a_row_taken_back_stands_no_more(people: Any, published: Any) -> None:
    with entry(people["minsu"]) as book:
        made = book.add(visit())
    with entry(people["minsu"]) as book:
        book.withdraw(made, seen=1)
    services.send()
    assert stored("visits") == []
    assert not Visit.objects.exists()


def test_who_saves_a_form_that_another_changed_is_told(people: Any, published: Any) -> None:
    with entry(people["minsu"]) as book:
        made = book.add(visit(notes="first"))
    with entry(people["dora"]) as book:
        book.change(made, {"notes": "second"}, seen=1)
    with pytest.raises(ChangedMeanwhile) as told, entry(people["minsu"]) as book:
        book.change(made, {"notes": "third"}, seen=1)
    assert told.value.fact.notes == "second"
    assert "Dora Lin" in str(told.value)


def test_a_form_sent_twice_writes_once(people: Any, published: Any) -> None:
    with entry(people["minsu"], once="abc") as book:
        book.add(visit())
    with pytest.raises(SentBefore), entry(people["minsu"], once="abc") as book:
        book.add(visit(visit_id="V2"))
    assert Visit.objects.count() == 1
    with entry(people["dora"], once="abc") as book:
        book.add(visit(visit_id="V3"))
    assert Visit.objects.count() == 2


def test_nobody_writes_about_accounts_of_others(people: Any, published: Any) -> None:
    with pytest.raises(NotAllowed), entry(people["wei"]) as book:
        book.add(visit())
    with pytest.raises(NotAllowed), entry(people["minsu"]) as book:
        book.add(models_by_table()["service_standards"](kind="quality", severity=1))
    assert not Outgoing.objects.exists()
    assert not Event.objects.filter(verb__contains=".add").exists()


def test_the_same_row_is_not_written_twice(people: Any, published: Any) -> None:
    with entry(people["minsu"]) as book:
        book.add(visit())
    with pytest.raises(ThereAlready), entry(people["minsu"]) as book:
        book.add(visit())


def test_pages_of_every_table_answer(signed_in: Any, published: Any) -> None:
    client: Client = signed_in("dora")
    for table in models_by_table():
        for address in (f"/known/{table}/", f"/known/{table}/add/?account=A100"):
            nobodys = "/add/" in address and table in (
                "coins",
                "designs",
                "design_draws",
                "held_effects",
                "approvals",
                "allocations",
                "opinions",
            )
            assert client.get(address).status_code == (403 if nobodys else 200), address


def test_the_record_names_rows_in_no_words_that_people_typed(
    people: dict[str, Any], published: Any
) -> None:
    typed = "15039 Mrs Chen private"
    day = date(2026, 3, 2)
    with entry(people["dora"]) as book:
        for fact in (
            Request(request_id="R1", account_id="A100", raised_on=day, text=typed, owner_id="S1"),
            Promise(promise_id="P1", account_id="A100", made_on=day, due_on=day, text=typed),
            Criterion(
                account_id="A100", criterion=typed, we_meet=True, competitor_meets=False,
                assessed_on=day, source="us",
            ),
            Goal(goal_id="G1", account_id="A100", period=typed, common_goal=typed),
            Sighting(
                sighting_id="W1", account_id="A100", on=day, competitor=typed, source="ours"
            ),
        ):  # fmt: skip
            book.add(fact)
    assert {
        event.object_kind: event.label for event in Event.objects.filter(verb__endswith=".add")
    } == {
        "requests": "A100 2026-03-02 R1",
        "promises": "A100 2026-03-02 P1",
        "criteria": "A100 2026-03-02",
        "goals": "A100 G1",
        "competitor_sightings": "A100 2026-03-02 W1",
    }
