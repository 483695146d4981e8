"""Frozen results: Arrow tables and JSON documents in a folder that is made whole and never changed."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import InvalidSetting, NotFound, StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger.files import sync
from mainstay.ledger.workplace import held, is_held, release

ROW_GROUP = 4096  # small, so that one account's rows are found in a few milliseconds
KEY = "account_id"
ORDER = ("category", "on", "week")  # after the account, what orders its rows
LATEST = "latest"
_META = "meta.json"


@dataclass(frozen=True)
class Frozen:
    """One frozen result.

    id: its folder's name; ids sort by time
    """

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @cached_property
    def meta(self) -> dict[str, Any]:
        return dict(self.document("meta"))

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(sorted(p.stem for p in self.folder.glob("*.parquet")))

    @property
    def documents(self) -> tuple[str, ...]:
        return tuple(sorted(p.stem for p in self.folder.glob("*.json")))

    def document(self, name: str) -> Any:
        """A JSON document.

        Raises: NotFound
        """
        try:
            return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise self._lacks(name) from None

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole table.

        Raises: NotFound
        """
        try:
            chosen = list(columns) if columns else None
            return pq.read_table(self._path(name), columns=chosen, partitioning=None)
        except FileNotFoundError:
            raise self._lacks(name) from None

    def rows(
        self, name: str, key: str, columns: Sequence[str] | None = None, *, by: str = KEY
    ) -> pa.Table:
        """One account's rows of a table, reading only the row groups that may hold them.

        by: of a table that has no account, the column by which its rows stand in order
        Raises: NotFound
        """
        try:
            file = _opened(self._path(name))
        except FileNotFoundError:
            raise self._lacks(name) from None
        with file:
            groups = _groups_of(file, by, key)
            chosen = list(dict.fromkeys([*columns, by])) if columns else None
            found = file.read_row_groups(groups, chosen, use_threads=False)
        found = found.filter(pa.compute.equal(found[by], key))
        return found.select(list(columns)) if columns else found

    def shape(self, name: str) -> tuple[pa.Schema, int]:
        """The columns of a table and how many rows it has, from its file's end alone.

        Raises: NotFound
        """
        try:
            with _opened(self._path(name)) as file:
                return file.schema_arrow, int(file.metadata.num_rows)
        except FileNotFoundError:
            raise self._lacks(name) from None

    def take(self, name: str, places: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Some rows of a table in the order of `places`, reading only the row groups that hold them.

        places: 0 = the first row
        Raises: NotFound
        """
        try:
            file = _opened(self._path(name))
        except FileNotFoundError:
            raise self._lacks(name) from None
        with file:
            sizes = [file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)]
            begins = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
            wanted = np.asarray(places, np.int64)
            groups = np.searchsorted(begins, wanted, "right") - 1
            read = np.unique(groups)
            found = file.read_row_groups(read.tolist(), list(columns), use_threads=False)
        # Where each row group that was read begins among the rows that were.
        there = np.concatenate([[0], np.cumsum([sizes[g] for g in read], dtype=np.int64)])[:-1]
        at = there[np.searchsorted(read, groups)] + wanted - begins[groups]
        return found.take(pa.array(at, pa.int64()))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _lacks(self, name: str) -> NotFound:
        return NotFound(gettext_noop("The result {id} has no “{name}”."), id=self.id, name=name)


class FrozenFolder:
    """All frozen results of one kind, in a folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def save(
        self,
        id: str,
        tables: Mapping[str, pa.Table],
        documents: Mapping[str, Any],
    ) -> Frozen:
        """Freeze tables (sorted by account where they have one) and documents, all or nothing.

        documents: JSON values; "meta" is the one that lists show
        Raises: InvalidSetting if there is one of that id
        """
        if not id or id == LATEST or Path(id).name != id or id.startswith("."):
            raise InvalidSetting(gettext_noop("“{id}” can't be the name of a result."), id=id)
        self.folder.mkdir(parents=True, exist_ok=True)
        making = self.folder / f".making-{uuid.uuid4().hex}"
        try:
            with held(making):
                for name, table in tables.items():
                    _write(making / f"{name}.parquet", table)
                for name, value in {"meta": {}, **documents}.items():
                    path = making / f"{name}.json"
                    path.write_text(json.dumps(value, ensure_ascii=False, default=str), "utf-8")
                    sync(path)
                release(making)
                _put(making, self.folder / id)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return Frozen(self.folder / id)

    def ids(self) -> list[str]:
        """All there are, newest first."""
        if not self.folder.is_dir():
            return []
        return sorted((p.parent.name for p in self.folder.glob(f"[!.]*/{_META}")), reverse=True)

    def all(self) -> list[Frozen]:
        """All there are, newest first."""
        return [Frozen(self.folder / id) for id in self.ids()]

    def open(self, id: str = LATEST) -> Frozen:
        """The one of that id, or the newest.

        Raises: NotFound
        """
        ids = self.ids()
        if id == LATEST and ids:
            return Frozen(self.folder / ids[0])
        if id not in ids:
            raise NotFound(
                gettext_noop("There is no result {id}; make one with “mainstay assess”."), id=id
            )
        return Frozen(self.folder / id)

    def delete(self, id: str) -> None:
        """Take one away, in one step for whoever reads the list.

        Raises: NotFound
        """
        going = self.folder / f".going-{uuid.uuid4().hex}"
        os.rename(self.open(id).folder, going)
        shutil.rmtree(going, ignore_errors=True)

    def sweep(self) -> int:
        """Delete what killed writers left; returns how many. Safe at any time."""
        making = [p for p in self.folder.glob(".making-*") if not is_held(p)]
        left = [*making, *self.folder.glob(".going-*")]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)


ASSESSMENTS = "assessments"


def save(
    store: Path, id: str, tables: Mapping[str, pa.Table], documents: Mapping[str, Any]
) -> Frozen:
    """Freeze an assessment, all or nothing.

    store: the folder of the ledger (`Home.store`)
    """
    return FrozenFolder(store / ASSESSMENTS).save(id, tables, documents)


def names(store: Path) -> list[str]:
    """The ids of all assessments, oldest first."""
    return FrozenFolder(store / ASSESSMENTS).ids()[::-1]


def read(store: Path, id: str = LATEST) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """All tables and all documents of an assessment, by name.

    Raises: NotFound
    """
    one = FrozenFolder(store / ASSESSMENTS).open(id)
    return {n: one.table(n) for n in one.tables}, {n: one.document(n) for n in one.documents}


def rows(store: Path, id: str, table: str, account_id: str) -> pa.Table:
    """One account's rows of a table of an assessment, in a few milliseconds.

    Raises: NotFound
    """
    return FrozenFolder(store / ASSESSMENTS).open(id).rows(table, account_id)


def frozen_versions(store: Path) -> list[int]:
    """The versions of the order store that frozen results of any kind were made from.

    store: the folder of the ledger
    Raises: StoreError where a result can't be read, since nobody can tell then what it leads to
    """
    found = set()
    for path in store.glob(f"*/[!.]*/{_META}"):
        try:
            version = json.loads(path.read_text(encoding="utf-8")).get("store_version")
        except (OSError, ValueError, AttributeError) as error:
            raise StoreError(
                gettext_noop(
                    "The result in “{folder}” can't be read, so which order lines it needs is not "
                    "known; nothing was deleted. Put its files back, or delete the folder."
                ),
                folder=str(path.parent),
            ) from error
        if isinstance(version, int):
            found.add(version)
    return sorted(found)


def write_table(table: pa.Table, file: Path | BinaryIO) -> None:
    """One table as a Parquet file of its own, for whoever wants to read it elsewhere."""
    pq.write_table(table, file, compression="zstd")


def _write(path: Path, table: pa.Table) -> None:
    if KEY in table.schema.names:
        order = [KEY, *(name for name in ORDER if name in table.schema.names)]
        if not _in_order(table, order):
            table = table.sort_by([(name, "ascending") for name in order])
    # Figures hardly repeat themselves: looking for those that do takes longer than it saves.
    words = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    # LZ4: .35 s of CPU less to write for 93,000 accounts than zstd, and files a sixth larger.
    pq.write_table(
        table, path, compression="lz4", row_group_size=ROW_GROUP, use_dictionary=words or False
    )
    sync(path)


def _in_order(table: pa.Table, columns: Sequence[str]) -> bool:
    """Whether the rows stand in the order of these columns already: far quicker than sorting them."""
    if not table.num_rows:
        return True
    same: Any = True
    for name in columns:
        values = table[name].combine_chunks()
        before, after = values.slice(0, len(values) - 1), values.slice(1)
        fine = pc.or_(pc.invert(same), pc.less_equal(before, after))
        if values.null_count or not pc.all(fine, min_count=0).as_py():
            return False
        same = pc.and_(same, pc.equal(before, after))
    return True


def _put(making: Path, place: Path) -> None:
    try:
        os.rename(making, place)
    except OSError as error:
        if place.exists():
            raise InvalidSetting(
                gettext_noop("There is a result {id} already; results are never overwritten."),
                id=place.name,
            ) from error
        raise
    sync(place.parent)


def _opened(path: Path) -> pq.ParquetFile:
    """Raises: FileNotFoundError"""
    is_now = path.stat()
    return pq.ParquetFile(path, metadata=_metadata(path, is_now.st_size, is_now.st_mtime_ns))


@lru_cache(maxsize=64)
def _metadata(path: Path, _size: int, _changed_ns: int) -> pq.FileMetaData:
    """Kept from one account's page to the next: to read it takes longer than the account's rows."""
    return pq.read_metadata(path)


def _groups_of(file: pq.ParquetFile, by: str, key: str) -> list[int]:
    """The row groups that may hold an account, or what else the rows stand in order of."""
    place = file.schema_arrow.get_field_index(by)
    metadata, found = file.metadata, []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if statistics is None or not statistics.has_min_max:
            found.append(group)
        elif statistics.min <= key:
            if key <= statistics.max:
                found.append(group)
        else:
            break  # the rows stand in order
    return found
