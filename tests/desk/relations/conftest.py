"""Who is who at the cast's accounts, written down as people write it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.team.models import Assignment, Staff

SINCE = date(2024, 1, 8)


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def write(people: Any, published: Any) -> Callable[..., Any]:
    """Write rows down as the director."""
    from mainstay.desk.facts.services import entry

    def add(*facts: Any) -> list[Any]:
        with entry(people["dora"]) as book:
            return [book.add(fact) for fact in facts]

    return add


@pytest.fixture
def harbour(write: Any) -> dict[str, Any]:
    """Harbour Hardware (A100): Ms Kim decides and nobody knows her; 김민수 alone knows the two others."""
    made = write(
        Staff(staff_id="S1", name="김민수", role="Key account manager"),
        Staff(staff_id="S2", name="陳偉", role="Technical service"),
        Assignment(account_id="A100", staff_id="S1", role="manager", from_on=SINCE),
        Contact(contact_id="C1", account_id="A100", name="Ms Kim", department="management", power="decides"),
        Contact(
            contact_id="C2", account_id="A100", name="Mr Novák", department="purchasing",
            power="influences", attitude=1, reports_to="C1",
        ),
        Contact(contact_id="C3", account_id="A100", name="王小明", department="technical", power="uses"),
        Tie(contact_id="C2", staff_id="S1", strength=3, since=SINCE),
        Tie(contact_id="C3", staff_id="S1", strength=1),
    )  # fmt: skip
    return {fact.key: fact for fact in made} | {
        fact.contact_id: fact for fact in made if isinstance(fact, Contact)
    }
