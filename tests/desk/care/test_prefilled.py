"""A visit's form that is opened from a case or a play says already what it is for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from mainstay.desk.cases.models import Case
from mainstay.desk.facts.services import entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def case_of(people: Any, published: Any) -> Any:
    def make(account_id: str) -> Case:
        with entry(people["dora"]) as book:
            made: Any = book.add(
                Case(
                    case_id=f"C {account_id}",
                    account_id=account_id,
                    opened_on=timezone.localdate(),
                    play="listen",
                    state="open",
                )
            )
        return made

    return make


def purpose(client: Any, query: str) -> str:
    page = client.get(f"/account/A100/visit/{query}").content.decode()
    found = re.search(r'<input type="text" name="purpose"[^>]*>', page)
    assert found
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_a_play_or_a_case_says_what_for(signed_in: Any, case_of: Any) -> None:
    minsu, case = signed_in("minsu"), case_of("A100")
    assert purpose(minsu, "") == ""
    assert purpose(minsu, "?play=visits") == "Regular visits restored"
    assert purpose(minsu, f"?case={case.pk}") == "Senior visit to listen"


def test_nonsense_and_what_is_anothers_is_as_if_it_were_not_there(
    signed_in: Any, case_of: Any
) -> None:
    minsu = signed_in("minsu")
    of_another_account, of_another_manager = case_of("A101"), case_of("A103")
    for query in (
        "?play=strange",
        "?play=%3Cb%3E",
        "?case=x",
        "?case=999999",
        f"?case={of_another_account.pk}",
        f"?case={of_another_manager.pk}",
    ):
        assert purpose(minsu, query) == "", query


def test_whoever_comes_from_a_case_goes_back_to_it(signed_in: Any, case_of: Any) -> None:
    minsu, case = signed_in("minsu"), case_of("A100")
    sent = {"on": timezone.localdate().isoformat(), "staff_id": "S1", "kind": "visit"}
    sent |= {"seen-source": "contact", "request-owner_id": "S1"}  # what the form holds unasked
    answer = minsu.post(f"/account/A100/visit/?case={case.pk}", sent | {"once": "one"})
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    answer = minsu.post("/account/A100/visit/?play=listen", sent | {"once": "two"})
    assert answer.headers["Location"] == "/account/A100/"
