"""Which days a step of a case can be due and done on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mainstay.desk.cases.models import Case

MOST_DAYS = 730  # ahead


def troubles(
    values: Mapping[str, Any], *, opened_on: date | None, today: date, was_due: date | None = None
) -> dict[str, str]:
    """What is wrong with the days of a step, by field; empty where nothing is.

    was_due: the day that it is due on already, which may have passed meanwhile
    """
    found = {}
    due, done = values.get("due_on"), values.get("done_on")
    if due is not None and due != was_due:
        if opened_on is not None and due < opened_on:
            found["due_on"] = _("This day is before the one on which the case was opened.")
        elif (due - today).days > MOST_DAYS:
            found["due_on"] = _("Choose a day within two years.")
    if done is not None:
        if done > today:
            found["done_on"] = _("This has not happened yet: choose today or an earlier day.")
        elif opened_on is not None and done < opened_on:
            found["done_on"] = _("This day is before the one on which the case was opened.")
    return found


def troubles_of_row(values: Mapping[str, Any], step: Any, today: date) -> dict[str, str]:
    """The same of a row of the table, where the form of any table writes it.

    step: the row as it is; None = a new one
    """
    case_id = values.get("case_id") or getattr(step, "case_id", None)
    opened_on = Case.objects.filter(case_id=case_id).values_list("opened_on", flat=True).first()
    return troubles(values, opened_on=opened_on, today=today, was_due=getattr(step, "due_on", None))
