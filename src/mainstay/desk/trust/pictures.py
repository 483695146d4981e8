"""The charts of the page, and its figures as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mainstay.desk import numbers
from mainstay.desk.charts import Chart
from mainstay.desk.charts.calibration import Bin, Foretold, calibration
from mainstay.desk.charts.small import sparkbars
from mainstay.desk.trust.queries import FEW

LEAST_BIN = 5


def curve(rows: Sequence[Mapping[str, Any]], weeks: int, outcome: str) -> Chart | None:
    bins = tuple(
        Bin(row["predicted"], row["observed"], row["low"], row["high"], row["n"])
        for row in rows
        if row["n"] >= LEAST_BIN
    )
    if len(bins) < 2:
        return None
    title = {
        "complete": _("Foretold and come true: no order within %(weeks)s weeks"),
        "partial": _("Foretold and come true: far less money within %(weeks)s weeks"),
        "category": _("Foretold and come true: a category left within %(weeks)s weeks"),
    }[outcome] % {"weeks": weeks}
    upwards = {
        "complete": _("share that left"),
        "partial": _("share that bought far less"),
        "category": _("share of categories left"),
    }[outcome]
    return calibration(
        Foretold(title, _described(outcome), upwards, bins, numbers.share, numbers.plain)
    )


def _described(outcome: str) -> str:
    """The curve, for who can't see it."""
    return {
        "complete": _(
            "Accounts in groups by their probability of leaving: across what was foretold, upwards "
            "the share that left, with its 90% interval. On the dotted line both agree."
        ),
        "partial": _(
            "Accounts in groups by their probability of buying far less: across what was foretold, "
            "upwards the share that did, with its 90% interval. On the dotted line both agree."
        ),
        "category": _(
            "Categories of accounts in groups by the probability that they fell: across what was "
            "foretold, upwards the share that was left, with its 90% interval. On the dotted line "
            "both agree."
        ),
    }[outcome]


def of_hundred(part: int, whole: int) -> tuple[int, int]:
    """The figures of “x of y”: of 100, where there are enough to say so."""
    return (round(100 * part / whole), 100) if whole >= FEW else (part, whole)


def history(row: Mapping[str, Any], currency: str) -> SafeString:
    """A row's money by four weeks, two years of it."""
    values = row.get("history") or []
    most = numbers.money(max([0.0, *values]), currency)
    tip = _("Sales by four weeks over two years, at most %(most)s") % {"most": most}
    return sparkbars([max(0.0, v) for v in values], tip, width=156)
