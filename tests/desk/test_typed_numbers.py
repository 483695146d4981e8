"""A number in an address or a hidden field that no database takes is no reason to fail."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mainstay.desk.care.models import Visit
from mainstay.desk.facts.services import entry
from mainstay.desk.numbers import typed
from mainstay.desk.paging import code_in, one_of
from mainstay.desk.relations.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HUGE = ("9" * 30, "9" * 5_000)  # more than a column holds; more than Python reads
PAGES = ("/known/visits/", "/complaints/", "/relations/", "/account/A100/lines/", "/requests/")


@pytest.mark.parametrize("number", HUGE)
def test_lists_show_their_first_page(number: str, signed_in: Any, published: Any) -> None:
    client = signed_in("dora")
    for page in PAGES:
        assert client.get(page, {"page": number}).status_code == 200, page


def test_a_code_that_no_database_takes_finds_nothing(signed_in: Any, published: Any) -> None:
    """PostgreSQL refuses a text with a NUL in it."""
    client = signed_in("dora")
    for page in ("/win-back/?manager=", "/cases/?owner=", "/cases/?play=", "/visits/?manager="):
        assert client.get(f"{page}%00A").status_code == 200, page


@pytest.mark.parametrize("number", HUGE)
def test_what_can_not_be_a_version_or_a_row_changes_nothing(
    number: str, people: Any, signed_in: Any, published: Any
) -> None:
    with entry(people["dora"]) as book:
        row = book.add(Visit(visit_id="V1", account_id="A100", on=date(2026, 3, 1), staff_id="S1"))
        them = book.add(Contact(contact_id="C1", account_id="A100", name="Lin"))
    client = signed_in("dora")
    assert client.post(f"/known/visits/{row.pk}/withdraw/", {"seen": number}).status_code == 302
    left = f"/account/A100/people/{them.pk}/left/"
    assert client.post(left, {"seen": number}).status_code < 500
    merge = f"/contacts/{them.pk}/merge/"
    assert client.post(merge, {"into": number}).status_code == 404
    assert Visit.objects.count() == 1
    assert Contact.objects.get().left_on is None


def test_what_an_address_asks_for_is_one_of_these_and_a_code_is_short() -> None:
    query = {"show": "late", "owner": "S\0" + "1" * 300}
    assert one_of(query, "show", ("late", "all")) == "late"
    assert one_of(query, "show", ("all",), "all") == "all"
    assert one_of(query, "whose", ("mine",)) == ""
    assert code_in(query, "owner") == "S" + "1" * 198
    assert code_in(query, "play") == ""


def test_what_is_a_number() -> None:
    texts = ("7", "007", "", "-1", "1.5", "٣", "²", "9" * 16)
    assert [typed(text, 1) for text in texts] == [7, 7, 1, 1, 1, 1, 1, 1]
