"""What the doctor finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mainstay.core.home import Home
from mainstay.core.texts import Text

FINE, LOOK, WRONG = "fine", "look", "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's page.

    code: for machines; level: fine, look (something to think of) or wrong
    what: what is so; why: why that matters; mend: the command or setting that mends it, as typed
    """

    code: str
    level: str
    what: Text
    why: Text | None = None
    mend: str = ""


Check = Callable[[Home], Iterator[Finding]]


@dataclass(frozen=True)
class Advice:
    """Why something matters, and what mends it; said where it is wrong alone."""

    why: str
    mend: str = ""
    level: str = WRONG

    def about(self, code: str, template: str, **data: Any) -> Finding:
        return Finding(
            code, self.level, Text(template, data), Text(self.why, data), self.mend.format(**data)
        )


@dataclass
class Page:
    """All findings, in the order of looking."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def wrong(self) -> list[Finding]:
        return [one for one in self.findings if one.level == WRONG]


def fine(code: str, template: str, **data: Any) -> Finding:
    return Finding(code, FINE, Text(template, data))
