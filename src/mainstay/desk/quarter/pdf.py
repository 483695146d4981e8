"""The review of a quarter as PDF, set by typst: a page of A4 each, charts as vectors, texts as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from mainstay.desk.charts.paper import on_paper
from mainstay.desk.quarter.contents import Page, contents
from mainstay.desk.timeline.pdf import font_for

# The letters of a chart are made for a screen; a page is narrower.
_LETTERS = ('font-size="12"', 'font-size="14"')
SHORT = 6  # sentences
TEMPLATE = Path(__file__).parent / "review.typ"


def printed(review: Any, currency: str, language: str) -> bytes:
    """Raises: CannotPrint, where a font for the texts is missing"""
    font = font_for(language)
    with translation.override(language):
        made = contents(review, currency)
        data = {
            "font": font,
            "heading": _("Quarterly review"),
            "title": made.title,
            "seen_from": made.seen_from,
            "leaves": [[_page(page, font) for page in leaf] for leaf in _leaves(made.pages)],
        }
    import typst

    content = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)}
    )
    assert isinstance(content, bytes)  # noqa: S101  # one file, not pages
    return content


def _leaves(pages: list[Page]) -> list[list[Page]]:
    """A page of paper each; those with sentences alone share one with others of them that follow."""
    leaves: list[list[Page]] = []
    for page in pages:
        if leaves and _short(page) and _short(leaves[-1][-1]):
            leaves[-1].append(page)
        else:
            leaves.append([page])
    return leaves


def _short(page: Page) -> bool:
    return page.chart is None and not page.tables and not page.number and len(page.told) <= SHORT


def _page(page: Page, font: str) -> dict[str, Any]:
    chart = None
    if page.chart is not None:
        chart = {
            "title": page.chart.name,
            "svg": on_paper(page.chart, font).replace(*_LETTERS),
            "alt": page.chart.description,
        }
    return {
        "title": page.title,
        "told": page.told,
        "chart": chart,
        "tables": [asdict(table) for table in page.tables],
        "number": page.number,
        "of": page.of,
    }
