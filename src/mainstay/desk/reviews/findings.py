"""What a review can't say: an interview by the account's own manager, a cause beside none found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.team.assigned import assigned_on


def troubles(values: Mapping[str, Any], review: Any) -> dict[str, str]:
    """What is wrong, by field.

    values: those that the form gives; review: the row as it is, where there is one
    """

    def value(name: str) -> Any:
        return values[name] if name in values else getattr(review, name, None)

    found: dict[str, str] = {}
    # Asked of what this form says alone: an older row, from a file, may say otherwise.
    who = values.get("interviewed_by")
    if who and who in _own_managers(value("account_id"), value("salesperson_id")):
        found["interviewed_by"] = _(
            "Somebody else must ask: people do not tell the one who looks after them what they tell "
            "a stranger. Choose somebody senior."
        )
    if "root_cause" not in values:
        return found
    root, second, nothing = value("root_cause"), value("second_cause"), value("nothing_found")
    if nothing and (root or second):
        found["nothing_found"] = _("Either there is a cause, or none could be found: not both.")
    if second and not root:
        found["second_cause"] = _("Name the root cause first; a second one comes beside it.")
    elif second and second == root:
        found["second_cause"] = _("This is the root cause already; choose another, or none.")
    return found


def _own_managers(account_id: str | None, salesperson_id: str | None) -> set[str]:
    """The codes of those who look after an account, now or when the review was opened."""
    if not account_id:
        return {salesperson_id or ""} - {""}
    named = Account.objects.filter(assessment_id=latest_id(), account_id=account_id)
    assigned = assigned_on(timezone.localdate()).filter(account_id=account_id, role="manager")
    managers = {*named.values_list("manager_id", flat=True), salesperson_id}
    managers |= set(assigned.values_list("staff_id", flat=True))
    return {code for code in managers if code}
