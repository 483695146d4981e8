"""Which imports the store holds at a version.

Every commit names, as a Delta app transaction, the number of one small JSON file under
`_mainstay/state/`, written before the commit. So the list of imports changes in the same instant as
the lines do, is there for every version, and outlives checkpoints and the clean-up of the log.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mainstay.ledger import buckets
from mainstay.ledger.errors import LogBroken
from mainstay.ledger.places import Place, newer

APP = "mainstay.state"
PLACE = "_mainstay"
FORMAT = 1  # of what is written; an older Mainstay refuses what a newer one wrote


@dataclass(frozen=True)
class ImportRecord:
    """One import that the store holds.

    version: the store's version that brought it
    lines: how many order lines it brought; copies: how many it had that were there already
    replaced: file with the lines that it replaced, relative to the table's folder
    complete: False once an import whose lines it shared was undone; then loading its file again
        adds what is missing
    notes: what the importer wants to keep with it
    """

    import_id: str
    fingerprint: str
    version: int
    lines: int
    copies: int = 0
    replaced: str | None = None
    complete: bool = True
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """The imports of one version, in the order in which they came, and the number of buckets."""

    imports: tuple[ImportRecord, ...] = ()
    buckets: int = buckets.SMALL

    def find(self, import_id: str) -> ImportRecord | None:
        return next((i for i in self.imports if i.import_id == import_id), None)

    def loaded(self, fingerprint: str) -> str | None:
        """The import that holds the file with that fingerprint, wholly."""
        return next(
            (i.import_id for i in self.imports if i.fingerprint == fingerprint and i.complete),
            None,
        )

    def having(self, record: ImportRecord) -> State:
        return replace(self, imports=(*self.imports, record))

    def without(self, import_id: str) -> tuple[ImportRecord, State]:
        """One import, and the others; later ones that shared lines with it are complete no more."""
        place = next(n for n, i in enumerate(self.imports) if i.import_id == import_id)
        later = tuple(
            replace(i, complete=i.complete and not i.copies) for i in self.imports[place + 1 :]
        )
        return self.imports[place], replace(self, imports=self.imports[:place] + later)

    def with_record(self, record: ImportRecord) -> State:
        """The same with one import's record changed."""
        return replace(
            self,
            imports=tuple(record if i.import_id == record.import_id else i for i in self.imports),
        )


def save(place: Place, version: int, state: State) -> int:
    """Write the state that version is to have; returns its number, which the commit must name."""
    number = (version << 24) | secrets.randbits(24)
    path = place.folder / _path(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        said = {"format": FORMAT, **asdict(state)}
        path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        place.settle(_path(number))
    except OSError:  # such as a full disk
        path.unlink(missing_ok=True)
        raise
    return number


def load(place: Place, number: int | None) -> State:
    """The state of that number; that of an empty store where there is none.

    Raises: LogBroken; StoreError where a newer Mainstay wrote it
    """
    if number is None:
        return State()
    try:
        found = json.loads(place.here(_path(number)).read_text("utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise LogBroken(_path(number)) from error
    if found.get("format", 1) > FORMAT:
        raise newer(place.uri)
    return State(tuple(ImportRecord(**i) for i in found["imports"]), found["buckets"])


def version_of(number: int) -> int:
    """The version that a state was made for."""
    return number >> 24


def forget(place: Place, number: int) -> None:
    place.delete(_path(number))


def numbers(place: Place) -> dict[int, float]:
    """The states there are, whether a version names them or not, and when each was written."""
    found = {Path(path): at for path, at in place.files(f"{PLACE}/state").items()}
    return {int(p.stem): found[p] for p in sorted(found, key=_number) if p.suffix == ".json"}


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else -1


def _path(number: int) -> str:
    return f"{PLACE}/state/{number}.json"
