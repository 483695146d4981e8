"""What became of agreed seasons so far: rows of the pages, made with each assessment and each agreement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from mainstay import engine
from mainstay.desk.accounts import evidence
from mainstay.desk.facts.models import Product
from mainstay.desk.facts.rows import row_of
from mainstay.desk.seasons.models import Confirmation, SeasonFollow, SeasonPlan

AT_ONCE = 500
OFF = ("below", "above")


@transaction.atomic
def follow(accounts: set[str] | None) -> None:
    """Make the rows of accounts anew, from what is agreed now and the orders that are known.

    accounts: None = all that have anything agreed
    """
    plans = SeasonPlan.objects.filter(state="agreed")
    there = SeasonFollow.objects.all()
    if accounts is not None:
        plans = plans.filter(account_id__in=accounts)
        there = there.filter(account_id__in=accounts)
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in plans.order_by("id").iterator(chunk_size=2000):
        by_account[one.account_id].append(row_of(one))
    there.delete()
    if not by_account:
        return
    ledger = evidence.ledger()
    span = ledger.span()
    # Orders are known up to the last line: what was agreed for later days is not behind.
    until = span[1] + timedelta(days=1) if span else date.min
    names, made = _names(by_account), []
    for account_id, rows in by_account.items():
        confirmed = _confirmed(account_id)
        for found in engine.follow_season(ledger, account_id, rows, until):
            made.append(_row(account_id, found, confirmed, names, until))
    SeasonFollow.objects.bulk_create(made, batch_size=AT_ONCE)


def _row(
    account_id: str,
    found: Any,
    confirmed: dict[tuple[str, str, str], float],
    names: dict[str, str],
    until: date,
) -> SeasonFollow:
    what = found.product_id or found.category or ""
    off = found.state in OFF
    edge = found.low if found.state == "below" else found.high
    return SeasonFollow(
        account_id=account_id,
        name=names.get(found.product_id or ""),
        urgency=abs(found.ordered - edge) / max(found.agreed, 1e-9) if off else 0.0,
        produced=confirmed.get((found.plan_id, what, "production")),
        carried=confirmed.get((found.plan_id, what, "transport")),
        until=until,
        weeks=[{**asdict(week), "until": str(week.until)} for week in found.weeks],
        **{
            name: getattr(found, name)
            for name in (
                *("plan_id", "product_id", "category", "unit", "first", "last", "state", "agreed"),
                *("low", "high", "ordered", "delivered", "whole", "left_out"),
            )
        },
    )


def _names(by_account: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    wanted = sorted(
        {r["product_id"] for rows in by_account.values() for r in rows if r["product_id"]}
    )
    found: dict[str, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = Product.objects.filter(product_id__in=wanted[start : start + AT_ONCE])
        found.update((p, name) for p, name in some.values_list("product_id", "name") if name)
    return found


def _confirmed(account_id: str) -> dict[tuple[str, str, str], float]:
    """By plan, product or category, and who said it: how much in all."""
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for one in Confirmation.objects.filter(account_id=account_id):
        sums[one.plan_id, one.product_id or one.category or "", one.by_role] += one.quantity
    return dict(sums)
