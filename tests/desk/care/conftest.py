"""A store of its own for each test: what is written down reaches it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Any, settings: Any) -> None:
    from mainstay.core.home import Home

    settings.HOME = Home(tmp_path).prepare()
    cache.clear()


@pytest.fixture
def minsu(signed_in: Any, published: Any) -> Client:
    made: Client = signed_in("minsu")
    return made


@pytest.fixture
def dora(signed_in: Any, published: Any) -> Client:
    made: Client = signed_in("dora")
    return made
