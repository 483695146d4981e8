"""Assistants of the cast, whose accounts are explained and planned for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.api.assistants.calling import Answer, call
from mainstay.api.assistants.types import Caller
from mainstay.desk.access.tokens import READ, WRITE


@pytest.fixture
def ask(people: dict[str, Any], published: Any) -> Callable[..., Answer]:
    """Have somebody's assistant call a tool."""

    def asked(
        username: str, tool: str, scopes: frozenset[str] = frozenset({READ, WRITE}), **given: Any
    ) -> Answer:
        caller = Caller(people[username], scopes, "https://desk.example.com", by="test")
        return call(caller, tool, given)

    return asked
