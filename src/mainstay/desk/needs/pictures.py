"""The pictures of product needs: what is new by quarter, how launches are taken up, one account's mix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.charts import Chart
from mainstay.desk.charts.courses import Courses, courses
from mainstay.desk.charts.shares import Parts, side_by_side
from mainstay.desk.needs import words
from mainstay.desk.needs.queries import Portfolio

CLASSES = ("curve", "line", "line ahead", "edge")
LAUNCHES, LEAST_EARLIER = 3, 1
CATEGORIES = 7  # in colours of their own; the others together


def new_by_quarter(found: Portfolio, as_of: date) -> Chart | None:
    """What of each quarter's sales was no older than two years, of all and of each size class."""
    spans = sorted(found.quarters.get("all", {}), reverse=True)
    if len(spans) < 2 or not found.told:
        return None
    named = {"all": _("All accounts"), **{k: str(v) for k, v in account_words.SIZES.items()}}
    lines = []
    for (size, name), cls in zip(named.items(), CLASSES, strict=True):
        shares = tuple(found.new_share(size, q, q) for q in spans)
        if any(share is not None for share in shares):
            lines.append((name, cls, shares))
    counts = tuple(found.quarters["all"][q]["accounts"] for q in spans)
    return courses(
        Courses(
            _("Share of new products, by quarter"),
            _(
                "Each dot is 13 weeks: the share of sales of products launched within two years before."
            ),
            pgettext("column", "Quarter up to"),
            tuple(words.quarter(as_of, q) for q in spans),
            tuple(lines),
            counts,
            pgettext("column", "Accounts"),
            numbers.share,
            top=0.0,
        )
    )


def adoption(found: Portfolio) -> Chart | None:
    """How the newest launches are taken up, beside what earlier ones were at their age."""
    told = [row for row in found.new if found.courses.get(row["product_id"])]
    earlier = found.earlier
    newest = told[:LAUNCHES]
    spans = sorted({q for row in newest for q in found.courses[row["product_id"]]} | set(earlier))
    if not newest or len(spans) < 2:
        return None
    lines = [
        (
            row["name"] or row["product_id"],
            cls,
            tuple(found.courses[row["product_id"]].get(q) for q in spans),
        )
        for row, cls in zip(newest, CLASSES, strict=False)
    ]
    if earlier:
        median = tuple(earlier.get(q) for q in spans)
        lines.append((_("Median of earlier launches"), "threshold", median))
    n = tuple(sum(q in found.courses[row["product_id"]] for row in told) for q in spans)
    return courses(
        Courses(
            _("How launches are taken up"),
            _(
                "Each dot is a quarter after the launch: the share of accounts of its category that had bought it."
            ),
            pgettext("column", "Quarters after the launch"),
            tuple(str(q) for q in spans),
            tuple(lines),
            n,
            pgettext("column", "New products so old"),
            numbers.share,
            top=0.0,
        )
    )


def mix(rows: Sequence[dict[str, Any]]) -> Chart | None:
    """An account's mix now and a year before, beside its peers'."""
    largest = sorted(rows, key=lambda row: -max(row["now"], row["before"], row["peers"] or 0))
    shown, rest = largest[:CATEGORIES], largest[CATEGORIES:]
    measures = []
    for name, column in (
        (pgettext("mix", "The last 52 weeks"), "now"),
        (pgettext("mix", "The 52 before"), "before"),
        (pgettext("mix", "Accounts like it"), "peers"),
    ):
        shares = [row[column] or 0.0 for row in shown]
        if sum(shares) > 0:
            # What peers buy of categories that the account never bought is among the others.
            other = max(0.0, 1 - sum(shares)) if rest or column == "peers" else 0.0
            measures.append((name, (*shares, other)))
    if len(measures) < 2:
        return None
    return side_by_side(
        Parts(
            _("What they buy, by category"),
            (*(row["category"] for row in shown), pgettext("category", "Others")),
            (*(f"s{i + 1}" for i in range(len(shown))), "s8"),
            tuple(measures),
            numbers.share,
        )
    )
