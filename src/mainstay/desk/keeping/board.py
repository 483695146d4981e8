"""What the document for a board says: the page's figures and sentences, in a language of choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import day
from mainstay.desk.charts.paper import on_paper
from mainstay.desk.keeping import pictures, queries, telling, words
from mainstay.desk.strategy.pdf import printed
from mainstay.desk.timeline.pdf import font_for

MOST = 8  # rows of a table
MOST_YEARS = 12
BY = ("size", "segment")
COSTS = ("cost_to_win", "cost_to_keep", "hours_to_keep", "won_for_kept")
FIGURES = ("point_value", "retention", "margin_kept", "growth_kept", "loss", "growth_needed", "accounts_needed")  # fmt: skip
Section = dict[str, Any]


def document(sight: Sight, company: str, language: str) -> bytes | None:
    """The PDF; None where there is nothing to tell, or not to this reader.

    Raises: CannotPrint, where a font for the texts is missing
    """
    with translation.override(language):
        found = queries.worth(sight)
        if found is None or sight.assessment is None:
            return None
        sections = [one for one in _sections(sight, found, font_for(language)) if one]
        pack = {
            "title": company or _("What keeping is worth"),
            "heading": _("What keeping is worth") if company else _("For the board"),
            "day": day(sight.assessment.as_of),
            "mark": _("Confidential"),
            "sections": sections,
            "nothing": "",
        }
    return printed(pack, "pages", language)


def _sections(sight: Sight, found: queries.Worth, font: str) -> Iterator[Section]:
    yield {"title": telling.lead(found), "lines": [telling.meaning(found), *telling.leaving(found)]}
    yield _figures(_("The figures"), found, FIGURES)
    curve = pictures.retention(found)
    if curve:
        one = found.drawn[0]
        lines = [*telling.kept(one), telling.before(one), telling.won_back(one)]
        yield {
            "title": _("Who stays"),
            "picture": on_paper(curve, font),
            "lines": [line for line in lines if line],
        }
    for by in BY:
        yield _groups(sight, by)
    yield _ages(found, sight.currency, font)
    yield _figures(_("What winning costs, and what keeping costs"), found, COSTS)
    yield _new(sight, font)
    yield {"title": _("How it was measured"), "lines": telling.used(found)}


def _figures(title: str, found: queries.Worth, which: tuple[str, ...]) -> Section:
    some = [found.figures[name] for name in which]
    return {
        "title": title,
        "columns": [pgettext("column", "Figure"), pgettext("column", "Value"), _("80% interval"), pgettext("column", "Accounts")],
        "rows": [
            [one.name, one.shown if one.known else pgettext("figure", "Not known"), one.between, numbers.plain(one.n)]
            for one in some
        ],
        "lines": [f"{one.name}: {one.wanting}" for one in some if not one.known],
    }  # fmt: skip


def _groups(sight: Sight, by: str) -> Section:
    found = queries.worth(sight, by)
    told = sorted(
        (one for one, _drawn in found.groups if one.head["kept_12"] is not None) if found else (),
        key=lambda one: -one.head["accounts"],
    )
    if len(told) < 2:
        return {}
    return {
        "title": str(words.BY[by]),
        "columns": [str(words.HEADINGS[by]), pgettext("column", "Accounts"), _("There after 12 months"), _("There after 24 months")],
        "rows": [
            [one.name, numbers.plain(one.head["accounts"]), *(_at(one.head, month) for month in (12, 24))]
            for one in told[:MOST]
        ],
    }  # fmt: skip


def _at(head: dict[str, Any], month: int) -> str:
    if head[f"kept_{month}"] is None:
        return numbers.NOTHING
    between = words.range_of(head[f"low_{month}"], head[f"high_{month}"], "share", "")
    return f"{numbers.share(head[f'kept_{month}'])} ({between})"


def _ages(found: queries.Worth, currency: str, font: str) -> Section:
    chart = pictures.ages(found, currency)
    if chart is None:
        return {}
    return {
        "title": chart.name,
        "picture": on_paper(chart, font),
        "columns": [pgettext("column", "Year"), pgettext("column", "Accounts"), _("Margin an account"), pgettext("column", "The same, from the year before to this"), pgettext("column", "Growth of the same")],
        "rows": [
            [
                numbers.plain(row["age"] + 1),
                numbers.plain(row["accounts"]),
                numbers.money(row["margin"], currency),
                words.same(row, currency),
                words.growth(row),
            ]
            for row in found.ages[:MOST_YEARS]
        ],
        "lines": list(telling.compared()),
    }  # fmt: skip


def _new(sight: Sight, font: str) -> Section:
    found = queries.origins(sight)
    if found is None:
        return {}
    section: Section = {"title": _("New accounts, three years"), "lines": telling.new(found)}
    chart = pictures.growth(found.growth)
    return section | ({"picture": on_paper(chart, font)} if chart else {})
