"""What they say: written by nobody who looks after them, and what they wrote themselves by nobody at all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.services import NotAllowed
from mainstay.desk.facts.services import entry
from mainstay.desk.relations import merging
from mainstay.desk.relations.models import Contact
from mainstay.desk.reviews.models import Review, Survey
from mainstay.desk.team.models import Assignment

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TALK = {
    "interviewed_by": "S9",
    "interview_way": "call",
    "customer_reason": "competitor.price",
    "customer_text": "It was the price",
}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def one(review: Any) -> Review:
    """Of A102, whose manager has said what they think."""
    return review(salesperson_reason="competitor.price")


@pytest.fixture
def answered(one: Review, signed_in: Any) -> Review:
    signed_in("dora").post(f"/reviews/{one.pk}/survey/")
    said = {"reason": "delivery.late", "happened": "Three weeks", "lang": "en"}
    Client().post(f"/survey/{Survey.objects.get().token}/", said)
    one.refresh_from_db()
    assert one.customer_reason == "delivery.late"
    return one


def generic(one: Review, **typed: Any) -> dict[str, Any]:
    return {"seen": one.version, "opened_on": one.opened_on, "kind": "lost", **typed}


def test_by_no_door_does_their_manager_write_it(answered: Review, signed_in: Any) -> None:
    wei, today = signed_in("wei"), str(timezone.localdate())
    sent = {**TALK, "interviewed_on": today, "why_1": "They waited"}
    page = text(wei.get(f"/known/reviews/{answered.pk}/"))
    for name in sent:
        assert (f'name="{name}"' in page) == (name == "why_1"), name
    wei.post(f"/known/reviews/{answered.pk}/", generic(answered, **sent))
    seen = Review.objects.get(pk=answered.pk).version
    assert wei.post(f"/reviews/{answered.pk}/interview/", {"seen": seen, **sent}).status_code == 404
    wei.post(f"/known/reviews/{answered.pk}/withdraw/", {"seen": seen})
    wei.post("/known/reviews/add/?account=A102", {**generic(answered), **sent, "once": "x"})
    answered.refresh_from_db()
    assert (answered.customer_text, answered.why_1) == ("Three weeks", "They waited")
    added = Review.objects.exclude(pk=answered.pk).get()
    assert (added.customer_reason, added.customer_text, added.interviewed_by) == (None,) * 3


def test_the_rule_holds_below_the_forms(one: Review, people: Any) -> None:
    for name, value in TALK.items():
        refused = pytest.raises(NotAllowed, match="somebody who does not look after them")
        with refused, entry(people["wei"]) as book:
            book.change(one, {name: value}, seen=one.version)
    with entry(people["dora"]) as book:
        book.add(Assignment(account_id="A102", staff_id="S9", role="manager", from_on="2020-01-01"))
    people["dora"].staff_id = "S9"  # a director who looks after them
    people["dora"].save()
    with pytest.raises(NotAllowed), entry(people["dora"]) as book:
        book.change(one, TALK, seen=one.version)


def test_what_they_answered_is_added_to_and_never_replaced(
    answered: Review, signed_in: Any, people: Any
) -> None:
    dora, ada = signed_in("dora"), signed_in("ada")
    for client in (dora, ada):
        sent = generic(answered, **TALK, interviewed_on=timezone.localdate())
        assert "stays as it is" in text(client.post(f"/known/reviews/{answered.pk}/", sent))
        sent = {"seen": answered.version, "interviewed_by": "S9", "customer_text": "Price"}
        refused = client.post(f"/reviews/{answered.pk}/interview/", sent)
        assert refused.status_code == 422
    for name, value in {**TALK, "customer_reason": None, "customer_text": None}.items():
        if name != "interviewed_by":
            with pytest.raises(NotAllowed), entry(people["dora"]) as book:
                book.change(answered, {name: value}, seen=answered.version)
    sent["customer_text"] = "Three weeks\n\nOn the telephone: nobody rang back."
    assert dora.post(f"/reviews/{answered.pk}/interview/", sent).status_code == 302
    answered.refresh_from_db()
    assert answered.customer_text == sent["customer_text"]
    assert (answered.customer_reason, answered.interview_way) == ("delivery.late", "survey")
    assert answered.interviewed_by == "S9"


def test_only_who_may_send_a_survey_sees_its_link(one: Review, signed_in: Any) -> None:
    wei, dora = signed_in("wei"), signed_in("dora")
    page = text(wei.get(f"/reviews/{one.pk}/"))
    assert "Make a survey link" not in page
    assert "Somebody who does not look after them asks them" in page
    refused = text(wei.post(f"/reviews/{one.pk}/survey/", follow=True))
    assert "A survey is sent by somebody who does not look after them." in refused
    assert not Survey.objects.exists()
    dora.post(f"/reviews/{one.pk}/survey/")
    token = Survey.objects.get().token
    assert token in text(dora.get(f"/reviews/{one.pk}/"))
    for client in (wei, signed_in("ana")):
        assert token not in text(client.get(f"/reviews/{one.pk}/"))
    wei.post(f"/reviews/{one.pk}/close/")
    assert Survey.objects.get().closed_at is None


def test_its_history_holds_back_what_the_page_does(review: Any, signed_in: Any) -> None:
    one = review(customer_reason="money.promise_broken", why_1="They waited")
    wei, address = signed_in("wei"), f"/known/reviews/{one.pk}/history/"
    held = text(wei.get(address))
    assert "They waited" in held
    for said in ("A promise or rebate was not kept", "money.promise_broken"):
        assert said not in held
    assert "not kept" in text(signed_in("dora").get(address))
    wei.post(f"/reviews/{one.pk}/ours/", {"seen": 1, "salesperson_reason": "unknown"})
    assert "not kept" in text(wei.get(address))


def test_their_manager_still_makes_two_contacts_one(review: Any, people: Any) -> None:
    with entry(people["dora"]) as book:
        into: Any = book.add(Contact(contact_id="K2", account_id="A102", name="Wang the second"))
        gone: Any = book.add(Contact(contact_id="K1", account_id="A102", name="Wang"))
    one = review(contact_id="K1")
    made = merging.merge(people["wei"], gone, into)
    one.refresh_from_db()
    assert one.contact_id == "K2"
    merging.undo(people["wei"], made.pk)
    one.refresh_from_db()
    assert one.contact_id == "K1"


@pytest.fixture
def stands_in(people: Any, staff: None) -> Any:
    """Somebody is deputy at A102, for so many days around today."""

    def make(staff_id: str, first: int = -30, last: int = 30) -> None:
        today = timezone.localdate()
        days = {"from_on": today + timedelta(days=first), "to_on": today + timedelta(days=last)}
        with entry(people["dora"]) as book:
            book.add(Assignment(account_id="A102", staff_id=staff_id, role="deputy", **days))

    return make


def offered(page: str) -> set[str]:
    """Who can be chosen as the one who asked."""
    (field,) = re.findall(r'<select name="interviewed_by".*?</select>', page, re.S)
    return set(re.findall(r'<option value="([^"]+)"', field))


def test_neither_manager_nor_deputy_is_offered_for_the_talk(
    one: Review, signed_in: Any, stands_in: Any
) -> None:
    dora = signed_in("dora")
    pages = (f"/reviews/{one.pk}/", f"/known/reviews/{one.pk}/", "/known/reviews/add/?account=A102")
    for page in pages:
        assert {"S1", "S9"} <= offered(text(dora.get(page))), page
    stands_in("S9")
    for page in pages:
        found = offered(text(dora.get(page)))
        assert "S1" in found, page
        assert not found & {"S2", "S9"}, page
    assert "does not stand in for whoever does" in text(dora.get(pages[0]))


@pytest.mark.parametrize(("first", "last"), [(-30, 30), (0, 0), (-3, -2)])
def test_by_no_door_does_a_deputy_hold_the_talk(
    first: int, last: int, one: Review, signed_in: Any, people: Any, stands_in: Any
) -> None:
    dora, today = signed_in("dora"), timezone.localdate()
    Review.objects.filter(pk=one.pk).update(opened_on=today - timedelta(days=9))
    stands_in("S9", first, last)
    talk = {**TALK, "interviewed_on": today + timedelta(days=last if last < 0 else 0)}
    refused = dora.post(f"/reviews/{one.pk}/interview/", {"seen": one.version, **talk})
    assert refused.status_code == 422
    sent = generic(one, **talk)
    assert dora.post(f"/known/reviews/{one.pk}/", sent).status_code == 422
    new = dora.post("/known/reviews/add/?account=A102", {**sent, "once": "y"})
    assert new.status_code == 422
    with pytest.raises(NotAllowed, match="Somebody else must ask"), entry(people["dora"]) as book:
        book.change(one, talk, seen=one.version)
    one.refresh_from_db()
    assert (one.interviewed_by, Review.objects.count()) == (None, 1)
    assert dora.post(
        f"/reviews/{one.pk}/interview/", {"seen": one.version, **talk, "interviewed_by": "S1"}
    ).status_code in (302, 204)


def test_who_stood_in_before_and_not_on_that_day_may_hold_it(
    one: Review, signed_in: Any, stands_in: Any
) -> None:
    stands_in("S9", -300, -200)
    sent = {"seen": one.version, **TALK, "interviewed_on": timezone.localdate()}
    assert signed_in("dora").post(f"/reviews/{one.pk}/interview/", sent).status_code == 302


def test_a_deputy_writes_nothing_of_what_they_say(
    one: Review, signed_in: Any, people: Any, stands_in: Any
) -> None:
    stands_in("S1")  # 김민수, a manager of other accounts
    minsu = signed_in("minsu")
    page = text(minsu.get(f"/reviews/{one.pk}/"))
    assert "Ask why five times" in page
    assert "Make a survey link" not in page
    sent = {"seen": one.version, **TALK, "interviewed_on": timezone.localdate()}
    assert minsu.post(f"/reviews/{one.pk}/interview/", sent).status_code == 404
    minsu.post(f"/reviews/{one.pk}/survey/")
    assert not Survey.objects.exists()
    with pytest.raises(NotAllowed), entry(people["minsu"]) as book:
        book.change(one, {"customer_text": "It was the price"}, seen=one.version)
