"""A Pareto chart: parts of a whole from the largest on, and how much of it they are together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import Chart, Column, Frame, both, mark
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale
from mainstay.desk.charts.svg import el, label, path, shorten, width_of

STEP, STEP_NARROW = 30, 42  # pixels a row
BAR = 18
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Bar:
    """One part: its name, its value ≥ 0, the class of its group, and where it leads."""

    name: str
    value: float
    cls: str
    href: str | None = None


@dataclass(frozen=True)
class Ranked:
    """The parts, the largest first, and the groups that the classes stand for.

    groups: (name, class); heading: of the parts, measure: of the values
    """

    title: str
    description: str
    bars: tuple[Bar, ...]
    groups: tuple[tuple[str, str], ...]
    heading: str
    measure: str
    show: Callable[[float], str]
    percent: Callable[[float], str]

    @property
    def total(self) -> float:
        return sum(max(0.0, bar.value) for bar in self.bars)

    @property
    def shares(self) -> list[float]:
        total = self.total
        return [max(0.0, bar.value) / total if total > 0 else 0.0 for bar in self.bars]


def ranked(data: Ranked) -> Chart:
    """Bars across, each as its share of the whole, and the line of how much they are so far.

    In a narrow frame names and sums stand between the bars: there it is a stroke on each bar, no line.
    """
    n = len(data.bars)
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(960, 62 + STEP * n, left=_room(data), right=96, bottom=26),
        Frame(340, _tall(data), left=0, right=12, bottom=26, narrow=True, size=11),
        data.title,
        data.description,
        links=any(bar.href for bar in data.bars),
    )
    columns = (
        Column(data.heading),
        Column(data.measure, number=True),
        Column(_("Share"), number=True),
        Column(_("So far"), number=True),
    )
    rows = tuple(
        (
            bar.name,
            (data.show(bar.value), bar.href) if bar.href else data.show(bar.value),
            data.percent(share),
            data.percent(so_far),
        )
        for bar, share, so_far in zip(data.bars, data.shares, accumulate(data.shares), strict=True)
    )
    return Chart(data.title, data.description, wide, narrow, columns, rows)


def _room(data: Ranked) -> float:
    """As much as the longest name needs, which is little in Chinese."""
    return min(270.0, 18 + max((width_of(bar.name, 12) for bar in data.bars), default=0.0))


def _keys(data: Ranked) -> list[Entry]:
    return [
        *(Entry(name, cls) for name, cls in data.groups),
        Entry(_("so far"), "curve", "line"),
    ]


def _tall(data: Ranked) -> float:
    """The height of the narrow picture: as many rows of legend as its words need."""
    _parts, top = flow(_keys(data), 340, 11)
    return top + 34 + STEP_NARROW * len(data.bars)


def _draw(data: Ranked, frame: Frame) -> list[str]:
    parts, top = flow(_keys(data), frame.width, frame.size)
    step = STEP_NARROW if frame.narrow else STEP
    floor = top + 8 + step * len(data.bars)
    x = Scale(0, 1, frame.left, frame.width - frame.right)
    for tick in TICKS:
        line = "axis" if tick == 0 else "grid"
        parts.append(el("line", x1=x(tick), x2=x(tick), y1=top + 4, y2=floor, cls=line))
        anchor = "start" if tick == 0 else "end" if tick == 1 else "middle"
        parts.append(label(data.percent(tick), x(tick), floor + 16, anchor=anchor))
    points = []
    so_far = 0.0
    for row, (bar, share) in enumerate(zip(data.bars, data.shares, strict=True)):
        y = top + 8 + row * step + (18 if frame.narrow else 4)
        so_far += share
        parts.append(_bar(data, frame, bar, (x(0), x(share), y), so_far))
        points.append((x(so_far), y + BAR / 2))
    if frame.narrow:
        parts += [
            el("line", x1=px, x2=px, y1=py - BAR / 2, y2=py + BAR / 2, cls="curve")
            for px, py in points
        ]
    elif len(points) > 1:
        parts.append(el("path", d=path(points), cls="curve"))
    parts += [el("circle", cx=px, cy=py, r=3, cls="dot") for px, py in points]
    return parts


def _bar(
    data: Ranked, frame: Frame, bar: Bar, place: tuple[float, float, float], so_far: float
) -> str:
    start, end, y = place
    shown = data.show(bar.value)
    inside = el(
        "rect", x=start, y=y, width=max(end - start, 1.0), height=BAR, cls=f"mark {bar.cls}"
    )
    if frame.narrow:
        room = frame.inner - width_of(shown, frame.size) - 14
        inside += label(shorten(bar.name, room, frame.size), 0, y - 5)
        inside += label(shown, frame.width - frame.right, y - 5, anchor="end", cls="strong")
    else:
        name = shorten(bar.name, frame.left - 12, frame.size)
        inside += label(name, frame.left - 10, y + 13, anchor="end")
        inside += label(shown, frame.width, y + 13, anchor="end", cls="strong")
    hit = el("rect", x=0, y=y - 3, width=frame.width, height=BAR + 6, cls="hit")
    together = _("{share} together with those before").format(share=data.percent(so_far))
    return mark(inside + hit, f"{bar.name}\n{shown}\n{together}", bar.href)
