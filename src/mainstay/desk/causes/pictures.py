"""From figures of causes to charts and tables, each number with the list of accounts behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts.filters import ANY, NONE, together
from mainstay.desk.causes import words
from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked
from mainstay.desk.charts.ranked import Bar, Ranked, ranked
from mainstay.desk.charts.shares import Parts, side_by_side

CLASSES = {"ours": "s1", "theirs": "s2", "nobodys": "s3", words.UNKNOWN: "s8"}
SHADES = 5  # of the heat table
PARTS_SHOWN = 12
WAVE_DAYS = timedelta(weeks=16) - timedelta(
    days=1
)  # after what happened, the last of them included


@dataclass(frozen=True)
class Period:
    """Which falls are shown: key in the address, since = first day of their beginning."""

    key: str
    since: date | None

    def address(self, **chosen: Any) -> str:
        """The list of accounts that fell in this time, narrowed."""
        asked = {name: str(value) for name, value in chosen.items() if value}
        if self.since and "fell_from" not in asked:
            asked["fell_from"] = self.since.isoformat()
        if not asked.keys() & {"cause", "whose"}:
            asked["cause"] = ANY
        return f"{reverse('accounts:list')}?{urlencode(asked)}"

    def list_of(self, accounts: int, **chosen: Any) -> str:
        """The same; empty where there is no account in it."""
        return self.address(**chosen) if accounts else ""


def whose_bar(rows: Sequence[Mapping[str, Any]], period: Period) -> Chart | None:
    """Ours against theirs against nobody's against what is not known: the first thing to be seen."""
    measures = []
    for name, column in ((_("Lost, a year"), "lost"), (_("At risk, 52 weeks"), "at_risk")):
        total = sum(row[column] for row in rows)
        if total > 0:
            measures.append((name, tuple(row[column] / total for row in rows)))
    if not measures:
        return None
    return side_by_side(
        Parts(
            _("Ours or a competitor's?"),
            tuple(str(words.WHOSE[row["whose"]]) for row in rows),
            tuple(CLASSES[row["whose"]] for row in rows),
            tuple(measures),
            numbers.share,
            tuple(period.list_of(row["accounts"], whose=row["whose"]) for row in rows),
        )
    )


def pareto(rows: Sequence[Mapping[str, Any]], period: Period, currency: str) -> Chart | None:
    shown = [row for row in rows if row["lost"] > 0]
    if not shown:
        return None
    bars = tuple(
        Bar(
            words.family(row["family"]),
            row["lost"],
            CLASSES[words.whose(row["family"])],
            period.list_of(row["accounts"], cause=row["family"]) or None,
        )
        for row in shown
    )
    return ranked(
        Ranked(
            _("Money lost by cause"),
            _("Each bar is a cause's share of the money lost a year; the line adds them up."),
            bars,
            tuple((str(word), CLASSES[key]) for key, word in words.WHOSE.items()),
            pgettext("column", "Cause"),
            _("Lost, a year"),
            lambda value: numbers.money(value, currency),
            numbers.share,
        )
    )


def quarters(rows: Sequence[Mapping[str, Any]], period: Period, currency: str) -> Chart | None:
    # What began before any money went is nothing to be seen.
    first = next((i for i, row in enumerate(rows) if row["lost"] > 0), len(rows))
    rows = rows[first:]
    if len(rows) < 2:
        return None
    spans = [_span(row["name"]) for row in rows]
    sums = [of_whose(row["families"]) for row in rows]
    return stacked(
        Columns(
            _("When they began to fall"),
            _(
                "Each column is a quarter: the money a year that went with the falls that began in it."
            ),
            tuple(words.quarter(row["name"]) for row in rows),
            tuple((str(word), CLASSES[key]) for key, word in words.WHOSE.items()),
            tuple(tuple(one[key] for one in sums) for key in words.WHOSE),
            tuple(
                tuple(
                    period.list_of(
                        _firsts_of(row, key),
                        whose=key,
                        fell_from=max(first, period.since or first),
                        fell_to=last,
                    )
                    for row, (first, last) in zip(rows, spans, strict=True)
                )
                for key in words.WHOSE
            ),
            pgettext("column", "Quarter"),
            lambda value: numbers.money(value, currency),
        )
    )


def of_whose(families: Mapping[str, float]) -> dict[str, float]:
    """Sums of families by whose they are."""
    found = dict.fromkeys(words.WHOSE, 0.0)
    for name, value in families.items():
        found[words.whose(name)] += value
    return found


def _firsts_of(row: Mapping[str, Any], whose: str) -> int:
    """Of how many accounts that fell in a stretch of time the first cause is theirs, ours…; of an earlier
    explanation, which does not say so, as if of one."""
    firsts = row.get("firsts")
    if firsts is None:
        return 1
    return sum(n for name, n in firsts.items() if words.whose(name) == whose)


def _span(name: str) -> tuple[date, date]:
    """First and last day of `2025-Q3`."""
    year, quarter = int(name[:4]), int(name[-1])
    first = date(year, 3 * quarter - 2, 1)
    following = date(year + quarter // 4, (3 * quarter) % 12 + 1, 1)
    return first, following - timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """Money of a part by one cause; shade 0..SHADES by its share of the largest in the table.

    href: empty where it is the first cause of no account, so that there is no list to show
    """

    value: float
    shade: int
    href: str


@dataclass(frozen=True)
class HeatRow:
    name: str
    href: str
    lost: float
    at_risk: float
    cells: list[Cell]


@dataclass(frozen=True)
class Heat:
    """A table of parts by causes.

    families: (name in words, whose), the most lost first; rows: as many as fit unless whole
    """

    key: str
    title: str
    heading: str
    families: list[tuple[str, str]]
    rows: list[HeatRow]
    n_rows: int

    @property
    def more(self) -> bool:
        return len(self.rows) < self.n_rows


@dataclass(frozen=True)
class Part:
    """One way of cutting the portfolio: key of the figures, filter of the list of accounts."""

    key: str
    title: str
    heading: str
    filter: str
    nothing: str


def parts() -> list[Part]:
    return [
        Part("by_region", _("By region"), pgettext("column", "Region"), "region", _("No region")),
        Part("by_segment", _("By segment"), pgettext("column", "Segment"), "segment", _("No segment")),
        Part(
            "by_category",
            _("By category of products"),
            pgettext("column", "Category"),
            "about",
            _("No one category"),
        ),
    ]  # fmt: skip


def heat(
    part: Part, rows: Sequence[Mapping[str, Any]], period: Period, *, whole: bool
) -> Heat | None:
    """None where there are no two parts to compare."""
    if len(rows) < 2:
        return None
    totals: dict[str, float] = {}
    for row in rows:
        for family, value in row["families"].items():
            totals[family] = totals.get(family, 0.0) + value
    families = sorted(totals, key=lambda name: (name == words.UNKNOWN, -totals[name]))
    most = max((v for row in rows for v in row["families"].values()), default=0.0)
    shown = rows if whole else rows[:PARTS_SHOWN]
    return Heat(
        part.key,
        part.title,
        part.heading,
        [(words.family(name), words.whose(name)) for name in families],
        [_heat_row(part, row, families, most, period) for row in shown],
        len(rows),
    )


def _heat_row(
    part: Part, row: Mapping[str, Any], families: Sequence[str], most: float, period: Period
) -> HeatRow:
    narrowed = {part.filter: row["name"] or NONE}
    firsts = row.get("firsts")  # which figures of earlier explanations do not have

    def list_of(family: str) -> str:
        there = firsts is None or family in firsts
        return period.address(cause=family, **narrowed) if there else ""

    cells = [
        Cell(value, _shade(value, most), list_of(family))
        for family in families
        for value in (row["families"].get(family, 0.0),)
    ]
    href = period.address(**narrowed) if firsts or firsts is None else ""
    return HeatRow(row["name"] or part.nothing, href, row["lost"], row["at_risk"], cells)


def _shade(value: float, most: float) -> int:
    return min(SHADES, -(-int(1000 * value / most) * SHADES // 1000)) if most > 0 else 0


def heats(figures: Mapping[str, Any], period: Period, *, whole: str) -> list[Heat]:
    """whole: the key of the table that is to be shown with all its rows"""
    made = (
        heat(part, figures.get(part.key) or [], period, whole=whole == part.key) for part in parts()
    )
    return [one for one in made if one]


@dataclass(frozen=True)
class Line:
    """One row of figures: a family, or whose it is; href: the accounts of which it is the first cause."""

    name: str
    whose: str
    accounts: int
    falls: float
    lost: float
    at_risk: float
    href: str


def cause_rows(figures: Mapping[str, Any], period: Period) -> list[Line]:
    return [
        _line(
            row,
            words.family(row["family"]),
            words.whose(row["family"]),
            {"cause": row["family"]},
            period,
        )
        for row in figures.get("by_cause") or []
        if row["falls"] > 0
    ]


def whose_rows(figures: Mapping[str, Any], period: Period) -> list[Line]:
    return [
        _line(row, str(words.WHOSE[row["whose"]]), row["whose"], {"whose": row["whose"]}, period)
        for row in figures.get("by_whose") or []
    ]


def _line(
    row: Mapping[str, Any], name: str, whose: str, narrowed: Mapping[str, str], period: Period
) -> Line:
    figures = (row["accounts"], row["falls"], row["lost"], row["at_risk"])
    return Line(name, whose, *figures, period.list_of(row["accounts"], **narrowed))


def wave_address(wave: Mapping[str, Any]) -> str:
    """The accounts that the wave counts: they began to fall within the weeks after what happened, and are
    of those whom it concerned, of all its regions and segments."""
    within = {name: together(values) for name, values in (wave.get("within") or {}).items()}
    return Period("", None).address(fell_from=wave["on"], fell_to=wave["on"] + WAVE_DAYS, **within)
