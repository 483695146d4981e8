"""The 20/80 curve, and shares side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import Chart, Column, Frame, both, mark, value_axis
from mainstay.desk.charts.legend import Entry, flow
from mainstay.desk.charts.scale import Scale
from mainstay.desk.charts.svg import el, label, path, width_of


@dataclass(frozen=True)
class Curve:
    """Accounts from the largest on, against the share of sales that they bring.

    points: (share of accounts, share of sales), both in [0, 1], rising
    """

    title: str
    points: tuple[tuple[float, float], ...]
    n_accounts: int
    percent: Callable[[float], str]

    def at(self, share: float) -> float:
        """The share of sales at a share of accounts, between the points."""
        before = (0.0, 0.0)
        for x, y in self.points:
            if x >= share:
                part = (share - before[0]) / (x - before[0]) if x > before[0] else 1.0
                return before[1] + part * (y - before[1])
            before = (x, y)
        return before[1]


def pareto(data: Curve) -> Chart:
    """The 20/80 curve, with the places 10%, 20% and 50% named."""
    description = _(
        "From the largest account on: the share of all accounts across, the share of sales they bring upwards."
    )
    wide, narrow = both(
        lambda frame: _draw_curve(data, frame),
        Frame(640, 330, left=44, right=14, bottom=40),
        Frame(340, 260, left=40, right=12, bottom=38, narrow=True, size=11),
        data.title,
        description,
    )
    steps = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0)
    rows = tuple(
        (data.percent(s), str(max(1, round(s * data.n_accounts))), data.percent(data.at(s)))
        for s in steps
    )
    columns = (
        Column(_("Largest accounts")),
        Column(_("How many"), number=True),
        Column(_("Share of sales"), number=True),
    )
    return Chart(data.title, description, wide, narrow, columns, rows)


def _draw_curve(data: Curve, frame: Frame) -> list[str]:
    top = max([1.0, *(y for _x, y in data.points)])
    x = Scale(0, 1, frame.left, frame.width - frame.right)
    y = Scale(0, top, frame.floor, frame.top)
    parts = value_axis(frame, [0, 0.2, 0.4, 0.6, 0.8, 1.0], y, data.percent)
    line = [(x(0), y(0)), *((x(a), y(b)) for a, b in data.points)]
    parts.append(el("path", d=path([*line, (x(1), y(0))], close=True), cls="under"))
    parts.append(el("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1), cls="even"))
    parts.append(el("path", d=path(line), cls="curve"))
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        anchor = "end" if share == 1 else "middle"
        parts.append(label(data.percent(share), x(share), frame.floor + 16, anchor=anchor))
    parts.append(
        label(
            _("share of accounts, the largest first"),
            (x(0) + x(1)) / 2,
            frame.height - 6,
            anchor="middle",
        )
    )
    for share in (0.05, 0.2, 0.5):
        at = data.at(share)
        words = _("{accounts} bring {sales}").format(
            accounts=data.percent(share), sales=data.percent(at)
        )
        px, py = x(share), y(at)
        dot = el("circle", cx=px, cy=py, r=4.5, cls="dot")
        fits = px + 10 + width_of(words, frame.size) < frame.width - frame.right
        words_at = (
            label(words, px + 10, py + 16, cls="strong")
            if fits
            else label(words, px - 4, py + 24, anchor="end", cls="strong")
        )
        parts.append(mark(dot + words_at, words))
    return parts


@dataclass(frozen=True)
class Parts:
    """Some measures, each cut into the same parts.

    measures: (name, shares per part); parts: names; classes: of the stylesheet, per part
    links: where each part leads, in all measures; none = nowhere
    """

    title: str
    parts: tuple[str, ...]
    classes: tuple[str, ...]
    measures: tuple[tuple[str, tuple[float, ...]], ...]
    percent: Callable[[float], str]
    links: tuple[str, ...] = ()


def side_by_side(data: Parts) -> Chart:
    """A bar of 100% per measure, cut into the same parts: who is many, who brings, who is at risk."""
    description = _("Each bar is the whole; its parts are the same groups in the same order.")
    tall = len(data.measures)
    wide, narrow = both(
        lambda frame: _draw_parts(data, frame),
        Frame(640, 30 + 36 * tall, left=_room(data), right=4),
        Frame(340, 34 + 48 * tall, left=0, right=0, narrow=True, size=11),
        data.title,
        description,
        links=bool(data.links),
    )
    columns = (Column(""), *(Column(name, number=True) for name in data.parts))
    rows = tuple((name, *(data.percent(s) for s in shares)) for name, shares in data.measures)
    return Chart(data.title, description, wide, narrow, columns, rows)


def _room(data: Parts) -> float:
    """As much as the longest name beside the bars needs, which is little in Chinese."""
    return min(150.0, 16 + max((width_of(name, 12) for name, _ in data.measures), default=0.0))


def _cut(shares: Sequence[float]) -> list[float]:
    """Shares that can be drawn: no negative one, together at most the whole."""
    clean = [max(0.0, s) for s in shares]
    total = sum(clean)
    return [s / total for s in clean] if total > 1 else clean


def _draw_parts(data: Parts, frame: Frame) -> list[str]:
    keys = [Entry(name, cls) for name, cls in zip(data.parts, data.classes, strict=True)]
    parts, top = flow(keys, frame.width, frame.size)
    step = 48 if frame.narrow else 36
    for row, (name, shares) in enumerate(data.measures):
        y = top + 6 + row * step + (16 if frame.narrow else 0)
        if frame.narrow:
            parts.append(label(name, 0, y - 5))
        else:
            parts.append(label(name, frame.left - 10, y + 17, anchor="end"))
        at = 0.0
        for i, share in enumerate(_cut(shares)):
            start, width = frame.left + at * frame.inner, share * frame.inner
            words = data.percent(shares[i])
            inside = el(
                "rect",
                x=start,
                y=y,
                width=max(0.0, width - 1.5),
                height=26,
                cls=f"mark {data.classes[i]}",
            )
            if width > width_of(words, frame.size) + 8:
                inside += label(words, start + width / 2, y + 17.5, anchor="middle", cls="on")
            href = data.links[i] if data.links else None
            parts.append(mark(inside, f"{name}\n{data.parts[i]} {words}", href))
            at += share
    return parts
