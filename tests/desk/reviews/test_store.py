"""Reviews as rows: they reach the store, come from files, move with a contact and forget one."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from mainstay import engine
from mainstay.desk.facts.services import entry
from mainstay.desk.relations import merging, personal
from mainstay.desk.relations.models import Contact
from mainstay.desk.reviews.models import Review, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def contact(people: Any, published: Any) -> Contact:
    with entry(people["dora"]) as book:
        book.add(Contact(contact_id="K2", account_id="A102", name="Wang the second"))
        made: Any = book.add(Contact(contact_id="K1", account_id="A102", name="Wang"))
    return made


def test_it_reaches_the_store_as_known_when_it_was_recorded(
    settings: Any, people: Any, review: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        one = review()
        with entry(people["dora"]) as book:
            book.change(one, {"root_cause": "delivery.late"}, seen=1)
    (known,) = engine.facts_known(settings.HOME, "reviews").to_pylist()
    assert (known["account_id"], known["root_cause"]) == ("A102", "delivery.late")
    versions = engine.versions_of(settings.HOME, "reviews", {"review_id": one.review_id})
    assert [row["root_cause"] for row in versions] == [None, "delivery.late"]


def test_what_a_contact_said_is_forgotten_with_them(
    settings: Any, people: Any, review: Any, contact: Contact
) -> None:
    said = {"contact_id": "K1", "customer_text": "Wang was furious"}
    one, other = (
        review(**said, customer_reason="delivery.late"),
        review(review_id="R2", contact_id="K2", customer_text="Calm"),
    )
    Survey.objects.create(
        review_key=one.key,
        token="t",
        made_by=people["dora"],
        made_at=timezone.now(),
        expires_at=timezone.now(),
        happened="I, Wang",
    )
    handed = personal.known_of(people["dora"], contact)
    assert [row["customer_text"] for row in handed["reviews"]] == ["Wang was furious"]
    personal.erase(people["dora"], contact)
    one.refresh_from_db()
    assert (one.customer_text, one.customer_reason, one.contact_id) == (None, "delivery.late", "K1")
    assert Survey.objects.get().happened == ""
    versions = engine.versions_of(settings.HOME, "reviews", {"review_id": one.review_id})
    assert [row["customer_text"] for row in versions] == [None]
    other.refresh_from_db()
    assert other.customer_text == "Calm"


def test_a_review_follows_a_contact_that_goes_into_another(
    people: Any, review: Any, contact: Contact
) -> None:
    one = review(contact_id="K1")
    merging.merge(people["dora"], contact, Contact.objects.get(contact_id="K2"))
    one.refresh_from_db()
    assert one.contact_id == "K2"


def test_generic_pages_show_and_add_them(signed_in: Any, published: Any, staff: None) -> None:
    wei = signed_in("wei")
    page = wei.get("/known/reviews/add/?account=A102").content.decode()
    assert '<optgroup label="Our delivery">' in page
    assert "confirmed_on" not in page
    sent = {"opened_on": "2026-03-01", "kind": "lost", "root_cause": "delivery.late", "once": "x1"}
    assert wei.post("/known/reviews/add/?account=A102", sent).status_code == 302
    one = Review.objects.get()
    assert (one.account_id, one.stage(asked=False)) == ("A102", "confirm")
    shown = wei.get("/known/reviews/").content.decode()
    assert "We delivered late" in shown
    assert wei.get(f"/known/reviews/{one.pk}/history/").status_code == 200
    assert "reviews" in wei.get("/known/").content.decode()
