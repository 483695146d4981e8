"""Charts on paper: a picture with its colours in it, since no stylesheet goes into a PDF."""

from __future__ import annotations

from mainstay.desk.charts.figure import Chart

# The light colours of the desk's stylesheet.
_LOOK = """
text{fill:#4a535b;font-family:"%s"}
.grid{stroke:#e3e0da;stroke-width:1}
.axis{stroke:#c9c5bd;stroke-width:1}
.band{fill:#0b5563;fill-opacity:.13}
.curve{fill:none;stroke:#0b5563;stroke-width:2.25}
.line{fill:none;stroke:#1a1f24;stroke-width:1.75}
.plain{stroke:#5f6870;stroke-dasharray:1 4;stroke-linecap:round}
.ahead{stroke-dasharray:5 4}
.dot{fill:#0b5563}
"""
_COLOURS = ("#2b6a8c", "#dd9a2b", "#4f9673", "#b85c3e", "#7b6aad", "#63b0c9", "#c57f9f", "#b3afa8")


def on_paper(chart: Chart, font: str) -> str:
    """The wide picture as a document of its own; font: the family of its texts."""
    look = _LOOK % font
    for place, colour in enumerate(_COLOURS, 1):
        look += f".s{place}{{fill:{colour}}}.line.s{place}{{fill:none;stroke:{colour}}}"
    head, inside = chart.wide.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{look}</style>{inside}'
