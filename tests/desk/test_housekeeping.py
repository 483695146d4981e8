"""What happens by itself at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

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
