"""Which accounts have had an order number, without reading order lines.

Beside the order store lies, for each of its files, a small file made from it alone: the hashes of its
order numbers in order, each with that of an account that has it. It is made when it is first asked for.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from mainstay.ledger.files import DataFile
from mainstay.ledger.lookups import matches
from mainstay.ledger.snapshot import Snapshot, reading
from mainstay.ledger.sql import cursor, file_list

FOLDER = "order_numbers"
GRACE_SECONDS = 24 * 3600  # one whose file is gone stays for those who read it
SUFFIX = f"-1-{duckdb.__version__}.npy"  # hashes hold within one version of DuckDB
Pairs = npt.NDArray[np.uint64]  # (2, n): orders, rising, and with each an account that has it


def shared(snapshot: Snapshot, order_ids: list[str], codes: Iterable[str]) -> set[str]:
    """Those of these orders that have lines of any account but those with these codes."""
    if not order_ids:
        return set()
    wanted = _hashes(order_ids)
    ours = _hashes(list(codes))
    others = np.zeros(len(order_ids), bool)
    for pairs in _all(snapshot):
        order, place = matches(pairs[0], wanted)
        others[order[~np.isin(pairs[1][place], ours)]] = True
    return {order_ids[i] for i in np.flatnonzero(others)}


def prepare(snapshot: Snapshot) -> None:
    """Make what is missing, and delete what no file stands behind any more."""
    there = {_place(snapshot, file) for file in snapshot.files}
    for _pairs in _all(snapshot):
        pass
    limit = time.time() - GRACE_SECONDS
    for path in _folder(snapshot).glob("*.npy"):
        if path not in there and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _all(snapshot: Snapshot) -> Iterable[Pairs]:
    with reading(snapshot):
        for file in snapshot.files:
            yield _of(snapshot.full(file), _place(snapshot, file))


def _folder(snapshot: Snapshot) -> Path:
    return snapshot.folder.parent / FOLDER


def _place(snapshot: Snapshot, file: DataFile) -> Path:
    return _folder(snapshot) / (file.path.replace("/", "-") + SUFFIX)


@lru_cache(maxsize=4096)
def _of(file: Path, place: Path) -> Pairs:
    if not place.exists():
        found = (
            cursor()
            .sql(
                'SELECT DISTINCT hash(order_id) AS "order", hash(account_id) AS account '
                f"FROM read_parquet({file_list([str(file)])}, hive_partitioning=false) "
                'WHERE order_id IS NOT NULL ORDER BY "order"'
            )
            .fetchnumpy()
        )
        pairs = np.array([found["order"], found["account"]], np.uint64)
        place.parent.mkdir(parents=True, exist_ok=True)
        making = place.with_name(f".{uuid.uuid4().hex}.npy")
        np.save(making, pairs)
        os.replace(making, place)
    kept: Pairs = np.load(place, mmap_mode="r")
    return kept


def _hashes(texts: list[str]) -> npt.NDArray[np.uint64]:
    found = cursor().execute("SELECT hash(v) AS h FROM (SELECT unnest($v) AS v)", {"v": texts})
    return np.asarray(found.fetchnumpy()["h"], np.uint64)
