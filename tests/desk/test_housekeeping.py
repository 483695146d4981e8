"""What happens by itself at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mainstay.desk.facts.models import Once
from mainstay.desk.jobs.housekeeping import keep_house
from mainstay.desk.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_once_a_night_the_store_is_tidied() -> None:
    today = datetime.now(UTC)
    keep_house(today.replace(hour=12))
    assert not Job.objects.exists()
    night = today.replace(hour=3)
    keep_house(night)
    Job.objects.update(asked_at=night)
    keep_house(night + timedelta(minutes=10))
    assert Job.objects.filter(kind="tidy").count() == 1
    keep_house(night + timedelta(days=1))
    assert Job.objects.filter(kind="tidy").count() == 2


def test_forms_of_long_ago_are_forgotten_at_night(people: dict[str, Any]) -> None:
    night = datetime.now(UTC).replace(hour=3)
    for once, days in (("old", 40), ("new", 10)):
        made = Once.objects.create(user=people["minsu"], once=once)
        Once.objects.filter(pk=made.pk).update(at=night - timedelta(days=days))
    keep_house(night)
    assert list(Once.objects.values_list("once", flat=True)) == ["new"]
