"""What tests of nightly runs share."""

from datetime import UTC, datetime

NIGHT = datetime(2026, 3, 2, 2, 1, tzinfo=UTC)  # a Monday
