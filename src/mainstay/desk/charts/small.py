"""Small pictures inside tables: sparklines, ranges and shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from mainstay.desk.charts.scale import Scale, finite
from mainstay.desk.charts.svg import el, number, path, title


def _small(width: float, height: float, parts: Sequence[str], tip: str, cls: str) -> SafeString:
    return mark_safe(  # noqa: S308  (built by el alone, which escapes)
        el(
            "svg",
            title(tip),
            *parts,
            viewBox=f"0 0 {number(width)} {number(height)}",
            preserveAspectRatio="none",
            cls=cls,
            role="img",
            aria_label=tip,
        )
    )


def sparkbars(
    values: Sequence[float], tip: str, width: float = 120, height: float = 24
) -> SafeString:
    """Bars without axes, for a row of a table; negative values hang below the line."""
    if not values:
        return mark_safe("")
    low, high = min(0.0, *values), max(0.0, *values)
    y = Scale(low, high if high > low else low + 1, height, 0)
    room = width / len(values)
    bars = [
        el(
            "rect",
            x=i * room + room * 0.1,
            width=room * 0.8,
            y=min(y(v), y(0)),
            height=abs(y(v) - y(0)),
            cls="mark",
        )
        for i, v in enumerate(values)
        if v
    ]
    line = el("line", x1=0, x2=width, y1=y(0), y2=y(0), cls="axis")
    return _small(width, height, [*bars, line], tip, "spark")


def sparkline(
    values: Sequence[float | None], tip: str, width: float = 120, height: float = 24
) -> SafeString:
    """A line without axes; a missing value is a gap."""
    known = finite(values)
    if len(known) < 2:
        return mark_safe("")
    y = Scale(min(0.0, *known), max(known) or 1.0, height - 2, 2)
    x = Scale(0, len(values) - 1, 2, width - 2)
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x(i), y(value)))
    return _small(
        width,
        height,
        [el("path", d=path(run), cls="curve") for run in runs if len(run) > 1],
        tip,
        "spark",
    )


def range_bar(value: float, low: float, high: float, *, most: float, tip: str) -> SafeString:
    """A bar for a number with the whisker of its interval; `most` is the end of the common scale."""
    x = Scale(0, most if most > 0 else 1, 0, 100)
    place = [min(100.0, max(0.0, x(v))) for v in (value, low, high)]
    parts = [
        el("rect", x=0, y=1, width=100, height=8, cls="bg"),
        el("rect", x=0, y=1, width=place[0], height=8, cls="mark"),
        el("rect", x=place[1], y=4.5, width=max(0.0, place[2] - place[1]), height=1, cls="whisker"),
    ]
    return _small(100, 10, parts, tip, "range")


def share_range(
    value: float, low: float, high: float, *, before: float | None, tip: str
) -> SafeString:
    """A bar for a share of 1 with its range, and a tick where it stood before."""
    now, first, last = (min(100.0, max(0.0, 100 * v)) for v in (value, low, high))
    parts = [
        el("rect", x=0, y=1, width=100, height=8, cls="bg"),
        el("rect", x=0, y=1, width=now, height=8, cls="mark"),
        el("rect", x=first, y=4, width=max(0.0, last - first), height=2, cls="whisker"),
    ]
    if before is not None:
        tick = min(99.4, max(0.0, 100 * before))
        parts.append(el("rect", x=tick, y=0, width=0.6, height=10, cls="before"))
    return _small(100, 10, parts, tip, "range share")


def ratio_bar(
    value: float, low: float, high: float, *, tip: str, side: str = "even", most: float = 3.0
) -> SafeString:
    """A ratio with its interval on a log scale from 1 ∕ most to most, 1 in the middle: to the left less, right more.

    side: good or bad, where that is told; else even
    """
    x = Scale(-math.log(most), math.log(most), 0, 100)
    first, at, last = (
        min(100.0, max(0.0, x(math.log(max(one, 1e-9))))) for one in (low, value, high)
    )
    parts = [
        el("rect", x=0, y=1, width=100, height=8, cls="bg"),
        el("rect", x=first, y=3, width=max(0.6, last - first), height=4, cls=f"span {side}"),
        el("rect", x=max(0.0, at - 0.6), y=1, width=1.2, height=8, cls="at"),
        el("rect", x=x(0) - 0.2, y=0, width=0.4, height=10, cls="before"),
    ]
    return _small(100, 10, parts, tip, "range ratio")


def share_bar(value: float, tip: str, *, most: float = 1.0) -> SafeString:
    """A bar for a share of `most`."""
    width = min(100.0, max(0.0, 100 * value / most)) if most > 0 else 0.0
    parts = [
        el("rect", x=0, y=1, width=100, height=8, cls="bg"),
        el("rect", x=0, y=1, width=width, height=8, cls="mark"),
    ]
    return _small(100, 10, parts, tip, "range share")


def parted(parts: Sequence[tuple[str, float]], tip: str) -> SafeString:
    """One bar of several parts.

    parts: class and share of the whole (0..1) of each, from the left
    """
    bars, x = [], 0.0
    for cls, part in parts:
        bars.append(el("rect", x=x, y=0, width=100 * part, height=10, cls=cls))
        x += 100 * part
    return _small(100, 10, bars, tip, "parted")
