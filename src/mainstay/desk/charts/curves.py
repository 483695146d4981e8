"""Curves over a length of time, each with its interval as a band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale
from mainstay.desk.charts.svg import el, label, path, width_of

Row = tuple[str | tuple[str, str], ...]
STEPS = 5
FLOORS = (0.9, 0.8, 0.5)  # where an axis of shares that are high all along may begin
MOST = 6  # curves that can be told apart
LOOKS = ("line s1", "line s4", "line s3", "line s2 ahead", "line s5 ahead", "line s7 ahead")


@dataclass(frozen=True)
class Curve:
    """points: (time, value), at most one a time; band: (time, low, high); cls: how it looks
    tips: what is told where it is pointed at, by time
    """

    name: str
    cls: str
    points: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float, float], ...] = ()
    tips: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Curves:
    """What the chart draws.

    curves: the first lies on top; ticks: of the values, the lowest and the highest end the axis
    times: (time, label) along the foot; heading: what the times are
    band: what a band is, in the legend; "" = there is none
    """

    title: str
    description: str
    heading: str
    curves: tuple[Curve, ...]
    ticks: tuple[float, ...]
    times: tuple[tuple[float, str], ...]
    show: Callable[[float], str]
    band: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def share_ticks(values: Sequence[float]) -> tuple[float, ...]:
    """An axis of shares: up to all, and no further down than it must."""
    lowest = min(values, default=0.0)
    floor = next((floor for floor in FLOORS if floor <= lowest), 0.0)
    return tuple(round(floor + (1 - floor) * step / STEPS, 4) for step in range(STEPS + 1))


def curves(data: Curves) -> Chart:
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(WIDE, 330, left=56, bottom=44),
        Frame(340, 270, left=46, right=6, bottom=40, narrow=True, size=11),
        data.title,
        data.description,
    )
    return Chart(data.title, data.description, wide, narrow, data.columns, data.rows)


def _draw(data: Curves, frame: Frame) -> list[str]:
    entries = [Entry(one.name, one.cls, "line") for one in data.curves]
    if data.band:
        entries.append(Entry(data.band, "band", "band"))
    legend, top = flow(entries, frame.width, frame.size)
    ends = [time for time, _words in data.times] + [one.points[-1][0] for one in data.curves]
    x = Scale(0, max(ends, default=1.0), frame.left, frame.width - frame.right)
    y = Scale(data.ticks[0], data.ticks[-1], frame.floor, top + 12)
    parts = [*legend, *value_axis(frame, data.ticks, y, data.show), *_foot(data, frame, x)]
    for one in reversed(data.curves):
        if len(one.band) > 1:
            upper = [(x(t), y(high)) for t, _low, high in one.band]
            lower = [(x(t), y(low)) for t, low, _high in reversed(one.band)]
            parts.append(el("path", d=path(upper + lower, close=True), cls="band"))
        points = [(x(t), y(value)) for t, value in one.points]
        parts.append(el("path", d=path(points), cls=one.cls, fill="none"))
    for one in reversed(data.curves):
        at = dict(one.points)
        for time, tip in one.tips:
            dot = el("circle", cx=x(time), cy=y(at[time]), r=3.5, cls=_dot(one.cls))
            parts.append(mark(dot, tip))
    return parts


def _dot(cls: str) -> str:
    colour = [part for part in cls.split() if part[0] == "s" and part[1:].isdigit()]
    return f"mark {colour[0]}" if colour else "dot"


def _foot(data: Curves, frame: Frame, x: Scale) -> list[str]:
    """The times below, as many as there is room for, and what they are."""
    widest = max((width_of(words, frame.size) for _time, words in data.times), default=0.0)
    room = frame.inner / max(1, len(data.times))
    every = max(1, -(-int(widest + 8) // max(1, int(room))))
    shown = [
        label(words, x(time), frame.floor + 16, anchor="middle")
        for place, (time, words) in enumerate(data.times)
        if place % every == 0
    ]
    middle = frame.left + frame.inner / 2
    return [*shown, label(data.heading, middle, frame.height - 6, anchor="middle")]
