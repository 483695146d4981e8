"""The words of account plans."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts.words import sentence
from mainstay.desk.facts.words import CHOICES

MEASURES = CHOICES["goals", "ledger_measure"]
STAGES = CHOICES["plan_reviews", "stage"]
SHOWS: dict[str, Any] = {
    "none": pgettext_lazy("account plans", "Without a plan"),
    "behind": pgettext_lazy("account plans", "Goals behind"),
    "due": pgettext_lazy("account plans", "Reviews due"),
}
STATES: dict[str, Any] = {
    "reached": pgettext_lazy("state of a goal", "Reached"),
    "on_course": pgettext_lazy("state of a goal", "On course"),
    "behind": pgettext_lazy("state of a goal", "Behind"),
    "missed": pgettext_lazy("state of a goal", "Missed"),
    "early": pgettext_lazy("state of a goal", "Too early to tell"),
    "unmeasured": pgettext_lazy("state of a goal", "Not measured"),
}
# The colours of how accounts stand, for states of goals.
STANDING = {"reached": "good", "on_course": "good", "behind": "watch", "missed": "poor"}
DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "amount_52": pgettext_lazy("download", "Bought in 52 weeks"),
    "goals": pgettext_lazy("download", "Goals that run"),
    "measured": pgettext_lazy("download", "Goals measured"),
    "on_course": pgettext_lazy("download", "Goals on course"),
    "behind": pgettext_lazy("download", "Goals behind"),
    "missing": pgettext_lazy("download", "Money behind"),
    "due_on": pgettext_lazy("download", "Next review due"),
}


def figure(value: float | None, unit: str | None, currency: str) -> str:
    """A figure of a goal as the reader writes it."""
    if unit == "money":
        return numbers.money(value, currency)
    return numbers.share(value) if unit == "share" else numbers.plain(value)


def measure(code: str | None, of: str | None, in_words: str | None) -> str:
    """What a goal is measured by."""
    name = str(MEASURES.get(code or "", in_words or ""))
    return _("{measure}: {of}").format(measure=name, of=of) if of and code else name


def trouble(stored: str | None) -> str:
    return sentence(json.loads(stored)) if stored else ""
