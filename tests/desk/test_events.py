"""The record of events: found by who, what, about what, when and words; taken along; never erased."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.desk.access import downloads, queries, services
from mainstay.desk.access.models import Event
from mainstay.desk.access.words import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EVENTS = "/people/events/"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def shown(client: Any, **asked: Any) -> list[str]:
    """Which labels the page shows, in its order."""
    answer = client.get(EVENTS, asked)
    assert answer.status_code == 200
    return [event.label for event, _, _ in answer.context["rows"]]


@pytest.fixture
def told(people: Any) -> None:
    """Five events on five days, the first the oldest."""
    made = [
        ("dora", "account.answer", "account", "A100", "Harbour Hardware Ltd"),
        ("minsu", "lines.download", "account", "A101", "林氏五金行"),
        ("dora", "lines.download", "account", "A100", "Harbour Hardware Ltd, again"),
        ("ada", "user.change", "user", "A100", "a person with that number"),
        ("minsu", "view.save", "view", "7", "Пекарня <script>alert(1)</script>"),
    ]
    Event.objects.bulk_create(
        Event(
            at=NOON + timedelta(days=day),
            actor=people[who],
            actor_name=people[who].name,
            verb=verb,
            object_kind=kind,
            object_id=code,
            label=label,
        )
        for day, (who, verb, kind, code, label) in enumerate(made)
    )


def test_each_filter_finds_its_events_and_all_together(
    people: Any, told: Any, signed_in: Any
) -> None:
    client = signed_in("ada")
    days = {"first": "2026-03-01", "last": "2026-04-01"}
    everything = shown(client, **days)
    assert [label[:7] for label in everything] == [
        "Пекарня",
        "a perso",
        "Harbour",
        "林氏五金行",
        "Harbour",
    ]
    assert len(shown(client, **days, who=people["dora"].pk)) == 2
    assert len(shown(client, **days, verb="lines.download")) == 2
    assert len(shown(client, **days, about="A100")) == 3
    assert len(shown(client, **days, about="A100", kind="account")) == 2
    assert shown(client, first="2026-03-03", last="2026-03-03") == ["林氏五金行"]
    assert len(shown(client, **days, text="harbour")) == 2
    assert len(shown(client, **days, text="五金")) == 1
    assert len(shown(client, **days, text="пекарня")) == 1
    assert len(shown(client, **days, text="金民洙")) == 0
    both = {"who": people["dora"].pk, "verb": "lines.download", "about": "A100"}
    assert shown(client, **days, **both, text="again") == ["Harbour Hardware Ltd, again"]


def test_what_people_typed_is_no_markup(told: Any, signed_in: Any) -> None:
    page = signed_in("ada").get(EVENTS, {"text": "<script>alert(1)"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "no date", "last": "0001-01-01", "who": "me", "after": "x", "verb": "x" * 99},
        {"text": "a\x00b", "about": "b" * 10_000, "who": str(2**80), "after": str(2**62)},
        {"first": "9999-12-31", "last": "9999-12-31"},
    ],
)
def test_what_makes_no_sense_is_left_out(asked: Any, told: Any, signed_in: Any) -> None:
    assert len(shown(signed_in("ada"), **asked)) == 6  # the five and this sign-in


def test_pages_go_on_where_the_one_before_ended(
    told: Any, people: Any, signed_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    # Several in one moment: none twice, none left out.
    Event.objects.bulk_create(
        Event(at=NOON, actor=people["ada"], actor_name="Ada", verb="test", label=f"same {i}")
        for i in range(4)
    )
    found: list[str] = []
    after: int | None = None
    for _ in range(9):
        page = queries.page_of_events(queries.Asked(), after)
        found += [event.label for event in page.events]
        after = page.next
        if after is None:
            break
    assert found == list(Event.objects.order_by("-at", "-id").values_list("label", flat=True))
    assert len(found) == 9


def test_words_are_looked_for_piece_by_piece(told: Any, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "SCAN", 3)
    client = signed_in("ada")
    answer = client.get(EVENTS, {"text": "harbour", "last": "2026-04-01"})
    page = answer.content.decode()
    assert [event.label for event, _, _ in answer.context["rows"]] == [
        "Harbour Hardware Ltd, again"
    ]
    assert "has not been looked through yet" in page
    assert "Search on" in page
    rest = {"text": "harbour", "last": "2026-04-01", "after": answer.context["page"].next}
    assert shown(client, **rest) == ["Harbour Hardware Ltd"]
    assert client.get(EVENTS, rest).context["page"].next is None


def test_nothing_is_counted_and_little_asked(told: Any, signed_in: Any) -> None:
    client = signed_in("ada")
    with CaptureQueriesContext(connection) as asked:
        client.get(EVENTS, {"text": "harbour", "verb": "lines.download", "after": "3"})
    assert len(asked) <= 15
    assert not [q["sql"] for q in asked if "COUNT(" in q["sql"].upper() and "event" in q["sql"]]


def test_a_download_holds_what_is_shown_and_is_on_record(told: Any, signed_in: Any) -> None:
    client = signed_in("ada")
    answer = client.get(f"{EVENTS}download.csv", {"about": "A100", "kind": "account"})
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["About"] for row in rows] == ["Harbour Hardware Ltd, again", "Harbour Hardware Ltd"]
    assert rows[0]["What"] == str(VERBS["lines.download"])
    taken = Event.objects.get(verb="events.download")
    assert taken.after == {
        "rows": 2,
        "kind": "csv",
        "filters": {"about": "A100", "kind": "account"},
    }
    assert client.get(f"{EVENTS}download.xlsx").content[:2] == b"PK"
    assert client.get(f"{EVENTS}download.exe").status_code == 404


def test_a_download_leaves_nothing_out_in_silence(
    told: Any, signed_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(downloads, "MOST", 2)
    client = signed_in("ada")
    answer = client.get(f"{EVENTS}download.csv", {"last": "2026-04-01"}, follow=True)
    assert "More than 2 events fit; choose fewer days." in answer.content.decode()
    assert "last=2026-04-01" in answer.redirect_chain[0][0]
    assert not Event.objects.filter(verb="events.download").exists()


def test_a_page_leads_from_an_event_to_all_about_the_same(told: Any, signed_in: Any) -> None:
    page = signed_in("ada").get(EVENTS, {"verb": "account.answer"}).content.decode()
    assert "?verb=account.answer&amp;about=A100&amp;kind=account" in page


def test_the_record_stays_closed_after_its_indexes_are_made(people: Any) -> None:
    """A migration that rebuilt the table would have taken the triggers with it."""
    services.record(people["ada"], "test")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
            assert cursor.fetchone()[0] >= 2
        indexes = connection.introspection.get_constraints(cursor, Event._meta.db_table)
    for columns in (["actor_id", "at"], ["verb", "at"], ["object_id", "at"], ["at"]):
        assert any(index["columns"] == columns for index in indexes.values()), columns
