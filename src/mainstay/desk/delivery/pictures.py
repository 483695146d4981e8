"""The pictures of delivery: on time in full by quarter, and how lead times spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked
from mainstay.desk.charts.courses import CLASSES, Courses, courses
from mainstay.desk.charts.scale import step_for
from mainstay.desk.delivery import queries

LEAST_LEADS = 5
MOST_BARS = 14


def by_quarter(found: queries.OfAccount, as_of: date) -> Chart | None:
    """One account beside half of its peers, and what was promised; None where no quarter says anything."""
    spans = queries.quarters(as_of)
    own = tuple(_share(found.quarters.get(q), 1) for q, _name in spans)
    if not any(value is not None for value in own):
        return None
    lines = [(_("This account"), CLASSES[0], own)]
    peers = tuple(_median(found.peers.get(q)) for q, _name in spans)
    if any(value is not None for value in peers):
        lines.append((_("Median of accounts of its size"), CLASSES[1], peers))
    promised = (found.row or {}).get("otif_promised")
    if promised is not None:
        lines.append((pgettext("delivery", "Promised"), CLASSES[2], (promised,) * len(spans)))
    return courses(
        Courses(
            _("On time in full, by quarter"),
            _(
                "Each dot is 13 weeks: the share of orders of which every line came on its day, in full."
            ),
            pgettext("column", "Quarter up to"),
            tuple(name for _q, name in spans),
            tuple(lines),
            tuple((found.quarters.get(q) or {}).get("otif_n") or 0 for q, _name in spans),
            pgettext("column", "Orders"),
            numbers.share,
        )
    )


def of_all(found: queries.Portfolio, as_of: date) -> Chart | None:
    """All accounts together, and each size class."""
    spans = queries.quarters(as_of)
    lines, classes = [], ("curve", "line", "line ahead", "edge")
    named = {"all": _("All accounts"), **{k: str(v) for k, v in account_words.SIZES.items()}}
    for (size, name), cls in zip(named.items(), classes, strict=True):
        rows = found.quarters.get(size, {})
        shares = tuple(_share(rows.get(q), 1) for q, _name in spans)
        if any(value is not None for value in shares):
            lines.append((name, cls, shares))
    if not lines:
        return None
    whole = found.quarters.get("all", {})
    return courses(
        Courses(
            _("On time in full, by quarter"),
            _(
                "Each dot is 13 weeks: the share of orders of which every line came on its day, in full."
            ),
            pgettext("column", "Quarter up to"),
            tuple(name for _q, name in spans),
            tuple(lines),
            tuple((whole.get(q) or {}).get("otif_n") or 0 for q, _name in spans),
            pgettext("column", "Orders"),
            numbers.share,
        )
    )


def _share(row: dict[str, Any] | None, least: int) -> float | None:
    n = (row or {}).get("otif_n") or 0
    return row["otif_orders"] / n if row and n >= least else None


def _median(row: dict[str, Any] | None) -> float | None:
    """Of fewer than ten accounts a median says little of what is usual."""
    return row["median_otif"] if row and (row["accounts_n"] or 0) >= 10 else None


def leads(days: Sequence[int]) -> Chart | None:
    """How many lines took how many days from the order on; None of fewer than five."""
    if len(days) < LEAST_LEADS:
        return None
    ordered = sorted(days)
    # The last bar holds all that took longer than nearly all.
    most = ordered[min(len(ordered) - 1, math.ceil(0.98 * len(ordered)))]
    step = max(1, round(step_for(most + 1, MOST_BARS)))
    n = most // step + 1
    counts = [0] * n
    for one in days:
        counts[min(one // step, n - 1)] += 1
    longer = ordered[-1] >= n * step
    names = [_span(i * step, step, longer and i == n - 1) for i in range(n)]
    return stacked(
        Columns(
            _("Days from the order to the last delivery"),
            _(
                "Each column is a stretch of days: how many lines of the last 52 weeks took so long."
            ),
            tuple(names),
            ((pgettext("column", "Lines"), "s1"),),
            (tuple(float(count) for count in counts),),
            (("",) * n,),
            pgettext("column", "Days"),
            numbers.plain,
        )
    )


def _span(first: int, step: int, open_end: bool) -> str:
    if open_end:
        return f"{first}+"
    return str(first) if step == 1 else f"{first}–{first + step - 1}"
