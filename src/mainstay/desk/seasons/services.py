"""Writes of season stock: asking for a forecast, agreeing on a plan, ending it, confirming it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay import engine
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import NotAllowed, entry
from mainstay.desk.jobs import services as jobs
from mainstay.desk.jobs.models import Job
from mainstay.desk.seasons import queries
from mainstay.desk.seasons.models import Confirmation, SeasonForecast, SeasonPlan


@transaction.atomic
def ask(user: User, account: Account, asked: engine.SeasonAsked) -> Job:
    """Have a season foretold; one that is being made for this account already is not made twice.

    Raises: NotAllowed, InvalidSetting for a season that can't be
    """
    if not may_write(user, "season_plans"):
        raise NotAllowed(gettext_noop("Your role may not write this down."))
    engine.check_season(settings.HOME, asked)
    waiting, _failed = queries.job_of(account, None)
    if waiting is not None:
        return waiting
    arguments = {"asked": asked.to_json(), "user_id": user.pk}
    return jobs.ask(user, queries.KIND, arguments, label=account.account_id)


def show(season_id: str, user_id: int | None) -> str:
    """Put a forecast that was made before the readers; safe to repeat."""
    made = engine.load_season(settings.HOME.store, season_id)
    SeasonForecast.objects.update_or_create(
        season_id=season_id,
        defaults={
            "account_id": made.meta["account_id"],
            "first": made.asked.first.replace(day=1),
            "last": made.asked.last.replace(day=1),
            "as_of": date.fromisoformat(made.meta["as_of"]),
            "made_at": made.meta["made_at"],
            "made_by": User.objects.filter(pk=user_id).first() if user_id else None,
        },
    )
    return season_id


@dataclass(frozen=True)
class Agreement:
    """What was said at the meeting.

    quantities: by form field, in the product's own unit; those that are missing stand as planned
    """

    by: str | None
    on: date
    quantities: Mapping[str, float]


def agree(user: User, account: Account, season_id: str, said: Agreement, *, once: str = "") -> int:
    """Write down what was agreed; a plan of the same months that was agreed before is ended.

    Gives how many rows.
    Raises: NotAllowed, ThereAlready, SentBefore, InvalidSetting where nothing was agreed
    """
    made = engine.load_season(settings.HOME.store, season_id)
    if made.meta["account_id"] != account.account_id:
        raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
    rows = [
        _row(account, season_id, said, product, cell)
        for product in queries.products(made)
        for cell in product.cells
    ]
    # A product of which nothing comes in the whole season is no part of the plan.
    wanted = {(row.product_id, row.category) for row in rows if row.quantity > 0}
    rows = [row for row in rows if (row.product_id, row.category) in wanted]
    if not rows:
        raise InvalidSetting(gettext_noop("Nothing was agreed: every quantity is 0."))
    months = {row.month for row in rows}
    with entry(user, once=once) as book:
        before = SeasonPlan.objects.filter(account_id=account.account_id, state="agreed")
        overlapping = set(
            before.filter(month__in=months)
            .exclude(plan_id=season_id)
            .values_list("plan_id", flat=True)
        )
        for old in before.filter(plan_id__in=overlapping):
            book.change(old, {"state": "ended"}, seen=old.version)
        known = {
            (one.product_id, one.category, one.month): one
            for one in SeasonPlan.objects.filter(plan_id=season_id, account_id=account.account_id)
        }
        for row in rows:
            there = known.pop((row.product_id, row.category, row.month), None)
            if there is None:
                book.add(row)
            else:
                changes = {
                    name: getattr(row, name)
                    for name in ("quantity", "agreed_on", "agreed_by", "state")
                }
                book.change(there, changes, seen=there.version)
        for left in known.values():
            book.withdraw(left, seen=left.version)
    return len(rows)


def _row(
    account: Account,
    season_id: str,
    said: Agreement,
    product: queries.Product,
    cell: queries.Cell,
) -> SeasonPlan:
    planned = cell.row
    return SeasonPlan(
        plan_id=season_id,
        account_id=account.account_id,
        product_id=product.product_id,
        category=product.category,
        month=planned["month"],
        quantity=said.quantities.get(cell.key, planned["delivery"]),
        unit=product.unit,
        low=round(planned["low"], 3),
        high=round(planned["high"], 3),
        opening_stock=product.opening,
        agreed_on=said.on,
        agreed_by=said.by,
        state="agreed",
    )


def end(user: User, account: Account, plan_id: str) -> None:
    """A plan holds no longer. Raises: NotAllowed, ChangedMeanwhile"""
    with entry(user) as book:
        rows = SeasonPlan.objects.filter(account_id=account.account_id, plan_id=plan_id)
        for one in rows.exclude(state="ended"):
            book.change(one, {"state": "ended"}, seen=one.version)


def confirm(
    user: User, account: Account, said: Mapping[str, Any], *, today: date, once: str
) -> Any:
    """Write down what production or transport said.

    said: plan_id, product_id or category, unit, by_role, quantity, ready_on, confirmed_by, note
    Raises: NotAllowed, SentBefore
    """
    with entry(user, once=once) as book:
        return book.add(
            Confirmation(
                confirmation_id=f"CF-{secrets.token_hex(6)}",
                account_id=account.account_id,
                confirmed_on=today,
                **said,
            )
        )
