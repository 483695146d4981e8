"""The states of an account through time, as one band."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import WIDE, Chart, Column, Frame, both, mark
from mainstay.desk.charts.scale import Scale, month_ticks
from mainstay.desk.charts.svg import el, label, shorten, width_of


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
        Frame(WIDE, 62, left=4, right=4),
        Frame(340, 62, left=2, right=2, narrow=True, size=11),
        data.title,
        description,
    )
    rows = tuple((data.show_day(on), data.name_state(code)) for on, code in reversed(data.states))
    return Chart(
        data.title, description, wide, narrow, (Column(_("Since")), Column(_("State"))), rows
    )


def _draw(data: States, frame: Frame) -> list[str]:
    if not data.states:
        return []
    start, end = data.states[0][0], max(data.as_of, data.states[-1][0])
    x = Scale(
        start.toordinal(),
        max(end.toordinal(), start.toordinal() + 1),
        frame.left,
        frame.width - frame.right,
    )
    parts = []
    stops = [on for on, _code in data.states[1:]] + [end]
    for (on, code), until in zip(data.states, stops, strict=True):
        a, b = x(on.toordinal()), x(until.toordinal())
        width = max(1.0, b - a - 1)
        inside = el("rect", x=a, y=4, width=width, height=26, cls=f"mark st-{code}", rx=2)
        words = shorten(data.name_state(code), width - 8, frame.size)
        if (len(words) > 3 or not words.endswith("…")) and width_of(words, frame.size) < width - 6:
            inside += label(words, a + 6, 21.5, cls="on")
        parts.append(
            mark(inside, f"{data.name_state(code)}\n{data.show_day(on)} – {data.show_day(until)}")
        )
    months, at = [], date(start.year, start.month, 1)
    while at <= end:
        months.append(at)
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)
    for i in month_ticks(months, int(frame.inner // 64)):
        place = x(months[i].toordinal())
        if frame.left <= place < frame.width - 40:
            parts.append(el("line", x1=place, x2=place, y1=32, y2=37, cls="axis"))
            parts.append(label(data.short_month(months[i]), place + 3, 50))
    return parts
