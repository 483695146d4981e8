"""The words of what is given to accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

YEARS = 6  # that can be chosen
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("incentives", "All"),
    "overdue": pgettext_lazy("incentives", "Stop date passed"),
    "running": pgettext_lazy("incentives", "Running"),
    "over": pgettext_lazy("incentives", "Over"),
    "without": pgettext_lazy("incentives", "Nothing in return"),
    "unapproved": pgettext_lazy("incentives", "Without approval"),
}
STAGES: dict[str, Any] = {
    "overdue": pgettext_lazy("incentives", "Stop date passed"),
    "running": pgettext_lazy("incentives", "Running"),
    "over": pgettext_lazy("incentives", "Over"),
}
WHY_NOT: dict[str, Any] = {
    "no_case": gettext_lazy("Can't be measured: it belongs to no case."),
    "not_expected": gettext_lazy(
        "Can't be measured: no assessment of the weeks before knows what was to be expected."
    ),
}
