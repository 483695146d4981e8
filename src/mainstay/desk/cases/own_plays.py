"""The company's own plays: what is wrong with one, and all of them as the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts import words as account_words


def troubles(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a play, by field; empty where nothing is."""
    try:
        engine.own_play(values)
    except MainstayError as error:
        return {"definition": account_words.sentence(error.text)}
    return {}
