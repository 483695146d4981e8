"""Assistants of the cast, whose accounts are explained and planned for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cast as people_and_accounts
import desk_plan
import explained
import pytest

from mainstay import engine
from mainstay.api.assistants.calling import Answer, call
from mainstay.api.assistants.types import Caller
from mainstay.desk.access.tokens import READ, WRITE


@pytest.fixture
def published(db: None, own_home: Any) -> Any:
    """The cast's accounts as the pages see them, explained and planned for; of no orders that could be read."""
    made = explained.explanation(people_and_accounts.accounts(), people_and_accounts.AS_OF)
    made.save(engine.explanations(own_home.store), explained.ID)
    desk_plan.freeze(own_home.store, rules={"things": 5})
    return people_and_accounts.show(people_and_accounts.assessment())


@pytest.fixture
def ask(people: dict[str, Any], published: Any) -> Callable[..., Answer]:
    """Have somebody's assistant call a tool."""

    def asked(
        username: str, tool: str, scopes: frozenset[str] = frozenset({READ, WRITE}), **given: Any
    ) -> Answer:
        caller = Caller(people[username], scopes, "https://desk.example.com", by="test")
        return call(caller, tool, given)

    return asked
