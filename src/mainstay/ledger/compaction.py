"""Keeping the store quick and small: joining small files, more buckets, clearing old versions.

Every import leaves a small file in each bucket, and each costs a reader some time. Files are joined
when there are more than a few in a bucket. The latest imports stay apart, since an import that has
files of its own is undone at once, and one that lies among others only by writing these again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets, scatter, state
from mainstay.ledger.errors import StoreChanged
from mainstay.ledger.files import DataFile, write_sorted
from mainstay.ledger.places import now
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.sql import connect
from mainstay.ledger.store import ATTEMPTS, Change, OrderStore
from mainstay.ledger.workplace import Workplace, held_since

Progress = Callable[[int, int], None]
MANY_FILES = 6
RECENT_IMPORTS = 5
LARGE_SHARE = 10  # the largest file is written again when the others hold a tenth of its lines
RETENTION_HOURS = 168


@dataclass(frozen=True)
class Tidied:
    """What tidying did: files before and after, and old files deleted."""

    files_before: int
    files_after: int
    deleted: int


def tidy(store: OrderStore, keep_versions: Iterable[int] = ()) -> Tidied:
    """All housekeeping that is due; for a quiet hour, harmless at any other.

    keep_versions: versions that somebody may still want to read (of frozen assessments)
    """
    store.sweep()
    before = len(store.snapshot().files)
    compact(store)
    deleted = vacuum(store, keep_versions)
    return Tidied(before, len(store.snapshot().files), deleted)


def compact(store: OrderStore, *, whole: bool = False, progress: Progress | None = None) -> bool:
    """Join files where there are too many, and spread a store that has grown over more buckets.

    whole: every bucket becomes one file, recent imports with the rest
    progress: called with (buckets done, buckets in all)
    Readers keep the files of their version. An import that is committed meanwhile is no reason to
    begin again: what was joined is put in place on top of it.
    Returns: whether anything changed
    """
    changed = False

    def attempt() -> int:
        nonlocal changed
        before = store.snapshot()
        wanted = buckets.for_lines(before.lines)
        groups = list(_all(before) if whole else _due(before))
        if wanted <= before.buckets and not groups:
            return before.version
        with store.at_work(before) as work:
            if wanted > before.buckets:
                change = _spread(before, wanted, work)
            else:
                change = _joined(before, groups, work, progress)
            version = _commit(store, before, change, work)
        changed = True
        return version

    store.again_while_changed(attempt)
    return changed


def _commit(store: OrderStore, before: Snapshot, change: Change, work: Workplace) -> int:
    """Commit on top of what is there by now, as long as all the files that go still lie there.

    Raises: StoreChanged
    """
    for _ in range(ATTEMPTS):
        try:
            return store.commit(before, change, work)
        except StoreChanged:
            now = store.snapshot()
            if "buckets" in change.said or not set(change.remove) <= set(now.files):
                raise
            store.forget(work)
            before, change = now, replace(change, state=now.state)
    return store.commit(before, change, work)


def vacuum(
    store: OrderStore, keep_versions: Iterable[int] = (), retention_hours: int = RETENTION_HOURS
) -> int:
    """Delete files that no version needs which is kept, or was current within the last week.

    retention_hours: never 0 in use: another writer's files under way would go
    Returns: how many data files were deleted
    """
    kept = sorted(set(keep_versions))
    table = store.table()
    newest = table.version()
    kept = [version for version in kept if version < newest]
    # Who has been at work for longer than that may have files that no version has yet.
    long_at_work = held_since(store.folder, now() - retention_hours * 3600)
    options = {
        "retention_hours": retention_hours,
        "full": not long_at_work,
        "keep_versions": kept or None,
    }
    enforce = retention_hours >= RETENTION_HOURS
    going = table.vacuum(dry_run=True, enforce_retention_duration=enforce, **options)
    if going:
        table.vacuum(dry_run=False, enforce_retention_duration=enforce, **options)
    _forget_states(store, [*kept, newest], retention_hours)
    store.place.forget_empty(now() - min(retention_hours, 1) * 3600)
    return len(going)


def _due(before: Snapshot) -> Iterable[tuple[DataFile, ...]]:
    """Groups of files, each to become one."""
    recent = {i.import_id for i in before.state.imports[-RECENT_IMPORTS:]}
    for files in before.by_bucket.values():
        old = sorted((f for f in files if f.only_import not in recent), key=lambda f: f.rows)
        if len(old) <= MANY_FILES:
            continue
        *small, large = old
        together = sum(f.rows for f in small)
        yield tuple(old) if together * LARGE_SHARE >= large.rows else tuple(small)


def _all(before: Snapshot) -> Iterable[tuple[DataFile, ...]]:
    """All files of each bucket that has more than one."""
    return (files for files in before.by_bucket.values() if len(files) > 1)


def _joined(
    before: Snapshot,
    groups: list[tuple[DataFile, ...]],
    work: Workplace,
    progress: Progress | None,
) -> Change:
    """Each group of files as one file."""
    made: list[DataFile | None] = []
    with connect(scatter.MEMORY_LIMIT, work.folder) as con:
        for done, group in enumerate(groups, 1):
            paths = [str(before.full(f)) for f in group]
            pieces = scatter.sorted_bucket(con, paths)
            name = f"joined-{work.token}"
            made.append(write_sorted(before.place, group[0].bucket, name, pieces))
            if progress:
                progress(done, len(groups))
    gone = [file for group in groups for file in group]
    come = [file for file in made if file]
    _same_lines(come, gone)
    said = {"joined": len(gone), "into": len(come)}
    return Change(come, gone, before.state, said, data_change=False)


def _spread(before: Snapshot, wanted: int, work: Workplace) -> Change:
    """All lines in more buckets."""
    target = scatter.Target(before.place, work, "spread")
    made = scatter.write([before.full(f) for f in before.files], wanted, target)
    gone = list(before.files)
    _same_lines(made, gone)
    after = replace(before.state, buckets=buckets.checked(wanted))
    return Change(made, gone, after, {"buckets": wanted}, data_change=False)


def _same_lines(made: list[DataFile], gone: list[DataFile]) -> None:
    were, are = sum(f.rows for f in gone), sum(f.rows for f in made)
    if were != are:
        raise StoreError(
            gettext_noop(
                "Tidying would have changed the store from {were} to {are} lines; "
                "nothing was changed."
            ),
            were=were,
            are=are,
        )


def _forget_states(store: OrderStore, kept: list[int], retention_hours: int) -> None:
    """Delete states and replaced lines that no kept version names and that were long superseded."""
    named = {store.table(version).transaction_version(state.APP) for version in kept}
    limit = now() - retention_hours * 3600
    numbers = state.numbers(store.place)
    for number, following in pairwise(numbers):
        if number not in named and numbers[following] < limit:
            state.forget(store.place, number)
    needed = {
        record.replaced
        for number in state.numbers(store.place)
        for record in state.load(store.place, number).imports
    }
    for path, written in store.place.files(f"{state.PLACE}/replaced").items():
        if path not in needed and written < min(limit, now() - 3600):
            store.place.delete(path)
    store.place.forget_copies(limit)
