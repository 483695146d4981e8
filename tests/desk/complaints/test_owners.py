"""To whom a complaint without an owner goes: who looks after the account, where that is somebody."""

from __future__ import annotations

from typing import Any

import pytest

from mainstay.desk.accounts.models import Account
from mainstay.desk.complaints.models import Clock
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_manager_who_is_in_no_table_is_given_no_complaint(people: Any, complaint: Any) -> None:
    Account.objects.filter(account_id="A100").update(manager_id="NOPE")
    made = complaint(owner_id=None)
    assert Clock.objects.get(pk=made.pk).owner_id == ""
    with entry(people["dora"]) as book:
        book.add(Staff(staff_id="NOPE", name="Noa Pe", reports_to="S9"))
    clock = Clock.objects.get(pk=made.pk)
    assert (clock.owner_id, clock.superior_id) == ("NOPE", "S9")


def test_who_signs_in_is_somebody(people: Any, complaint: Any) -> None:
    """Minsu (S1) looks after A100; nobody loaded a table of staff."""
    assert Clock.objects.get(pk=complaint(owner_id=None).pk).owner_id == "S1"
