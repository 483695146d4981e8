"""The lost accounts of a plan for the page, each under the date that holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Model

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk import bulk
from mainstay.desk.accounts.models import latest_id
from mainstay.desk.winback.models import LostAccount, SecondLife, WinBack

AT_ONCE = 500


def show_lost(store: Path, assessment_id: str) -> int:
    """Load the lost accounts of an assessment's plan for the pages, and those in a second life; gives how many
    are lost.

    Safe to repeat: what is there of this assessment is loaded anew.
    """
    try:
        lost = engine.plan_of(store, assessment_id).lost
    except NotFound:
        lost = engine.LOST.empty_table()
    LostAccount.objects.filter(assessment_id=assessment_id).delete()
    value, cause = pc.fill_null(lost["value"], 0.0), pc.fill_null(lost["cause"], engine.UNKNOWN)
    table = lost.drop_columns(["kept", "share", "value", "cause"])
    _load(
        LostAccount,
        table.append_column("value", value).append_column("cause", cause),
        assessment_id,
    )
    _show_second_lives(store, assessment_id)
    follow_dates(None)
    LostAccount.objects.exclude(assessment_id=assessment_id).delete()
    return int(lost.num_rows)


def _show_second_lives(store: Path, assessment_id: str) -> None:
    SecondLife.objects.filter(assessment_id=assessment_id).delete()
    frozen = engine.standing_of(store, assessment_id)
    if frozen is not None and "second_lives" in frozen.tables:
        _load(SecondLife, frozen.table("second_lives"), assessment_id)
    SecondLife.objects.exclude(assessment_id=assessment_id).delete()


def _load(model: type[Model], rows: pa.Table, assessment_id: str) -> None:
    name = pa.array([assessment_id] * rows.num_rows, pa.string())
    for _ in bulk.insert(model, rows.append_column("assessment_id", name)):
        pass


@transaction.atomic
def follow_dates(accounts: set[str] | None) -> None:
    """Put lost accounts under the dates that people set, or that the season sets where nobody did.

    accounts: None = all
    """
    if accounts is None:
        rows = WinBack.objects.all()
        accounts = set(rows.order_by().values_list("account_id", flat=True))
    wanted = sorted(accounts)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        dates = {one.account_id: one for one in WinBack.objects.filter(account_id__in=some)}
        rows = LostAccount.objects.filter(assessment_id=latest_id(), account_id__in=some)
        changed = []
        for row in rows:
            given = dates.get(row.account_id)
            row.call_from = given.call_on if given and holds(given, row) else row.by_season
            changed.append(row)
        LostAccount.objects.bulk_update(changed, ["call_from"])


def holds(given: Any, lost: LostAccount) -> bool:
    """Whether a date was set for this loss, and not for an earlier one, as a plan reads it."""
    return lost.lost_since is None or given.set_on >= lost.lost_since
