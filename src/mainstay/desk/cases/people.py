"""Who does the steps of a case: by the rules of the plan, from what the desk knows today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.cases import words
from mainstay.desk.facts.rows import row_of
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Absence, Staff


def who_does(account: Account, today: date, *, otherwise: str | None = None) -> dict[str, str]:
    """The code of whoever does each role's work for an account; a role that nobody has is not there.

    otherwise: who looks after it where nobody is assigned
    """
    rows: dict[str, list[dict[str, Any]]] = {
        "staff": [row_of(one) for one in Staff.objects.all()],
        "assignments": _assigned(account, today, otherwise),
        "absences": [
            row_of(one)
            for one in Absence.objects.filter(from_on__lte=today).filter(
                Q(to_on__isnull=True) | Q(to_on__gte=today)
            )
        ],
    }
    team = engine.team_of(lambda name: rows[name], [account.account_id], as_of=today)
    found = {role: who for role, who in team.of(0).items() if who}
    # A code that no table of ours knows still looks after its accounts.
    manager = account.manager_id or otherwise
    if manager and "manager" not in found:
        found = dict.fromkeys(words.ROLES, manager) | found
    return found


def _assigned(account: Account, today: date, otherwise: str | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        row_of(one) for one in assigned_on(today).filter(account_id=account.account_id)
    ]
    manager = account.manager_id or otherwise
    if manager and not any(row["role"] == "manager" for row in rows):
        given = {"account_id": account.account_id, "role": "manager", "to": None}
        rows.append({**given, "staff_id": manager, "from": date.min})
    return rows
