"""The alert budget (R30): few new things for each manager and week, only on change of state, best first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.plays.situation import Situation

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# One row an account whose state changed within the week, and that may be said.
ALERTS = pa.schema(
    [
        ("account_id", pa.string()),
        ("staff_id", pa.string()),  # who is told; null = nobody looks after it
        ("state", pa.string()),
        ("since", pa.date32()),
        ("recoverable", pa.float64()),  # expected margin that the best play there would keep
        ("rank", pa.int64()),  # among all of the same person's, 1 = most recoverable
        ("told", pa.bool_()),
        ("kept_out", pa.string()),  # budget, snoozed, under_way; empty = it is told
    ]
)
WARNED = ("noticed", "late", "slipping", "lost")
NEW_DAYS = 7
NOTICED = "noticed"


def alerts(
    seen: Situation,
    recoverable: Floats,
    staff_id: Sequence[str | None],
    *,
    most: int,
) -> pa.Table:
    """The changes of state of the week, of each person the `most` most recoverable told.

    recoverable: float array (n_accounts,)
    staff_id: who looks after each account
    What they themselves told us is always told, and counts.
    """
    first = seen.as_of - timedelta(days=NEW_DAYS)
    new = np.array([since is not None and since >= first for since in seen.since], bool)
    fresh = np.flatnonzero(new & np.isin(seen.state, WARNED))
    busy = {run.account for run in seen.runs}
    urgent = seen.state[fresh] != NOTICED
    order = fresh[np.lexsort((np.array(seen.account_id)[fresh], -recoverable[fresh], urgent))]
    given: dict[str | None, int] = {}
    ranked: dict[str | None, int] = {}
    rows: list[dict[str, Any]] = []
    for i in order.tolist():
        who = staff_id[i]
        ranked[who] = ranked.get(who, 0) + 1
        kept_out = "snoozed" if i in seen.snoozed else "under_way" if i in busy else ""
        if not kept_out and given.get(who, 0) >= most and seen.state[i] != NOTICED:
            kept_out = "budget"
        if not kept_out:
            given[who] = given.get(who, 0) + 1
        rows.append(
            {
                "account_id": seen.account_id[i],
                "staff_id": who,
                "state": seen.state[i],
                "since": seen.since[i],
                "recoverable": float(recoverable[i]),
                "rank": ranked[who],
                "told": not kept_out,
                "kept_out": kept_out,
            }
        )
    return pa.Table.from_pylist(rows, ALERTS)
