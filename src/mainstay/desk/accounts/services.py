"""Writes of this part: the publishing of an assessment to the pages.

Readers see the old accounts or the new ones, never a mixture: rows carry their assessment, and one small
transaction switches. Other writers wait for some milliseconds, not for the whole load.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models, transaction
from django.utils import timezone

from mainstay.desk import bulk, hooks
from mainstay.desk.accounts.answers import show_answers
from mainstay.desk.accounts.models import Account, Assessment, StateAt, fold, latest
from mainstay.desk.care.notices import show_notices
from mainstay.desk.care.rhythm import place_again
from mainstay.desk.causes.published import with_causes
from mainstay.desk.locks import only_one

Progress = Callable[[float, float], None]

# Rows a transaction: other writers wait for so long.
CHUNK: dict[type[models.Model], int] = {Account: 2_000, StateAt: 5_000}


def publish(assessment: Any, progress: Progress | None = None) -> Assessment:
    """Load an assessment for the pages and switch to it; takes seconds for 100,000 accounts.

    assessment: the engine's `Assessment`
    progress: is told (rows done, rows in all)
    Safe to repeat: one that was interrupted is loaded anew, one that is the latest is left alone.
    """
    with only_one("publish"):
        row = _assessment_row(assessment)
        if row.is_latest:
            return row
        _delete_rows(assessment_id=row.id)
        accounts = _account_rows(with_causes(assessment.accounts, row.id), row.id)
        states = _state_rows(assessment.history, row.id)
        total = max(1, accounts.num_rows + states.num_rows)
        done = 0
        for model, table in ((Account, accounts), (StateAt, states)):
            for loaded in bulk.insert(model, table, CHUNK[model]):
                done += loaded
                if progress:
                    progress(done, 1.1 * total)
        show_answers(row.id)
        show_notices(row.id)
        bulk.settle(Account, StateAt)
        _switch(row)
        place_again()
        _delete_rows(except_id=row.id)
        if progress:
            progress(1, 1)
        return row


def _assessment_row(assessment: Any) -> Assessment:
    told = _told_of(assessment.meta) | {"portfolio": _plain(assessment.portfolio)}
    row, _ = Assessment.objects.get_or_create(id=assessment.id, defaults=told)
    return row


def list_earlier(kept: Iterable[Any]) -> int:
    """List assessments that were made while nobody published them, without their accounts; gives how many.

    kept: as they are frozen. The pages look back upon quarters from what is listed
    """
    known = set(Assessment.objects.order_by().values_list("id", flat=True))
    new = [
        Assessment(id=one.id, **_told_of(one.meta), portfolio=_plain(one.document("portfolio")))
        for one in kept
        if one.id not in known
    ]
    return len(Assessment.objects.bulk_create(new, ignore_conflicts=True))


def _told_of(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "as_of": meta["as_of"],
        "made_at": meta.get("made_at") or timezone.now(),
        "store_version": meta.get("store_version"),
        "facts_known_until": _moment(meta.get("facts_known_until")),
        "currency": meta.get("currency") or "",
        "horizon_weeks": meta["horizon_weeks"],
        "meta": _plain(dict(meta)),
    }


def _plain(value: Any) -> Any:
    """As JSON knows it: NaN and infinity, which both databases refuse, are null."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _moment(text: str | None) -> datetime | None:
    """A day or a moment as the engine writes it; without a zone it is UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _account_rows(table: pa.Table, assessment_id: str) -> pa.Table:
    names, ids = table["name"].to_pylist(), table["account_id"].to_pylist()
    search = [fold(f"{name} {id_}") for name, id_ in zip(names, ids, strict=True)]
    table = table.append_column("search_name", pa.array(search, pa.string()))
    return _with_assessment(table, assessment_id)


def _state_rows(table: pa.Table, assessment_id: str) -> pa.Table:
    """The changes alone: a state that is the same as at the date before says nothing new."""
    table = table.sort_by([("account_id", "ascending"), ("on", "ascending")]).combine_chunks()
    if table.num_rows:
        account, state = table["account_id"].combine_chunks(), table["state"].combine_chunks()
        before = slice(None, -1), slice(1, None)
        same = pc.and_(
            pc.equal(account[before[0]], account[before[1]]),
            pc.equal(state[before[0]], state[before[1]]),
        )
        keep = pa.concat_arrays([pa.array([True]), pc.invert(pc.fill_null(same, False))])
        table = table.filter(keep)
    return _with_assessment(table, assessment_id)


def _with_assessment(table: pa.Table, assessment_id: str) -> pa.Table:
    return table.append_column(
        "assessment_id", pa.array([assessment_id] * table.num_rows, pa.string())
    )


@transaction.atomic
def _switch(row: Assessment) -> None:
    before = latest()
    Assessment.objects.filter(is_latest=True).update(is_latest=False)
    row.is_latest = True
    row.save(update_fields=["is_latest"])
    hooks.tell(hooks.PUBLISHED, before, row)


def _delete_rows(*, assessment_id: str | None = None, except_id: str | None = None) -> None:
    """Delete the rows of one assessment, or of all others, in stretches of ids with gaps between."""
    for model in (Account, StateAt):
        table = connection.ops.quote_name(model._meta.db_table)
        sign, value = ("=", assessment_id) if assessment_id else ("<>", except_id)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT MIN(id), MAX(id) FROM {table} WHERE assessment_id {sign} %s", [value]
            )
            first, last = cursor.fetchone()
        if first is None:
            continue
        for start in range(first, last + 1, CHUNK[model]):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {table} WHERE id >= %s AND id < %s AND assessment_id {sign} %s",
                    [start, start + CHUNK[model], value],
                )
            time.sleep(bulk.GAP_SECONDS)
