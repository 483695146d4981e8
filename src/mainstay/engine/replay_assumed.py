"""What a replay says with the facts that are only assumed to have been known, and without them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from mainstay.engine.replay_summary import verdicts_of
from mainstay.engine.replay_tables import ASSUMED, OURS, Replay


def assumed_table(with_them: Replay, without: Replay) -> pa.Table:
    """The table ASSUMED: of each outcome a row with the assumed facts, and one without."""
    rows: list[dict[str, Any]] = []
    for used, found in ((True, with_them), (False, without)):
        scores = {row["outcome"]: row for row in found.overall.to_pylist() if row["method"] == OURS}
        intervals = found.meta["intervals_horizon"]
        for one in verdicts_of(found):
            ours = scores.get(one.outcome, {})
            row = {name: ours.get(name) for name in ASSUMED.names}
            row |= {name: value for name, value in one.to_json().items() if name in ASSUMED.names}
            rows.append(row | {"assumed": used, "covered": intervals["covered"]})
    return pa.Table.from_pylist(rows, schema=ASSUMED)
