"""What the review of a quarter says, page by page, in one language: the same for screen and paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.cases import queries as cases
from mainstay.desk.charts import Chart
from mainstay.desk.quarter import pictures, tables, words


@dataclass(frozen=True)
class Page:
    """One page: its sentences, the chart, the tables. The first has `number` and what it is of."""

    key: str
    title: str
    told: list[str]
    chart: Chart | None
    tables: list[tables.Table]
    number: str = ""
    of: str = ""


@dataclass(frozen=True)
class Contents:
    """title: of the quarter; seen_from: from when, in words"""

    title: str
    name: str
    seen_from: list[str]
    pages: list[Page]


def contents(review: Any, currency: str) -> Contents:
    """In the language that is active."""
    plays = cases.catalogue()
    told = engine.quarter_pages(review)
    charts = pictures.of(review, currency)
    beside = tables.of(review, currency, plays)
    number, of = _number(review, currency)
    title = words.quarter(review.quarter.name)
    return Contents(
        _("{quarter} so far").format(quarter=title) if review.so_far else title,
        review.quarter.name,
        [words.told([text], currency, plays) for text in engine.seen_from(review)],
        [
            Page(
                key,
                str(words.TITLES[key]),
                [words.told(bullet, currency, plays) for bullet in bullets],
                charts[key],
                beside.get(key, []),
                number if key == "first" else "",
                of if key == "first" else "",
            )
            for key, bullets in told.items()
        ],
    )


def _number(review: Any, currency: str) -> tuple[str, str]:
    found = engine.number_first(review)
    if found["what"] == "lost":
        said = _("a year went with the accounts that were lost in the quarter")
        return numbers.money(found["value"], currency), said
    if found["value"] is None:
        return numbers.NOTHING, _("Neither losses nor promises are known of this quarter")
    return numbers.share(found["value"]), _("of what was promised for the quarter was kept")
