"""Values with their intervals on one line each, beside a line of what would be none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, both, mark
from mainstay.desk.charts.scale import Scale, nice_ticks
from mainstay.desk.charts.svg import el, label, shorten, text, width_of

ROW = 34


@dataclass(frozen=True)
class Spans:
    """What the chart draws.

    rows: (name, low, value, high), from the top; none: where a line stands for no difference
    headings: of the table: name, value, interval
    """

    title: str
    description: str
    rows: tuple[tuple[str, float, float, float], ...]
    headings: tuple[str, str, str]
    show: Callable[[float], str]
    none: float = 0.0


def spans(data: Spans) -> Chart:
    """A dot with a line through its interval for each row."""
    room = max((width_of(name, 12) for name, *_ in data.rows), default=0.0)
    height = ROW * len(data.rows) + 40
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(WIDE, height, left=min(1.2 * room, 300) + 16, top=8, bottom=28),
        Frame(
            340, height + ROW * len(data.rows) // 2, left=8, right=8, top=8, narrow=True, size=11
        ),
        data.title,
        data.description,
    )
    columns = (
        Column(data.headings[0]),
        *(Column(heading, number=True) for heading in data.headings[1:]),
    )
    rows = tuple(
        (name, data.show(value), f"{data.show(low)} – {data.show(high)}")
        for name, low, value, high in data.rows
    )
    return Chart(data.title, data.description, wide, narrow, columns, rows)


def _draw(data: Spans, frame: Frame) -> list[str]:
    ends = [end for _name, low, _value, high in data.rows for end in (low, high)]
    ticks = nice_ticks(min([*ends, data.none]), max([*ends, data.none]), 6)
    x = Scale(ticks[0], ticks[-1], frame.left, frame.width - frame.right)
    parts = []
    for tick in ticks:
        at, cls = x(tick), "axis" if tick == data.none else "grid"
        parts.append(el("line", x1=at, x2=at, y1=frame.top, y2=frame.floor, cls=cls))
        parts.append(label(data.show(tick), at, frame.height - 9, anchor="middle"))
    room = (frame.floor - frame.top) / max(len(data.rows), 1)
    for i, (name, low, value, high) in enumerate(data.rows):
        y = frame.top + room * (i + (0.72 if frame.narrow else 0.5))
        if frame.narrow:  # the name above its line
            named = shorten(name, frame.inner, frame.size)
            parts.append(label(named, frame.left, y - 12))
        else:
            named = shorten(name, frame.left - 16, frame.size)
            parts.append(el("text", text(named), x=frame.left - 12, y=y + 4, text_anchor="end"))
        line = el("line", x1=x(low), x2=x(high), y1=y, y2=y, cls="line")
        dot = el("circle", cx=x(value), cy=y, r=4.5, cls="dot")
        tip = f"{name}\n{data.show(value)} ({data.show(low)} – {data.show(high)})"
        parts.append(mark(line + dot, tip))
    return parts
