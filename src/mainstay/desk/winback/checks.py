"""What a day to win an account back can't be: of an account that is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.facts.models import Fact

LOST = "lost"


def troubles(values: Mapping[str, Any], fact: Fact | None) -> dict[str, str]:
    """What is wrong, by field. An account that nothing has been assessed of may be lost.

    fact: the row as it is; None = it is new
    """
    account = values.get("account_id") or getattr(fact, "account_id", None)
    known = Account.objects.filter(assessment_id=latest_id(), account_id=account).first()
    if known is None or known.state == LOST:
        return {}
    return {"call_on": _("This account is not lost, so there is no day to win it back.")}
