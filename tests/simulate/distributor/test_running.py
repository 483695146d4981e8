"""A made-up company goes by week after week, and comes out the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.simulate import Company, Distributor

SMALL = Company(accounts=60, staff=15, weeks=40, products=240)


def test_the_same_seed_makes_the_same_company() -> None:
    one, again = (Distributor(SMALL, seed=4).run() for _ in range(2))
    other = Distributor(SMALL, seed=5).run()
    tables = one.tables()
    assert {name: table for name, table in again.tables().items() if table != tables[name]} == {}
    assert one.truth() == again.truth()
    assert tables["order_lines"] != other.tables()["order_lines"]


def test_a_company_that_can_not_be_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="6 staff"):
        replace(SMALL, staff=3)
    with pytest.raises(InvalidSetting, match="2023-01-03 is none"):
        replace(SMALL, begin=date(2023, 1, 3))
