"""Reads of the steps that wait for a reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases.models import OPEN, Case, CaseStep
from mainstay.desk.cases.queries import seen

MY_STEPS = 12


@dataclass(frozen=True)
class Mine:
    """A step that waits for the reader."""

    step: CaseStep
    case: Case
    name: str


def my_steps(sight: Sight) -> list[Mine]:
    """Steps of open cases that a reader owns, the earliest due first."""
    me = sight.user.staff_id
    if not me:
        return []
    steps = seen(sight, CaseStep).filter(
        Q(case_id__in=Case.objects.filter(OPEN).values("case_id")),
        owner_id=me,
        done_on__isnull=True,
    )
    found = list(steps.order_by("due_on", "id")[:MY_STEPS])
    known = {c.case_id: c for c in Case.objects.filter(case_id__in=[s.case_id for s in found])}
    names = dict(
        sight.accounts.filter(account_id__in={s.account_id for s in found}).values_list(
            "account_id", "name"
        )
    )
    return [Mine(s, known[s.case_id], names.get(s.account_id, s.account_id)) for s in found]
