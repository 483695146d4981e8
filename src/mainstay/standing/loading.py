"""Loading: who has stocked up is silent for longer, and that is no loss.

Before a price rise, the end of a quarter or a feast an account may order for months. Its last order
(order days close to each other are one) is set beside its own last 26: with log money ℓ, their mean m
and spread s, drawn to that of all accounts,

    (ℓ − m) / (s √(1 + 1/n)) > 2

is a size that it has in hardly one order of forty. The limit of its silence then grows by what the
order covers: a usual gap for each mean order that it holds beyond the first, and at most twofold, so
that a loss is not hidden for longer than the silence that would count as lost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mainstay.standing.history import Days
from mainstay.standing.rhythm import Columns, Rhythm

Floats = npt.NDArray[np.float64]
SIZES = (
    "last_order_times",  # the last order ÷ the mean of the 26 before it
    "last_order_log",  # its logarithm less the mean of theirs
    "order_log_sd",  # their spread
)
FAR = 2.0  # standard deviations beyond which a size is not usual
MOST_TIMES = 2.0
USUAL_SPREAD = 0.5  # of log sizes, where no account tells
ALL_COUNT_LIKE = 3.0  # orders, beside an account's own
_ORDERS = 26


def last_orders(
    days: Days, date: npt.NDArray[np.int32], row: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """SIZES of each account and date, float32 (3, n_rows); NaN where there are too few orders.

    date: ascending, days since 1970-01-01
    row: int64 (n_accounts + 1,); account i has the rows row[i]:row[i + 1], for its last dates
    """
    from mainstay.standing import loading_loops as loops

    out = np.empty((len(SIZES), int(row[-1])), np.float32)
    loops.last_orders(days.offsets, days.day, days.net, days.order, date, row, out)
    return out


def stocked_up(columns: Columns) -> Floats:
    """How many usual orders the last one of each account holds; 1 = it is as ever.

    columns: those of `AccountFeatures` at one date
    """
    times, beyond, own = (np.asarray(columns[name], float) for name in SIZES)
    known = np.isfinite(own)
    usual = float(np.median(own[known])) if known.any() else USUAL_SPREAD
    n = np.minimum(np.asarray(columns["order_days"], float) - 1.0, _ORDERS)
    free = np.maximum(n - 1.0, 0.0)
    spread = np.sqrt((free * own**2 + ALL_COUNT_LIKE * usual**2) / (free + ALL_COUNT_LIKE))
    with np.errstate(divide="ignore", invalid="ignore"):
        far = beyond > FAR * spread * np.sqrt(1.0 + 1.0 / np.maximum(n, 1.0))
    return np.where(known & far, np.maximum(np.nan_to_num(times), 1.0), 1.0)


def with_loading(own: Rhythm, columns: Columns) -> Rhythm:
    """The rhythm of each account with the limit that its last order gives it."""
    covers = (stocked_up(columns) - 1.0) * own.usual_days
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.nan_to_num(1.0 + covers / own.late_after_days, nan=1.0)
    times = np.minimum(times, MOST_TIMES)
    return replace(own, late_after_days=own.late_after_days * times, stocked_up=times)
