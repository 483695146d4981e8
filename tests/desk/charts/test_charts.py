"""Every chart by its numbers: heights, places, what is read out, what leads where."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from mainstay.desk.charts import Chart
from mainstay.desk.charts.bars import Months, month_bars
from mainstay.desk.charts.figure import Column
from mainstay.desk.charts.history import States, state_band
from mainstay.desk.charts.rhythm import Strip, order_days
from mainstay.desk.charts.shares import Curve, Parts, pareto, side_by_side
from mainstay.desk.charts.small import range_bar, share_bar, share_range, sparkbars, sparkline
from mainstay.desk.charts.svg import width_of

MONTHS = tuple(date(2025 + i // 12, i % 12 + 1, 1) for i in range(24))


def _money(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


MONTH_BARS = Months(
    title="Orders",
    months=MONTHS,
    n_past=12,
    names=("Bolts", "木材", "others"),
    amounts=(
        tuple(100.0 + 10 * i for i in range(12)),
        tuple(50.0 for _ in range(12)),
        (-30.0, *(0.0 for _ in range(11))),
    ),
    expected=(None, None, *(200.0 for _ in range(22))),
    low=(None, None, *(150.0 for _ in range(22))),
    high=(None, None, *(260.0 for _ in range(22))),
    links=tuple(f"/lines/?from={m}" for m in MONTHS[:12]),
    show=_money,
    exact=_money,
    name_month=lambda d: f"{d:%Y-%m}",
    short_month=lambda d: f"{d:%b}",
    other_last=True,
)
STRIP = Strip(
    title="Order days",
    days=tuple((date(2025, 1, 6) + timedelta(days=30 * i), 100.0 * (i + 1)) for i in range(10)),
    as_of=date(2025, 11, 30),
    rhythm_days=30,
    late_after_days=45.2,
    links=tuple(f"/day/{i}/" for i in range(10)),
    show_day=date.isoformat,
    short_month=lambda d: f"{d:%b}",
    exact=_money,
)
BAND = States(
    title="States",
    states=((date(2025, 1, 1), "steady"), (date(2025, 7, 1), "late"), (date(2025, 10, 1), "lost")),
    as_of=date(2026, 1, 1),
    name_state=str.title,
    show_day=date.isoformat,
    short_month=lambda d: f"{d:%b}",
)
CURVE = Curve("Curve", ((0.1, 0.5), (0.2, 0.7), (0.5, 0.9), (1.0, 1.0)), 50, lambda s: f"{s:.0%}")
PARTS = Parts(
    "Sizes",
    ("large", "small"),
    ("s1", "s2"),
    (("Accounts", (0.25, 0.75)), ("Sales", (0.8, 0.2))),
    lambda s: f"{s:.0%}",
)
ALL: dict[str, Any] = {
    "months": lambda: month_bars(MONTH_BARS),
    "months without anything": lambda: month_bars(
        replace(
            MONTH_BARS,
            months=(),
            n_past=0,
            amounts=(),
            names=(),
            expected=(),
            low=(),
            high=(),
            links=(),
        )
    ),
    "one month of nothing": lambda: month_bars(
        replace(
            MONTH_BARS,
            months=MONTHS[:1],
            n_past=1,
            amounts=((0.0,), (0.0,), (0.0,)),
            expected=(None,),
            low=(None,),
            high=(None,),
            links=("/x/",),
        )
    ),
    "only returns": lambda: month_bars(
        replace(MONTH_BARS, amounts=tuple(tuple(-5.0 for _ in range(12)) for _ in range(3)))
    ),
    "huge": lambda: month_bars(
        replace(MONTH_BARS, amounts=tuple(tuple(1e15 for _ in range(12)) for _ in range(3)))
    ),
    "strip": lambda: order_days(STRIP),
    "strip of nothing": lambda: order_days(replace(STRIP, days=(), links=())),
    "strip of one day": lambda: order_days(
        replace(STRIP, days=STRIP.days[:1], rhythm_days=None, late_after_days=None)
    ),
    "strip that is late in a century": lambda: order_days(replace(STRIP, late_after_days=1e5)),
    "band": lambda: state_band(BAND),
    "band of one day": lambda: state_band(
        replace(BAND, states=((date(2026, 1, 1), "new"),), as_of=date(2026, 1, 1))
    ),
    "curve": lambda: pareto(CURVE),
    "parts": lambda: side_by_side(PARTS),
}
NS = "{http://www.w3.org/2000/svg}"


def _pictures(chart: Chart) -> list[ET.Element]:
    # An <svg> inside HTML needs no namespace; as XML it must be well formed all the same.
    return [ET.fromstring(markup) for markup in (chart.wide, chart.narrow)]


def _numbers(picture: ET.Element) -> list[float]:
    found = []
    for element in picture.iter():
        for name in ("x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy", "r"):
            if name in element.attrib:
                found.append(float(element.attrib[name]))
        found += [float(n) for n in re.findall(r"-?[\d.]+", element.attrib.get("d", ""))]
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_chart_is_well_formed_named_and_free_of_what_the_policy_refuses(name: str) -> None:
    chart: Chart = ALL[name]()
    for picture in _pictures(chart):
        text = ET.tostring(picture, encoding="unicode").lower()
        assert not re.findall(r"\bnan\b|\binf\b", text)
        assert " style=" not in text
        assert not re.search(r" on\w+=", text)
        assert " fill=" not in text  # colours are the stylesheet's
        titled = {e.attrib["id"] for e in picture if e.tag in ("title", "desc")}
        assert picture.attrib["aria-labelledby"] in titled
        assert picture.attrib["aria-describedby"] in titled
        assert picture.attrib["role"] in ("img", "group")
        width, height = map(float, picture.attrib["viewBox"].split()[2:])
        for element in picture.iter("rect"):
            assert float(element.attrib["width"]) >= 0
            assert float(element.attrib["height"]) >= 0
            assert -0.01 <= float(element.attrib["x"]) <= width + 0.01
            assert -0.01 <= float(element.attrib["y"]) <= height + 0.01
    ids = re.findall(r' id="([^"]+)"', chart.svg)
    assert len(ids) == len(set(ids))
    for row in chart.cells:
        assert len(row) == len(chart.columns)


@pytest.mark.parametrize("name", ["months", "strip", "band", "curve", "parts"])
def test_every_mark_says_what_it_is(name: str) -> None:
    marks = [e for p in _pictures(ALL[name]()) for e in p.iter() if "data-mark" in e.attrib]
    assert marks
    for mark in marks:
        title = mark.find("title")
        assert title is not None
        assert title.text


def _bars(picture: ET.Element, cls: str) -> list[ET.Element]:
    return [
        r
        for r in picture.iter("rect")
        if cls in r.attrib.get("class", "").split() and "mark" in r.attrib["class"].split()
    ]


def test_bar_heights_are_proportional_to_the_amounts_and_stand_on_one_another() -> None:
    wide, _narrow = _pictures(month_bars(MONTH_BARS))
    bolts, wood, others = (_bars(wide, c) for c in ("s1", "s2", "s8"))
    heights = [float(r.attrib["height"]) for r in bolts]
    per_unit = heights[0] / 100
    for i, height in enumerate(heights):
        assert height == pytest.approx(per_unit * (100 + 10 * i), abs=0.02)
    for below, above in zip(bolts, wood, strict=True):
        top = float(below.attrib["y"])
        assert float(above.attrib["y"]) + float(above.attrib["height"]) == pytest.approx(
            top, abs=0.02
        )
    # What was returned hangs below the line that the others stand on.
    floor = float(bolts[0].attrib["y"]) + heights[0]
    assert [float(r.attrib["y"]) for r in others] == [pytest.approx(floor, abs=0.02)]


def test_the_expected_course_has_a_gap_where_nothing_was_known() -> None:
    wide, _narrow = _pictures(month_bars(MONTH_BARS))
    lines = [p for p in wide.iter("path") if p.attrib["class"].startswith("line")]
    assert [len(re.findall("[ML]", p.attrib["d"])) for p in lines] == [2 * 10, 2 * 12]
    (band,) = [p for p in wide.iter("path") if p.attrib["class"] == "band"]
    assert len(re.findall("[ML]", band.attrib["d"])) == 4 * 22


def test_what_is_expected_of_a_month_is_a_level_over_the_whole_month() -> None:
    course = (None, None, *(100.0 * (1 + i % 3) for i in range(22)))
    wide, _narrow = _pictures(month_bars(replace(MONTH_BARS, expected=course)))
    lines = [p for p in wide.iter("path") if p.attrib["class"].startswith("line")]
    points = [
        tuple(map(float, pair))
        for line in lines
        for pair in re.findall(r"([\d.]+) ([\d.]+)", line.attrib["d"])
    ]
    starts, ends = points[::2], points[1::2]
    assert [a[1] for a in starts] == [b[1] for b in ends]
    assert {round(b[0] - a[0], 1) for a, b in zip(starts, ends, strict=True)} == {37.5}
    assert [b[0] for b in ends[:-1]] == [a[0] for a in starts[1:]]
    assert len({a[1] for a in starts}) == 3


def test_months_lead_to_their_lines_and_the_coming_ones_nowhere() -> None:
    wide, narrow = _pictures(month_bars(MONTH_BARS))
    assert [a.attrib["href"] for a in wide.iter("a")] == list(MONTH_BARS.links)
    assert [a.attrib["href"] for a in narrow.iter("a")] == list(MONTH_BARS.links[-12:])
    assert sum("data-mark" in g.attrib for g in wide.iter("g")) == 12


def test_the_table_behind_the_months_has_the_same_numbers() -> None:
    chart = month_bars(MONTH_BARS)
    first = chart.cells[-1]
    assert [cell.text for cell in first] == ["2025-01", "120", "–", "", "100", "50", "-30"]
    assert first[1].href == MONTH_BARS.links[0]
    assert chart.cells[0][1].text == ""  # a coming month has no orders yet


def test_weeks_are_called_weeks_and_what_is_ordered_stands_once() -> None:
    ends = tuple(date(2026, 3, 1) + timedelta(days=7 * i) for i in range(26))
    chart = month_bars(
        replace(
            MONTH_BARS,
            months=ends,
            n_past=10,
            names=("ordered so far",),
            amounts=(tuple(10.0 * i for i in range(10)),),
            expected=tuple(12.0 * i for i in range(26)),
            low=tuple(11.0 * i for i in range(26)),
            high=tuple(13.0 * i for i in range(26)),
            links=(),
            short_month=lambda on: f"{on:%m-%d}",
        )
    )
    assert [column.heading for column in chart.columns] == [
        "Week",
        "ordered so far",
        "expected",
        "8 of 10 weeks",
    ]
    assert "8 of 10 months" not in chart.wide + chart.narrow
    for picture in _pictures(chart):
        named = [e for e in picture.iter("text") if re.fullmatch(r"\d\d-\d\d", e.text or "")]
        places = [float(e.attrib["x"]) for e in named]
        assert len(places) > 2
        assert min(b - a for a, b in pairwise(places)) > width_of("00-00", 12)


def test_a_narrow_chart_shows_the_last_year_and_half_a_year_ahead() -> None:
    long = replace(
        MONTH_BARS,
        months=tuple(date(2022 + i // 12, i % 12 + 1, 1) for i in range(48)),
        n_past=36,
        amounts=(tuple(1.0 for _ in range(36)),),
        names=("a",),
        expected=tuple(1.0 for _ in range(48)),
        low=tuple(0.5 for _ in range(48)),
        high=tuple(2.0 for _ in range(48)),
        links=tuple(str(i) for i in range(36)),
    )
    wide, narrow = _pictures(month_bars(long))
    assert len(list(wide.iter("a"))) == 36
    assert [a.attrib["href"] for a in narrow.iter("a")] == [str(i) for i in range(24, 36)]


def test_silence_is_late_only_beyond_its_own_threshold() -> None:
    late = month_of_silence(as_of=date(2025, 11, 30))
    assert "silence calm" not in late
    calm = month_of_silence(as_of=date(2025, 10, 20))
    assert "silence calm" in calm
    # 45.2 days after 3 October are over on 18 November.
    assert "late from 2025-11-18" in late
    assert "late from 2025-11-18" in calm


def month_of_silence(as_of: date) -> str:
    return order_days(replace(STRIP, as_of=as_of)).wide


def test_order_days_stand_in_time_and_larger_ones_are_taller() -> None:
    wide, _narrow = _pictures(order_days(STRIP))
    ticks = [e for e in wide.iter("line") if e.attrib["class"] == "tick"]
    places = [float(t.attrib["x1"]) for t in ticks]
    gaps = [b - a for a, b in pairwise(places)]
    assert max(gaps) - min(gaps) < 0.05  # thirty days each
    heights = [float(t.attrib["y1"]) - float(t.attrib["y2"]) for t in ticks]
    assert heights == sorted(heights)


def test_stretches_of_state_share_the_band_by_their_days() -> None:
    wide, _narrow = _pictures(state_band(BAND))
    widths = [float(r.attrib["width"]) + 1 for r in wide.iter("rect")]
    assert widths[0] / widths[1] == pytest.approx(181 / 92, rel=0.01)
    assert [r.attrib["class"].split()[1] for r in wide.iter("rect")] == [
        "st-steady",
        "st-late",
        "st-lost",
    ]


def test_the_state_of_now_is_named_however_short_it_is() -> None:
    short = (*BAND.states[:2], (date(2025, 12, 20), "slipping"), (date(2025, 12, 28), "lost"))
    for picture in _pictures(state_band(replace(BAND, states=short))):
        named = [t for t in picture.iter("text") if t.text and t.text.istitle() and len(t.text) > 3]
        assert {t.text for t in named} == {"Steady", "Late", "Lost"}
        assert not any("…" in (t.text or "") for t in picture.iter("text"))
        (now,) = [t for t in named if t.text == "Lost"]
        band = min(float(r.attrib["y"]) for r in picture.iter("rect"))
        assert 0 < float(now.attrib["y"]) < band


def test_the_curve_reads_between_its_points() -> None:
    assert CURVE.at(0.2) == pytest.approx(0.7)
    assert CURVE.at(0.15) == pytest.approx(0.6)
    assert CURVE.at(0.05) == pytest.approx(0.25)
    chart = pareto(CURVE)
    assert ("20%", "10", "70%") in chart.rows
    assert "20% bring 70%" in chart.wide


def test_parts_of_a_whole_fill_the_bar_in_proportion() -> None:
    wide, _narrow = _pictures(side_by_side(PARTS))
    widths = [
        float(r.attrib["width"]) + 1.5 for r in wide.iter("rect") if r.attrib["height"] == "26"
    ]
    assert widths[0] / widths[1] == pytest.approx(1 / 3, rel=0.01)
    assert widths[2] / widths[3] == pytest.approx(4, rel=0.01)
    assert widths[0] + widths[1] == pytest.approx(widths[2] + widths[3])


def test_small_pictures_say_their_number() -> None:
    bar = range_bar(50, 20, 90, most=100, tip="£50 (£20 – £90)")
    picture = ET.fromstring(bar)
    (mark,) = _bars(picture, "mark")
    assert float(mark.attrib["width"]) == 50
    (whisker,) = [r for r in picture.iter("rect") if r.attrib["class"] == "whisker"]
    assert (float(whisker.attrib["x"]), float(whisker.attrib["width"])) == (20, 70)
    assert picture.attrib["aria-label"] == "£50 (£20 – £90)"
    assert 'width="25"' in share_bar(0.25, "25%")
    # Beyond the scale, or below zero, a bar stays inside its picture.
    assert all(
        0 <= n <= 100 for n in _numbers(ET.fromstring(range_bar(-5, -9, 300, most=100, tip="x")))
    )


def test_a_share_shows_its_range_and_where_it_stood() -> None:
    picture = ET.fromstring(share_range(0.4, 0.3, 0.55, before=0.6, tip="40% (30% – 55%)"))
    rects = {r.attrib["class"]: r for r in picture.iter("rect")}
    assert float(rects["mark"].attrib["width"]) == 40
    whisker = rects["whisker"].attrib
    assert [float(whisker[name]) for name in ("x", "width")] == [30, 25]
    assert float(rects["before"].attrib["x"]) == 60
    assert picture.attrib["aria-label"] == "40% (30% – 55%)"
    whole = ET.fromstring(share_range(1.0, 1.0, 1.0, before=1.0, tip="100%"))
    assert all(0 <= n <= 100 for n in _numbers(whole))
    assert "before" not in share_range(0.4, 0.3, 0.55, before=None, tip="40%")


def test_sparklines_keep_gaps_and_say_nothing_of_nothing() -> None:
    assert sparkline([1.0], "one") == ""
    assert sparkbars([], "none") == ""
    line = ET.fromstring(sparkline([1.0, 2.0, None, 4.0, 3.0], "gap"))
    assert len(list(line.iter("path"))) == 2
    bars = ET.fromstring(sparkbars([10.0, -5.0, 0.0, 20.0], "net"))
    heights = [float(r.attrib["height"]) for r in bars.iter("rect")]
    assert heights[0] / heights[2] == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize(("limit", "days"), [(45.2, 46), (45.0, 46), (0.5, 1)])
def test_late_begins_with_the_first_day_beyond_the_limit(limit: float, days: int) -> None:
    strip = replace(STRIP, late_after_days=limit)
    assert strip.late_from == strip.days[-1][0] + timedelta(days=days)


def test_the_table_behind_a_chart_is_markup_with_everything_escaped() -> None:
    chart = Chart(
        "Name", "Words", "", "", (Column("What"), Column("How much", number=True), Column("Note")),
        (("<b>&", ("1,000", '/lines/?a=1&b="2"'), "it's"), ("two", "–", "")),
    )  # fmt: skip
    table = ET.fromstring(f"<tbody>{chart.body}</tbody>")
    rows = [[(cell.tag, "".join(cell.itertext())) for cell in row] for row in table]
    assert rows == [
        [("th", "<b>&"), ("td", "1,000"), ("td", "it's")],
        [("th", "two"), ("td", "–"), ("td", "")],
    ]
    first = table[0]
    assert first[0].attrib == {"scope": "row"}
    assert first[1].attrib == {"class": "num"}
    assert first[1][0].attrib == {"href": '/lines/?a=1&b="2"'}
    assert first[2].attrib == {}
