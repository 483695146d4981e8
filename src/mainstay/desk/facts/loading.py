"""What files brought into the store, and what was undone there, comes to the desk's tables.

Files are imported by the desk's worker and by the command line alike; `catch_up` sees from the store
which imports the desk has not seen yet.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.facts import derived
from mainstay.desk.facts.columns import FIELDS
from mainstay.desk.facts.derived import Accounts
from mainstay.desk.facts.models import Brought, Fact
from mainstay.desk.facts.rows import key_of, models_by_table
from mainstay.desk.facts.services import send
from mainstay.desk.locks import only_one

Progress = Callable[[float, float], None]
DELETED_AT_ONCE = 500


def catch_up(progress: Progress | None = None) -> set[str]:
    """Bring the desk's tables to where the store is; gives the tables that changed.

    Safe to repeat: an import is marked as brought when its rows are, and what hangs on them. That is
    made again for the accounts that the rows are about, were they many or few.
    """
    send()
    changed: set[str] = set()
    with only_one("catch-up", settings.HOME):
        there = engine.imports_of_facts(settings.HOME)
        seen = {one.import_id: one.tables for one in Brought.objects.all()}
        undone = {import_id for import_id in seen if import_id not in there}
        anew = {table for import_id in undone for table in seen[import_id]}
        _follow({table: remake(table, progress) for table in sorted(anew)})
        Brought.objects.filter(import_id__in=undone).delete()
        for import_id, tables in there.items():
            # Of imports seen before: tables that had no pages then.
            mine = sorted(set(tables) & set(models_by_table()) - set(seen.get(import_id, ())))
            if not mine:
                continue
            _follow(
                {table: _brought(table, import_id, progress) for table in mine if table not in anew}
            )
            all_of_it = sorted({*seen.get(import_id, ()), *mine})
            Brought.objects.update_or_create(import_id=import_id, defaults={"tables": all_of_it})
            changed |= set(mine)
        changed |= anew
    return changed


def _follow(written: dict[str, Accounts]) -> None:
    """Make again what hangs on these; where that was much, other tables are not as they were either."""
    derived.remake(written)
    if any(accounts is None or len(accounts) >= bulk.MANY for accounts in written.values()):
        bulk.settle()


def _brought(table: str, import_id: str, progress: Progress | None) -> Accounts:
    """Write what an import brought; where it took rows out too, the table becomes what the store knows."""
    rows = engine.facts_of_import(settings.HOME, table, import_id)
    if pc.any(rows["withdrawn"]).as_py():
        return remake(table, progress)
    return _upsert(table, rows, progress)


def remake(table: str, progress: Progress | None = None) -> Accounts:
    """Make a table what the store knows now; rows that are the same stay as they are.

    Gives the accounts of the rows that do not.
    """
    model = models_by_table()[table]
    # In this order: what is here now is in the store before that is read, and what is written
    # meanwhile is not here, so that nothing of it is taken for gone or written over.
    here = dict(model._default_manager.values_list("key", "recorded_at"))
    send()
    known = _with_keys(table, engine.facts_known(settings.HOME, table))
    keys = known["key"].to_pylist()
    times = known["recorded_at"].to_pylist()
    differs = [here.get(key) != at for key, at in zip(keys, times, strict=True)]
    touched = _write(model, known.filter(pa.array(differs, pa.bool_())), progress)
    gone = sorted(set(here) - set(keys))
    touched = derived.both(touched, derived.named(model, gone))
    for start in range(0, len(gone), DELETED_AT_ONCE):
        model._default_manager.filter(key__in=gone[start : start + DELETED_AT_ONCE]).delete()
    return touched


def _upsert(table: str, rows: pa.Table, progress: Progress | None) -> Accounts:
    """The rows of an import; what somebody wrote here since then stays. Gives their accounts."""
    model, rows = models_by_table()[table], _with_keys(table, rows)
    if not rows.num_rows:
        return set()
    imported = pc.min(rows["recorded_at"]).as_py()
    later = model._default_manager.filter(
        recorded_at__gt=imported, recorded_by__isnull=False
    ).values_list("key", flat=True)
    newer = pc.is_in(rows["key"], pa.array(later, pa.string()))
    return _write(model, rows.filter(pc.invert(newer)), progress)


def _with_keys(table: str, rows: pa.Table) -> pa.Table:
    """Rows under the names of the model's fields, with their keys; of one key the last row."""
    parts = rows.select(list(engine.fact_table(table).key)).to_pylist()
    keys = [key_of(table, part) for part in parts]
    last = {key: row for row, key in enumerate(keys)}
    chosen = pa.array(sorted(last.values()), pa.int64())
    named = rows.rename_columns([FIELDS.get(name, name) for name in rows.column_names])
    return named.append_column("key", pa.array(keys, pa.string())).take(chosen)


def _write(model: type[Fact], rows: pa.Table, progress: Progress | None) -> Accounts:
    """Write rows; gives the accounts that they were about, and those that they are about now."""
    keys = rows["key"].to_pylist()
    before = derived.named(model, keys)
    nobody = pa.nulls(rows.num_rows, pa.int64())
    rows = rows.append_column("recorded_by_id", nobody)
    done = 0
    for written in bulk.upsert(model, rows, key="key", counter="version"):
        done += written
        if progress:
            progress(done, rows.num_rows)
    if rows.num_rows >= bulk.MANY:
        bulk.settle(model)
    return derived.both(before, derived.named(model, keys))
