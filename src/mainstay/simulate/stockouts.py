"""Stock-outs put into histories that are there: weeks in which nobody could buy a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Stockout:
    """A product of which there is none for so many weeks from a Monday on."""

    product_id: str
    monday: date
    weeks: int


def run_out(lines: pa.Table, stockouts: Sequence[Stockout]) -> tuple[pa.Table, pa.Table]:
    """The order lines without what there was none of, and the table `supply` that tells of it.

    lines: ordered_on, product_id. What could not be bought is not bought later either.
    """
    product = np.asarray(lines["product_id"].to_pylist(), object)
    day = lines["ordered_on"].to_numpy()
    stays = np.ones(len(day), bool)
    weeks = []
    for out in stockouts:
        until = np.datetime64(out.monday + timedelta(weeks=out.weeks))
        stays &= (product != out.product_id) | (day < np.datetime64(out.monday)) | (day >= until)
        weeks += [(out.product_id, out.monday + timedelta(weeks=w)) for w in range(out.weeks)]
    supply = pa.table(
        {
            "product_id": pa.array([name for name, _ in weeks], pa.string()),
            "week": pa.array([week for _, week in weeks], pa.date32()),
            "available": np.zeros(len(weeks)),
        }
    )
    return lines.filter(pa.array(stays)), supply
