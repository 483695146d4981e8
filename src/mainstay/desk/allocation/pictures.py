"""The chart of short stock: what each rule loses, and with whom."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.allocation import words
from mainstay.desk.allocation.models import Sheet
from mainstay.desk.charts import Chart
from mainstay.desk.charts.columns import Columns, stacked

CLASSES = {"large": "s1", "medium": "s2", "small": "s3"}


def lost(sheet: Sheet) -> Chart | None:
    """Expected margin lost by each rule, by size class; None where nothing is lost."""
    found = {(one["rule"], one["size_class"]): float(one["lost"] or 0.0) for one in sheet.sizes}
    if not any(found.values()):
        return None
    rules = engine.ALLOCATION_RULES
    return stacked(
        Columns(
            _("Expected margin lost, by rule"),
            _(
                "For each of the three rules, what is expected to be lost with large, medium and small accounts."
            ),
            tuple(str(words.RULES[rule]) for rule in rules),
            tuple((str(SIZES.get(size, size)), cls) for size, cls in CLASSES.items()),
            tuple(tuple(found.get((rule, size), 0.0) for rule in rules) for size in CLASSES),
            tuple(tuple("" for _rule in rules) for _size in CLASSES),
            pgettext("allocation", "Rule"),
            lambda value: numbers.money(value, sheet.currency),
        )
    )
