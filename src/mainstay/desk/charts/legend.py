"""A legend that wraps instead of colliding, and labels that move out of each other's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mainstay.desk.charts.svg import el, label, shorten, width_of

ROW = 20


@dataclass(frozen=True)
class Entry:
    """One word of a legend; look: box, line, ahead (dashed line) or band."""

    words: str
    cls: str
    look: str = "box"


def _swatch(entry: Entry, x: float, y: float) -> str:
    if entry.look in ("line", "ahead"):
        return el("line", x1=x, x2=x + 16, y1=y - 4, y2=y - 4, cls=entry.cls)
    return el("rect", x=x, y=y - 9.5, width=11, height=11, rx=2, cls=entry.cls)


def flow(entries: Sequence[Entry], width: float, size: float) -> tuple[list[str], float]:
    """The legend from the upper left corner, in as many rows as it needs.

    Returns: markup and height in pixels; no two entries overlap, none is wider than `width`
    """
    parts, x, row = [], 0.0, 0
    for entry in entries:
        lead = 22 if entry.look in ("line", "ahead") else 16
        words = shorten(entry.words, min(width - lead, 260), size)
        need = lead + width_of(words, size)
        if x > 0 and x + need > width:
            x, row = 0.0, row + 1
        y = row * ROW + 12
        parts += [_swatch(entry, x, y), label(words, x + lead, y, cls="key")]
        x += need + 14
    return parts, (row + 1) * ROW + 2 if entries else 0


def spread(wanted: Sequence[tuple[float, float]], low: float, high: float) -> list[int]:
    """Rows for labels that want a centre and a width on one line, so that none overlaps in its row.

    Returns: the row of each label, 0 first
    """
    ends: list[float] = []
    rows = []
    for centre, width in wanted:
        start = min(max(centre - width / 2, low), high - width)
        for row, end in enumerate(ends):
            if start >= end + 6:
                ends[row] = start + width
                rows.append(row)
                break
        else:
            ends.append(start + width)
            rows.append(len(ends) - 1)
    return rows
