"""What the pages of a list have in common: the numbers of their neighbours."""

from __future__ import annotations

from typing import Any

from mainstay.desk.numbers import typed

MOST_DIGITS = 6  # of a page's number in an address


def page_number(query: Any) -> int:
    """The page that an address asks for; the first for all that is no number."""
    return max(1, typed(query.get("page", "1")[:MOST_DIGITS], 1))


class Numbered:
    """A page with its `number`; the neighbours' are texts, which no language writes with signs between."""

    number: int

    @property
    def before(self) -> str:
        return str(self.number - 1)

    @property
    def after(self) -> str:
        return str(self.number + 1)
