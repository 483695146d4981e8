"""The whale curve by its numbers: peak, end, and a table that names both."""

from __future__ import annotations

import re

from mainstay.desk.charts.whale import Whale, whale

POINTS = tuple(
    (n, float(money)) for n, money in ((0, 0), (10, 80), (40, 120), (90, 120), (100, 60))
)


def _chart(points: tuple[tuple[int, float], ...] = POINTS):
    return whale(Whale("Remains", points, lambda value: f"€{value:.0f}"))


def test_the_peak_and_the_end_are_named_once_each():
    chart = _chart()
    for picture in (chart.wide, chart.narrow):
        shown = re.findall(r"<text[^>]*class=\"strong\"[^>]*>([^<]*)</text>", picture)
        assert shown == ["The best 40: €120", "All 100: €60, €60 less"]
        assert re.findall(r">(\d+)</text>", picture) == ["0", "20", "40", "60", "80", "100"]
    assert ("40", "€120") in chart.rows
    assert chart.rows[-1] == ("100", "€60")


def test_where_nobody_costs_more_than_they_bring_the_end_is_the_peak():
    chart = _chart(((0, 0.0), (1, 5.0), (2, 9.0)))
    assert chart.wide.count('class="dot"') == 1


def test_a_curve_that_ends_below_nothing_and_one_that_never_rises():
    assert "€-50" in _chart(((0, 0.0), (1, 5.0), (2, -50.0))).wide
    assert "€-9" in _chart(((0, 0.0), (1, -3.0), (2, -9.0))).narrow
