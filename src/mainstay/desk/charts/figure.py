"""What every chart is: two pictures, a title, and the table behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count, pairwise

from django.utils.safestring import SafeString, mark_safe

from mainstay.desk.charts.svg import el, label, number, text, title, width_of

_ids = count(1)

WIDE, NARROW = 960, 340
GAP = 8  # pixels between two names


@dataclass(frozen=True)
class Column:
    """One column of the table behind a chart; `number` columns are set to the right."""

    heading: str
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """One shown value of the table; href leads to what is behind it."""

    text: str
    number: bool
    href: str | None = None


@dataclass(frozen=True)
class Chart:
    """A chart, ready for a template: {{ chart.svg }}, {{ chart.columns }}, {{ chart.body }}.

    rows: shown text per column, optionally (text, address) for a link to what is behind the number
    """

    name: str
    description: str
    wide: str
    narrow: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | tuple[str, str], ...], ...] = field(default=())

    @property
    def svg(self) -> SafeString:
        # Built by charts.svg.el alone, which escapes every text and attribute.
        return mark_safe(self.wide + self.narrow)  # noqa: S308

    @property
    def body(self) -> SafeString:
        """The rows as markup: a template takes four times as long for hundreds of them."""
        return mark_safe("".join(_row(row) for row in self.cells))  # noqa: S308  (escaped in _row)

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows, cell by cell."""
        return [
            [
                Cell(cell, column.number)
                if isinstance(cell, str)
                else Cell(cell[0], column.number, cell[1])
                for cell, column in zip(row, self.columns, strict=True)
            ]
            for row in self.rows
        ]


def _row(cells: Sequence[Cell]) -> str:
    parts = []
    for place, cell in enumerate(cells):
        shown = escape(cell.text)
        if not place:
            parts.append(f'<th scope="row">{shown}</th>')
            continue
        if cell.href:
            shown = f'<a href="{escape(cell.href)}">{shown}</a>'
        parts.append(f'<td class="num">{shown}</td>' if cell.number else f"<td>{shown}</td>")
    return f"<tr>{''.join(parts)}</tr>"


@dataclass(frozen=True)
class Frame:
    """The size of one picture and what it has room for.

    left, right, top, bottom: pixels kept free for axes and labels
    size: of the letters
    """

    width: float
    height: float
    left: float = 48
    right: float = 12
    top: float = 12
    bottom: float = 26
    size: float = 12
    narrow: bool = False

    @property
    def inner(self) -> float:
        return self.width - self.left - self.right

    @property
    def floor(self) -> float:
        return self.height - self.bottom


def picture(frame: Frame, parts: Sequence[str], name: str, description: str, *, links: bool) -> str:
    """One <svg> that is named and described to those who cannot see it."""
    uid = f"c{next(_ids)}"
    return el(
        "svg",
        el("title", text(name), id=f"{uid}t"),
        el("desc", text(description), id=f"{uid}d"),
        *parts,
        viewBox=f"0 0 {number(frame.width)} {number(frame.height)}",
        cls="narrow" if frame.narrow else "wide",
        # A picture with links is a group of them, not one image that hides what is inside.
        role="group" if links else "img",
        aria_labelledby=f"{uid}t",
        aria_describedby=f"{uid}d",
        data_roving="" if links else None,
        font_size=frame.size,
    )


def both(
    draw: Callable[[Frame], list[str]],
    wide: Frame,
    narrow: Frame,
    name: str,
    description: str,
    *,
    links: bool = False,
) -> tuple[str, str]:
    """The wide and the narrow picture of one drawing."""
    return (
        picture(wide, draw(wide), name, description, links=links),
        picture(narrow, draw(narrow), name, description, links=links),
    )


def mark(inside: str, tip: str, href: str | None = None) -> str:
    """Something that can be pointed at: a link where there is something behind it."""
    if not href:
        return el("g", title(tip), inside, data_mark="")
    return el("a", title(tip), inside, href=href, data_mark="", aria_label=tip.replace("\n", "; "))


def below(frame: Frame, names: Sequence[str], x: Callable[[int], float]) -> list[str]:
    """Names under the chart, each in the middle of its place: the last one, and as many before it, evenly
    apart, as do not touch one another. At an edge a name stays within the frame."""
    halves = [width_of(name, frame.size) / 2 for name in names]
    at = [max(min(x(i), frame.width - half), half) for i, half in enumerate(halves)]
    last = len(names) - 1
    for every in range(1, len(names) + 1):
        kept = range(last, -1, -every)
        if all(at[b] + halves[b] + GAP <= at[a] - halves[a] for a, b in pairwise(kept)):
            return [label(names[i], at[i], frame.height - 9, anchor="middle") for i in kept]
    return []


def after(frame: Frame, names: Sequence[tuple[float, str]], y: float) -> list[str]:
    """Names that each begin at a place, as far as they neither touch the one before nor leave the frame."""
    parts, room = [], 0.0
    for at, words in names:
        end = at + width_of(words, frame.size)
        if at >= room and end <= frame.width:
            parts.append(label(words, at, y))
            room = end + GAP
    return parts


def value_axis(
    frame: Frame, ticks: Sequence[float], y: Callable[[float], float], show: Callable[[float], str]
) -> list[str]:
    """Lines across at round numbers, with their labels on the left."""
    parts = []
    for tick in ticks:
        at = y(tick)
        parts.append(
            el(
                "line",
                x1=frame.left,
                x2=frame.width - frame.right,
                y1=at,
                y2=at,
                cls="axis" if tick == 0 else "grid",
            )
        )
        parts.append(el("text", text(show(tick)), x=frame.left - 6, y=at + 4, text_anchor="end"))
    return parts
