"""What the run's first pass over all lines makes of some accounts, and how that becomes one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from mainstay.standing.supply import Found as Missing


@dataclass(frozen=True)
class Measured:
    """What the first pass makes of some accounts; None and {} where it was not asked."""

    ids: pa.Array
    totals: pa.Table
    shares: pa.Table
    before: pa.Table | None
    margins: dict[str, float]
    year: pa.Table | None
    missing: Missing | None
    features: pa.Table


def together(tables: Iterable[pa.Table | None]) -> pa.Table | None:
    """All of them as one; None = there are none."""
    there = [table for table in tables if table is not None]
    return pa.concat_tables(there) if there else None
