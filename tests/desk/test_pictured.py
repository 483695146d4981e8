"""Each page that the documentation shows a picture of still answers to whom it is shown to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pictures
import pytest

pytestmark = pytest.mark.django_db

SEEN_BY = {
    "administrator": "ada",
    "analyst": "ana",
    "director": "dora",
    "manager": "minsu",
    "quality": "quentin",
    "supply": "suyin",
}


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_the_page_of_a_picture_answers(
    name: str, published: Any, signed_in: Callable[[str], Any]
) -> None:
    one = pictures.PICTURES[name]
    path = one.path.format(account="A100")
    assert signed_in(SEEN_BY[one.user]).get(path).status_code == 200
