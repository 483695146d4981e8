"""Stocking up put into histories: money stays about the same, orders go."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.ledger.schema import MONEY
from mainstay.simulate import Load, stock_up

BEGIN = date(2024, 1, 1)


def lines() -> pa.Table:
    """a and b each order 10 every tenth day, eleven times."""
    rows = [
        {"account_id": a, "ordered_on": BEGIN + timedelta(days=10 * i), "amount": 10.0}
        for a in "ab"
        for i in range(11)
    ]
    table = pa.Table.from_pylist(rows)
    return table.set_column(2, "amount", table["amount"].cast(pa.decimal128(38, 4)).cast(MONEY))


def test_one_order_takes_the_place_of_those_that_it_covers() -> None:
    found = stock_up(lines(), [Load("a", BEGIN + timedelta(days=35), 3.0)])
    of_a = found.filter(pc.equal(found["account_id"], "a"))
    assert [(d - BEGIN).days for d in of_a["ordered_on"].to_pylist()] == [
        *(0, 10, 20, 30, 40),
        *(70, 80, 90, 100),
    ]
    assert [float(m) for m in of_a["amount"].to_pylist()] == [10.0] * 4 + [30.0] + [10.0] * 4
    assert found.filter(pc.equal(found["account_id"], "b")).equals(lines().slice(11))
    assert found.schema == lines().schema


def test_who_orders_no_more_loads_nothing() -> None:
    assert stock_up(lines(), [Load("a", BEGIN + timedelta(days=101), 3.0)]).equals(lines())
    assert stock_up(lines(), [Load("nobody", BEGIN, 3.0)]).equals(lines())


def test_a_load_is_more_than_one_order() -> None:
    with pytest.raises(InvalidSetting):
        stock_up(lines(), [Load("a", BEGIN, 1.0)])
