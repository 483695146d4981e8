"""Margin of each account as a share of its net sales, where costs are known."""

from __future__ import annotations

import numpy as np

from mainstay.ledger.lines import FEE, Lines
from mainstay.standing.history import kind_codes


def margin_rates(lines: Lines) -> dict[str, float]:
    """Margin over net sales of each account, over all its lines but fees.

    lines: with `amount` the margin and `values["net"]` the net sales
    Returns: by account_id; accounts whose net sales are not above 0 are left out
    """
    counted = kind_codes(lines) != FEE
    margin, net = (
        np.add.reduceat(np.append(np.where(counted, values, 0.0), 0.0), lines.offsets[:-1])
        for values in (lines.amount, lines.values["net"])
    )
    names = lines.account_ids.to_pylist()
    return {names[i]: float(margin[i] / net[i]) for i in np.flatnonzero(net > 0)}
