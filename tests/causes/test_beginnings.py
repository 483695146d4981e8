"""When a fall began, of accounts of which the orders tell little."""

from __future__ import annotations

from datetime import timedelta

from seen import AS_OF, ago, ledger_of, view_of

from mainstay.causes.answers import answer
from mainstay.causes.purchases import PERIOD_DAYS
from mainstay.standing.history import days_of


def test_what_ordered_once_fell_after_that_order_and_not_before() -> None:
    regular = [{"account_id": "A", "ordered_on": ago(28 * i + 3), "amount": 5.0} for i in range(38)]
    once = [{"account_id": "B", "ordered_on": ago(300), "amount": 5.0}]
    view = view_of(ledger_of({"order_lines": regular + once}), ["A", "B", "C"])
    began = answer(view, {}).fell_on
    first = days_of(ago(300))
    assert first < began[1] <= first + PERIOD_DAYS
    assert began[1] <= days_of(AS_OF - timedelta(days=250))
