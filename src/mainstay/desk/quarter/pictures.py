"""The charts of the quarterly review: one a page, from the figures of five quarters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import getitem
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.causes.pictures import CLASSES
from mainstay.desk.causes.words import WHOSE
from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked
from mainstay.desk.charts.courses import CLASSES as LINES
from mainstay.desk.charts.courses import Courses, courses
from mainstay.desk.charts.spans import Spans, spans
from mainstay.desk.quarter import words

_LOOKS = {"lost": "s4", "slipping": "s2"}
LEAST = 20  # promises in a quarter, for their share to be drawn


def of(review: Any, currency: str) -> dict[str, Chart | None]:
    """By page; None where there is nothing to draw."""
    return {
        "first": losses(review, currency),
        "losses": counts(review),
        "causes": causes(review, currency),
        "reviews": changes(review),
        "plays": plays(review),
        "promises": promises(review),
        "concentration": concentration(review),
        "fairness": fairness(review),
    }


def losses(review: Any, currency: str) -> Chart | None:
    return _columns(
        review,
        "losses",
        _("Lost and slipping, quarter by quarter"),
        _(
            "Each column is a quarter: what accounts that were lost in it buy less a year than before, and what those "
            "that began to slip bought in the better of two years. Quarters that nobody looked at are left out."
        ),
        [
            (str(words.KINDS[kind]), cls, _value("kinds", kind, "money"))
            for kind, cls in _LOOKS.items()
        ],
        lambda value: numbers.money(value, currency),
    )


def counts(review: Any) -> Chart | None:
    return _columns(
        review,
        "losses",
        _("How many accounts, quarter by quarter"),
        _(
            "Each column is a quarter: how many accounts were lost, began to slip, or ordered again in it."
        ),
        [
            (str(words.KINDS[kind]), cls, _value("kinds", kind, "n"))
            for kind, cls in {**_LOOKS, "returned": "s3"}.items()
        ],
        numbers.plain,
    )


def causes(review: Any, currency: str) -> Chart | None:
    return _columns(
        review,
        "causes",
        _("Whose cause, quarter by quarter"),
        _("Each column is a quarter: the money a year that went with the falls that began in it."),
        [(str(word), CLASSES[key], partial(_whose, key)) for key, word in WHOSE.items()],
        lambda value: numbers.money(value, currency),
    )


def _whose(key: str, row: Any) -> float:
    return next((one["money"] for one in row["whose"] if one["whose"] == key), 0.0)


def _value(*keys: str) -> Callable[[Any], float]:
    """From a quarter's figures to what stands under these keys of one another."""
    return lambda row: float(reduce(getitem, keys, row))


def changes(review: Any) -> Chart | None:
    parts = {
        "in_time": (pgettext("change of a review", "In time"), "s3"),
        "late": (pgettext("change of a review", "Late"), "s2"),
        "open": (pgettext("change of a review", "Not yet"), "s4"),
    }
    return _columns(
        review,
        "reviews",
        _("Changes promised in reviews, by the quarter in which they were due"),
        _("Each column is a quarter: how many changes were due, and what became of them."),
        [(name, cls, _value(key)) for key, (name, cls) in parts.items()],
        numbers.plain,
    )


def plays(review: Any) -> Chart | None:
    return _columns(
        review,
        "plays",
        _("Plays begun, quarter by quarter"),
        _("Each column is a quarter: how many plays were begun in it."),
        [(pgettext("plays in a quarter", "Begun"), "s1", _value("begun"))],
        numbers.plain,
    )


def _columns(
    review: Any,
    part: str,
    title: str,
    description: str,
    parts: list[tuple[str, str, Callable[[Any], float]]],
    show: Callable[[float], str],
) -> Chart | None:
    rows = [
        (name, row)
        for name, row in zip(review.names, review.parts[part], strict=True)
        if row is not None
    ]
    values = tuple(tuple(max(of(row), 0.0) for _name, row in rows) for _word, _cls, of in parts)
    if len(rows) < 2 or not any(map(any, values)):
        return None
    names = tuple(words.quarter(name) for name, _row in rows)
    return stacked(
        Columns(
            title,
            description,
            names,
            tuple((word, cls) for word, cls, _of in parts),
            values,
            tuple(("",) * len(names) for _part in parts),
            pgettext("column", "Quarter"),
            show,
        )
    )


def promises(review: Any) -> Chart | None:
    """What was promised to accounts and kept; beside it orders alone."""
    rows = review.parts["promises"]
    lines = [
        (_("All that was promised"), LINES[0], tuple(_share(review.alike(row)) for row in rows)),
        (
            str(words.PROMISES["deliveries"]),
            LINES[1],
            tuple(_share(row["kinds"].get("deliveries")) if row else None for row in rows),
        ),
    ]
    lines = [line for line in lines if any(value is not None for value in line[2])]
    if not lines or lines[0][1] != LINES[0]:
        return None
    return courses(
        Courses(
            _("Kept, quarter by quarter"),
            _("Each dot is a quarter: the share of what was promised for it that was kept."),
            pgettext("column", "Quarter"),
            tuple(words.quarter(name) for name in review.names),
            tuple(lines),
            tuple(row["n"] if row else 0 for row in rows),
            pgettext("column", "Promised"),
            numbers.share,
        )
    )


def _share(row: Any) -> float | None:
    return row["kept"] / row["n"] if row and row["n"] >= LEAST else None


def concentration(review: Any) -> Chart | None:
    found = [review.concentration.get(when) for when in ("year", "quarter", "now")]
    if sum(one is not None for one in found) < 2:
        return None
    names = (_("A year before"), _("A quarter before"), pgettext("stretch of time", "Now"))
    lines = tuple(
        (name, cls, tuple(one[key] if one else None for one in found))
        for name, cls, key in (
            (_("The three largest"), LINES[0], "top3_share"),
            (_("The ten largest"), LINES[1], "top10_share"),
        )
    )
    return courses(
        Courses(
            _("What hangs on the largest"),
            _("Each dot is 52 weeks: the share of the sales that the largest accounts brought."),
            pgettext("column", "52 weeks up to"),
            names,
            lines,
            tuple(one["n_accounts"] if one else 0 for one in found),
            pgettext("measure", "Accounts"),
            numbers.share,
            top=0.0,
        )
    )


def fairness(review: Any) -> Chart | None:
    now = review.now("fairness")
    rows = [
        (
            str(words.MEASURES[row["measure"]]),
            100 * row["low"],
            100 * row["difference"],
            100 * row["high"],
        )
        for row in (now["measures"] if now else [])
        if row["difference"] is not None and row["measure"] != "hours"
    ]
    if not rows:
        return None
    return spans(
        Spans(
            _("Small accounts beside large ones, in points"),
            _(
                "Each dot is how many points more (right) or less (left) small accounts got than large ones, with its "
                "80% interval."
            ),
            tuple(rows),
            (
                pgettext("column", "Measure"),
                pgettext("column", "Difference in points"),
                pgettext("column", "80% interval"),
            ),
            numbers.plain,
        )
    )
