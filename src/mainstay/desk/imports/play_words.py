"""The desk's words for the columns of cases, of what was put off and of own plays; a part of `words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

COLUMNS_OF_PLAYS: dict[str, Any] = {
    "case_id": pgettext_lazy("column of a file", "Case number"),
    "cases.opened_on": pgettext_lazy("column of a file", "Case opened on"),
    "opened_by": pgettext_lazy("column of a file", "Opened by"),
    "from_plan": pgettext_lazy("column of a file", "From plan"),
    "cases.state": pgettext_lazy("column of a file", "Case state"),
    "cases.outcome": pgettext_lazy("column of a file", "Outcome of case"),
    "cases.closed_on": pgettext_lazy("column of a file", "Case closed on"),
    "step_id": pgettext_lazy("column of a file", "Step number"),
    "n": pgettext_lazy("column of a file", "Order of step"),
    "case_steps.what": pgettext_lazy("column of a file", "What is to be done"),
    "case_steps.due_on": pgettext_lazy("column of a file", "Step due on"),
    "done_on": pgettext_lazy("column of a file", "Done on"),
    "note": pgettext_lazy("column of a file", "Note"),
    "until": pgettext_lazy("column of a file", "Put off until"),
    "definition": pgettext_lazy("column of a file", "Play definition"),
    "in_service": pgettext_lazy("column of a file", "In service"),
}
