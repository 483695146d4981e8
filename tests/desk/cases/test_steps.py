"""The steps of a case: by when they can be due and done, changed, removed, and which is told first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event
from mainstay.desk.cases.models import Case, CaseStep

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=9)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def minsu(signed_in: Any, plan: Any, staff: None) -> Client:
    plan()
    client = signed_in("minsu")
    client.post("/account/A100/take/")
    return client


def case() -> Case:
    return Case.objects.get()


def add(client: Client, due_on: date, **said: Any) -> Any:
    values = {"what": "Call them", "owner_id": "S1", "due_on": due_on, **said}
    return client.post(f"/cases/{case().pk}/step/", values)


def added() -> CaseStep:
    return CaseStep.objects.latest("n")


@pytest.mark.parametrize(
    ("due_on", "said"),
    [
        (date(9999, 12, 31), "within two years"),
        (TODAY + timedelta(days=731), "within two years"),
        (TODAY - timedelta(days=1), "today or a later day"),
        (date(2020, 1, 1), "today or a later day"),
    ],
)
def test_a_step_is_due_between_today_and_two_years(minsu: Client, due_on: date, said: str) -> None:
    steps = CaseStep.objects.count()
    refused = add(minsu, due_on)
    assert refused.status_code == 422
    assert said in text(refused)
    assert "Call them" in text(refused)
    assert CaseStep.objects.count() == steps
    row = {"case_id": case().case_id, "n": 9, "what": "Call", "due_on": due_on, "once": "x"}
    anywhere = minsu.post("/known/case_steps/add/?account=A100", row)
    assert anywhere.status_code == 422


def test_nothing_was_done_before_the_case_was_opened(minsu: Client) -> None:
    step = CaseStep.objects.get(n=1)
    where = f"/cases/{case().pk}/step/{step.pk}/"
    refused = minsu.post(where, {"seen": 1, "done_on": TODAY - timedelta(days=1)})
    assert refused.status_code == 422
    assert "before the one on which the case was opened" in text(refused)
    assert minsu.post(where, {"seen": 1, "done_on": TODAY}).status_code == 302


def test_a_step_is_changed_and_its_record_says_so(minsu: Client) -> None:
    add(minsu, LATER)
    step = added()
    where = f"/cases/{case().pk}/step/{step.pk}/change/"
    assert f'href="{where}"' in text(minsu.get(f"/cases/{case().pk}/"))
    assert "Call them" in text(minsu.get(where))
    said = {"seen": 1, "what": "Visit them", "owner_id": "S2", "due_on": LATER}
    too_far = minsu.post(where, {**said, "due_on": date(9999, 12, 31)})
    assert too_far.status_code == 422
    assert minsu.post(where, said).status_code == 302
    step.refresh_from_db()
    assert (step.what, step.owner_id, step.due_on, step.version) == ("Visit them", "S2", LATER, 2)
    event = Event.objects.filter(verb="case_steps.change").latest("at")
    assert (event.before["what"], event.after["what"]) == ("Call them", "Visit them")
    late = minsu.post(where, {**said, "what": "Other"})
    assert "You changed this meanwhile" in text(late)


def test_a_day_that_has_passed_may_stand_and_not_be_chosen(minsu: Client) -> None:
    yesterday = TODAY - timedelta(days=1)
    Case.objects.update(opened_on=TODAY - timedelta(days=30))
    step = CaseStep.objects.get(n=1)
    CaseStep.objects.update(due_on=yesterday)
    where = f"/cases/{case().pk}/step/{step.pk}/change/"
    said = {"seen": 1, "what": "Visit them", "owner_id": "S1", "due_on": yesterday}
    assert minsu.post(where, said).status_code == 302
    earlier = minsu.post(where, {**said, "seen": 2, "due_on": TODAY - timedelta(days=2)})
    assert "today or a later day" in text(earlier)


def test_the_wording_of_a_play_stays_in_every_language(minsu: Client) -> None:
    step = CaseStep.objects.get(n=1)
    where = f"/cases/{case().pk}/step/{step.pk}/change/"
    shown = minsu.get(where, headers={"accept-language": "ko"})
    wording = shown.context["form"].initial["what"]
    said = {"seen": 1, "what": wording, "owner_id": "S1", "due_on": LATER}
    minsu.post(where, said, headers={"accept-language": "ko"})
    before, step = step.what, CaseStep.objects.get(pk=step.pk)
    assert wording != before  # it was shown in another language
    assert (step.what, step.due_on) == (before, LATER)


def test_a_step_is_removed_by_who_may_add_one(minsu: Client, signed_in: Any, people: Any) -> None:
    add(minsu, LATER)
    step = added()
    where = f"/cases/{case().pk}/step/{step.pk}/"
    people["quentin"].staff_id = "S1"  # it is in their hands, and they may not write cases
    people["quentin"].save()
    for name, status in (("quentin", 403), ("wei", 404)):
        other = signed_in(name)
        assert other.post(f"{where}remove/", {"seen": 1}).status_code == status
        assert other.post(f"{where}change/", {"seen": 1, "what": "x"}).status_code == status
    minsu.post(f"{where}remove/", {"seen": 7})
    assert CaseStep.objects.filter(pk=step.pk).exists()
    assert minsu.post(f"{where}remove/", {"seen": 1}).status_code == 302
    assert not CaseStep.objects.filter(pk=step.pk).exists()
    event = Event.objects.filter(verb="case_steps.withdraw").latest("at")
    assert event.before["what"] == "Call them"


def test_the_steps_of_a_closed_case_stand(minsu: Client) -> None:
    minsu.post(f"/cases/{case().pk}/close/", {"seen": 1, "outcome": "kept"})
    step = CaseStep.objects.get(n=1)
    where = f"/cases/{case().pk}/step/{step.pk}/"
    assert f"{where}change/" not in text(minsu.get(f"/cases/{case().pk}/"))
    minsu.post(f"{where}remove/", {"seen": 1})
    said = minsu.post(f"{where}change/", {"seen": 1, "what": "x", "due_on": LATER})
    assert "closed; open it again" in text(said)
    assert CaseStep.objects.filter(pk=step.pk, version=1).exists()


def test_the_list_tells_the_step_that_is_overdue_first(minsu: Client) -> None:
    CaseStep.objects.filter(n=1).update(due_on=LATER, what="Write to them")
    CaseStep.objects.filter(n=2).update(due_on=TODAY - timedelta(days=1), what="Send the offer")
    page = text(minsu.get("/cases/"))
    assert "Send the offer · overdue since" in page
    assert "Write to them" not in page


def test_what_is_dismissed_has_no_day_until_which(minsu: Client) -> None:
    said = {"kind": "dismiss", "reason": "Known"}
    page = text(minsu.post("/account/A101/put-off/", said, follow=True))
    assert "Dismissed: it is proposed again when" in page
    assert "until" not in page.split("Dismissed: ")[1].split("</")[0]
