"""A store of its own for each test: what is written down reaches it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def minsu(signed_in: Any, published: Any) -> Client:
    made: Client = signed_in("minsu")
    return made


@pytest.fixture
def dora(signed_in: Any, published: Any) -> Client:
    made: Client = signed_in("dora")
    return made
