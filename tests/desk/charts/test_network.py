"""The relationship map by its numbers: who stands where, which lines are drawn, what is read out."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from mainstay.desk.charts.network import Lane, Line, Network, Own, Person, columns, network
from mainstay.desk.charts.network_marks import WIDTHS
from mainstay.desk.charts.network_places import BOX, MORE, ROW, Places, balanced, place

POWERS = {"decides": "Decides", "influences": "Influences", "uses": "Uses", "blocks": "Blocks"}


def made(contacts: int, ours: int, lanes: int, seed: int = 1) -> Network:
    """Some people who know each other by chance; each third reports to the first of the lane before."""
    rng = random.Random(seed)
    theirs = sorted(
        (
            Person(
                key=f"c{i}", name=f"Contact {i} " + "王" * (i % 30), note="Buyer", lane=i % lanes,
                tip=f"Contact {i}\nBuyer", href=f"#c-{i}", power=[*POWERS, ""][i % 5],
                attitude=[-2, -1, 0, 1, 2, None][i % 6], reports_to="c0" if i % 3 == 1 else None,
                gone=i % 17 == 16, warn="nobody knows them" if i % 13 == 12 else "",
            )
            for i in range(contacts)
        ),
        key=lambda one: one.lane,
    )  # fmt: skip
    own = tuple(Own(f"s{i}", f"Staff {i}", "Manager", f"Staff {i}", f"#o-{i}") for i in range(ours))
    lines = tuple(
        Line(one.key, o.key, rng.randrange(4), f"{o.name} – {one.name}", only=i % 5 == 0)
        for i, one in enumerate(theirs)
        for o in rng.sample(own, min(len(own), rng.randrange(3)))
    )
    return Network(
        "Map", "Who knows whom", tuple(Lane(f"Lane {i}", "1 of 2", i != 1) for i in range(lanes)),
        tuple(theirs), own, lines, POWERS, {1: "has met", 2: "knows well", 3: "trusts"},
    )  # fmt: skip


SIZES = [
    (0, 0, 0),
    (1, 0, 1),
    (0, 2, 0),
    (3, 1, 2),
    (12, 3, 5),
    (60, 8, 7),
    (60, 40, 1),
    (200, 3, 6),
]


@pytest.mark.parametrize("size", SIZES)
def test_the_map_is_well_formed_and_says_who_is_who(size: tuple[int, int, int]) -> None:
    data = made(*size)
    chart = network(data)
    for markup in (chart.wide, chart.narrow):
        picture = ET.fromstring(markup)
        assert "style" not in re.findall(r" (\w+)=", markup)
        assert [t.text for t in picture][:2] == ["Map", "Who knows whom"]
        links = [a for a in picture.iter("a") if "theirs" in a.attrib["class"]]
        assert [a.attrib["data-who"] for a in links] == [one.key for one in data.theirs]
        assert all(a.attrib["aria-label"] and a.find("title") is not None for a in links)
    ties = [g for g in ET.fromstring(chart.wide).iter("g") if "data-a" in g.attrib]
    assert {(g.attrib["data-a"], g.attrib["data-b"]) for g in ties} == {
        (line.theirs, line.ours) for line in data.lines
    }


def _apart(places: Places) -> None:
    rows = list(places.rows.values())
    assert all(a[0] != b[0] or abs(a[1] - b[1]) >= ROW for a, b in combinations(rows, 2))
    own = sorted(y for _x, y in places.own.values())
    assert all(b - a >= BOX for a, b in pairwise(own))
    assert all(-1e-6 <= y <= places.height - BOX + 1e-6 for y in own)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_no_two_rows_meet_and_all_stand_inside(size: tuple[int, int, int], seed: int) -> None:
    data = made(*size, seed=seed)
    places = place(data)
    _apart(places)
    for one in data.theirs:
        x, y = places.rows[one.key]
        lane_x, lane_y, height = places.lanes[one.lane]
        assert x == lane_x
        assert lane_y < y
        assert y + ROW <= lane_y + height
    lanes = sorted(places.lanes)
    for a, b in combinations(lanes, 2):
        assert a[0] != b[0] or a[1] + a[2] < b[1]
    assert all(y >= 0 and y + h <= places.height for _x, y, h in lanes)


def test_many_stand_on_both_sides_of_ours_and_few_on_one() -> None:
    few, many = place(made(6, 2, 3)), place(made(60, 5, 6))
    assert not few.left
    assert 20 <= len(many.left) <= 40
    assert many.height < 1300  # of 60 rows one below the other, 2,000 and more


def test_lanes_are_split_where_both_sides_are_most_alike() -> None:
    assert balanced([100, 100, 100, 300]) == [True, True, True, False]
    assert balanced([300, 100, 100]) == [True, False, False]


def test_ours_stand_at_the_height_of_those_whom_they_know() -> None:
    data = made(12, 0, 4)
    first, last = data.theirs[0].key, data.theirs[-1].key
    own = tuple(Own(k, k, "", k, "#") for k in ("low", "high"))
    lines = (Line(last, "low", 3, "-"), Line(first, "high", 1, "-"))
    data = Network(**{**vars(data), "ours": own, "lines": lines})
    places = place(data)
    assert places.own["high"][1] < places.own["low"][1]


def test_a_stronger_tie_is_a_thicker_line_and_an_only_one_ends_in_a_ring() -> None:
    data = made(12, 3, 4)
    wide = ET.fromstring(network(data).wide)
    by_tie = {(line.theirs, line.ours): line for line in data.lines}
    drawn = [g for g in wide.iter("g") if "data-a" in g.attrib]
    assert drawn
    for g in drawn:
        line = by_tie[g.attrib["data-a"], g.attrib["data-b"]]
        path = next(p for p in g.iter("path") if p.attrib["class"].startswith("tie"))
        assert float(path.attrib["stroke-width"]) == WIDTHS[line.strength]
        (end,) = g.iter("circle")
        assert ("only" in end.attrib["class"].split()) is line.only


def test_what_somebody_can_do_is_a_shape_of_its_own() -> None:
    wide = ET.fromstring(network(made(12, 3, 4)).wide)
    shapes = {}
    for e in wide.iter():
        cls = e.attrib.get("class", "").split()
        if cls[:1] == ["power"]:
            shapes.setdefault(cls[1], set()).add((e.tag, len(e.attrib.get("d", "")) // 12))
    assert set(shapes) == {*POWERS, "bar", "unknown"}
    assert len({min(s) for n, s in shapes.items() if n in ("decides", "influences", "blocks")}) == 3


def test_the_narrow_picture_has_columns_for_those_with_most_ties() -> None:
    data = made(60, 12, 6)
    shown = columns(data)
    ties = {o.key: sum(line.ours == o.key for line in data.lines) for o in data.ours}
    assert len(shown) == 5
    assert min(ties[o.key] for o in shown) >= max(
        n for key, n in ties.items() if key not in {o.key for o in shown}
    )
    assert "7 more of ours" in network(data).narrow


def test_hostile_names_stay_names() -> None:
    data = made(3, 1, 1)
    bad = '"><script>\x00\u202e' * 2000
    theirs = tuple(
        Person(**{**vars(p), "name": bad, "tip": bad, "key": bad}) for p in data.theirs[:1]
    )
    lines = (Line(bad, "s0", 3, bad),)
    chart = network(Network(**{**vars(data), "theirs": theirs, "lines": lines}))
    assert "<script>" not in chart.wide + chart.narrow
    ET.fromstring(chart.wide)


def test_those_who_are_not_drawn_are_counted_and_have_room() -> None:
    """A department of which nobody is drawn stands there too."""
    data = made(12, 3, 4)
    lanes = (*data.lanes[:2], replace(data.lanes[2], more="and 9 more"), data.lanes[3])
    lanes = (*lanes, Lane("Finance", "nobody known", False, "and 7 more"))
    crowd = replace(data, lanes=lanes, hidden=5)
    chart, places = network(crowd), place(crowd)
    for markup in (chart.wide, chart.narrow):
        texts = ["".join(t.itertext()) for t in ET.fromstring(markup).iter("text")]
        assert {"and 9 more", "and 7 more", "Finance"} <= set(texts)
        assert any("5 more of ours" in one for one in texts)
    _apart(places)
    assert place(crowd).lanes[2][2] - place(data).lanes[2][2] == MORE
    for _x, y, height in places.lanes:
        assert 0 <= y <= y + height <= places.height + 1e-6
    assert all(y + BOX <= places.below_ours[1] for _x, y in places.own.values())
