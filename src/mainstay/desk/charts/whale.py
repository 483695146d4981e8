"""The whale curve: what remains of accounts so far, from the one of which most remains to those that cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import Chart, Column, Frame, both, mark, value_axis
from mainstay.desk.charts.scale import Scale, nice_ticks
from mainstay.desk.charts.svg import el, label, path, width_of

ROWS = 12  # of the table behind it


@dataclass(frozen=True)
class Whale:
    """points: (how many accounts so far, money so far), from (0, 0) on; show: of money"""

    title: str
    points: tuple[tuple[int, float], ...]
    show: Callable[[float], str]

    @property
    def peak(self) -> tuple[int, float]:
        return max(self.points, key=lambda point: point[1])

    @property
    def end(self) -> tuple[int, float]:
        return self.points[-1]


def whale(data: Whale) -> Chart:
    """The curve, with its peak and its end named."""
    description = _(
        "From the account of which most remains: the number of accounts across, what remains of them together upwards."
    )
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(960, 320, left=64, right=16, bottom=40),
        Frame(340, 250, left=52, right=10, bottom=38, narrow=True, size=11),
        data.title,
        description,
    )
    every = max(1, len(data.points) // ROWS)
    kept = [*data.points[1::every], data.end]
    if data.peak not in kept:
        kept.append(data.peak)
    rows = tuple((str(n), data.show(money)) for n, money in sorted(set(kept)))
    columns = (Column(_("Accounts so far"), number=True), Column(_("Remains so far"), number=True))
    return Chart(data.title, description, wide, narrow, columns, rows)


def _draw(data: Whale, frame: Frame) -> list[str]:
    money = [value for _n, value in data.points]
    ticks = nice_ticks(min(money), max(money), 4)
    x = Scale(0, data.end[0], frame.left, frame.width - frame.right)
    y = Scale(ticks[0], ticks[-1], frame.floor, frame.top + 16)
    parts = value_axis(frame, ticks, y, data.show)
    line = [(x(n), y(value)) for n, value in data.points]
    ground = [(line[-1][0], y(0)), (line[0][0], y(0))]
    parts.append(el("path", d=path([*line, *ground], close=True), cls="under"))
    parts.append(el("path", d=path(line), cls="curve"))
    last = data.end[0]
    # Round numbers across, and the last one; what comes too near to it is left out.
    for n in [*(n for n in nice_ticks(0, last, 5) if n % 1 == 0 and n < last * 0.9), last]:
        anchor = "start" if not n else "end" if n == last else "middle"
        parts.append(label(f"{n:.0f}", x(n), frame.floor + 16, anchor=anchor))
    words = _("accounts, the one of which most remains first")
    middle = (x(0) + x(data.end[0])) / 2
    parts.append(label(words, middle, frame.height - 6, anchor="middle"))
    marks = [data.end] if data.peak == data.end else [data.peak, data.end]
    for n, value in marks:
        parts.append(_named(data, frame, (x(n), y(value)), n, value))
    return parts


def _words(data: Whale, n: int, value: float) -> str:
    """The peak, and the end by what the others take away: rounded they may read as the same."""
    shown, taken = {"n": n, "money": data.show(value)}, data.peak[1] - value
    if (n, value) != data.end:
        return _("The best {n}: {money}").format(**shown)
    if taken <= 0:
        return _("All {n}: {money}").format(**shown)
    return _("All {n}: {money}, {less} less").format(**shown, less=data.show(taken))


def _named(data: Whale, frame: Frame, at: tuple[float, float], n: int, value: float) -> str:
    """A dot with what remains of so many accounts: the peak's above the curve, the end's below it."""
    words = _words(data, n, value)
    px, py = at
    wide = width_of(words, frame.size)
    left = min(max(frame.left + 4, px - wide / 2), frame.width - frame.right - wide)
    above = (n, value) == data.peak or py + 24 > frame.floor
    dot = el("circle", cx=px, cy=py, r=4.5, cls="dot")
    return mark(dot + label(words, left, py - 10 if above else py + 20, cls="strong"), words)
