"""The service standards that hold where a company has written none."""

from __future__ import annotations

from mainstay.desk.complaints.clock import Standard

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
