"""The words of trials."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

SHOWS: dict[str, Any] = {
    "": pgettext_lazy("trials", "Running"),
    "to_come": pgettext_lazy("trials", "To come"),
    "over": pgettext_lazy("trials", "Over"),
    "off": pgettext_lazy("trials", "Switched off"),
}
# Why somebody who could have a play is in no draw of it.
LEFT_OUT: dict[str, Any] = {
    "tier": gettext_lazy("of tier A, or of no tier: nobody waits there"),
    "in_design": gettext_lazy("in another trial until that is over"),
    "alone": gettext_lazy(
        "alone among its equals: drawn by itself in a night to come, while two waves are ahead"
    ),
    "nobody": gettext_lazy("nobody looks after it"),
    "twice": gettext_lazy("there twice"),
    "owed": gettext_lazy("we owe it this"),
    "no_play": gettext_lazy("the play is out of service"),
}
KIND_HELP: dict[str, Any] = {
    "order": gettext_lazy(
        "Accounts of the same size and state begin in waves, in an order that is drawn."
    ),
    "managers": gettext_lazy("All accounts of a manager begin together; which first is drawn."),
    "hold_out": gettext_lazy("A share that is drawn goes without for as long as the trial lasts."),
}
EXPORT: dict[str, Any] = {
    "account_id": pgettext_lazy("column of a file", "Account code"),
    "name": pgettext_lazy("column of a file", "Name"),
    "unit": pgettext_lazy("column of a file", "Drawn as"),
    "arm": pgettext_lazy("column of a file", "What was drawn"),
    "wave": pgettext_lazy("column of a file", "Wave"),
    "probability": pgettext_lazy("column of a file", "Probability"),
    "draw": pgettext_lazy("column of a file", "Number drawn"),
    "from": pgettext_lazy("column of a file", "From"),
    "to": pgettext_lazy("column of a file", "To"),
    "on": pgettext_lazy("column of a file", "Drawn on"),
    "begun": pgettext_lazy("column of a file", "Begun on"),
}
