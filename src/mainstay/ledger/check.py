"""Is the store as it must be? Reads every file; for a quiet hour, or after an accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from mainstay.core.errors import StoreError
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger import buckets
from mainstay.ledger.files import DataFile, check_sorted, read_groups
from mainstay.ledger.snapshot import Snapshot

_MISSING = (
    gettext_noop(
        "The file “{file}” is missing. Put it back from a backup; without one, undo the "
        "import {import_id} and load its file again."
    ),
    gettext_noop(
        "The file “{file}” is missing. Put it back from a backup of the store: it holds lines of "
        "imports from {first} to {last}. Without one, load all files into a new store."
    ),
)
_DAMAGED = (
    gettext_noop(
        "The file “{file}” is damaged. Put it back from a backup; without one, undo the "
        "import {import_id} and load its file again."
    ),
    gettext_noop(
        "The file “{file}” is damaged. Put it back from a backup of the store: it holds lines of "
        "imports from {first} to {last}. Without one, load all files into a new store."
    ),
)
_COLUMNS = ["account_id", "ordered_on", "import_id"]


def check(snapshot: Snapshot, progress: Callable[[int, int], None] | None = None) -> list[Text]:
    """Everything that is wrong with a version of the store, a sentence each; empty = all is well.

    Looks at each file: is it there, whole, in order, in its bucket, of imports that the store
    holds
    """
    known = {record.import_id for record in snapshot.state.imports}
    wrong: list[Text] = []
    for done, file in enumerate(snapshot.files, 1):
        wrong += _file(snapshot, file, known)
        if progress:
            progress(done, len(snapshot.files))
    return wrong


def _file(snapshot: Snapshot, file: DataFile, known: set[str]) -> Iterator[Text]:
    size = snapshot.place.size(file.path)
    if size is None:
        yield _lost(file, _MISSING)
        return
    try:
        wrong = list(_content(snapshot, file, known))
    except StoreError as error:
        wrong = [error.text]
    except (pa.ArrowException, OSError):
        wrong = [_lost(file, _DAMAGED)]
    if size != file.size and not wrong:
        wrong = [Text(gettext_noop("The file “{file}” has changed its size."), {"file": file.path})]
    yield from wrong


def _lost(file: DataFile, said: tuple[str, str]) -> Text:
    """Which file, and what to do: an import that has a file of its own is undone without it.

    said: where its lines are of one import, and where they are of several
    """
    of_one, of_several = said
    if file.only_import:
        return Text(of_one, {"file": file.path, "import_id": file.only_import})
    between = {"first": file.low.get("import_id"), "last": file.high.get("import_id")}
    return Text(of_several, {"file": file.path, **between})


def _content(snapshot: Snapshot, file: DataFile, known: set[str]) -> Iterator[Text]:
    rows = 0
    last = None
    accounts: set[str] = set()
    imports: set[str] = set()
    for group in read_groups(snapshot.place.again(file.path), _COLUMNS):
        rows += group.num_rows
        last = check_sorted(group, last, file.path)
        accounts.update(group["account_id"].unique().to_pylist())
        imports.update(group["import_id"].unique().to_pylist())
    if rows != file.rows:
        yield Text(
            gettext_noop("The file “{file}” has {are} lines instead of {wanted}."),
            {"file": file.path, "are": rows, "wanted": file.rows},
        )
    stray = [a for a in accounts if buckets.bucket_of(a, snapshot.buckets) != file.bucket]
    if stray:
        yield Text(
            gettext_noop("The file “{file}” has lines of “{account}”, which belong elsewhere."),
            {"file": file.path, "account": min(stray)},
        )
    if imports - known:
        yield Text(
            gettext_noop("The file “{file}” has lines of {import_id}, which is no import here."),
            {"file": file.path, "import_id": min(imports - known)},
        )
