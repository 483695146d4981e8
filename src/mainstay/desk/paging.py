"""What the pages of a list have in common: what their addresses ask for, the numbers of their neighbours."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from mainstay.desk.numbers import typed

MOST_DIGITS = 6  # of a page's number in an address
LONGEST_CODE = 200


def page_number(query: Any) -> int:
    """The page that an address asks for; the first for all that is no number."""
    return max(1, typed(query.get("page", "1")[:MOST_DIGITS], 1))


def one_of(query: Any, name: str, among: Container[str], otherwise: str = "") -> str:
    """What an address asks for by a name, where it is one of these; what makes no sense is `otherwise`."""
    asked: str = query.get(name, otherwise)
    return asked if asked in among else otherwise


def code_in(query: Any, name: str) -> str:
    """A code that an address names, as far as one can be: PostgreSQL takes no text with a NUL in it."""
    asked: str = query.get(name, "")
    return asked[:LONGEST_CODE].replace("\0", "")


class Numbered:
    """A page with its `number`; the neighbours' are texts, which no language writes with signs between."""

    number: int

    @property
    def before(self) -> str:
        return str(self.number - 1)

    @property
    def after(self) -> str:
        return str(self.number + 1)
