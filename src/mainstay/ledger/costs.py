"""How much is known of what lines cost us, summed file by file."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.amounts import Rates
from mainstay.ledger.snapshot import Snapshot, reading
from mainstay.ledger.sql import cursor, file_list, sql


@dataclass(frozen=True)
class Costs:
    """How much is known of what lines cost us.

    coverage: share of the sales money of lines whose cost is known; 0 to 1
    margin_share: margin as a share of net sales, over lines with a known cost; 1 where none is known
    """

    coverage: float
    margin_share: float


class CostSums:
    """Sums of amounts and costs by file, kept: a file never changes, and after an import only its own are read.

    Every account's page asks for them, and of all lines they take a scan.
    """

    def __init__(self) -> None:
        self._rows: dict[str, pa.Table] = {}
        self._lock = threading.Lock()  # many who ask at once after an import wait for one who reads

    def at(self, snapshot: Snapshot, as_of: date | None, rates: Rates) -> Costs:
        """Of lines before as_of, in the reporting currency; lines without a rate are left out."""
        if all(f.nulls.get("cost", 0) >= f.rows for f in snapshot.files):
            return Costs(0.0, 1.0)
        return _costs(self._days(snapshot), as_of, rates)

    def _days(self, snapshot: Snapshot) -> pa.Table:
        """currency, ordered_on, kind, known (whether the cost is), amount, cost (decimals): sums of each file."""
        with self._lock:
            files = {str(snapshot.full(f)): f for f in snapshot.files}
            if new := sorted(files.keys() - self._rows.keys()):
                self._rows |= _sums_by_file(snapshot, new)
            self._rows = {path: rows for path, rows in self._rows.items() if path in files}
            return pa.concat_tables(self._rows.values())


def _sums_by_file(snapshot: Snapshot, paths: list[str]) -> dict[str, pa.Table]:
    # By day and kind: of millions of lines, two plain sums are left to take.
    with reading(snapshot):
        found = (
            cursor()
            .sql(
                "SELECT filename, currency, ordered_on, kind, cost IS NOT NULL AS known, "
                "sum(amount) AS amount, sum(cost) AS cost "
                f"FROM read_parquet({file_list(paths)}, hive_partitioning=false, filename=true) "
                "GROUP BY ALL ORDER BY filename"
            )
            .to_arrow_table()
        )
    names = found["filename"].combine_chunks().dictionary_encode()
    place, rows = np.asarray(names.indices), found.drop_columns("filename")
    words = names.dictionary.to_pylist()
    bounds = np.searchsorted(place, np.arange(len(words) + 1))
    parts = {word: rows.slice(bounds[i], bounds[i + 1] - bounds[i]) for i, word in enumerate(words)}
    # A file without lines has no row, and is not to be read again.
    return {path: parts.get(path, rows.slice(0, 0)) for path in paths}


def _costs(days: pa.Table, as_of: date | None, rates: Rates) -> Costs:
    fee = "kind IS NOT DISTINCT FROM 'fee'"
    sale = "coalesce(kind, 'sale') = 'sale'"
    sums = {
        "known": f"sum(amount) FILTER (known AND {sale})",
        "sales": f"sum(amount) FILTER ({sale})",
        "amount": f"sum(amount) FILTER (known AND NOT {fee})",
        "cost": f"sum(cost) FILTER (known AND NOT {fee})",
    }
    found = sql(
        "SELECT currency, CAST(date_trunc('month', ordered_on) AS DATE) AS month, "
        + ", ".join(f'{text} AS "{name}"' for name, text in sums.items())
        + " FROM days WHERE ordered_on < coalesce($as_of, DATE '9999-12-31') "
        "GROUP BY ALL ORDER BY ALL",
        parameters={"as_of": as_of},
        days=days,
    )
    factor = rates.factors(found["currency"], found["month"].cast(pa.int32()).to_numpy())

    def whole(name: str) -> float:
        values = pc.fill_null(found[name].cast(pa.float64()), 0.0).to_numpy()
        return float(np.nansum(values * factor))

    with_cost, sales, amount = whole("known"), whole("sales"), whole("amount")
    return Costs(
        coverage=with_cost / sales if with_cost and sales else 0.0,
        margin_share=1 - whole("cost") / amount if amount else 1.0,
    )
