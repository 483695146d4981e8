"""A frozen plan of the cast, as the engine makes one, and who works there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import desk_plan
import pytest

from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Staff


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def staff(people: Any) -> None:
    with entry(people["dora"]) as book:
        for code, name, above in (
            ("S1", "김민수", "S9"),
            ("S2", "陳偉", "S9"),
            ("S9", "Helen Senior", None),
        ):
            book.add(Staff(staff_id=code, name=name, reports_to=above))


@pytest.fixture
def plan(settings: Any, published: Any) -> Callable[..., Any]:
    """Freezes a plan of the cast's assessment."""

    def make(things: int = 5, **given: Any) -> Any:
        return desk_plan.freeze(settings.HOME.store, rules={"things": things}, **given)

    return make
