"""Who of ours knows whom of theirs: their people in lanes by department, ours beside or between them.

Wide, a tie is a line as thick as it is strong; narrow, it is a dot in the column of one of ours. What a
person can do is a shape, what they think of us a sign, and a tie that nobody else has ends in a ring:
nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mainstay.desk.charts.figure import Chart, Column, Frame, both
from mainstay.desk.charts.network_marks import DOTS, WIDTHS, legend, legend_height, shape, sign
from mainstay.desk.charts.network_places import (
    BOX,
    GUTTER,
    LANE,
    MORE,
    OWN_WIDE,
    ROW,
    Places,
    place,
)
from mainstay.desk.charts.svg import el, label, number, path, shorten, title

WIDTH, NARROW = 1200, 340
COLUMNS = 5  # of ours that the narrow picture has room for
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Person:
    """One of theirs.

    power: decides, influences, uses, blocks, or nothing; attitude: -2..2 or None
    warn: a short word beside the name where something is wrong, e.g. that nobody knows who decides
    """

    key: str
    name: str
    note: str
    lane: int
    tip: str
    href: str
    power: str = ""
    attitude: int | None = None
    reports_to: str | None = None
    gone: bool = False
    warn: str = ""


@dataclass(frozen=True)
class Own:
    """One of ours; `warn` where they are alone with somebody."""

    key: str
    name: str
    note: str
    tip: str
    href: str
    gone: bool = False
    warn: str = ""


@dataclass(frozen=True)
class Line:
    """A tie: keys of theirs and ours, strength 0..3; `only` where nobody else knows them."""

    theirs: str
    ours: str
    strength: int
    tip: str
    only: bool = False


@dataclass(frozen=True)
class Lane:
    """A department; `note` says how many of it are known, `more` how many are not drawn."""

    name: str
    note: str
    connected: bool
    more: str = ""


@dataclass(frozen=True)
class Network:
    """theirs: in the order of their rows, lane after lane
    powers, strengths: words of the legend, by code; table: the rows behind the picture
    hidden: how many of ours are not drawn
    """

    title: str
    description: str
    lanes: tuple[Lane, ...]
    theirs: tuple[Person, ...]
    ours: tuple[Own, ...]
    lines: tuple[Line, ...]
    powers: Mapping[str, str]
    strengths: Mapping[int, str]
    columns: tuple[Column, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    hidden: int = 0


def network(data: Network) -> Chart:
    """The map, as lines where there is room and as dots where there is not."""
    places = place(data)
    top = legend_height(data, WIDTH, 12)
    narrow_top = legend_height(data, NARROW, 11)
    rows = len(data.theirs) * 32 + len(data.lanes) * 34
    rows += sum(bool(lane.more) for lane in data.lanes) * MORE
    own = min(len(data.ours), COLUMNS) + bool(_not_shown(data))
    wide, narrow = both(
        lambda frame: (
            _draw_narrow(data, frame) if frame.narrow else _draw_wide(data, frame, places)
        ),
        Frame(WIDTH, top + 14 + places.height, left=0, right=0),
        Frame(NARROW, narrow_top + own * 18 + rows + 16, left=0, right=0, narrow=True, size=11),
        data.title,
        data.description,
        links=True,
    )
    return Chart(data.title, data.description, wide, narrow, data.columns, data.table)


def _not_shown(data: Network) -> int:
    """How many of ours have no column in the narrow picture."""
    return data.hidden + max(0, len(data.ours) - COLUMNS)


def _line_d(a: tuple[float, float], b: tuple[float, float]) -> str:
    half = (a[0] + b[0]) / 2
    points = (a[0], a[1], half, a[1], half, b[1], b[0], b[1])
    x0, y0, x1, y1, x2, y2, x3, y3 = (number(p) for p in points)
    return f"M{x0} {y0}C{x1} {y1} {x2} {y2} {x3} {y3}"


# ── wide ───────────────────────────────────────────────────────────────────


def _draw_wide(data: Network, frame: Frame, places: Places) -> list[str]:
    parts, top = legend(data, frame.width, frame.size)
    top += 14
    for lane, (x, y, height) in zip(data.lanes, places.lanes, strict=True):
        parts.append(_lane(lane, x, top + y, height, frame.size, left=x < WIDTH / 3))
    if data.hidden:
        words = _("and {n} more of ours, in the table below").format(n=data.hidden)
        x, y = places.below_ours
        parts.append(label(words, x, top + y, anchor="middle", cls="note"))
    parts += _reports(places, top)
    parts += _ties(data, places, top)
    for one in data.theirs:
        parts.append(_their_row(one, places, top, frame.size))
    for own in data.ours:
        parts.append(_own_box(own, places, top, frame.size))
    return parts


def _lane(lane: Lane, x: float, y: float, height: float, size: float, *, left: bool) -> str:
    # Its words keep out of the outer edge, where the lines run of who reports to whom.
    first, last = (x + GUTTER, x + LANE - 12) if left else (x + 12, x + LANE - GUTTER)
    cls = "lane" if lane.connected else "lane open"
    parts = [el("rect", x=x, y=y, width=LANE, height=height, rx=6, cls=cls)]
    parts.append(label(shorten(lane.name, LANE * 0.5, size), first, y + 18, cls="strong"))
    note = "note" if lane.connected else "note warn"
    parts.append(label(lane.note, last, y + 18, anchor="end", cls=note))
    if lane.more:
        parts.append(
            label(shorten(lane.more, last - first, size), first, y + height - 12, cls="note")
        )
    return "".join(parts)


def _reports(places: Places, top: float) -> list[str]:
    """From who reports to whom they report, along the outer edge of their lanes."""
    parts = []
    for line in places.reports:
        a, b = top + line.start, top + line.end
        points = [(line.edge, a), (line.x, a), (line.x, b), (line.edge, b)]
        parts.append(el("path", d=path(points), cls="reports"))
        way = 5 if line.edge > line.x else -5
        head = [(line.edge, b), (line.edge - way, b - 3.5), (line.edge - way, b + 3.5)]
        parts.append(el("path", d=path(head, close=True), cls="reports head"))
    return parts


def _ties(data: Network, places: Places, top: float) -> list[str]:
    gone = {one.key for one in data.theirs if one.gone} | {o.key for o in data.ours if o.gone}
    parts = []
    for line in sorted(data.lines, key=lambda one: one.strength):
        a, b = places.ends[line.theirs], places.own_end(line.ours, line.theirs)
        d = _line_d((a[0], top + a[1]), (b[0], top + b[1]))
        cls = f"tie t{line.strength}"
        cls += " only" if line.only else ""
        cls += " gone" if line.theirs in gone or line.ours in gone else ""
        drawn = el("path", d=d, cls="grip") + el(
            "path", d=d, cls=cls, stroke_width=WIDTHS[line.strength]
        )
        ring = "end only" if line.only else "end"
        drawn += el("circle", cx=a[0], cy=top + a[1], r=5.0 if line.only else 3.0, cls=ring)
        parts.append(
            el("g", title(line.tip), drawn, data_mark="", data_a=line.theirs, data_b=line.ours)
        )
    return parts


def _their_row(one: Person, places: Places, top: float, size: float) -> str:
    x, y = places.rows[one.key]
    y += top
    left = places.is_left(one.key)
    # Towards ours: the end of the lines, the shape, the sign; towards the edge: who reports to whom.
    inner = x + LANE if left else x
    way = -1 if left else 1
    name_x = x + GUTTER if left else x + 72
    room = LANE - GUTTER - 78
    parts = [el("rect", x=x + 3, y=y, width=LANE - 6, height=float(ROW), rx=4, cls="hit")]
    middle = y + ROW / 2
    parts.append(shape(one.power, inner + way * 22, middle))
    if one.warn:
        parts.append(el("circle", cx=inner + way * 22, cy=middle, r=11, cls="missing"))
    parts.append(sign(one.attitude, inner + way * 50, middle, size))
    note = one.warn or one.note
    name = label(shorten(one.name, room, size), name_x, middle - (2 if note else -4), cls="strong")
    parts.append(name)
    if note:
        cls = "note warn" if one.warn else "note"
        parts.append(label(shorten(note, room, 10.5), name_x, middle + 11, cls=cls, font_size=10.5))
    return _who(one, "".join(parts), "theirs gone" if one.gone else "theirs")


def _own_box(own: Own, places: Places, top: float, size: float) -> str:
    x, y = places.own[own.key]
    y += top
    cls = "own" + (" alone" if own.warn else "") + (" gone" if own.gone else "")
    parts = [el("rect", x=x, y=y, width=OWN_WIDE, height=float(BOX), rx=8, cls=cls)]
    middle, room = x + OWN_WIDE / 2, OWN_WIDE - 16
    note = own.warn or own.note
    parts.append(
        label(
            shorten(own.name, room, size),
            middle,
            y + (18 if note else 26),
            anchor="middle",
            cls="strong",
        )
    )
    if note:
        kind = "note warn" if own.warn else "note"
        words = shorten(note, room, 10.5)
        parts.append(label(words, middle, y + 34, anchor="middle", cls=kind, font_size=10.5))
    parts.append(el("rect", x=x, y=y, width=OWN_WIDE, height=float(BOX), rx=8, cls="hit"))
    return _who(own, "".join(parts), "ours gone" if own.gone else "ours")


def _who(one: Person | Own, inside: str, cls: str) -> str:
    """A person that can be pointed at, and whose ties a script can light up."""
    return el(
        "a",
        title(one.tip),
        inside,
        href=one.href,
        cls=cls,
        data_mark="",
        data_who=one.key,
        aria_label=one.tip.replace("\n", "; "),
    )


# ── narrow ─────────────────────────────────────────────────────────────────


def columns(data: Network) -> tuple[Own, ...]:
    """Those of ours for whom the narrow picture has a column: most ties first."""
    ties = {own.key: 0 for own in data.ours}
    for line in data.lines:
        ties[line.ours] = ties.get(line.ours, 0) + 1
    ranked = sorted(data.ours, key=lambda own: (own.gone, -ties[own.key]))
    return tuple(ranked[:COLUMNS])


def _draw_narrow(data: Network, frame: Frame) -> list[str]:
    parts, y = legend(data, frame.width, frame.size)
    shown = columns(data)
    at = {own.key: frame.width - 14 - 23 * (len(shown) - 1 - i) for i, own in enumerate(shown)}
    y += 14
    for letter, own in zip(LETTERS, shown, strict=False):
        words = f"{own.name} · {own.warn or own.note}" if own.warn or own.note else own.name
        cls = "note warn" if own.warn else "note"
        inside = label(letter, 2, y, cls="strong")
        inside += label(shorten(words, frame.width - 24, frame.size), 20, y, cls=cls)
        parts.append(_who(own, inside, "ours gone" if own.gone else "ours"))
        y += 18
    if more := _not_shown(data):
        words = _("and {n} more of ours, in the table below").format(n=more)
        parts.append(label(words, 20, y, cls="note"))
        y += 18
    ties = {(line.theirs, line.ours): line for line in data.lines}
    for i, lane in enumerate(data.lanes):
        parts.append(_narrow_head(lane, y, shown, at, frame))
        y += 34
        for one in data.theirs:
            if one.lane == i:
                parts.append(
                    _narrow_row(one, y, [ties.get((one.key, o.key)) for o in shown], at, frame)
                )
                y += 32
        if lane.more:
            words = shorten(lane.more, frame.width - 16, frame.size)
            parts.append(label(words, 8, y + 15, cls="note"))
            y += MORE
    return parts


def _narrow_head(
    lane: Lane, y: float, shown: Sequence[Own], at: Mapping[str, float], frame: Frame
) -> str:
    room = (min(at.values()) if at else frame.width) - 16
    cls = "lane" if lane.connected else "lane open"
    parts = [el("rect", x=0, y=y + 4, width=frame.width, height=26, rx=4, cls=cls)]
    parts.append(label(shorten(lane.name, room * 0.55, frame.size), 8, y + 21, cls="strong"))
    kind = "note warn" if not lane.connected else "note"
    words = shorten(lane.note, room * 0.45, 10)
    parts.append(label(words, room, y + 21, anchor="end", cls=kind, font_size=10))
    for letter, own in zip(LETTERS, shown, strict=False):
        parts.append(label(letter, at[own.key], y + 21, anchor="middle", cls="strong"))
    return "".join(parts)


def _narrow_row(
    one: Person, y: float, ties: Sequence[Line | None], at: Mapping[str, float], frame: Frame
) -> str:
    middle, places = y + 16, list(at.values())
    room = (places[0] if places else frame.width) - 14 - 48
    parts = [el("rect", x=0, y=y, width=frame.width, height=32, rx=4, cls="hit")]
    parts.append(shape(one.power, 9, middle, 6.0))
    if one.warn:
        parts.append(el("circle", cx=9, cy=middle, r=8.5, cls="missing"))
    parts.append(sign(one.attitude, 31, middle, frame.size))
    note = one.warn or one.note
    parts.append(
        label(
            shorten(one.name, room, 12),
            47,
            middle - (1 if note else -4),
            cls="strong",
            font_size=12,
        )
    )
    if note:
        cls = "note warn" if one.warn else "note"
        parts.append(label(shorten(note, room, 10), 47, middle + 11, cls=cls, font_size=10))
    for x, tie in zip(places, ties, strict=True):
        if tie is None:
            parts.append(el("circle", cx=x, cy=middle, r=1.0, cls="none"))
            continue
        cls = "dot0" if tie.strength == 0 else "known"
        parts.append(el("circle", cx=x, cy=middle, r=DOTS[tie.strength], cls=cls))
        if tie.only:
            parts.append(el("circle", cx=x, cy=middle, r=DOTS[tie.strength] + 2.5, cls="end only"))
    return _who(one, "".join(parts), "theirs gone" if one.gone else "theirs")
