"""Where each person of the relationship map stands, so that few lines cross and no two rows meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mainstay.desk.charts.network import Network

ROW, HEAD, FOOT, GAP = (
    34,
    28,
    8,
    12,
)  # heights of a person, of a lane's head and foot, between lanes
LANE, OWN_WIDE = 400, 172
MORE = 26  # height of the line that says how many of a department are not drawn
BOX, BOX_GAP = 44, 12
GUTTER = 44  # of a lane, at its outer edge, for the lines of who reports to whom
STEP = 8  # between two such lines
LEFT, RIGHT, CENTRE = 0.0, 800.0, 514.0
# One side alone: ours stand on the left of it, both towards the middle.
ONE_SIDE_OWN, ONE_SIDE_LANE = 150.0, 640.0
FEW = 9  # people; more stand on both sides of ours


@dataclass(frozen=True)
class Report:
    """A line from one row to that of their superior: it leaves `edge`, runs along `x`, and comes back."""

    edge: float
    x: float
    start: float
    end: float


@dataclass(frozen=True)
class Places:
    """All in pixels below the legend.

    lanes: (x, y, height) of each; rows: corner of each of theirs; ends: where their lines end
    own: corner of each of ours; below_ours: where it is said that there are more
    """

    height: float
    lanes: tuple[tuple[float, float, float], ...]
    rows: Mapping[str, tuple[float, float]]
    ends: Mapping[str, tuple[float, float]]
    own: Mapping[str, tuple[float, float]]
    reports: tuple[Report, ...] = ()
    left: frozenset[str] = field(default=frozenset())
    below_ours: tuple[float, float] = (0.0, 0.0)

    def is_left(self, key: str) -> bool:
        return key in self.left

    def own_end(self, ours: str, theirs: str) -> tuple[float, float]:
        """Where a line to that person meets the box of ours."""
        x, y = self.own[ours]
        return (x if self.is_left(theirs) else x + OWN_WIDE, y + BOX / 2)


def place(data: Network) -> Places:
    """Lanes in their order, each on the shorter side; ours at the height of those whom they know."""
    heights = [
        float(HEAD + FOOT + ROW * sum(one.lane == i for one in data.theirs))
        + MORE * bool(lane.more)
        for i, lane in enumerate(data.lanes)
    ]
    one_side = len(data.theirs) <= FEW or len(data.lanes) < 2
    sides = [False] * len(heights) if one_side else balanced(heights)
    right = ONE_SIDE_LANE if one_side else RIGHT
    tall = [
        sum(h + GAP for h, s in zip(heights, sides, strict=True) if s is side) - GAP
        for side in (True, False)
    ]
    below = MORE if data.hidden else 0
    boxes = len(data.ours) * (BOX + BOX_GAP) - BOX_GAP
    height = float(max(*tall, boxes + below, BOX))
    at = {True: (height - tall[0]) / 2, False: (height - tall[1]) / 2}
    lanes = []
    for own_height, side in zip(heights, sides, strict=True):
        lanes.append((LEFT if side else right, at[side], own_height))
        at[side] += own_height + GAP
    rows: dict[str, tuple[float, float]] = {}
    filled = [y + HEAD for _x, y, _h in lanes]
    for one in data.theirs:
        rows[one.key] = (lanes[one.lane][0], filled[one.lane])
        filled[one.lane] += ROW
    left = frozenset(one.key for one in data.theirs if sides[one.lane])
    ends = {key: (x + LANE if key in left else x, y + ROW / 2) for key, (x, y) in rows.items()}
    own_x = ONE_SIDE_OWN if one_side else CENTRE
    own_y = heights_of_ours(data, ends, height - below)
    own = {key: (own_x, y) for key, y in own_y.items()}
    reports = _reports(data, rows, left)
    under = (own_x + OWN_WIDE / 2, height - 8)
    return Places(height, tuple(lanes), rows, ends, own, reports, left, under)


def balanced(heights: Sequence[float]) -> list[bool]:
    """For each lane whether it stands on the left: in their order, the first ones left, split at the middle."""
    whole = sum(heights)
    best, least = 1, whole
    for cut in range(1, len(heights)):
        first = sum(heights[:cut])
        if max(first, whole - first) < least:
            best, least = cut, max(first, whole - first)
    return [i < best for i in range(len(heights))]


def heights_of_ours(
    data: Network, ends: Mapping[str, tuple[float, float]], height: float
) -> dict[str, float]:
    """The upper edge of each of ours: as near as there is room to the middle of those whom they know."""
    wanted: dict[str, float] = {}
    for own in data.ours:
        ties = [(ends[t.theirs][1], 1 + t.strength) for t in data.lines if t.ours == own.key]
        weight = sum(w for _y, w in ties)
        # Those whom nobody is tied to stand last.
        wanted[own.key] = sum(y * w for y, w in ties) / weight if weight else height
    order = sorted(data.ours, key=lambda own: (wanted[own.key], own.key))
    step = BOX + BOX_GAP
    placed: list[float] = []
    for own in order:
        least = placed[-1] + step if placed else 0.0
        placed.append(max(least, wanted[own.key] - BOX / 2))
    limit = height - BOX
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - step
    return {own.key: y for own, y in zip(order, placed, strict=True)}


def _reports(
    data: Network, rows: Mapping[str, tuple[float, float]], left: frozenset[str]
) -> tuple[Report, ...]:
    """Lines along the outer edge between people on the same side; superiors share one line.

    Who reports to somebody on the other side has it in their words alone.
    """
    slots: list[tuple[bool, str, float, float]] = []
    for boss in dict.fromkeys(one.reports_to for one in data.theirs if one.reports_to):
        if boss not in rows:
            continue
        below = [
            o.key for o in data.theirs if o.reports_to == boss and (o.key in left) is (boss in left)
        ]
        if below and boss is not None:
            ys = [rows[key][1] + ROW / 2 for key in [boss, *below]]
            slots.append((boss in left, boss, min(ys), max(ys)))
    found: list[Report] = []
    taken: list[tuple[bool, int, float, float]] = []
    for side, boss, first, last in sorted(slots, key=lambda s: s[3] - s[2]):
        slot = 0
        while any(
            t[0] is side and t[1] == slot and t[2] < last + ROW and first < t[3] + ROW
            for t in taken
        ):
            slot += 1
        taken.append((side, slot, first, last))
        edge, x = _outer(rows[boss][0], side, min(slot, 3))
        target = rows[boss][1] + ROW / 2
        for one in data.theirs:
            if one.reports_to == boss and (one.key in left) is side:
                found.append(Report(edge, x, rows[one.key][1] + ROW / 2, target))
    return tuple(found)


def _outer(lane_x: float, left: bool, slot: int) -> tuple[float, float]:
    if left:
        edge = lane_x + GUTTER - 6
        return edge, edge - 8 - STEP * slot
    edge = lane_x + LANE - GUTTER + 6
    return edge, edge + 8 + STEP * slot
