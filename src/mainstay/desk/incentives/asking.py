"""What a form that asks for money says first, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.core.errors import MainstayError
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Agreement, Incentive
from mainstay.desk.cases import queries
from mainstay.desk.cases.approvals import ASKED, REFUSED, Wanted, is_own
from mainstay.desk.cases.models import Approval, Case


@dataclass(frozen=True)
class First:
    """The values of a form before anything is typed.

    currencies: that may be chosen
    terms: whether the last request asked for no money, but for terms alone
    waiting: the own request that it changes
    refused: the last request, where that was refused
    """

    values: dict[str, Any]
    currencies: tuple[str, ...] = ()
    terms: bool = False
    waiting: Approval | None = None
    refused: Approval | None = None


def first(sight: Sight, case: Case, today: date) -> First:
    """As the last request of the case says, else as the plan proposed it."""
    last = Approval.objects.filter(case_id=case.case_id).order_by("-pk").first()
    if last is None:
        row = queries.planned(case) or {}
        money = row.get("money")
        first = {"amount": round(money) if money else None, "kind": row.get("pool")}
        return First({**first, "currency": sight.currency}, currencies(sight, case.account_id))
    known = currencies(sight, case.account_id, last.currency)
    terms = last.amount == 0 and last.play is not None
    values = {
        "amount": f"{last.amount.normalize():f}",
        "currency": last.currency or sight.currency,
        "kind": last.kind,
        "in_return_for": last.in_return_for,
        "stops_on": last.stops_on if last.stops_on and last.stops_on > today else None,
    }
    if last.state == ASKED and is_own(sight.user, last):
        own = {**values, "reason": last.reason, "seen": last.version}
        return First(own, known, terms, waiting=last)
    return First(values, known, terms, refused=last if last.state == REFUSED else None)


def currencies(sight: Sight, account_id: str, *also: str | None) -> tuple[str, ...]:
    """The reporting currency, and those in which this account pays or was given something."""
    found = set(also)
    for model in (Agreement, Incentive, Approval):
        rows = model._default_manager.filter(account_id=account_id).order_by()
        found |= set(rows.values_list("currency", flat=True).distinct())

    def paid() -> list[str]:
        try:
            return evidence.currencies(account_id)
        except MainstayError:
            return []  # the account's own page says that its orders can't be read

    found |= set(sight.kept(f"currencies {account_id}", paid))
    others = sorted(code for code in found if code and code != sight.currency)
    return tuple(code for code in (sight.currency, *others) if code)


def wanted(form: Any, sight: Sight) -> Wanted:
    """What a form that is right asks for."""
    said = form.cleaned_data
    return Wanted(
        amount=said["amount"],
        currency=said.get("currency") or sight.currency or None,
        kind=said["kind"],
        in_return_for=said["in_return_for"],
        stops_on=said["stops_on"],
        reason=said["reason"],
    )
