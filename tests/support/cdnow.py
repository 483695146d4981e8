"""CDNOW's sample as the models read it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq

SAMPLE = Path(__file__).parent.parent / "data" / "cdnow_sample.parquet"
CALIBRATION_ENDS = np.datetime64("1997-10-01")


class Cdnow(NamedTuple):
    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    log_gaps: np.ndarray
    holdout: np.ndarray
    spend: np.ndarray


@cache
def cdnow_sample() -> Cdnow:
    """x, t_x, T in weeks to the end of the calibration, order days of the holdout, mean repeat spend."""
    table = pq.read_table(SAMPLE, columns=["sample_id", "date", "dollar_value"])
    ids = np.array(table["sample_id"].to_pylist())
    days = table["date"].to_numpy().astype("datetime64[D]")
    dollars = table["dollar_value"].to_numpy()
    rows = []
    for account in np.unique(ids):
        mine = ids == account
        own, of_day = np.unique(days[mine], return_inverse=True)
        spent = np.bincount(of_day, weights=dollars[mine])
        before = own[own < CALIBRATION_ENDS]
        gaps = np.diff(before).astype(float) / 7
        rows.append(
            (
                len(before) - 1,
                gaps.sum(),
                (CALIBRATION_ENDS - before[0]).astype(float) / 7 - 1 / 7,
                np.log(gaps).sum(),
                len(own) - len(before),
                spent[1 : len(before)].mean() if len(before) > 1 else 0.0,
            )
        )
    return Cdnow(*np.array(rows, dtype=float).T)
