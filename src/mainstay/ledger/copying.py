"""What of the store belongs to one moment: the files that a copy of it holds, told from names and logs alone.

Neither Delta Lake nor Arrow is loaded for it, so that a backup takes about as long as a copy of the files.
What can be made again from the other files (lookups, order numbers, copies of an object storage) is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger.errors import LogBroken

ATTEMPTS = 20
LOG = "_delta_log"
LAST_CHECKPOINT = f"{LOG}/_last_checkpoint"
STATES = "_mainstay/state"
STATE_APP = "mainstay.state"  # as in `state.py`, which loads what this module does without
ORDER_LINES, FACTS, IMPORTS, MAPPINGS = "order_lines", "facts", "imports", "mappings"
OTHER_STORE = gettext_noop(
    "The order store “{place}” is new and empty, though accounts were assessed here before: their order "
    "lines lie elsewhere. Look at MAINSTAY_STORE, which says where; nothing was changed."
)
_OF_LOG = re.compile(r"(\d{20})\.(json|checkpoint.*\.parquet)")

Keep = Callable[[Path], Path]  # holds a file that may be deleted meanwhile; gives where it is held


class Where(Protocol):
    """Where a table's files lie, as `places.Place` has it."""

    def files(self, under: str) -> dict[str, float]: ...

    def here(self, path: str) -> Path: ...


@dataclass(frozen=True)
class Folder:
    """A table in a folder of this machine."""

    folder: Path

    def files(self, under: str) -> dict[str, float]:
        return {f"{under}/{path.name}": 0.0 for path in (self.folder / under).glob("*")}

    def here(self, path: str) -> Path:
        return self.folder / path


@dataclass
class Belonging:
    """The store at one moment.

    files: where each file is, by its name below the store's folder
    texts: small files that change, as they were
    version, lines: of the order lines; None = there are none
    facts: rows by table, all versions of them; frozen: how many results of each kind
    results_of: the newest version of the order lines that any of them was made from
    """

    files: dict[str, Path] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    version: int | None = None
    lines: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    frozen: dict[str, int] = field(default_factory=dict)
    results_of: int = 0


def belonging(store: Path, keep: Keep, order_lines: Where | None = None) -> Belonging:
    """The files of a store as it is now.

    store: its folder (`Home.store`); order_lines: where they lie, if not there
    keep: called with each file that others may delete before the copy is made
    Raises: StoreError where a file of the order lines is missing or damaged
    """
    where = order_lines or Folder(store / ORDER_LINES)
    for attempt in range(ATTEMPTS):
        try:
            return _look(store, keep, where)
        except FileNotFoundError as error:
            # Taken away between its name and itself: look anew, and believe it in the end.
            if attempt == ATTEMPTS - 1:
                raise _missing(str(error.filename)) from error
    raise AssertionError


def _look(store: Path, keep: Keep, where: Where) -> Belonging:
    """Results first, then the order lines: each result finds the version that it was made from."""
    found = Belonging()
    versions = _frozen(store, keep, found)
    found.results_of = max(versions, default=0)
    imports = _order_lines(where, versions, found) | _facts(store, keep, found)
    for import_id in sorted(imports):  # those under way have a folder and do not count yet
        _all_of(store / IMPORTS / import_id, store, keep, found)
    _all_of(store / MAPPINGS, store, keep, found)
    return found


def _frozen(store: Path, keep: Keep, found: Belonging) -> set[int]:
    """Frozen results; gives the versions of the order lines that they lead to."""
    versions = set()
    for meta in sorted(store.glob("*/[!.]*/meta.json")):
        version = json.loads(meta.read_text("utf-8")).get("store_version")
        versions |= {version} if isinstance(version, int) else set()
        _all_of(meta.parent, store, keep, found)
        kind = meta.parent.parent.name
        found.frozen[kind] = found.frozen.get(kind, 0) + 1
    return versions


def _all_of(folder: Path, store: Path, keep: Keep, found: Belonging) -> None:
    for path in sorted(folder.glob("[!.]*")):
        if path.is_file():
            found.files[path.relative_to(store).as_posix()] = keep(path)


def _facts(store: Path, keep: Keep, found: Belonging) -> set[str]:
    """The facts that count; gives their imports."""
    try:
        text = (store / FACTS / "manifest.json").read_bytes()
    except FileNotFoundError:
        return set()
    manifest = json.loads(text)
    found.texts[f"{FACTS}/manifest.json"] = text
    for table, files in manifest["tables"].items():
        found.facts[table] = sum(file["rows"] for file in files)
        for file in files:
            name = f"{FACTS}/{file['path']}"
            found.files[name] = keep(store / name)
    return {one["import_id"] for one in manifest["imports"]}


# Order lines: their files need not be kept, since none goes within a week of its last use.


def actions(text: str) -> list[dict[str, Any]]:
    """What one file of Delta's log says.

    Raises: ValueError where it is empty or was cut short
    """
    found = [json.loads(line) for line in text.splitlines()]
    if not found:
        raise ValueError
    return found


@dataclass
class _Log:
    """The log read up to some version: the files that count there, with their sizes and rows, and the state."""

    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    state: int | None = None

    def read(self, text: str) -> None:
        for action in actions(text):
            if added := action.get("add"):
                rows = json.loads(added.get("stats") or "{}").get("numRecords", 0)
                self.files[unquote(added["path"])] = added["size"], rows
            elif removed := action.get("remove"):
                self.files.pop(unquote(removed["path"]), None)
            elif (said := action.get("txn")) and said["appId"] == STATE_APP:
                self.state = said["version"]


def _order_lines(where: Where, frozen: Iterable[int], found: Belonging) -> set[str]:
    """The newest version of the order lines, and those of frozen results; gives the imports of the newest."""
    logs = {
        name: int(match[1])
        for name in where.files(LOG)
        if (match := _OF_LOG.fullmatch(name.removeprefix(f"{LOG}/")))
    }
    numbers = {number for name, number in logs.items() if name.endswith(".json")}
    if not numbers:
        return set()
    found.version = max(numbers)
    log, older, states = _Log(), dict[str, int](), set[int]()
    for number in range(found.version + 1):
        name = f"{LOG}/{number:020d}.json"
        try:
            log.read(where.here(name).read_text("utf-8"))
        except ValueError as error:
            raise LogBroken(name) from error
        if number in frozen or number == found.version:
            older |= {name: size for name, (size, _rows) in log.files.items()}
            states |= {log.state} if log.state is not None else set()
    found.lines = sum(rows for _size, rows in log.files.values())
    for name in sorted(n for n, number in logs.items() if number <= found.version):
        found.files[f"{ORDER_LINES}/{name}"] = where.here(name)
    _last_checkpoint(where, found)
    _data(where, older, set(log.files), found)
    return _states(where, states, log.state, found)


def _last_checkpoint(where: Where, found: Belonging) -> None:
    """Where readers of the log may begin, unless it was written after the newest version here."""
    if LAST_CHECKPOINT in where.files(LOG):
        text = where.here(LAST_CHECKPOINT).read_bytes()
        if json.loads(text)["version"] <= (found.version or 0):
            found.texts[f"{ORDER_LINES}/{LAST_CHECKPOINT}"] = text


def _data(where: Where, sizes: Mapping[str, int], newest: set[str], found: Belonging) -> None:
    for name, size in sorted(sizes.items()):
        try:
            file = where.here(name)
            whole = file.stat().st_size == size
        except FileNotFoundError:
            whole = False
        if whole:
            found.files[f"{ORDER_LINES}/{name}"] = file
        elif name in newest:
            raise _missing(name)


def _missing(file: str) -> StoreError:
    for place in (LOG, STATES):
        if place in file:
            return LogBroken(file[file.index(place) :])
    return StoreError(
        gettext_noop(
            "The file “{file}” of the order store is missing or damaged. Run “mainstay "
            "store check”: it names all such files and says what to do."
        ),
        file=file,
    )


def _states(where: Where, numbers: Iterable[int], newest: int | None, found: Belonging) -> set[str]:
    """Which imports there are at each version, and what they replaced; gives those of the newest."""
    imports: set[str] = set()
    for number in sorted(numbers):
        name = f"{STATES}/{number}.json"
        try:
            held = json.loads(where.here(name).read_text("utf-8"))
        except ValueError as error:
            raise LogBroken(name) from error
        except FileNotFoundError:
            if number == newest:
                raise
            continue
        found.files[f"{ORDER_LINES}/{name}"] = where.here(name)
        for replaced in filter(None, (one.get("replaced") for one in held["imports"])):
            if where.here(replaced).exists():
                found.files[f"{ORDER_LINES}/{replaced}"] = where.here(replaced)
        if number == newest:
            imports = {one["import_id"] for one in held["imports"]}
    return imports
