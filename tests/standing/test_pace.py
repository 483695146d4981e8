"""Order days by quarter, against a plain count."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from seen import Rows, ago, ledger_of, view_of

from mainstay.standing.goods import QUARTER_DAYS, QUARTERS


def test_pace_counts_order_days_and_their_money() -> None:
    rng = np.random.default_rng(11)
    lines: Rows = [
        {
            "account_id": "AB"[int(rng.integers(2))],
            "ordered_on": ago(int(rng.integers(-30, 800))),
            "amount": float(rng.integers(-20, 100)),
            "kind": "sale" if rng.random() < 0.9 else "fee",
        }
        for _ in range(600)
    ]
    days: dict[tuple[str, int], float] = defaultdict(float)
    for line in lines:
        if line["kind"] == "sale":
            back = (ago(0) - line["ordered_on"]).days
            days[line["account_id"], back] += line["amount"]
    wanted: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (account, back), money in days.items():
        if 1 <= back <= QUARTERS * QUARTER_DAYS and money > 0:
            wanted[account, (back - 1) // QUARTER_DAYS].append(money)
    rows = view_of(ledger_of({"order_lines": lines}), ["A", "B"]).pace.to_pylist()
    found = {(row["account_id"], row["quarter"]): row for row in rows}
    assert found.keys() == wanted.keys()
    for key, monies in wanted.items():
        assert found[key]["order_days"] == len(monies)
        assert found[key]["amount"] == pytest.approx(sum(monies))
        assert found[key]["amount_squared"] == pytest.approx(sum(m * m for m in monies))
