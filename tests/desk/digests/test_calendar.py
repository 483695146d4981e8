"""A calendar behind a secret address: what its owner may see at the time of reading, and nobody else's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from mainstay.desk.accounts.models import Account
from mainstay.desk.care.models import Incentive, Visit, VisitDue
from mainstay.desk.cases.models import Case, CaseStep, PlayRun
from mainstay.desk.digests.models import Feed, WrongAddress
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Handover, Step

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def today() -> date:
    return timezone.localdate()


def address(client: Client) -> str:
    """Make an address for one's calendar; gives its path."""
    client.post("/calendar/renew/")
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', shown(client))
    assert found
    return found[1]


def shown(client: Client) -> str:
    return client.get("/calendar/").content.decode()


def events(path: str) -> dict[str, Any]:
    """The events of a calendar, by what they say; read by somebody who is not signed in."""
    answer = Client().get(path)
    assert answer.status_code == 200
    read = Calendar.from_ical(answer.content)
    return {str(one["summary"]): one for one in read.walk("VEVENT")}


def test_no_day_is_too_far_for_a_calendar(minsu: Client, written: None) -> None:
    path = address(minsu)
    for due_on in (date.max, date.min, date(2020, 1, 1)):
        CaseStep.objects.filter(owner_id="S1").update(due_on=due_on)
        Incentive.objects.filter(owner_id="S1").update(to_on=date.max)
        PlayRun.objects.filter(staff_id="S1").update(to_on=date.max)
        found = events(path)
        step = next(one for said, one in found.items() if "Call them" in said)
        assert step["dtstart"].dt == due_on
        assert len([one for one in found.values() if one["dtstart"].dt == date.max]) >= 2


@pytest.fixture
def minsu(signed_in: Any, plan: Any) -> Client:
    return signed_in("minsu")


@pytest.fixture
def written(people: Any, published: Any) -> None:
    """A step, an incentive, a play and a visit of each of two managers, and a handover from one."""
    with entry(people["dora"]) as book:
        for code, account in (("S1", "A100"), ("S2", "A103")):
            book.add(Case(case_id=f"C-{code}", account_id=account, opened_on=today(), state="open"))
            book.add(
                CaseStep(
                    step_id=f"C-{code}-1",
                    case_id=f"C-{code}",
                    account_id=account,
                    n=1,
                    what="Call them",
                    owner_id=code,
                    due_on=today() + timedelta(days=3),
                )
            )
            book.add(
                PlayRun(
                    account_id=account,
                    play="listen",
                    from_on=today(),
                    to_on=today() + timedelta(days=12),
                    staff_id=code,
                    chosen="rule",
                )
            )
            book.add(
                Incentive(
                    incentive_id=f"I-{code}",
                    account_id=account,
                    kind="rebate",
                    from_on=today(),
                    to_on=today() + timedelta(days=30),
                    owner_id=code,
                )
            )
            book.add(
                Visit(
                    visit_id=f"V-{code}",
                    account_id=account,
                    on=today(),
                    staff_id=code,
                    kind="visit",
                    next_on=today() + timedelta(days=20),
                )
            )
    handover = Handover.objects.create(
        staff_id="S2", leaves_on=today() + timedelta(days=40), made_at=timezone.now()
    )
    Step.objects.create(
        handover=handover,
        account_id="A102",
        role="manager",
        to_staff_id="S1",
        introduced_by="S2",
        due_on=today() + timedelta(days=9),
    )


def test_it_holds_ones_own_days_and_nobody_elses(minsu: Client, written: None) -> None:
    found = events(address(minsu))
    days = {said: (one["dtstart"].dt - today()).days for said, one in found.items()}
    assert days == {
        "Harbour Hardware Ltd: Call them": 3,
        "A102: take over": 9,  # not theirs yet: its name is not told
        "Harbour Hardware Ltd: Senior visit to listen ends": 12,
        "Harbour Hardware Ltd: visit is due": 20,
        "Harbour Hardware Ltd: an incentive ends": 30,
    }


def test_events_are_whole_days_that_stay_who_they_are(minsu: Client, written: None) -> None:
    path = address(minsu)
    before = events(path)["Harbour Hardware Ltd: Call them"]
    assert type(before["dtstart"].dt) is date
    assert before["dtend"].dt - before["dtstart"].dt == timedelta(days=1)
    assert before["transp"] == "TRANSPARENT"
    step = CaseStep.objects.get(owner_id="S1")
    assert before["last-modified"].dt == step.recorded_at.replace(microsecond=0)
    assert before["url"].endswith(f"/cases/{Case.objects.get(case_id='C-S1').pk}/#step-{step.pk}")
    assert Client().get(path).content == Client().get(path).content
    CaseStep.objects.filter(pk=step.pk).update(
        due_on=today() + timedelta(days=5), recorded_at=step.recorded_at + timedelta(minutes=1)
    )
    after = events(path)["Harbour Hardware Ltd: Call them"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 60
    assert after["dtstart"].dt == today() + timedelta(days=5)
    assert len({str(one["uid"]) for one in events(path).values()}) == 5


def test_what_is_done_or_closed_goes(minsu: Client, written: None) -> None:
    path = address(minsu)
    CaseStep.objects.update(done_on=today())
    PlayRun.objects.update(result="kept")
    Step.objects.update(done_on=today())
    left = set(events(path))
    assert left == {
        "Harbour Hardware Ltd: visit is due",
        "Harbour Hardware Ltd: an incentive ends",
    }


def test_it_is_what_one_may_see_at_the_time_of_reading(minsu: Client, written: None) -> None:
    path = address(minsu)
    Account.objects.filter(account_id="A100").update(manager_id="S2")
    assert set(events(path)) == {"A102: take over"}


def test_in_the_readers_language(minsu: Client, written: None, people: Any) -> None:
    path = address(minsu)
    people["minsu"].language = "ko"
    people["minsu"].save()
    said = Client().get(path).content.decode()
    assert "Harbour Hardware Ltd" in said
    assert "Senior visit to listen" not in said


def test_hostile_names_break_no_line(minsu: Client, written: None) -> None:
    Account.objects.filter(account_id="A100").update(name="A\r\nEND:VEVENT\r\nBEGIN:VEVENT;x,y" * 9)
    assert len(events(address(minsu))) == 5


def test_who_sees_all_gets_what_is_theirs(signed_in: Any, written: None, people: Any) -> None:
    dora = signed_in("dora")
    assert "calendar stays empty" in shown(dora)
    assert events(address(dora)) == {}
    people["dora"].staff_id = "S2"
    people["dora"].save()
    assert "한빛산업 주식회사: visit is due" in events(address(dora))
    VisitDue.objects.filter(account_id="A100").update(due_on=today())
    assert not any("Harbour" in said for said in events(address(dora)))


def test_the_address_is_shown_once_kept_hashed_and_ends(minsu: Client) -> None:
    first = address(minsu)
    token = first.split("/")[-1].removesuffix(".ics")
    assert len(token) >= 40
    assert token not in shown(minsu)
    assert token not in str(Feed.objects.values())
    answer = Client().get(first)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert not answer.cookies
    assert Feed.objects.get().read_at is not None
    second = address(minsu)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    minsu.post("/calendar/revoke/")
    assert Client().get(second).status_code == 404


def test_who_is_switched_off_has_no_calendar(minsu: Client, people: Any) -> None:
    path = address(minsu)
    people["minsu"].is_active = False
    people["minsu"].save()
    assert Client().get(path).status_code == 404
    people["minsu"].is_active, people["minsu"].must_change_password = True, True
    people["minsu"].save()
    assert Client().get(path).status_code == 404


def test_guessing_ends_after_as_many_tries_as_signing_in(minsu: Client, settings: Any) -> None:
    path = address(minsu)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert Client().get("/calendar/guessed.ics").status_code == 404
    assert Client().get("/calendar/guessed.ics").status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert elsewhere.get("/calendar/guessed.ics").status_code == 404
    assert Client().get(path).status_code == 200  # one office, one address to the world
    WrongAddress.objects.update(at=datetime.now(UTC) - settings.AXES_COOLOFF_TIME)
    assert Client().get("/calendar/guessed.ics").status_code == 404


def test_it_is_read_with_few_questions(
    minsu: Client, written: None, django_assert_max_num_queries: Any
) -> None:
    path = address(minsu)
    with django_assert_max_num_queries(15):
        Client().get(path)
