"""Shares through some stretches of time: one's own as a line of dots, others' and what was promised beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, below, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale, finite, known_runs, nice_ticks
from mainstay.desk.charts.svg import el, path

# The looks of the lines, in their order: one's own, peers', what was promised.
CLASSES = ("curve", "line ahead", "threshold")
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_TOP = 0.02  # so that what is next to nothing looks like it


@dataclass(frozen=True)
class Courses:
    """What the chart draws.

    names: of the stretches, in their order; heading: what they are
    lines: (name, class, shares of 1 per stretch; None = not known), one's own first
    counts: per stretch, of how many the first line is; counted: what they are
    top: of the axis; 0 = as high as the lines reach
    """

    title: str
    description: str
    heading: str
    names: tuple[str, ...]
    lines: tuple[tuple[str, str, tuple[float | None, ...]], ...]
    counts: tuple[int, ...]
    counted: str
    show: Callable[[float], str]
    top: float = 1.0

    @property
    def ticks(self) -> Sequence[float]:
        """Round numbers from 0 up."""
        if self.top:
            return [self.top * tick for tick in TICKS]
        known = finite(value for _name, _cls, shares in self.lines for value in shares)
        return nice_ticks(0.0, max([*known, LEAST_TOP]), 4)


def courses(data: Courses) -> Chart:
    """Lines over stretches; where a share is not known, a line is broken."""
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(WIDE, 280, left=52),
        Frame(340, 250, left=42, right=4, narrow=True, size=11),
        data.title,
        data.description,
    )
    columns = (
        Column(data.heading),
        *(Column(name, number=True) for name, _cls, _shares in data.lines),
        Column(data.counted, number=True),
    )
    rows = tuple(
        (
            name,
            *(_shown(data, shares[i]) for _name, _cls, shares in data.lines),
            str(data.counts[i]),
        )
        for i, name in enumerate(data.names)
    )
    return Chart(data.title, data.description, wide, narrow, columns, rows)


def _shown(data: Courses, value: float | None) -> str:
    return "–" if value is None else data.show(value)


def _draw(data: Courses, frame: Frame) -> list[str]:
    legend, top = flow(
        [Entry(name, cls, "line") for name, cls, _shares in data.lines], frame.width, frame.size
    )
    y = Scale(0, data.ticks[-1], frame.floor, top + 14)
    room = frame.inner / max(1, len(data.names))
    parts = [*legend, *value_axis(frame, data.ticks, y, data.show)]

    def x(i: int) -> float:
        return frame.left + room * (i + 0.5)

    for _name, cls, shares in reversed(data.lines):
        for run in known_runs(shares):
            points = [(x(i), y(shares[i] or 0.0)) for i in run]
            if len(points) == 1:  # one alone is seen as a short dash
                points = [(points[0][0] - 5, points[0][1]), (points[0][0] + 5, points[0][1])]
            parts.append(el("path", d=path(points), cls=cls, fill="none"))
    _first, _cls, own = data.lines[0]
    for i, name in enumerate(data.names):
        value = own[i]
        if value is not None:
            told = "\n".join(
                f"{words} {_shown(data, shares[i])}" for words, _cls, shares in data.lines
            )
            dot = el("circle", cx=x(i), cy=y(value), r=4.5, cls="dot")
            parts.append(mark(dot, f"{name}\n{told}\n{data.counted} {data.counts[i]}"))
    return parts + below(frame, data.names, x)
