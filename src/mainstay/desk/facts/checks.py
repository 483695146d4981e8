"""What a row can't say, by its table: an end before a start, a visit tomorrow, one who reports to themself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.core import goal_terms, rebate_rule
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts import words as account_words
from mainstay.desk.cases import days, own_plays
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rows import models_by_table
from mainstay.desk.reviews import findings
from mainstay.desk.winback import checks as win_backs

EARLIEST = date(1900, 1, 1)
# From today: of what is dated by when it happens or begins, as files are held to; of all other days.
FAR_DAYS, FARTHEST_DAYS = 366, 50 * 366
# What has happened when it is written down; other tables may speak of what is to come.
PAST = frozenset(
    {"visits", "requests", "complaints", "promises", "notices", "criteria", "competitor_sightings"}
    | {"relationship_levels", "wallets", "reviews", "plan_reviews"}
)
# Days of which the second can't be before the first, beside those that files are held to.
ORDERED = {
    "requests": (("raised_on", "answer_due_on"), ("raised_on", "answered_on")),
    "promises": (("made_on", "kept_on"),),
}
MOST_STEPS = 1_000  # up a line of superiors


def troubles(model: type[Fact], values: Mapping[str, Any], fact: Fact | None) -> dict[str, str]:
    """What is wrong, by field; empty where nothing is.

    values: by field, as they would be written
    """
    table = engine.fact_table(model.TABLE)
    found: dict[str, str] = {}
    for column in table.columns:
        name = field_of(column.name)
        value = values.get(name)
        day = value.date() if isinstance(value, datetime) else value
        of_past = column.name in (table.happened, *table.past)
        back = table.back_days if of_past else None
        earliest = timezone.localdate() - timedelta(days=back) if back else EARLIEST
        if isinstance(day, date) and day < earliest:
            found[name] = _("This day is too long ago to be true.")
        far = FAR_DAYS if column.name == table.happened else FARTHEST_DAYS
        if isinstance(day, date) and (day - timezone.localdate()).days > far:
            found[name] = _("This day is too far away to be true.")
        if column.name in table.not_negative and value is not None and value < 0:
            found[name] = _("This can't be below 0.")
        if column.name in table.shares and value is not None and value > 1:
            found[name] = _("A share is at most 1: write 0.95 for 95%.")
    found |= _backwards(table, values, fact)
    if table.ends:
        low, high = (values.get(field_of(n)) for n in table.ends)
        if low is not None and high is not None and low > high:
            found[field_of(table.ends[0])] = _("The lower end lies above the upper end.")
    if table.name == "agreements" and (rule := values.get("rebate_rule")):
        found |= _unreadable(rule)
    if table.name in PAST and table.happened:
        found |= _in_the_past(field_of(table.happened), values)
    for told in table.past:
        found |= _in_the_past(field_of(told), values)
    if table.name == "reviews":
        found |= findings.troubles(values, fact)
    if table.name == "goals":
        found |= _goal(values)
    if table.name == "cases" and values.get("state") == "closed" and not values.get("outcome"):
        found["outcome"] = _("Say how it ended.")
    if table.name == "case_steps":
        found |= days.troubles_of_row(values, fact, timezone.localdate())
    if table.name == "plays":
        found |= own_plays.troubles(values)
    if table.name == "win_backs":
        found |= win_backs.troubles(values, fact)
    if table.name == "contacts" and fact is not None:
        found |= _circle(fact, values.get("reports_to"))
    return found


def _backwards(table: Any, values: Mapping[str, Any], fact: Fact | None) -> dict[str, str]:
    """Days before those that they follow, which the form asks for or the row has."""
    found: dict[str, str] = {}
    for pair in (*table.ordered, *ORDERED.get(table.name, ())):
        first, last = (field_of(name) for name in pair)
        begun = values[first] if first in values else getattr(fact, first, None)
        day = values.get(last)
        if begun and day and day < begun:
            found[last] = _("This day is before the day on which it begins.")
    return found


def _in_the_past(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    value = values.get(name)
    # A day more: where the day has begun already, ours may not have.
    if isinstance(value, datetime):
        late = value > timezone.now() + timedelta(days=1)
    else:
        late = value is not None and value > timezone.now().date() + timedelta(days=1)
    return {name: _("This has not happened yet: choose today or an earlier day.")} if late else {}


def _unreadable(rule: str) -> dict[str, str]:
    try:
        rebate_rule.parse(rule)
    except MainstayError as error:
        return {"rebate_rule": account_words.sentence(error.text)}
    return {}


def _goal(values: Mapping[str, Any]) -> dict[str, str]:
    """A goal with a figure of the ledger needs a period and a target that can be read; others may say anything,
    but a period without a word in it is meant as one that can be."""
    measure, when = values.get("ledger_measure"), values.get("period") or ""
    asked: dict[str, Callable[[], Any]] = {}
    if measure or not any(sign.isalpha() for sign in when):
        asked["period"] = lambda: goal_terms.period(when)
    if measure:
        asked["target"] = lambda: goal_terms.target(values.get("target"), measure)
    found: dict[str, str] = {}
    for name, read in asked.items():
        try:
            read()
        except MainstayError as error:
            found[name] = account_words.sentence(error.text)
    if measure in goal_terms.OF_CODE and not values.get("measure_of"):
        found["measure_of"] = _("Say of which category or product.")
    return found


def _circle(contact: Fact, reports_to: str | None) -> dict[str, str]:
    """Nobody reports to themself, nor to somebody who reports to them."""
    own = getattr(contact, "contact_id", None)
    seen: set[str] = set()
    above = reports_to
    contacts = models_by_table()["contacts"]._default_manager
    while above and above not in seen and len(seen) < MOST_STEPS:
        if above == own:
            return {"reports_to": _("This would make a circle of who reports to whom.")}
        seen.add(above)
        above = contacts.filter(contact_id=above).values_list("reports_to", flat=True).first()
    return {}
