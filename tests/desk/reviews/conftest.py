"""Reviews of the cast, and those who may hold a talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.services import entry
from mainstay.desk.reviews.models import Review
from mainstay.desk.team.models import Staff

Made = Callable[..., Review]


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def staff(people: Any) -> None:
    with entry(people["dora"]) as book:
        for code, name in (("S1", "김민수"), ("S2", "陳偉"), ("S9", "Helen Senior")):
            book.add(Staff(staff_id=code, name=name))


@pytest.fixture
def review(people: Any, published: Any, staff: None) -> Made:
    """Written down as the director: of A102, lost, opened today, unless said otherwise."""

    def make(**values: Any) -> Review:
        given = {
            "account_id": "A102",
            "kind": "lost",
            "opened_on": timezone.localdate(),
            "onset_on": date(2025, 6, 18),
            "salesperson_id": "S2",
        }
        with entry(people["dora"]) as book:
            made: Any = book.add(new_fact(Review, {**given, **values}, None))
            return made

    return make
