"""What the pages of a list have in common: the numbers of their neighbours."""

from __future__ import annotations


class Numbered:
    """A page with its `number`; the neighbours' are texts, which no language writes with signs between."""

    number: int

    @property
    def before(self) -> str:
        return str(self.number - 1)

    @property
    def after(self) -> str:
        return str(self.number + 1)
