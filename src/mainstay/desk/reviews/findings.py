"""What a review can't say: an interview by the account's own manager or who stands in, a cause beside none found, a loss
called natural that was ours or a competitor's.

Files are held to the same by the table's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.access.views import in_words
from mainstay.desk.reviews import rights


def troubles(values: Mapping[str, Any], review: Any) -> dict[str, str]:
    """What is wrong, by field.

    values: those that the form gives; review: the row as it is, where there is one
    """

    def value(name: str) -> Any:
        return values[name] if name in values else getattr(review, name, None)

    found: dict[str, str] = {}
    # Asked of what this form says alone: an older row, from a file, may say otherwise.
    who = values.get("interviewed_by")
    ours = (value("account_id"), value("salesperson_id"))
    if who and who in rights.own_managers(*ours, on=value("interviewed_on")):
        found["interviewed_by"] = in_words(NotAllowed(rights.ASKED_BY_OWN))
    if "root_cause" not in values:
        return found
    root, second, nothing = value("root_cause"), value("second_cause"), value("nothing_found")
    if nothing and (root or second):
        found["nothing_found"] = _("Either there is a cause, or none could be found: not both.")
    if second and not root:
        found["second_cause"] = _("Name the root cause first; a second one comes beside it.")
    elif second and second == root:
        found["second_cause"] = _("This is the root cause already; choose another, or none.")
    if value("natural") and not all(may_be_natural(cause) for cause in (root, second)):
        found["natural"] = _(
            "Natural is what comes from their own business, and from nobody else; "
            "choose such a cause, or No."
        )
    return found


def may_be_natural(cause: str | None) -> bool:
    """Whether a loss by this cause can be natural: their own business; not known, or none."""
    return not cause or cause == engine.UNKNOWN or cause.startswith("own_business.")
