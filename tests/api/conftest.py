"""The cast of the desk with a frozen assessment, and programs that act for its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import desk_plan
import explained
import pytest
from django.test import Client

from mainstay import engine


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    from django.utils import translation

    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _triggers_let_tests_clean_up() -> Iterator[None]:
    """A transactional test empties all tables afterwards, which the record of events refuses.

    Of the session, since a test's own fixtures end before its tables are emptied.
    """
    from django.db import connection

    from mainstay.desk.access import append_only

    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: Any, statements: Any) -> None:
        append_only.remove(self.connection)
        flush(self, statements)
        append_only.install(self.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture
def cast() -> Any:
    return people_and_accounts


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
    """The cast's accounts, frozen and as the pages see them, with an explanation and a plan."""
    made = people_and_accounts.assessment()
    parts = {name: getattr(made, name) for name in ("accounts", "categories", "history")}
    engine.open_ledger(own_home).assessments.save(made.id, parts, {"meta": made.meta})
    folder = engine.explanations(own_home.store)
    explained.explanation(people_and_accounts.accounts(), people_and_accounts.AS_OF).save(
        folder, explained.ID
    )
    desk_plan.freeze(own_home.store, rules={"things": 5})
    return people_and_accounts.show(made)


@pytest.fixture
def program(people: dict[str, Any]) -> Callable[..., Client]:
    """A client with a token of that person of the cast."""
    from mainstay.desk.access import tokens

    def made(username: str, *scopes: str) -> Client:
        wish = tokens.Wish("test", scopes or ("read",), days=1)
        _, secret = tokens.make(None, people[username], wish)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def staff(db: None, people: dict[str, Any]) -> None:
    from mainstay.desk.facts.services import entry
    from mainstay.desk.team.models import Staff

    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S1", name="김민수", role="manager"))
