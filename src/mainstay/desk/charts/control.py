"""A control chart: a rate month by month, what is usual of it, and how far chance alone takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, below, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale, finite, known_runs, nice_ticks
from mainstay.desk.charts.svg import el, path

Values = tuple[float | None, ...]


@dataclass(frozen=True)
class Control:
    """What the chart draws; None = not known, or not judged.

    names: of the months, in their order; rates, centre, low, high: one a month, of one measure
    signals: what is wrong with a month, in words, "" = nothing; counts: (heading, shown a month), for the table
    words: of the rate, the centre line, the limits, the signal, in this order
    """

    title: str
    description: str
    heading: str
    names: tuple[str, ...]
    rates: Values
    centre: Values
    low: Values
    high: Values
    signals: tuple[str, ...]
    counts: tuple[tuple[str, tuple[str, ...]], ...]
    words: tuple[str, str, str, str]
    show: Callable[[float | None], str]

    @property
    def judged(self) -> bool:
        """Whether there are limits at all; without them it is a line beside another."""
        return bool(finite(self.high))


def control(data: Control) -> Chart:
    """A line of dots over its limits; months out of control stand out by shape, colour and words."""
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(WIDE, 300, left=52),
        Frame(340, 270, left=42, right=4, narrow=True, size=11),
        data.title,
        data.description,
    )
    rate, centre, limits, signal = data.words
    columns = [
        Column(data.heading),
        *(Column(name, number=True) for name, _shown in data.counts),
        *(Column(name, number=True) for name in (rate, centre)),
    ]
    if data.judged:
        columns += [Column(limits, number=True), Column(signal)]
    rows = tuple(_row(data, i) for i in range(len(data.names)))
    return Chart(data.title, data.description, wide, narrow, tuple(columns), rows)


def _row(data: Control, i: int) -> tuple[str, ...]:
    counts = (shown[i] for _name, shown in data.counts)
    cells = (data.names[i], *counts, data.show(data.rates[i]), data.show(data.centre[i]))
    return (*cells, _limits(data, i), data.signals[i] or "–") if data.judged else cells


def _limits(data: Control, i: int) -> str:
    if data.high[i] is None:
        return "–"
    return f"{data.show(data.low[i])} – {data.show(data.high[i])}"


def _draw(data: Control, frame: Frame) -> list[str]:
    rate, centre, limits, signal = data.words
    entries = [Entry(rate, "curve", "line")]
    if finite(data.centre):
        entries.append(Entry(centre, "line", "line"))
    if data.judged:
        entries.append(Entry(limits, "band"))
    if any(data.signals):
        entries.append(Entry(signal, "alarm"))
    legend, top = flow(entries, frame.width, frame.size)
    most = max(finite([*data.rates, *data.centre, *data.high]), default=0.0)
    ticks = nice_ticks(0.0, most, 4)
    y = Scale(0, ticks[-1], frame.floor, top + 14)
    room = frame.inner / max(1, len(data.names))

    def x(i: int) -> float:
        return frame.left + room * (i + 0.5)

    parts = [*legend, *value_axis(frame, ticks, y, data.show)]
    parts += _usual(data, x, y, room)
    for run in known_runs(data.rates):
        points = [(x(i), y(data.rates[i] or 0.0)) for i in run]
        if len(points) > 1:
            parts.append(el("path", d=path(points), cls="curve", fill="none"))
    for i in range(len(data.names)):
        parts += _mark(data, i, x(i), y)
    return parts + below(frame, data.names, x)


def _usual(data: Control, x: Callable[[int], float], y: Scale, room: float) -> list[str]:
    """The limits of each month as a step of its own: they are as wide as its units are few."""
    parts = []
    for i, centre in enumerate(data.centre):
        high, low = data.high[i], data.low[i]
        if centre is None:
            continue
        left = x(i) - room / 2
        if high is not None:
            top, foot = y(high), y(low or 0.0)
            parts.append(
                el("rect", x=left, y=top, width=room, height=max(foot - top, 0.5), cls="band")
            )
        parts.append(el("line", x1=left, x2=left + room, y1=y(centre), y2=y(centre), cls="line"))
    return parts


def _mark(data: Control, i: int, at: float, y: Scale) -> list[str]:
    value = data.rates[i]
    if value is None:
        return []
    rate, centre, limits, _signal = data.words
    told = [data.names[i], f"{rate} {data.show(value)}"]
    told += [f"{name} {shown[i]}" for name, shown in data.counts]
    if data.centre[i] is not None:
        told.append(f"{centre} {data.show(data.centre[i])}")
    if data.high[i] is not None:
        told.append(f"{limits} {_limits(data, i)}")
    height = y(value)
    if data.signals[i]:
        told.append(data.signals[i])
        around = [(at, height - 7), (at + 7, height), (at, height + 7), (at - 7, height)]
        inside = el("path", d=path(around, close=True), cls="alarm")
    else:
        inside = el("circle", cx=at, cy=height, r=3.5, cls="dot")
    return [mark(inside, "\n".join(told))]
