"""What whoever takes a thing is told: whose case it is now, and what of it waits."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mainstay.desk.access.models import User
from mainstay.desk.accounts.queries import manager_names
from mainstay.desk.cases import approvals
from mainstay.desk.cases.models import Case


def told(case: Case, user: User) -> str:
    """One sentence or two about a case that a user has just opened."""
    waits = approvals.waiting(case)
    if not case.owner_id:
        if waits:
            return _("The money is asked for; what gives it waits. Nobody leads the case yet.")
        return _("The case is open, with its steps; nobody leads it yet.")
    if case.owner_id == user.staff_id:
        if waits:
            return _("Yours now: the money is asked for; what gives it waits.")
        return _("Yours now: the case is open, with its steps.")
    said = (
        _("The money is asked for; what gives it waits. {name} leads the case.")
        if waits
        else _("The case is open, with its steps; {name} leads it.")
    )
    return said.format(name=manager_names([case.owner_id]).get(case.owner_id, case.owner_id))
