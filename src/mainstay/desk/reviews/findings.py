"""What a review can't say: an interview by the account's own manager or who stands in, a cause beside none found, a loss
called natural that was ours or a competitor's, a beginning more than a year from the fall.

Files are held to the same by the table's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.words import day
from mainstay.desk.causes.published import kept
from mainstay.desk.reviews import rights
from mainstay.desk.reviews.words import FAILURES


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
    if far := _far_onset(values, review):
        found["onset_on"] = far
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


def _far_onset(values: Mapping[str, Any], review: Any) -> str:
    """Why a day is none on which this fall can have begun; "" where it can, or nothing is known of it."""
    onset: date | None = values.get("onset_on")
    account_id, kind = (
        values.get(name) or getattr(review, name, None) for name in ("account_id", "kind")
    )
    if onset is None or kind not in FAILURES:
        return ""
    account = Account.objects.filter(assessment__is_latest=True, account_id=account_id).first()
    fell_on = account and _fell_on(account)
    if account is None or fell_on is None or abs((onset - fell_on).days) <= engine.FAR_ONSET_DAYS:
        return ""
    return _(
        "Their orders fell in the weeks after %(day)s, and this is more than a year from it. If that is "
        "another loss, give it a review of its own; else choose a nearer day."
    ) % {"day": day(fell_on)}


def _fell_on(account: Account) -> date | None:
    """When its orders fell; None where a review said so, which could then not be corrected."""
    explained = kept(account.assessment_id)
    falls = explained.rows("falls", account.account_id).to_pylist() if explained else []
    return falls[0]["began_on"] if falls and not falls[0]["reviewed"] else None


def may_be_natural(cause: str | None) -> bool:
    """Whether a loss by this cause can be natural: their own business; not known, or none."""
    return not cause or cause == engine.UNKNOWN or cause.startswith("own_business.")
