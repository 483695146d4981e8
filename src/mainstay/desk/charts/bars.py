"""Months or weeks as stacked bars, with the course that was to be expected and its band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, after, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale, finite, month_ticks, nice_ticks
from mainstay.desk.charts.svg import el, path

GAP = 0.22  # of a month's room


@dataclass(frozen=True)
class Months:
    """What the chart draws; all of it from an account's story.

    months: first days, the past ones first; n_past of them are past. Other days are weeks, each by a day of it
    names: shown names of the series; amounts: per series (n_past,)
    expected, low, high: per month, None = not known
    links: address per past month; show, exact: how to write money; name_month, short_month: a month
    open_month: the last past month is not over
    """

    title: str
    months: tuple[date, ...]
    n_past: int
    names: tuple[str, ...]
    amounts: tuple[tuple[float, ...], ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    links: tuple[str, ...]
    show: Callable[[float], str]
    exact: Callable[[float | None], str]
    name_month: Callable[[date], str]
    short_month: Callable[[date], str]
    open_month: bool = False
    other_last: bool = False

    def cut(self, past: int, ahead: int) -> Months:
        """Only the last `past` months and the next `ahead`."""
        first = max(0, self.n_past - past)
        last = min(len(self.months), self.n_past + ahead)
        part = slice(first, last)
        return replace(
            self,
            months=self.months[part],
            n_past=self.n_past - first,
            amounts=tuple(series[first:] for series in self.amounts),
            expected=self.expected[part],
            low=self.low[part],
            high=self.high[part],
            links=self.links[first:],
        )

    @cached_property
    def weekly(self) -> bool:
        return any(on.day != 1 for on in self.months)

    @property
    def band(self) -> str:
        """What the band is, in words."""
        return _("8 of 10 weeks") if self.weekly else _("8 of 10 months")

    @property
    def parts(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """The series with their names, where there are some: one alone is the total."""
        return tuple(zip(self.names, self.amounts, strict=True)) if len(self.names) > 1 else ()

    @property
    def total(self) -> str:
        """What the total is, in words: a week's is of all weeks up to it."""
        return pgettext("chart", "ordered so far") if self.weekly else pgettext("chart", "ordered")

    def cls(self, series: int) -> str:
        last = self.other_last and series == len(self.names) - 1
        return "s8" if last else f"s{series % 7 + 1}"

    @cached_property
    def totals(self) -> list[float]:
        return [sum(series[i] for series in self.amounts) for i in range(self.n_past)]


def month_bars(data: Months) -> Chart:
    """Stacked bars per month, returns below zero, the expected course as a line in its band."""
    description = (
        _(
            "Bars: what was ordered up to each week. Line: what was to be expected, with the band that 8 of 10 weeks fall into."
        )
        if data.weekly
        else _(
            "Bars: what was ordered in each month. Line: what was to be expected, with the band that 8 of 10 months fall into."
        )
    )
    small = data.cut(12, 6)
    wide, narrow = both(
        lambda frame: _draw(small if frame.narrow else data.cut(36, 12), frame),
        Frame(WIDE, 360),
        Frame(340, 300, left=40, right=4, narrow=True, size=11),
        data.title,
        description,
        links=bool(data.links),
    )
    return Chart(data.title, description, wide, narrow, _columns(data), _rows(data))


def _extent(data: Months) -> tuple[float, float]:
    ups = [sum(max(0.0, s[i]) for s in data.amounts) for i in range(data.n_past)]
    downs = [sum(min(0.0, s[i]) for s in data.amounts) for i in range(data.n_past)]
    known = finite([*data.expected, *data.low, *data.high])
    return min([0.0, *downs, *known]), max([0.0, *ups, *known])


def _draw(data: Months, frame: Frame) -> list[str]:
    keys = [Entry(name, data.cls(i)) for i, name in enumerate(data.names)]
    if finite(data.expected):
        keys.append(Entry(pgettext("chart", "expected"), "line", "line"))
        keys.append(Entry(data.band, "band"))
    legend, top = flow(keys, frame.width, frame.size)
    # The plot keeps its height however many rows the legend takes.
    low, high = _extent(data)
    ticks = nice_ticks(low, high, 5)
    floor, ceiling = frame.floor, top + 14
    # A few returns must not cost a whole step below zero.
    y = Scale(low, ticks[-1], floor, ceiling)
    ticks = [tick for tick in ticks if tick >= low]
    room = frame.inner / max(1, len(data.months))
    parts = [*legend, *value_axis(frame, ticks, y, data.show)]
    parts += _band(data, frame, y, room)
    for i in range(data.n_past):
        parts.append(_month(data, i, frame, y, (ceiling, floor)))
    for i in range(data.n_past, len(data.months)):
        parts.append(_ahead(data, i, frame, (ceiling, floor)))
    parts += _course(data, frame, y, room)
    parts += _months_axis(data, frame, room, ceiling)
    return parts


def _left(frame: Frame, room: float, i: float) -> float:
    return frame.left + room * i


def _month(data: Months, i: int, frame: Frame, y: Scale, ends: tuple[float, float]) -> str:
    room = frame.inner / len(data.months)
    x, width = _left(frame, room, i + GAP / 2), room * (1 - GAP)
    up, down, bars = 0.0, 0.0, []
    soft = " soft" if data.open_month and i == data.n_past - 1 else ""
    for s, series in enumerate(data.amounts):
        value = series[i]
        if value == 0:
            continue
        base = up if value > 0 else down
        a, b = y(base), y(base + value)
        if value > 0:
            up += value
        else:
            down += value
        bars.append(
            el(
                "rect",
                x=x,
                y=min(a, b),
                width=width,
                height=abs(a - b),
                cls=f"mark {data.cls(s)}{soft}",
            )
        )
    hit = el(
        "rect", x=_left(frame, room, i), y=ends[0], width=room, height=ends[1] - ends[0], cls="hit"
    )
    return mark("".join(bars) + hit, _tip(data, i), data.links[i] if i < len(data.links) else None)


def _ahead(data: Months, i: int, frame: Frame, ends: tuple[float, float]) -> str:
    room = frame.inner / len(data.months)
    hit = el(
        "rect", x=_left(frame, room, i), y=ends[0], width=room, height=ends[1] - ends[0], cls="hit"
    )
    return mark(hit, _tip(data, i))


def _tip(data: Months, i: int) -> str:
    lines = [data.name_month(data.months[i])]
    if i < data.n_past:
        if data.open_month and i == data.n_past - 1:
            lines[0] += " " + _("(not over yet)")
        lines.append(f"{data.total} {data.exact(data.totals[i])}")
    if data.expected[i] is not None:
        lines.append(f"{pgettext('chart', 'expected')} {data.exact(data.expected[i])}")
        if data.low[i] is not None and data.high[i] is not None:
            lines.append(f"{data.exact(data.low[i])} – {data.exact(data.high[i])}")
    if i < data.n_past:
        parts = ((name, series[i]) for name, series in data.parts)
        lines += [f"· {name} {data.exact(value)}" for name, value in parts if value]
    return "\n".join(lines)


def _runs(values: Sequence[object]) -> list[tuple[int, int]]:
    """Stretches [first, last) where there is a value."""
    runs, start = [], None
    for i, value in enumerate([*values, None]):
        if value is not None and start is None:
            start = i
        elif value is None and start is not None:
            runs.append((start, i))
            start = None
    return runs


def _steps(
    values: Sequence[float], first: int, frame: Frame, y: Scale, room: float
) -> list[tuple[float, float]]:
    """A level over each month from `first` on: what holds for a month holds from its 1st to its end.

    A line through the middles of the months would show slopes that nobody has reckoned.
    """
    return [
        (_left(frame, room, first + i + end), y(value))
        for i, value in enumerate(values)
        for end in (0, 1)
    ]


def _band(data: Months, frame: Frame, y: Scale, room: float) -> list[str]:
    both_known = [
        None if low is None or high is None else (low, high)
        for low, high in zip(data.low, data.high, strict=True)
    ]
    parts = []
    for first, last in _runs(both_known):
        pairs = [both_known[i] or (0.0, 0.0) for i in range(first, last)]
        edge = _steps([high for _low, high in pairs], first, frame, y, room)
        edge += reversed(_steps([low for low, _high in pairs], first, frame, y, room))
        parts.append(el("path", d=path(edge, close=True), cls="band"))
    return parts


def _course(data: Months, frame: Frame, y: Scale, room: float) -> list[str]:
    def line(begin: int, end: int, cls: str) -> list[str]:
        runs = _runs(data.expected[begin:end])
        levels = [(first, data.expected[begin + first : begin + last]) for first, last in runs]
        return [
            el(
                "path",
                d=path(_steps([v or 0.0 for v in values], begin + first, frame, y, room)),
                cls=cls,
            )
            for first, values in levels
        ]

    past = line(0, data.n_past, "line")
    return past + line(data.n_past, len(data.months), "line ahead")


def _named(data: Months, most: int) -> list[int]:
    """Places to be named: months by the calendar, weeks evenly apart."""
    if not data.weekly:
        return month_ticks(list(data.months), most)
    return list(range(0, len(data.months), -(-len(data.months) // max(1, most))))


def _months_axis(data: Months, frame: Frame, room: float, ceiling: float) -> list[str]:
    parts, names = [], []
    for i in _named(data, int(frame.inner // 58)):
        x = _left(frame, room, i)
        parts.append(el("line", x1=x, x2=x, y1=frame.floor, y2=frame.floor + 5, cls="axis"))
        names.append((x + 3, data.short_month(data.months[i])))
    parts += after(frame, names, frame.height - 9)
    if 0 < data.n_past < len(data.months):
        x = _left(frame, room, data.n_past)
        parts.append(el("line", x1=x, x2=x, y1=frame.floor, y2=ceiling, cls="now"))
    return parts


def _columns(data: Months) -> tuple[Column, ...]:
    money = [data.total, pgettext("chart", "expected"), data.band]
    money += [name for name, _series in data.parts]
    heading = _("Week") if data.weekly else _("Month")
    return (Column(heading), *(Column(name, number=True) for name in money))


def _rows(data: Months) -> tuple[tuple[str | tuple[str, str], ...], ...]:
    rows: list[tuple[str | tuple[str, str], ...]] = []
    parts = [series for _name, series in data.parts]
    for i in reversed(range(len(data.months))):
        total: str | tuple[str, str] = ""
        if i < data.n_past:
            total = data.exact(data.totals[i])
            if i < len(data.links):
                total = (total, data.links[i])
        known = data.low[i] is not None and data.high[i] is not None
        rows.append(
            (
                data.name_month(data.months[i]),
                total,
                data.exact(data.expected[i]),
                f"{data.exact(data.low[i])} – {data.exact(data.high[i])}" if known else "",
                *(data.exact(series[i]) if i < data.n_past else "" for series in parts),
            )
        )
    return tuple(rows)
