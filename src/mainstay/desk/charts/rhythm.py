"""The strip of order days: an account's rhythm, and where silence becomes late."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, after, both, mark
from mainstay.desk.charts.legend import spread
from mainstay.desk.charts.scale import Scale, month_ticks
from mainstay.desk.charts.svg import el, label, width_of


@dataclass(frozen=True)
class Strip:
    """Order days up to as_of, with the account's own rhythm.

    days: (day, amount), rising; rhythm_days, late_after_days: None = not known
    links: address per order day; show_day, short_month, exact: how to write a day, a month, money
    """

    title: str
    days: tuple[tuple[date, float], ...]
    as_of: date
    rhythm_days: float | None
    late_after_days: float | None
    links: tuple[str, ...]
    show_day: Callable[[date], str]
    short_month: Callable[[date], str]
    exact: Callable[[float | None], str]

    @cached_property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Day and amount of each order day in words, made once for both pictures and the table."""
        return tuple((self.show_day(day), self.exact(amount)) for day, amount in self.days)

    @property
    def late_from(self) -> date | None:
        if not self.days or self.late_after_days is None or self.late_after_days > 3650:
            return None
        return self.days[-1][0] + timedelta(days=math.floor(self.late_after_days) + 1)


def order_days(data: Strip) -> Chart:
    """A line per order day, as tall as its amount; behind the last one the silence so far."""
    description = _(
        "Each line is an order day, taller where more was ordered. The field at the end is the silence since the last one; beyond the red line it is late."
    )
    wide, narrow = both(
        lambda frame: _draw(data, frame, years=1.2 if frame.narrow else 3),
        Frame(WIDE, 128, left=4, right=4, top=34),
        Frame(340, 140, left=2, right=2, top=48, narrow=True, size=11),
        data.title,
        description,
        links=bool(data.links),
    )
    columns = (
        Column(_("Order day")),
        Column(pgettext("chart", "ordered"), number=True),
        Column(_("Days since the one before"), number=True),
    )
    return Chart(data.title, description, wide, narrow, columns, _rows(data))


def _rows(data: Strip) -> tuple[tuple[str | tuple[str, str], ...], ...]:
    rows: list[tuple[str | tuple[str, str], ...]] = []
    for i in reversed(range(max(0, len(data.days) - 200), len(data.days))):
        day, amount = data.shown[i]
        gap = str((data.days[i][0] - data.days[i - 1][0]).days) if i else ""
        rows.append((day, (amount, data.links[i]) if data.links else amount, gap))
    return tuple(rows)


def _draw(data: Strip, frame: Frame, years: float) -> list[str]:
    end = max([data.as_of, *([data.late_from] if data.late_from else [])])
    # Not further ahead than half the past that is shown, however slow the rhythm is.
    end = min(end, data.as_of + timedelta(days=int(years * 180)))
    start = data.as_of - timedelta(days=int(years * 365))
    if data.days:
        start = max(
            start, min(data.days[0][0], data.as_of - timedelta(days=90)) - timedelta(days=5)
        )
    x = Scale(start.toordinal(), end.toordinal() + 2, frame.left, frame.width - frame.right)
    floor, ceiling = frame.floor, frame.top
    parts = [
        el("line", x1=frame.left, x2=frame.width - frame.right, y1=floor, y2=floor, cls="axis")
    ]
    parts += _axis(data, frame, x, (start, end))
    parts += _silence(data, x, (ceiling, floor))
    shown = [i for i, (day, _amount) in enumerate(data.days) if day >= start]
    most = max((max(0.0, data.days[i][1]) for i in shown), default=0.0) or 1.0
    for i in shown:
        day, amount = data.days[i]
        # Square roots: a small order stays visible beside a large one.
        tall = 10 + (floor - ceiling - 10) * math.sqrt(max(0.0, amount) / most)
        at = x(day.toordinal())
        inside = el("line", x1=at, x2=at, y1=floor, y2=floor - tall, cls="tick")
        inside += el("rect", x=at - 4, width=8, y=ceiling, height=floor - ceiling, cls="hit")
        parts.append(
            mark(
                inside,
                "\n".join(data.shown[i]),
                data.links[i] if data.links else None,
            )
        )
    return parts + _labels(data, frame, x, end)


def _axis(data: Strip, frame: Frame, x: Scale, span: tuple[date, date]) -> list[str]:
    start, end = span
    months, at = [], date(start.year, start.month, 1)
    while at <= end:
        months.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    parts, names = [], []
    for i in month_ticks(months, int(frame.inner // 64)):
        place = x(months[i].toordinal())
        if place < frame.left:
            continue
        parts.append(el("line", x1=place, x2=place, y1=frame.floor, y2=frame.floor + 5, cls="axis"))
        names.append((place + 3, data.short_month(months[i])))
    return parts + after(frame, names, frame.height - 9)


def _silence(data: Strip, x: Scale, ends: tuple[float, float]) -> list[str]:
    if not data.days:
        return []
    last, late = data.days[-1][0], data.late_from
    a, b = x(last.toordinal()), x(data.as_of.toordinal())
    cls = "silence" if late is not None and late <= data.as_of else "silence calm"
    parts = [el("rect", x=a, y=ends[0], width=max(0.0, b - a), height=ends[1] - ends[0], cls=cls)]
    if late is not None and x(late.toordinal()) <= x.end:
        at = x(late.toordinal())
        parts.append(el("line", x1=at, x2=at, y1=ends[0] - 4, y2=ends[1], cls="threshold"))
    return parts


def _labels(data: Strip, frame: Frame, x: Scale, end: date) -> list[str]:
    wanted: list[tuple[float, str, str]] = []
    if data.days:
        last = data.days[-1][0]
        wanted.append(
            (x(last.toordinal()), _("last order {day}").format(day=data.show_day(last)), "")
        )
    late = data.late_from
    if late is not None and late <= end:
        wanted.append(
            (x(late.toordinal()), _("late from {day}").format(day=data.show_day(late)), "strong")
        )
    wanted.sort()
    # Bold letters are wider.
    sizes = [width_of(words, frame.size) * (1.1 if cls else 1.0) for _at, words, cls in wanted]
    return _place(wanted, sizes, frame)


def _place(
    wanted: Sequence[tuple[float, str, str]], sizes: Sequence[float], frame: Frame
) -> list[str]:
    right = frame.width - frame.right
    rows = spread([(w[0], size) for w, size in zip(wanted, sizes, strict=True)], frame.left, right)
    parts = []
    for (at, words, cls), size, row in zip(wanted, sizes, rows, strict=True):
        # At the edges a label ends or begins there, however wide the font really is.
        anchor, x = "middle", at
        if at + size / 2 > right:
            anchor, x = "end", right
        elif at - size / 2 < frame.left:
            anchor, x = "start", frame.left
        y = frame.top - 8 - row * (frame.size + 4)
        parts.append(label(words, x, y, anchor=anchor, cls=cls or None))
    return parts
