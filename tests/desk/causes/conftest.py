"""The cast's accounts with their causes, as the pages see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import explained as by_hand
import pytest
from django.conf import settings
from django.core.cache import cache

from mainstay import engine


@pytest.fixture
def keep(cast: Any) -> Iterator[Callable[..., None]]:
    """Keep an explanation of the cast beside its assessment; taken away after the test."""
    cache.clear()
    folder = engine.explanations(settings.HOME.store)

    def save(**changes: Any) -> None:
        for id_ in folder.ids():  # else it would stand: results are never overwritten
            folder.delete(id_)
        by_hand.explanation(cast.accounts(), cast.AS_OF, **changes).save(folder, by_hand.ID)

    yield save
    for id_ in folder.ids():
        folder.delete(id_)
    cache.clear()


@pytest.fixture
def explained(db: None, cast: Any, keep: Callable[..., None]) -> Any:
    keep()
    return cast.show(cast.assessment())


@pytest.fixture
def text_of(signed_in: Callable[[str], Any]) -> Callable[..., str]:
    """A page as somebody of the cast gets it."""

    def page(username: str, address: str, language: str = "en") -> str:
        response = signed_in(username).get(address, headers={"accept-language": language})
        assert response.status_code == 200, (address, response.status_code)
        return str(response.content.decode())

    return page
