"""The desk's words for the columns of opinions; a part of `words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

COLUMNS_OF_OPINIONS: dict[str, Any] = {
    "opinion_id": pgettext_lazy("column of a file", "Opinion number"),
    "opinions.asked_on": pgettext_lazy("column of a file", "Opinion asked on"),
    "asked_by_id": pgettext_lazy("column of a file", "Opinion asked by"),
    "opinions.answered_on": pgettext_lazy("column of a file", "Answered on"),
    "was_solved": pgettext_lazy("column of a file", "Was it solved?"),
    "was_quick": pgettext_lazy("column of a file", "Was it quick enough?"),
    "was_treated_well": pgettext_lazy("column of a file", "Were they treated well?"),
    "would_stay": pgettext_lazy("column of a file", "Would they stay?"),
    "opinions.text": pgettext_lazy("column of a file", "In their words"),
    "opinions.language": pgettext_lazy("column of a file", "Language of the answer"),
}
