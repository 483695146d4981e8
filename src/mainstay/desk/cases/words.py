"""The words of cases, their steps and what is put off."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy

STATES: dict[str, Any] = {
    "open": pgettext_lazy("case", "Under way"),
    "closed": pgettext_lazy("case", "Closed"),
}
OUTCOMES: dict[str, Any] = {
    "kept": pgettext_lazy("outcome of case", "Kept"),
    "partly_kept": pgettext_lazy("outcome of case", "Partly kept"),
    "won_back": pgettext_lazy("outcome of case", "Won back"),
    "lost": pgettext_lazy("outcome of case", "Lost"),
    "natural": pgettext_lazy("outcome of case", "Natural: they closed, moved or changed trade"),
}
KINDS: dict[str, Any] = {
    "snooze": pgettext_lazy("snooze", "Put off"),
    "dismiss": pgettext_lazy("snooze", "Dismissed"),
}
CHOSEN: dict[str, Any] = {
    "rule": pgettext_lazy("play was chosen", "By the plan"),
    "coin": pgettext_lazy("play was chosen", "By a coin"),
    "person": pgettext_lazy("play was chosen", "By a person"),
}
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("cases", "Under way"),
    "overdue": pgettext_lazy("cases", "With a step overdue"),
    "closed": pgettext_lazy("cases", "Closed"),
}
ROLES: dict[str, Any] = {
    "manager": pgettext_lazy("role in a play", "Manager"),
    "service": pgettext_lazy("role in a play", "Service"),
    "senior": pgettext_lazy("role in a play", "Somebody senior"),
    "quality": pgettext_lazy("role in a play", "Quality"),
    "supply": pgettext_lazy("role in a play", "Supply"),
    "finance": pgettext_lazy("role in a play", "Finance"),
}
CHOICES: dict[tuple[str, str], dict[Any, Any]] = {
    ("cases", "state"): STATES,
    ("cases", "outcome"): OUTCOMES,
    ("snoozes", "kind"): KINDS,
    ("play_runs", "chosen"): CHOSEN,
}


def told(wording: str | None) -> str:
    """A wording of the catalogue in the reader's language; what users wrote, as it stands."""
    return gettext(wording) if wording else ""
