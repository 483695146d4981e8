"""Within how long complaints are answered, seen to on site and solved, where a company has written nothing."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER, ON_SITE, SOLVE = "answer", "on_site", "solve"


@dataclass(frozen=True)
class Standard:
    """Within how many hours each step is done.

    on_site: None where nobody has to go there
    always: around the clock; else in working hours
    own: written by the company; else one of ours
    """

    answer: float
    solve: float
    on_site: float | None = None
    always: bool = False
    own: bool = False

    def hours(self, what: str) -> float | None:
        return {ANSWER: self.answer, ON_SITE: self.on_site, SOLVE: self.solve}[what]


KINDS = ("question", "quality", "delivery", "service", "invoice", "conduct", "other")
SEVERITIES = (1, 2, 3)
UNKNOWN_KIND, UNKNOWN_SEVERITY = "other", 2

# Working hours, eight or nine a day; what stops their work runs around the clock.
_GOODS = {1: Standard(8, 80), 2: Standard(4, 40, 16), 3: Standard(2, 72, 24, always=True)}
_PAPER = {1: Standard(8, 40), 2: Standard(4, 24), 3: Standard(2, 16)}
BUILT_IN: dict[tuple[str, int], Standard] = {
    (kind, severity): standard
    for kind, by_severity in {
        "question": {1: Standard(8, 24), 2: Standard(4, 16), 3: Standard(2, 8)},
        "quality": _GOODS,
        "delivery": {1: Standard(8, 40), 2: Standard(4, 24), 3: Standard(2, 48, always=True)},
        "service": _GOODS,
        "invoice": _PAPER,
        "conduct": _PAPER,
        "other": {1: Standard(8, 80), 2: Standard(4, 40), 3: Standard(2, 24)},
    }.items()
    for severity, standard in by_severity.items()
}


def sort_of(kind: str | None, severity: int | None) -> tuple[str, int]:
    """The kind and severity whose standard holds; what is not known counts as other, and as 2."""
    return (
        kind if kind in KINDS else UNKNOWN_KIND,
        severity if severity in SEVERITIES else UNKNOWN_SEVERITY,
    )
