"""Stacked columns over some stretches of time, each part with the way to what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, below, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale, nice_ticks
from mainstay.desk.charts.svg import el

GAP = 0.28  # of a column's room


@dataclass(frozen=True)
class Columns:
    """What the chart draws.

    names: of the stretches, in their order; parts: (name, class) from the foot on
    values: per part, one a stretch, ≥ 0; links: likewise, where they lead, "" = nowhere
    heading: of the stretches
    """

    title: str
    description: str
    names: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    values: tuple[tuple[float, ...], ...]
    links: tuple[tuple[str, ...], ...]
    heading: str
    show: Callable[[float], str]

    @property
    def totals(self) -> list[float]:
        return [sum(part[i] for part in self.values) for i in range(len(self.names))]


def stacked(data: Columns) -> Chart:
    """One column a stretch, its parts on one another."""
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(WIDE, 300, left=56),
        Frame(340, 270, left=44, right=4, narrow=True, size=11),
        data.title,
        data.description,
        links=True,
    )
    columns = (Column(data.heading), *(Column(name, number=True) for name, _cls in data.parts))
    rows: list[tuple[str | tuple[str, str], ...]] = []
    for i, name in enumerate(data.names):
        parts = zip(data.values, data.links, strict=True)
        cells = ((data.show(part[i]), link[i]) for part, link in parts)
        rows.append((name, *(cell if cell[1] else cell[0] for cell in cells)))
    return Chart(data.title, data.description, wide, narrow, columns, tuple(rows))


def _draw(data: Columns, frame: Frame) -> list[str]:
    legend, top = flow([Entry(name, cls) for name, cls in data.parts], frame.width, frame.size)
    ticks = nice_ticks(0.0, max(data.totals, default=0.0), 4)
    y = Scale(0, ticks[-1], frame.floor, top + 14)
    parts = [*legend, *value_axis(frame, ticks, y, data.show)]
    room = frame.inner / max(1, len(data.names))
    for i, name in enumerate(data.names):
        left = frame.left + room * i
        at = 0.0
        for (part, cls), values, links in zip(data.parts, data.values, data.links, strict=True):
            if values[i] <= 0:
                continue
            low, high = y(at), y(at + values[i])
            at += values[i]
            bar = el(
                "rect",
                x=left + room * GAP / 2,
                y=high,
                width=room * (1 - GAP),
                height=max(low - high - 0.75, 0.5),
                cls=f"mark {cls}",
            )
            parts.append(mark(bar, f"{name}\n{part} {data.show(values[i])}", links[i]))
    return parts + below(frame, data.names, lambda i: frame.left + room * (i + 0.5))
