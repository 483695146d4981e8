"""What every page needs that shows accounts as its reader sees them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from mainstay.desk.accounts.queries import Sight


def context_of(sight: Sight) -> dict[str, Any]:
    return {
        "sight": sight,
        "assessment": sight.assessment,
        "currency": sight.currency,
        "today": timezone.localdate(),
    }
