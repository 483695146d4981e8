"""The cast of the desk, its accounts explained and planned for, and their assistants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import desk_plan
import explained
import pytest

from mainstay import engine
from mainstay.api.assistants.calling import Answer, call
from mainstay.api.assistants.types import Caller
from mainstay.desk.access.tokens import READ, WRITE


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    from django.utils import translation

    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture
def own_home(tmp_path: Path, settings: Any) -> Any:
    """A store of the test's own, with nothing kept of another's."""
    from django.core.cache import cache

    from mainstay.core.home import Home
    from mainstay.desk.accounts import evidence

    settings.HOME = Home(tmp_path).prepare()
    cache.clear()
    evidence._opened.cache_clear()
    return settings.HOME


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return people_and_accounts.people()


@pytest.fixture
def published(db: None, own_home: Any) -> Any:
    """The cast's accounts with an explanation and a plan, as the pages see them."""
    folder = engine.explanations(own_home.store)
    made = explained.explanation(people_and_accounts.accounts(), people_and_accounts.AS_OF)
    made.save(folder, explained.ID)
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
