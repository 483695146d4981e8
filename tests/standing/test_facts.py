"""Facts in line with the accounts, as known at a date."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.standing.facts import facts_at, told_at

A = date(2026, 3, 1)
D = date


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    order = {"account_id": ["甲", "乙", "old code"], "ordered_on": [D(2026, 1, 5)] * 3}
    return Ledger.from_tables(
        order_lines=pa.table({**order, "amount": [1.0, 2.0, 3.0]}),
        accounts=pa.table(
            {
                "account_id": ["甲", "old code"],
                "name": ["甲公司", "Old name"],
                "region": [None, "North"],
                "closed_on": pa.array([None, None], pa.date32()),
            }
        ),
        account_joins=pa.table({"account_id": ["old code"], "into_id": ["甲"]}),
        assignments=pa.table(
            {
                "account_id": ["甲", "甲", "甲", "乙", "乙"],
                "staff_id": ["first", "now", "to come", "gone", "service"],
                "role": ["manager", "manager", "manager", "manager", "service"],
                "from": [D(2024, 1, 1), D(2025, 6, 1), D(2026, 5, 1), D(2024, 1, 1), D(2025, 1, 1)],
                "to": [None, None, None, D(2025, 12, 31), None],
            }
        ),
        payments=pa.table(
            {
                "account_id": ["甲", "old code", "甲", "甲", "甲"],
                "due_on": [
                    D(2026, 1, 1),
                    D(2026, 1, 2),
                    D(2026, 1, 3),
                    D(2026, 2, 1),
                    D(2026, 9, 1),
                ],
                "paid_on": [D(2025, 12, 30), D(2026, 1, 2), D(2026, 2, 20), None, D(2026, 8, 1)],
                "amount": [1.0, 2.0, 3.0, 4.0, 5.0],
            }
        ),
        notices=pa.table(
            {
                "account_id": ["甲", "甲", "乙"],
                "on": [D(2025, 9, 1), D(2026, 1, 9), D(2024, 1, 1)],
                "kind": ["dissatisfied", "will_leave", "will_leave"],
            }
        ),
        open_orders=pa.table(
            {
                "account_id": ["甲", "old code"],
                "ordered_on": [D(2026, 2, 1), D(2026, 2, 2)],
                "amount": [10.0, 5.0],
            }
        ),
    )


def test_each_fact_stands_with_its_account(ledger: Ledger) -> None:
    facts = facts_at(ledger, ["乙", "甲", "unknown"], as_of=A)
    assert facts.manager_id == [None, "now", None]
    assert facts.attribute("name") == [None, "甲公司", None]
    # What the main account's row leaves open, a joined code's row fills.
    assert facts.attribute("region") == [None, "North", None]
    # Four were due before the date: two paid in time, one late, one not at all.
    assert facts.pays_on_time[1] == pytest.approx(0.5)
    assert np.isnan(facts.pays_on_time[[0, 2]]).all()
    assert facts.notice == [None, ("will_leave", D(2026, 1, 9)), None]
    assert facts.open_orders.tolist() == [0.0, 15.0, 0.0]


def test_a_handover_counts_from_its_day(ledger: Ledger) -> None:
    managers = [
        facts_at(ledger, ["甲"], as_of=on, known_until=D(2027, 1, 1)).manager_id[0]
        for on in (D(2025, 6, 1), D(2025, 6, 2), D(2026, 5, 2))
    ]
    assert managers == ["first", "now", "to come"]


def test_what_is_recorded_later_is_not_known_yet(ledger: Ledger) -> None:
    closed = pa.table({"account_id": ["乙"], "name": ["乙"], "closed_on": [D(2025, 1, 1)]})
    ledger.facts.append("accounts", closed, "later", datetime(2026, 3, 5, tzinfo=UTC))
    before = told_at(ledger, {"乙": 0}, as_of=D(2026, 3, 5))
    after = told_at(ledger, {"乙": 0}, as_of=D(2026, 3, 6))
    assert (bool(before.closed[0]), bool(after.closed[0])) == (False, True)


def test_money_on_order_is_in_the_reporting_currency_by_its_month() -> None:
    lines = pa.table(
        {
            "account_id": ["甲", "乙"],
            "ordered_on": [D(2026, 1, 5)] * 2,
            "amount": [1.0, 2.0],
            "currency": ["EUR", "KRW"],
        }
    )
    on_order = pa.table(
        {
            "account_id": ["甲", "乙", "乙", "乙"],
            "ordered_on": [D(2026, 2, 1), D(2026, 1, 20), D(2026, 2, 20), D(2026, 2, 21)],
            "amount": [5.0, 1e6, 2e6, 3e6],
            "currency": ["EUR", "KRW", "KRW", "XAF"],
        }
    )
    rates = pa.table(
        {
            "currency": ["KRW", "KRW"],
            "month": [D(2026, 1, 1), D(2026, 2, 1)],
            "rate": [0.0006, 0.0007],
        }
    )
    told = Ledger.from_tables(
        reporting_currency="EUR", order_lines=lines, open_orders=on_order, exchange_rates=rates
    )
    # What has no rate is left out, as lines of orders are.
    found = facts_at(told, ["甲", "乙"], as_of=A)
    assert found.open_orders == pytest.approx([5.0, 600.0 + 1400.0])
