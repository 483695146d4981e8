"""A feast that moves, through the public door: no account is late because a feast came earlier."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger, assess
from mainstay.core.settings import Settings
from mainstay.engine.assessment import Assessment
from mainstay.simulate import Feast, Plan, histories

# Lunar New Year: 2021-02-12, 2022-02-01, 2023-01-22, 2024-02-10, 2025-01-29.
PLAN = Plan(
    accounts=80,
    weeks=225,
    orders_a_year=60,
    spread=4.0,
    regularity=(3, 6),
    size_spread=0.3,
    feast=Feast(),
    begin=date(2021, 1, 4),
)
AFTER = date(2024, 2, 18)  # its silence ended yesterday; a year before, the feast was long over


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(PLAN, seed=1).lines


@pytest.fixture(scope="module")
def ledger(lines: pa.Table) -> Ledger:
    return Ledger.from_tables(order_lines=lines)


def judged(ledger: Ledger, on: date, feasts: str) -> Assessment:
    return assess(ledger, on, settings=Settings(feasts=feasts))


def alarms(result: Assessment) -> int:
    """Accounts called late, lost or slipping; none of them is."""
    return sum(s in ("late", "lost", "slipping") for s in result.accounts["state"].to_pylist())


def test_nobody_is_late_because_the_feast_came_earlier(ledger: Ledger) -> None:
    told, untold = (judged(ledger, AFTER, feasts) for feasts in ("auto", "none"))
    assert list(told.meta["feasts"]) == ["lunar_new_year"]
    assert untold.meta["feasts"] == {}
    assert alarms(told) <= 1
    assert alarms(untold) >= 5
    leaving = [np.nanmean(r.accounts["p_complete"].to_numpy()) for r in (told, untold)]
    assert leaving[0] < 0.5 * leaving[1]


@pytest.mark.parametrize(
    "on",
    [
        date(2024, 2, 3),  # a year before, the feast was over by then
        date(2025, 1, 23),  # a year before, it lay in the same 13 weeks, later
    ],
)
def test_the_quarter_of_the_feast_is_expected_as_it_comes(
    lines: pa.Table, ledger: Ledger, on: date
) -> None:
    day = lines["ordered_on"].to_numpy()
    end = np.datetime64(on + timedelta(weeks=13))
    there = (day >= np.datetime64(on)) & (day < end)
    came = len(set(zip(np.array(lines["account_id"])[there], day[there], strict=True)))
    expected = {
        feasts: np.nansum(judged(ledger, on, feasts).accounts["expected_orders"].to_numpy())
        for feasts in ("auto", "none")
    }
    assert expected["auto"] == pytest.approx(came, rel=0.06)
    assert abs(expected["auto"] - came) < abs(expected["none"] - came)
