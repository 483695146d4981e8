"""The states of an account through time, as one band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, after, both, mark
from mainstay.desk.charts.scale import Scale, month_ticks
from mainstay.desk.charts.svg import el, label, width_of

ABOVE = 16  # pixels for names above the band
GAP = 8  # between two of them


@dataclass(frozen=True)
class States:
    """states: (since, code), rising; name_state, show_day, short_month: how to write them."""

    title: str
    states: tuple[tuple[date, str], ...]
    as_of: date
    name_state: Callable[[str], str]
    show_day: Callable[[date], str]
    short_month: Callable[[date], str]


def state_band(data: States) -> Chart:
    """One stretch per state, named where there is room."""
    description = _("The state at each date, by what was known before it.")
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        _frame(data, Frame(WIDE, 62, left=4, right=4)),
        _frame(data, Frame(340, 62, left=2, right=2, narrow=True, size=11)),
        data.title,
        description,
    )
    rows = tuple((data.show_day(on), data.name_state(code)) for on, code in reversed(data.states))
    return Chart(
        data.title, description, wide, narrow, (Column(_("Since")), Column(_("State"))), rows
    )


@dataclass(frozen=True)
class _Stretch:
    """One state from `on` to `until`, drawn from x on."""

    on: date
    until: date
    words: str
    code: str
    x: float
    width: float

    def holds(self, size: float) -> bool:
        return width_of(self.words, size) < self.width - 8


def _stretches(data: States, frame: Frame) -> list[_Stretch]:
    x = _scale(data, frame)
    stops = [on for on, _code in data.states[1:]] + [_end(data)]
    found = []
    for (on, code), until in zip(data.states, stops, strict=True):
        a, b = x(on.toordinal()), x(until.toordinal())
        found.append(_Stretch(on, until, data.name_state(code), code, a, max(1.0, b - a - 1)))
    return found


def _end(data: States) -> date:
    return max(data.as_of, data.states[-1][0])


def _scale(data: States, frame: Frame) -> Scale:
    start = data.states[0][0].toordinal()
    end = max(_end(data).toordinal(), start + 1)
    return Scale(start, end, frame.left, frame.width - frame.right)


def _frame(data: States, frame: Frame) -> Frame:
    """Taller where a state is named above its stretch."""
    short = data.states and not all(s.holds(frame.size) for s in _stretches(data, frame))
    return replace(frame, height=frame.height + ABOVE) if short else frame


def _above(stretches: Sequence[_Stretch], frame: Frame, y: float) -> list[str]:
    """Names of stretches that are too short to hold them: the last for certain, others as far as there
    is room."""
    parts: list[str] = []
    room = right = frame.width - frame.right
    for one in reversed(stretches):
        size = width_of(one.words, frame.size)
        if one.holds(frame.size):
            continue
        middle = one.x + one.width / 2
        anchor, at, begin = "middle", middle, middle - size / 2
        if begin + size > right:
            anchor, at, begin = "end", right, right - size
        elif begin < frame.left:
            anchor, at, begin = "start", frame.left, frame.left
        if begin + size <= room:
            parts.append(label(one.words, at, y, anchor=anchor))
            room = begin - GAP
    return parts


def _draw(data: States, frame: Frame) -> list[str]:
    if not data.states:
        return []
    start, end = data.states[0][0], _end(data)
    x, stretches = _scale(data, frame), _stretches(data, frame)
    top = frame.height - 58
    parts = _above(stretches, frame, top - 6)
    for one in stretches:
        inside = el(
            "rect", x=one.x, y=top, width=one.width, height=26, cls=f"mark st-{one.code}", rx=2
        )
        if one.holds(frame.size):
            inside += label(one.words, one.x + 6, top + 17.5, cls="on")
        parts.append(
            mark(inside, f"{one.words}\n{data.show_day(one.on)} – {data.show_day(one.until)}")
        )
    months, at = [], date(start.year, start.month, 1)
    while at <= end:
        months.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    names = []
    for i in month_ticks(months, int(frame.inner // 64)):
        place = x(months[i].toordinal())
        if frame.left <= place:
            parts.append(el("line", x1=place, x2=place, y1=top + 28, y2=top + 33, cls="axis"))
            names.append((place + 3, data.short_month(months[i])))
    return parts + after(frame, names, top + 46)
