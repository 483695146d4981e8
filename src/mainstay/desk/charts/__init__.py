"""Charts as SVG, drawn on the server: pure functions from numbers to markup.

Each gives a `Chart`: a wide and a narrow picture (the stylesheet shows the one that fits), both with a
title and a description for screen readers, and the table of the numbers behind them. Colours are classes
of the stylesheet, never in the markup: dark mode, print and the strict content policy follow from that.
"""

from mainstay.desk.charts.figure import Chart, Column

__all__ = ["Chart", "Column"]
