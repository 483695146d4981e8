"""The Pareto chart and the stacked columns, by their numbers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked
from mainstay.desk.charts.figure import Frame, after, below
from mainstay.desk.charts.ranked import Bar, Ranked, ranked
from mainstay.desk.charts.svg import width_of

RANKED = Ranked(
    "Causes",
    "Lost by cause",
    (
        Bar("Our delivery", 60.0, "s1", "/list/?cause=delivery"),
        Bar("A competitor <b>", 30.0, "s2", "/list/?cause=competitor"),
        Bar("우리가 아직 모르는 아주 긴 이름의 원인입니다 정말로 매우 긴 이름", 10.0, "s8"),
    ),
    (("Ours", "s1"), ("Theirs", "s2")),
    "Cause",
    "Lost",
    lambda v: f"{v:.0f}",
    lambda s: f"{s:.0%}",
)
COLUMNS = Columns(
    "Quarters",
    "When falls began",
    ("2025 Q1", "2025 Q2"),
    (("Ours", "s1"), ("Theirs", "s2")),
    ((30.0, 0.0), (10.0, 20.0)),
    (("/o1", "/o2"), ("/t1", "/t2")),
    "Quarter",
    lambda v: f"{v:.0f}",
)


def wide(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.wide)


def marks(chart: Chart) -> list[dict[str, str]]:
    return [e.attrib for e in wide(chart).iter("rect") if e.get("class", "").startswith("mark")]


def test_bars_are_as_long_as_their_share() -> None:
    widths = [float(bar["width"]) for bar in marks(ranked(RANKED))]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)
    assert widths[1] == pytest.approx(3 * widths[2], rel=0.01)


def test_the_narrow_picture_is_as_tall_as_what_it_holds() -> None:
    for words in ("us", "a group with a rather long name"):
        groups = tuple((f"{words} {n}", f"s{n}") for n in range(1, 5))
        narrow = ET.fromstring(ranked(replace(RANKED, groups=groups)).narrow)
        height = float(narrow.attrib["viewBox"].split()[3])
        lowest = max(float(e.attrib["y"]) for e in narrow.iter("text"))
        assert 0 < height - lowest < 20


def test_in_a_narrow_frame_nothing_is_drawn_across_names_and_sums() -> None:
    narrow = ET.fromstring(ranked(RANKED).narrow)
    bars = [e.attrib for e in narrow.iter("rect") if e.get("class", "").startswith("mark")]
    strokes = [e.attrib for e in narrow.iter("line") if e.get("class") == "curve"]
    assert not [e for e in narrow.iter("path") if e.get("class") == "curve"]
    for bar, stroke in zip(bars, strokes[-len(bars) :], strict=True):
        assert float(stroke["y1"]) == pytest.approx(float(bar["y"]))
        assert float(stroke["y2"]) == pytest.approx(float(bar["y"]) + float(bar["height"]))


def test_the_line_tells_how_much_they_are_so_far() -> None:
    dots = [float(e.attrib["cx"]) for e in wide(ranked(RANKED)).iter("circle")]
    start = float(marks(ranked(RANKED))[0]["x"])
    shares = [(dot - start) / (dots[-1] - start) for dot in dots]
    assert shares == pytest.approx([0.6, 0.9, 1.0], abs=0.001)


def test_the_table_behind_leads_where_the_bars_lead() -> None:
    chart = ranked(RANKED)
    assert [cell.text for cell in chart.cells[1]] == ["A competitor <b>", "30", "30%", "90%"]
    assert chart.cells[0][1].href == "/list/?cause=delivery"
    assert chart.cells[2][1].href is None
    links = [e.attrib["href"] for e in wide(chart).iter("a")]
    assert links == ["/list/?cause=delivery", "/list/?cause=competitor"]


def test_columns_stand_on_one_another() -> None:
    bars = marks(stacked(COLUMNS))
    assert [bar["class"] for bar in bars] == ["mark s1", "mark s2", "mark s2"]
    heights = [float(bar["height"]) + 0.75 for bar in bars]
    assert heights[0] == pytest.approx(3 * heights[1], rel=0.01)
    assert heights[2] == pytest.approx(2 * heights[1], rel=0.01)
    top_of_first = float(bars[0]["y"])
    assert float(bars[1]["y"]) + heights[1] == pytest.approx(top_of_first, abs=0.02)


def spans(labels: list[str], size: float, *, middle: bool) -> list[tuple[float, float]]:
    """Where labels begin and end, in their order."""
    found = []
    for one in labels:
        text = ET.fromstring(one)
        wide = width_of(text.text or "", size)
        begin = float(text.attrib["x"]) - (wide / 2 if middle else 0)
        found.append((begin, begin + wide))
    return sorted(found)


def test_names_under_a_chart_stay_within_it_and_apart() -> None:
    frame = Frame(340, 200, left=40, right=4, narrow=True, size=11)
    names = [f"2026년 {i + 1}월" for i in range(12)]
    room = frame.inner / len(names)
    kept = below(frame, names, lambda i: frame.left + room * (i + 0.5))
    assert "2026년 12월" in kept[0]
    begun = after(frame, [(frame.left + room * i, name) for i, name in enumerate(names)], 190)
    for labels, middle in ((kept, True), (begun, False)):
        places = spans(labels, 11, middle=middle)
        assert len(places) > 2
        assert places[-1][1] <= 340.01
        assert all(a[1] < b[0] for a, b in pairwise(places))


def test_each_part_of_a_column_leads_to_its_own() -> None:
    chart = stacked(COLUMNS)
    assert [e.attrib["href"] for e in wide(chart).iter("a")] == ["/o1", "/t1", "/t2"]
    assert [[c.text for c in row] for row in chart.cells] == [
        ["2025 Q1", "30", "10"],
        ["2025 Q2", "0", "20"],
    ]


@pytest.mark.parametrize(
    "chart",
    [
        ranked(replace(RANKED, bars=())),
        ranked(replace(RANKED, bars=(Bar("nothing", 0.0, "s1"),))),
        ranked(replace(RANKED, bars=tuple(Bar("한" * 200, 1e15, "s1") for _ in range(30)))),
        stacked(replace(COLUMNS, names=(), values=((), ()), links=((), ()))),
        stacked(replace(COLUMNS, values=((0.0, 0.0), (0.0, 0.0)))),
        stacked(
            replace(
                COLUMNS,
                names=tuple(f"2{i:03} Q1" for i in range(40)),
                values=((1e12,) * 40, (0.0,) * 40),
                links=(("/a",) * 40, ("/b",) * 40),
            )
        ),
    ],
    ids=["no bars", "zero", "huge", "no columns", "only zeros", "many columns"],
)
def test_odd_numbers_are_drawn_all_the_same(chart: Chart) -> None:
    for picture in (chart.wide, chart.narrow):
        root: Any = ET.fromstring(picture)
        assert root.get("role") in ("img", "group")
        assert not re.search(r"nan|inf|style=", picture, re.I)
