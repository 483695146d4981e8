"""What happens is told: once, with its transaction, to who may know it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import cast as people_and_accounts
import pyarrow as pa
import pytest
from django.db import transaction
from django.utils import timezone

from mainstay.api.webhooks import outbox, payloads, posting, services
from mainstay.api.webhooks.models import Delivery, Happening
from mainstay.desk.care.models import Notice, Promise
from mainstay.desk.cases.models import Case
from mainstay.desk.facts.services import entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2026, 3, 2)


def told(endpoint: Any = None) -> list[dict[str, Any]]:
    """What is to be sent, in order."""
    posting.post(timezone.now())
    found = Delivery.objects.order_by("id")
    if endpoint is not None:
        found = found.filter(endpoint=endpoint)
    bodies = [
        payloads.body(one, list(Happening.objects.filter(pk__in=one.happenings))) for one in found
    ]
    return [event for body in bodies for event in json.loads(body)["data"]["events"]]


def open_case(book: Any, account_id: str = "A100") -> Any:
    return book.add(
        Case(
            case_id=f"{account_id} 20260302",
            account_id=account_id,
            opened_on=TODAY,
            opened_by="S1",
            state="open",
        )
    )


def test_a_notice_and_a_case_are_told_with_codes_alone(
    published: Any, people: Any, add: Any
) -> None:
    add()
    with entry(people["minsu"]) as book:
        notice = book.add(
            Notice(
                account_id="A100", on=TODAY, kind="will_leave", text="They told 김민수 in private"
            )
        )
        case = open_case(book)
    with entry(people["minsu"]) as book:
        book.change(
            case, {"state": "closed", "outcome": "kept", "closed_on": TODAY}, seen=case.version
        )
        book.withdraw(notice, seen=notice.version)
    events = told()
    assert [one["type"] for one in events] == [
        "notice.given",
        "case.opened",
        "case.closed",
        "notice.withdrawn",
    ]
    assert {one["account_id"] for one in events} == {"A100"}
    assert events[0]["data"] == {"kind": "will_leave", "on": "2026-03-02", "takes_effect_on": None}
    assert events[2]["data"]["outcome"] == "kept"
    assert events[1]["url"].startswith("/cases/")
    assert "김민수" not in json.dumps(events, ensure_ascii=False)
    numbers = [one["sequence"] for one in events]
    assert numbers == sorted(set(numbers))
    assert len({one["id"] for one in events}) == 4


def test_what_was_taken_back_with_its_transaction_never_happened(
    published: Any, people: Any, add: Any
) -> None:
    add()
    with transaction.atomic():
        with entry(people["minsu"]) as book:
            open_case(book)
        assert Happening.objects.exists()
        transaction.set_rollback(True)
    assert told() == []


def test_nothing_is_noted_while_nobody_is_told(published: Any, people: Any, add: Any) -> None:
    with entry(people["minsu"]) as book:
        open_case(book)
    endpoint, _ = add("notice.given", now=timezone.now())
    services.switch(None, endpoint.pk, timezone.now(), on=False)
    with entry(people["minsu"]) as book:
        open_case(book, "A101")
    assert not Happening.objects.exists()


def test_what_happened_before_an_endpoint_was_on_is_not_told(
    published: Any, people: Any, add: Any
) -> None:
    early, _ = add(name="early")
    with entry(people["minsu"]) as book:
        open_case(book)
    late, _ = add(name="late", now=timezone.now() + timedelta(seconds=1))
    assert [one["type"] for one in told(early)] == ["case.opened"]
    assert told(late) == []


def show_states(**changed: str) -> None:
    """A new assessment in which some states are others."""
    given = people_and_accounts.accounts()
    ids, states = given["account_id"].to_pylist(), given["state"].to_pylist()
    new = [changed.get(id_, state) for id_, state in zip(ids, states, strict=True)]
    position = given.schema.get_field_index("state")
    table = given.set_column(position, given.schema.field("state"), pa.array(new, pa.string()))
    assessment = people_and_accounts.assessment()
    assessment.accounts, assessment.id = table, f"later {sorted(changed.items())}"
    people_and_accounts.show(assessment)


def test_an_assessment_tells_the_states_that_are_others_than_those_shown(
    published: Any, people: Any, add: Any
) -> None:
    whole, _ = add("account.state_changed")
    mine, _ = add("account.state_changed", scope=people["wei"])
    show_states(A103="late", A100="lost")
    events = {one["account_id"]: one for one in told(whole)}
    assert set(events) == {"A103", "A100"}
    assert events["A103"]["data"] | {"assessment_id": ""} == {
        "before": "steady",
        "after": "late",
        "assessment_id": "",
    }
    assert events["A103"]["as_of"] == "2026-03-02"
    assert events["A103"]["url"].endswith("/account/A103/")
    assert [one["account_id"] for one in told(mine)] == ["A103"]  # of another's nothing


def test_many_changes_go_in_few_requests(published: Any, add: Any, monkeypatch: Any) -> None:
    add("account.state_changed")
    monkeypatch.setattr(posting, "MOST", 3)
    show_states(A100="lost", A101="lost", A103="lost", A104="lost")
    assert len(told()) == 4
    assert sorted(len(one.happenings) for one in Delivery.objects.all()) == [1, 3]


def promise(people: Any, due_on: date, **changes: Any) -> None:
    given = {"account_id": "A100", "made_on": date(2026, 1, 5), "due_on": due_on, "kind": "rebate"}
    with entry(people["minsu"]) as book:
        book.add(Promise(promise_id=f"P{due_on}", **(given | changes)))


def test_a_promise_is_overdue_once_its_day_is_over(published: Any, people: Any, add: Any) -> None:
    add("promise.overdue")
    today = timezone.localdate()
    promise(people, today)
    promise(people, today - timedelta(days=3), kept_on=today)
    promise(people, today - timedelta(days=200))
    now = timezone.localtime()
    assert outbox.look_at_promises(now) == 0
    tomorrow = now + timedelta(days=1)
    assert [outbox.look_at_promises(tomorrow) for _ in range(3)] == [1, 0, 0]
    (event,) = told()
    assert event["data"]["promise_id"] == f"P{today}"
    taipei = ZoneInfo("Asia/Taipei")  # the end of the day is that of the company's zone
    early = datetime.combine(today, datetime.min.time(), taipei) + timedelta(hours=1)
    assert outbox.look_at_promises(early) == 0


class _Ledger:
    def __init__(self, *ids: str) -> None:
        self.ids = ids

    def imports(self) -> list[Any]:
        from mainstay.ledger.imports import ImportSummary

        return [
            ImportSummary(id_, {"order_lines": 12}, 1, False, {"rows_set_aside": {"date": 2}})
            for id_ in self.ids
        ]


def test_an_import_is_told_once_whoever_brought_it(
    settings: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("import.done")
    now = timezone.now()
    new, old = f"{now:%Y%m%d-%H%M%S}-aaaa", "20200101-000000-bbbb"
    for name in (new, old):
        (settings.HOME.store / "imports" / name).mkdir(parents=True)
    monkeypatch.setattr("mainstay.engine.open_ledger", lambda home: _Ledger(old))
    watch = outbox.ImportWatch(settings.HOME.store)
    assert watch.look(now) == 0  # under way: not in the ledger yet
    monkeypatch.setattr("mainstay.engine.open_ledger", lambda home: _Ledger(old, new))
    assert [watch.look(now), watch.look(now)] == [1, 0]
    assert outbox.ImportWatch(settings.HOME.store).look(now) == 0  # after a start of the worker
    (event,) = told()
    assert event["data"] == {
        "import_id": new,
        "tables": {"order_lines": 12},
        "copies": 1,
        "set_aside": 2,
    }
    assert event["account_id"] is None


def test_what_is_of_no_account_is_for_the_office(people: Any, add: Any) -> None:
    manager, _ = add(scope=people["minsu"])
    director, _ = add(scope=people["dora"])
    now = timezone.now()
    Happening.objects.create(kind="import.done", at=now, as_of=now.date(), subject="x")
    assert len(told(director)) == 1
    assert told(manager) == []


def test_what_is_old_is_forgotten(add: Any) -> None:
    endpoint, _ = add()
    now = timezone.now()
    services.test(None, endpoint.pk, now)
    posting.forget(now + timedelta(days=29))
    assert Delivery.objects.exists()
    posting.forget(now + timedelta(days=31))
    assert not Delivery.objects.exists()
    assert not Happening.objects.exists()
