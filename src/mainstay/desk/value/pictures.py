"""The charts of value: the whale curve, size classes side by side, where an account's margin goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.charts import Chart
from mainstay.desk.charts.shares import Parts, side_by_side
from mainstay.desk.charts.whale import Whale, whale
from mainstay.desk.value import words
from mainstay.desk.value.queries import OfAccount, Portfolio

SIZE_CLASSES = {"large": "s1", "medium": "s2", "small": "s3"}
LEAST_ACCOUNTS = 3


def curve(found: Portfolio, currency: str) -> Chart | None:
    if found.accounts < LEAST_ACCOUNTS:
        return None
    data = Whale(
        _("What remains, account by account"),
        tuple(found.curve),
        lambda value: numbers.money(value, currency),
    )
    return whale(data)


def sizes(rows: Sequence[dict[str, Any]]) -> Chart | None:
    """What size classes bring, beside what they get (R3)."""
    measures = []
    for name, column in (
        (pgettext("measure", "Accounts"), "accounts"),
        (pgettext("measure", "Margin"), "margin"),
        (pgettext("measure", "What remains"), "remains"),
        (pgettext("measure", "Visits and calls"), "contacts"),
        (pgettext("measure", "Money given"), "given"),
    ):
        values = [max(0.0, float(row[column] or 0)) for row in rows]
        total = sum(values)
        if total > 0:
            measures.append((name, tuple(value / total for value in values)))
    if len(rows) < 2 or not measures:
        return None
    return side_by_side(
        Parts(
            _("What size classes bring, and what they get"),
            tuple(str(SIZES[row["size_class"]]) for row in rows),
            tuple(SIZE_CLASSES[row["size_class"]] for row in rows),
            tuple(measures),
            numbers.share,
        )
    )


def margin(found: OfAccount) -> Chart | None:
    """Where the margin goes, this year and the year before; none where serving cost more than it brought."""
    if found.sums is None or not found.costs:
        return None
    kinds = [one.row["kind"] for one in found.costs]
    measures = []
    for name, column, remains in (
        (pgettext("measure", "52 weeks"), "money", found.sums["remains"]),
        (pgettext("measure", "The 52 before"), "money_before", found.sums["remains_before"]),
    ):
        values = [one.row[column] for one in found.costs]
        if remains is not None and remains >= 0 and remains + sum(values) > 0:
            total = remains + sum(values)
            measures.append((name, tuple(value / total for value in (remains, *values))))
    if not measures:
        return None
    return side_by_side(
        Parts(
            _("Where the margin goes"),
            (pgettext("measure", "What remains"), *(str(words.COSTS[kind]) for kind in kinds)),
            ("s1", *(words.COST_CLASSES[kind] for kind in kinds)),
            tuple(measures),
            numbers.share,
        )
    )
