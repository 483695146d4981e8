"""The desk's words for the columns of trials and of their draws; a part of `words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

COLUMNS_OF_TRIALS: dict[str, Any] = {
    "design": pgettext_lazy("column of a file", "Trial"),
    "begins": pgettext_lazy("column of a file", "First day"),
    "waves": pgettext_lazy("column of a file", "Waves"),
    "weeks_between": pgettext_lazy("column of a file", "Weeks between waves"),
    "held": pgettext_lazy("column of a file", "Share that goes without"),
    "designs.by_id": pgettext_lazy("column of a file", "Switched on by"),
    "held_effects.held": pgettext_lazy("column of a file", "Held back"),
    "held_effects.by_id": pgettext_lazy("column of a file", "Held back by"),
    "off_on": pgettext_lazy("column of a file", "Switched off on"),
    "off_by": pgettext_lazy("column of a file", "Switched off by"),
    "design_draws.unit": pgettext_lazy("column of a file", "Drawn as"),
    "arm": pgettext_lazy("column of a file", "What was drawn"),
    "wave": pgettext_lazy("column of a file", "Wave"),
    "draw": pgettext_lazy("column of a file", "Number drawn"),
}
