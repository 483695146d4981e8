"""Who is assigned on a day: the one rule of when an assignment holds."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from mainstay.desk.team.models import Assignment


def assigned_on(day: date) -> QuerySet[Assignment]:
    """The assignments that hold on a day; the first and the last day count."""
    return Assignment.objects.filter(from_on__lte=day).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day)
    )
