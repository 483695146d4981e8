"""What was foretold against what came true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import Chart, Column, Frame, both, mark, value_axis
from mainstay.desk.charts.scale import Scale
from mainstay.desk.charts.svg import el, label, path

STEPS = (0.05, 0.1, 0.2)  # between the ticks; of what is rare, the lower corner alone is shown
TICKS = 5


@dataclass(frozen=True)
class Bin:
    """Accounts with about the same probability; shares in [0, 1], low and high of an interval."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Foretold:
    """What the chart shows, and how it is read out.

    bins: from the least probable up; upwards: what their shares are shares of
    percent, whole: how shares and counts are written
    """

    title: str
    description: str
    upwards: str
    bins: tuple[Bin, ...]
    percent: Callable[[float], str]
    whole: Callable[[float], str]


def calibration(data: Foretold) -> Chart:
    """A dot for each bin, with its interval; on the dotted line what was foretold came true."""
    wide, narrow = both(
        lambda frame: _draw(data, frame),
        Frame(640, 380, left=46, right=14, bottom=42),
        Frame(340, 300, left=40, right=12, bottom=40, narrow=True, size=11),
        data.title,
        data.description,
    )
    columns = (
        Column(_("Foretold"), number=True),
        Column(_("Came true"), number=True),
        Column(_("90% interval"), number=True),
        Column(_("Judgements"), number=True),
    )
    rows = tuple(
        (
            data.percent(b.predicted),
            data.percent(b.observed),
            f"{data.percent(b.low)} – {data.percent(b.high)}",
            data.whole(b.n),
        )
        for b in data.bins
    )
    return Chart(data.title, data.description, wide, narrow, columns, rows)


def ticks_of(bins: tuple[Bin, ...]) -> tuple[float, ...]:
    """From 0 to 25%, 50% or 100%, whichever holds all of it."""
    most = max(max(b.predicted, b.high) for b in bins)
    step = next(step for step in STEPS if step * TICKS >= min(most, 1.0))
    return tuple(round(step * i, 2) for i in range(TICKS + 1))


def _draw(data: Foretold, frame: Frame) -> list[str]:
    ticks = ticks_of(data.bins)
    most = ticks[-1]
    x = Scale(0, most, frame.left, frame.width - frame.right)
    y = Scale(0, most, frame.floor, frame.top)
    parts = value_axis(frame, ticks, y, data.percent)
    parts.append(el("line", x1=x(0), y1=y(0), x2=x(most), y2=y(most), cls="even"))
    for tick in ticks:
        anchor = "end" if tick == most else "middle"
        parts.append(label(data.percent(tick), x(tick), frame.floor + 16, anchor=anchor))
    middle = (x(0) + x(most)) / 2
    parts.append(label(_("foretold"), middle, frame.height - 6, anchor="middle"))
    parts.append(label(data.upwards, frame.left + 6, frame.top + 12))
    parts.append(
        el("path", d=path([(x(b.predicted), y(b.observed)) for b in data.bins]), cls="curve")
    )
    for b in data.bins:
        at = x(b.predicted)
        inside = el("line", x1=at, x2=at, y1=y(b.low), y2=y(min(b.high, most)), cls="line")
        inside += el("circle", cx=at, cy=y(b.observed), r=4.5, cls="dot")
        words = _("foretold {foretold}, came true {observed}").format(
            foretold=data.percent(b.predicted), observed=data.percent(b.observed)
        )
        parts.append(mark(inside, words))
    return parts
