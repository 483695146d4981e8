"""Scales and ticks, by their numbers."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.desk.charts.legend import Entry, flow, spread
from mainstay.desk.charts.scale import Scale, month_ticks, nice_ticks, step_for
from mainstay.desk.charts.svg import el, label, number, shorten, width_of


def test_a_scale_maps_its_ends_and_its_middle() -> None:
    y = Scale(0, 200, 300, 100)
    assert (y(0), y(200), y(100)) == (300, 100, 200)


def test_a_scale_without_a_span_stays_in_the_middle() -> None:
    assert Scale(5, 5, 0, 10)(5) == 5


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 97, [0, 20, 40, 60, 80, 100]),
        (-30, 100, [-50, 0, 50, 100]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (12, 18, [0, 5, 10, 15, 20]),
    ],
)
def test_ticks_are_round_and_cover_the_numbers(
    low: float, high: float, expected: list[float]
) -> None:
    assert nice_ticks(low, high) == pytest.approx(expected)


@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(-1e12, 1e12, allow_nan=False),
)
def test_ticks_cover_any_numbers_with_few_steps(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    ticks = nice_ticks(low, high)
    room = (ticks[-1] - ticks[0]) * 1e-9 + 1e-6
    assert ticks[0] <= low + room
    assert ticks[-1] >= high - room
    assert any(t == 0 for t in ticks)
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(ticks)


def test_a_step_is_one_two_two_and_a_half_or_five_times_a_power_of_ten() -> None:
    for span in (0.003, 0.7, 13, 99, 12345, 8e9):
        step = step_for(span, 5)
        leading = step / 10 ** math.floor(math.log10(step) + 1e-12)
        assert min(abs(leading - f) for f in (1, 2, 2.5, 5)) < 1e-9


def _months(n: int, year: int = 2023, month: int = 4) -> list[date]:
    first = year * 12 + month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(first, first + n)]


def test_month_ticks_are_never_more_than_there_is_room_for() -> None:
    for n in (1, 5, 13, 36, 48, 200):
        for most in (1, 3, 7, 12):
            places = month_ticks(_months(n), most)
            assert len(places) <= most


def test_month_ticks_prefer_quarters_and_years() -> None:
    months = _months(48)
    assert {months[i].month for i in month_ticks(months, 16)} == {1, 4, 7, 10}
    assert {months[i].month for i in month_ticks(months, 5)} == {1}


def test_coordinates_are_finite_or_refused() -> None:
    assert number(1 / 3) == "0.33"
    assert number(-0.0001) == "0"
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            number(value)


def test_markup_is_escaped_and_never_inline() -> None:
    hostile = "<script>\"&'\x00\x1f"
    made = el("g", label(hostile, 1, 2), data_name=hostile)
    assert "<script>" not in made
    assert "\x00" not in made
    for refused in ("style", "onclick"):
        with pytest.raises(ValueError, match="content policy"):
            el("g", **{refused: "x"})


def test_wide_letters_count_double() -> None:
    assert width_of("大同", 10) == 20
    assert width_of("aa", 10) < 15
    assert shorten("大同五金股份有限公司", 60, 10) == "大同五金股…"
    assert shorten("short", 60, 10) == "short"


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12), st.floats(200, 1000))
def test_legend_entries_never_collide_nor_leave_the_picture(names: list[str], width: float) -> None:
    import re

    parts, height = flow([Entry(name, "s1") for name in names], width, 12)
    boxes = [float(m) for p in parts if (m := re.search(r'<rect x="([\d.]+)"', p)[1] if "<rect" in p else None)]  # fmt: skip
    rows = [float(re.search(r' y="([\d.]+)"', p)[1]) for p in parts if p.startswith("<rect")]
    for (x1, y1), (x2, y2), name in zip(
        zip(boxes, rows, strict=True),
        list(zip(boxes, rows, strict=True))[1:],
        names,
        strict=False,
    ):
        shown = shorten(name, min(width - 16, 260), 12)
        if y1 == y2:
            assert x2 >= x1 + 16 + width_of(shown, 12)
    assert all(0 <= x <= width for x in boxes)
    assert all(y <= height for y in rows)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(5, 120)), max_size=8))
def test_labels_that_would_overlap_get_rows_of_their_own(
    wanted: list[tuple[float, float]],
) -> None:
    wanted.sort()
    rows = spread(wanted, 0, 300)
    taken: dict[int, float] = {}
    for (centre, width), row in zip(wanted, rows, strict=True):
        start = min(max(centre - width / 2, 0), 300 - width)
        assert start >= taken.get(row, -6)
        taken[row] = start + width
