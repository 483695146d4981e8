"""The charts of returns: who comes back by why they left, and how long second lives last."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.charts import Chart
from mainstay.desk.charts.curves import LOOKS, Curve, Curves, curves, share_ticks
from mainstay.desk.charts.figure import Column
from mainstay.desk.charts.spans import Spans, spans
from mainstay.desk.winback import words
from mainstay.desk.winback.second import YEAR, Known

EVERY = 3  # months between rows of the table


def by_cause(found: Known) -> Chart | None:
    """P(back within a year) with its interval, of the causes that are told apart, beside all."""
    told = [one for one in found.causes if one.row["told"]]
    if not told:
        return None
    told.sort(key=lambda one: -one.p)
    rows = [(words.cause(one.row["cause"]), one.low, one.p, one.high) for one in told]
    every = (pgettext("causes", "All"), found.all.low, found.all.p, found.all.high)
    return spans(
        Spans(
            _("Back within a year, by why they left"),
            _(
                "The share of accounts that are back a year after they count as lost, with its 80% interval"
            ),
            (every, *rows),
            (
                pgettext("column", "Why they left"),
                pgettext("column", "Back within a year"),
                pgettext("column", "80% interval"),
            ),
            numbers.share,
        )
    )


def lasting(found: Known) -> Chart | None:
    """The share still there by month, of second lives and of first ones."""
    names = {
        "second": pgettext("curve", "Back again"),
        "price": pgettext("curve", "Had left for the price"),
        "others": pgettext("curve", "Had left for something else"),
        "first": pgettext("curve", "First lives"),
    }
    shown = [(name, found.curves[name]) for name in names if len(found.curves.get(name, [])) > 1]
    if not any(name != "first" for name, _rows in shown):
        return None
    drawn = [
        Curve(
            names[name],
            look,
            tuple((row["month"], row["kept"]) for row in rows),
            tuple((row["month"], row["low"], row["high"]) for row in rows)
            if name in ("second", "first")
            else (),
        )
        for (name, rows), look in zip(shown, LOOKS, strict=False)
    ]
    last = max(row["month"] for _name, rows in shown for row in rows)
    months = list(range(0, last + 1, EVERY))
    by_month = [{row["month"]: row for row in rows} for _name, rows in shown]
    return curves(
        Curves(
            _("How long they stay, once back"),
            _(
                "The share of accounts still there so many months after they came back, beside first lives"
            ),
            pgettext("axis", "Months"),
            tuple(drawn),
            share_ticks([row["low"] for _name, rows in shown for row in rows]),
            tuple((month, numbers.plain(month)) for month in range(0, last + 1, YEAR)),
            numbers.share,
            pgettext("chart", "80% interval"),
            (
                Column(pgettext("column", "Months after")),
                *(Column(one.name, number=True) for one in drawn),
            ),
            tuple(
                (
                    numbers.plain(month),
                    *(_told(rows.get(month)) for rows in by_month),
                )
                for month in months
            ),
        )
    )


def _told(row: dict[str, float] | None) -> str:
    if row is None:
        return numbers.NOTHING
    low, high = numbers.share(row["low"]), numbers.share(row["high"])
    return f"{numbers.share(row['kept'])} ({low} – {high})"
