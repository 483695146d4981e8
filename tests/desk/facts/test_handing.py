"""Work handed to somebody who won't find it in the desk is written down, and said."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from mainstay.desk.care.models import Complaint, Request
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Assignment, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BLIND = "陳偉 does not see this account in the desk"


@pytest.fixture(autouse=True)
def _here(own_store: None, people: Any, published: Any) -> None:
    with entry(people["dora"]) as book:
        for code, name in (("S1", "김민수"), ("S2", "陳偉"), ("S9", "Helen Service")):
            book.add(Staff(staff_id=code, name=name))


def said_after(client: Any, answer: Any) -> str:
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer.headers["Location"]).content.decode()
    return re.sub(r"\s+", " ", page)


def asked(owner: str, once: str) -> dict[str, str]:
    return {"raised_on": "2026-03-01", "text": f"Hose {once}", "owner_id": owner, "once": once}


def test_a_complaint_handed_to_who_does_not_see_the_account(signed_in: Any) -> None:
    minsu, dora = signed_in("minsu"), signed_in("dora")
    typed = {"kind": "quality", "severity": "2", "text": "It leaks", "once": "a"}
    typed |= {"opened_at": "2026-03-02T10:00", "owner_id": "S1"}
    page = said_after(minsu, minsu.post("/complaints/new/?account=A100", typed))
    assert "does not see" not in page
    made = Complaint.objects.get()
    hand = f"/complaints/{made.pk}/hand/"
    page = said_after(minsu, minsu.post(hand, {"seen": 1, "owner_id": "S2"}))
    assert page.count(BLIND) == 2  # the message, and the page as long as it is so
    assert "A director or an administrator can assign them." in page
    page = said_after(minsu, minsu.post(hand, {"seen": 2, "owner_id": "S9"}))
    assert "Helen Service has no sign-in here: tell them yourself." in page
    page = said_after(dora, dora.post(hand, {"seen": 3, "owner_id": "S2"}))
    assert "/known/assignments/add/?account=A100" in page


def test_who_is_assigned_sees_it(people: Any, signed_in: Any) -> None:
    minsu = signed_in("minsu")
    address = "/known/requests/add/?account=A100"
    assert BLIND in said_after(minsu, minsu.post(address, asked("S2", "1")))
    with entry(people["dora"]) as book:
        book.add(
            Assignment(account_id="A100", staff_id="S2", role="deputy", from_on=date(2026, 1, 1))
        )
    assert BLIND not in said_after(minsu, minsu.post(address, asked("S2", "2")))


def test_what_stays_in_the_same_hands_is_not_said_again(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    minsu.get(minsu.post("/known/requests/add/?account=A100", asked("S2", "1")).headers["Location"])
    change = f"/known/requests/{Request.objects.get().pk}/"
    typed = {**asked("S2", "2"), "text": "A longer hose", "seen": "1"}
    assert BLIND not in said_after(minsu, minsu.post(change, typed))


def test_what_came_of_a_visit(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    typed = {"on": "2026-03-01", "staff_id": "S1", "kind": "visit", "once": "v"}
    typed |= {"request-text": "A hose", "request-owner_id": "S2", "seen-source": "contact"}
    page = said_after(minsu, minsu.post("/account/A100/visit/", typed))
    assert page.count(BLIND) == 1
