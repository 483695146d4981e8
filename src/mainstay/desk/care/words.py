"""The words of this part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from mainstay.core.rebate_rule import Part, Step
from mainstay.desk import numbers
from mainstay.desk.accounts import words
from mainstay.desk.care.rebates import Owed

KEPT: dict[str, Any] = {
    "in_time": pgettext_lazy("promise", "Kept in time"),
    "late": pgettext_lazy("promise", "Kept late"),
    "short": pgettext_lazy("promise", "Kept short"),
    "late_short": pgettext_lazy("promise", "Kept late and short"),
}
PERIODS: dict[str, Any] = {
    "month": pgettext_lazy("rebate", "Each month"),
    "quarter": pgettext_lazy("rebate", "Each quarter"),
    "half-year": pgettext_lazy("rebate", "Each half-year"),
    "year": pgettext_lazy("rebate", "Each year"),
}


def from_today(day: date | None, today: date) -> str:
    """How far a day lies from today: 12 days overdue, today, in 3 days."""
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
    if days == 0:
        return pgettext("due", "today")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def period(owed: Owed) -> str:
    """The days that a rebate is for."""
    return _("%(first)s to %(last)s") % {
        "first": words.day(owed.period.first),
        "last": words.day(owed.period.last),
    }


def rule(part: Part, currency: str) -> str:
    """A rebate in the reader's language."""
    steps = ", ".join(_step(step, part, currency) for step in part.steps)
    when = str(PERIODS[part.period])
    if part.of == "product":
        return _("%(when)s, product %(code)s: %(steps)s") % _said(when, steps, part)
    if part.of == "category":
        return _("%(when)s, category %(code)s: %(steps)s") % _said(when, steps, part)
    return _("%(when)s: %(steps)s") % _said(when, steps, part)


def _said(when: str, steps: str, part: Part) -> dict[str, str]:
    return {"when": when, "steps": steps, "code": part.code}


def _step(step: Step, part: Part, currency: str) -> str:
    rate = f"{plain(step.rate)}%"
    if not step.at:
        return rate
    at = numbers.exact_money(step.at, currency)
    if part.marginal:
        return _("%(rate)s of what lies above %(at)s") % {"rate": rate, "at": at}
    return _("%(rate)s from %(at)s") % {"rate": rate, "at": at}


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def promise_text(owed: Owed) -> str:
    """What the promise of a rebate says."""
    return _(
        "Rebate for %(period)s, promised with the agreement of %(agreed)s: %(rule)s; sales %(sales)s"
    ) % {
        "period": period(owed),
        "agreed": words.day(owed.agreement.from_on),
        "rule": rule(owed.part, owed.currency),
        "sales": numbers.exact_money(owed.sales, owed.currency),
    }
