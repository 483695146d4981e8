"""The marks of the relationship map, and the legend that explains them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from mainstay.desk.charts.svg import el, label, path, shorten, width_of

if TYPE_CHECKING:
    from mainstay.desk.charts.network import Network

WIDTHS = {0: 1.0, 1: 1.75, 2: 3.5, 3: 6.0}  # of a line, by how well they know each other
DOTS = {0: 2.0, 1: 3.5, 2: 5.5, 3: 8.0}  # radius of a dot, likewise
SIGNS = {2: "++", 1: "+", 0: "0", -1: "−", -2: "−−"}


def shape(power: str, x: float, y: float, size: float = 7.0) -> str:
    """What somebody can do, as a shape around a centre."""
    if power == "decides":
        points = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
        return el("path", d=path(points, close=True), cls="power decides")
    if power == "influences":
        points = [(x, y - size), (x + size, y + size * 0.8), (x - size, y + size * 0.8)]
        return el("path", d=path(points, close=True), cls="power influences")
    if power == "uses":
        return el("circle", cx=x, cy=y, r=size * 0.8, cls="power uses")
    if power == "blocks":
        s = size * 0.85
        square = el("rect", x=x - s, y=y - s, width=2 * s, height=2 * s, cls="power blocks")
        bar = el("rect", x=x - s * 0.7, y=y - 1.5, width=s * 1.4, height=3.0, cls="power bar")
        return square + bar
    return el("circle", cx=x, cy=y, r=size * 0.55, cls="power unknown")


def sign(attitude: int | None, x: float, y: float, size: float) -> str:
    """What somebody thinks of us: a sign in a small box; nothing where it isn't known."""
    if attitude is None:
        return ""
    cls = "for" if attitude > 0 else "against" if attitude < 0 else "neutral"
    box = el("rect", x=x - 11, y=y - 8.0, width=22, height=16, rx=8, cls=f"sign {cls}")
    return box + label(SIGNS[attitude], x, y + size * 0.34, anchor="middle", cls=f"signed {cls}")


Draw = Callable[[float, float], str]


def _keys(data: Network, *, narrow: bool) -> list[tuple[Draw, float, str]]:
    """What the legend explains: how to draw it, how wide that is, its words."""
    keys: list[tuple[Draw, float, str]] = [
        (partial(_shape_key, code), 18.0, word) for code, word in data.powers.items()
    ]
    draw = _dot_key if narrow else _line_key
    keys += [(partial(draw, n), 26.0, word) for n, word in data.strengths.items()]
    return [*keys, (_ring_key, 17.0, _("nobody else knows them"))]


def _shape_key(code: str, x: float, y: float) -> str:
    return shape(code, x + 7, y - 4, 6.0)


def _line_key(strength: int, x: float, y: float) -> str:
    cls = f"tie t{strength}"
    return el("line", x1=x, x2=x + 20, y1=y - 4, y2=y - 4, cls=cls, stroke_width=WIDTHS[strength])


def _dot_key(strength: int, x: float, y: float) -> str:
    return el("circle", cx=x + 10, cy=y - 4, r=DOTS[strength], cls="known")


def _ring_key(x: float, y: float) -> str:
    return el("circle", cx=x + 6, cy=y - 4, r=4.5, cls="end only")


def legend(data: Network, width: float, size: float) -> tuple[list[str], float]:
    """The legend in as many rows as it needs: markup and height."""
    parts, x, y = [], 0.0, 12.0
    for draw, lead, words in _keys(data, narrow=width < 600):
        need = lead + width_of(words, size)
        if x > 0 and x + need > width:
            x, y = 0.0, y + 20
        parts += [draw(x, y), label(shorten(words, width - lead, size), x + lead, y, cls="key")]
        x += need + 16
    return parts, y + 10


def legend_height(data: Network, width: float, size: float) -> float:
    return legend(data, width, size)[1] + 14
