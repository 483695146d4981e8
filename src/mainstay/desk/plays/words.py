"""The words of plays: where they come from, what they are marked with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

ORIGINS: dict[str, Any] = {
    "built_in": pgettext_lazy("play", "Built in"),
    "edited": pgettext_lazy("play", "Edited"),
    "own": pgettext_lazy("play", "Our own"),
}
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("plays", "In service"),
    "ours": pgettext_lazy("plays", "Edited or our own"),
    "out": pgettext_lazy("plays", "Out of service"),
    "all": pgettext_lazy("plays", "All"),
}
EFFECTS: dict[str, Any] = {
    "keeps": pgettext_lazy("effect of play", "It keeps: less is lost"),
    "returns": pgettext_lazy("effect of play", "It wins back: a part comes back"),
}
# Marks of a play, with what they mean.
MARKS: dict[str, tuple[Any, Any]] = {
    "approval": (
        pgettext_lazy("play", "Needs approval, even where it costs no money"),
        gettext_lazy("What costs money is always approved by somebody else."),
    ),
    "concession": (
        pgettext_lazy("play", "A concession"),
        gettext_lazy("It gives money or terms without a return: never twice in a row."),
    ),
    "last_resort": (
        pgettext_lazy("play", "A last resort"),
        gettext_lazy("Only where nothing else is worth it."),
    ),
    "owed": (
        pgettext_lazy("play", "We owe it"),
        gettext_lazy("An answer, a delivery: no coin ever decides against it."),
    ),
    "visit": (
        pgettext_lazy("play", "Time with people, and nothing else"),
        gettext_lazy("It may be offered where a competitor's favours are likely."),
    ),
}
# By what the engine calls the part of a play that can't be used, the field of the form.
FIELD_OF: dict[str, str] = {
    "wording": "title",
    "states": "states",
    "sizes": "sizes",
    "cost": "money",
    "pool": "pool",
    "effect": "remains",
    "fresh_days": "fresh_days",
    "stop_days": "stop_days",
}
