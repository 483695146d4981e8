"""What was given and nobody approved: kept, since money that is gone is gone, and shown as such.

Whoever knows of it may write down what an account was given; a rule that forbade it would only keep it out
of sight, and out of the pools. Directors and administrators are told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from mainstay.desk.access.rights import SETTERS
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases.approvals import APPROVED
from mainstay.desk.cases.models import Approval
from mainstay.desk.facts.rights import seen

YEARS = 2  # this one and the last: older ones are history


def unapproved(today: date) -> Q:
    """Of incentives, those above which nothing was approved: no request became them, or for less.

    Since the company's first request for money, before which nobody could ask; of what people wrote down
    here, and not of what files brought.
    """
    first = Approval.objects.order_by("asked_on").values("asked_on")[:1]
    zero = Decimal(0)
    money = Greatest(Coalesce(OuterRef("budget"), zero), Coalesce(OuterRef("spent"), zero))
    approved = Approval.objects.filter(
        incentive_id=OuterRef("incentive_id"), state=APPROVED, approved_amount__gte=money
    ).order_by()
    given = Q(budget__gt=0) | Q(spent__gt=0)
    since = Q(from_on__gte=date(today.year - YEARS + 1, 1, 1)) & Q(from_on__gte=Subquery(first))
    return since & given & Q(recorded_by__isnull=False) & ~Exists(approved)


def to_be_told(sight: Sight, today: date) -> QuerySet[Incentive]:
    """What a director or an administrator is told of it, the newest first; nobody else is."""
    rows = seen(sight, Incentive)
    if sight.user.role not in SETTERS:
        return rows.none()
    return rows.filter(unapproved(today)).order_by("-from_on", "-id")
