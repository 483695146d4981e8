"""What became of a category while its account still bought: stories whose end is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.defection.category_outcomes import NOT_TOLD, CategoryAftermath, category_outcomes
from mainstay.defection.outcomes import COMPLETE, KEPT, PARTIAL
from mainstay.simulate.histories import Plan, histories
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.supply import Missed, Supply, pair_names

BEGIN = date(2023, 1, 2)
ON = BEGIN + timedelta(weeks=104)
END = ON + timedelta(weeks=26)


def without(account: str, category: str, first: date, weeks: int) -> Supply:
    """That category could not be delivered to that account in so many weeks from a date on."""
    mondays = [days_of(first) - days_of(first) % 7 + 4 + 7 * week for week in range(weeks)]
    names = pair_names(pa.array([account]), pa.array([category])).to_pylist()
    tables = [
        pa.table({"name": name * weeks, "week": mondays, "missing": [1.0] * weeks})
        for name in ([account], names)
    ]
    return Supply(*(Missed.of(rows) for rows in tables))


def flat(on: date) -> Season:
    return Season(days_of(on), np.ones(52), 0, np.zeros(0), days_of(BEGIN))


def came(
    lines: pa.Table, on: date = ON, end: date = END, supply: Supply | None = None
) -> dict[tuple[str, str], int]:
    """By account and category; the data end as if somebody had ordered on the last day."""
    ledger = Ledger.from_tables(order_lines=lines)
    kernel = CategoryAftermath(on, 13, BEGIN, end)
    found = ledger.map_accounts(kernel, columns=kernel.columns, as_of=end, known_until=on)
    told = category_outcomes(
        found, on=on, until=end, horizon_weeks=13, season=flat(on), supply=supply
    )
    names = zip(found["account_id"].to_pylist(), found["category"].to_pylist(), strict=True)
    return dict(zip(names, told.tolist(), strict=True))


def story(account: str, category: str, before: int | None, after: int | None) -> list[tuple]:
    """An order of 100 every so many weeks before the date, and after it; None = none."""
    rows = []
    for first, last, every in ((BEGIN, ON, before), (ON, END, after)):
        day = first
        while every and day < last:
            rows.append((account, day, category, 100.0))
            day += timedelta(weeks=every)
    return rows


def table(*stories: list[tuple]) -> pa.Table:
    account, day, category, amount = zip(*(row for s in stories for row in s), strict=True)
    return pa.table(
        {
            "account_id": account,
            "ordered_on": day,
            "category": category,
            "amount": amount,
            "currency": ["EUR"] * len(account),
        }
    )


def test_a_category_is_left_wholly_or_in_part_while_the_account_still_buys() -> None:
    less = [
        (a, d, c, 20.0 if d >= ON else m)
        for a, d, c, m in story("part", "paint", before=1, after=1)
    ]
    found = came(
        table(
            story("whole", "tools", 1, 1),
            story("whole", "paint", 1, None),
            story("part", "tools", 1, 1),
            less,
            story("same", "tools", 1, 1),
            story("same", "paint", 2, 2),
        )
    )
    assert found["whole", "paint"] == COMPLETE
    assert found["part", "paint"] == PARTIAL
    assert {found[key] for key in found if key[1] == "tools" or key[0] == "same"} == {KEPT}


def test_an_account_that_leaves_or_slows_down_leaves_no_category() -> None:
    found = came(
        table(
            story("left", "tools", 1, None),
            story("left", "paint", 1, None),
            story("slower", "tools", 1, 3),
            story("slower", "paint", 1, 3),
            story("rare", "tools", 1, 13),
            story("rare", "paint", 4, None),
        )
    )
    assert found["left", "paint"] == found["left", "tools"] == NOT_TOLD
    assert found["slower", "paint"] == found["slower", "tools"] == KEPT
    # One order in a quarter says nothing of what was in every fourth.
    assert found["rare", "paint"] == NOT_TOLD


def test_what_moved_to_another_category_is_not_lost() -> None:
    moved = [
        *story("moved", "tools", 1, 1),
        *story("moved", "paint", 1, None),
        *story("moved", "lacquer", None, 1),
    ]
    assert came(table(moved))["moved", "paint"] == KEPT
    some = [row if row[2] != "lacquer" else (*row[:3], 20.0) for row in moved]
    assert came(table(some))["moved", "paint"] == COMPLETE


def test_what_we_could_not_deliver_is_not_left() -> None:
    lines = table(story("empty", "tools", 1, 1), story("empty", "paint", 1, None))
    assert came(lines)["empty", "paint"] == COMPLETE
    shelf = without("empty", "paint", ON, 26)
    found = came(lines, supply=shelf)
    assert found["empty", "paint"] == NOT_TOLD
    assert found["empty", "tools"] == KEPT
    other = without("somebody else", "paint", ON, 26)
    assert came(lines, supply=other)["empty", "paint"] == COMPLETE


def test_a_window_that_reaches_beyond_the_data_tells_nothing() -> None:
    lines = table(story("slow", "tools", 1, 1), story("slow", "paint", 8, None))
    assert came(lines)["slow", "paint"] == COMPLETE
    assert came(lines, end=ON + timedelta(weeks=14))["slow", "paint"] == NOT_TOLD


@pytest.mark.parametrize("orders_a_year", [12.0, 26.0, 104.0])
def test_steady_accounts_leave_no_category_in_95_of_100_windows(orders_a_year: float) -> None:
    plan = Plan(
        accounts=400,
        weeks=160,
        orders_a_year=orders_a_year,
        regularity=(1.0, 2.0, 4.0),
        begin=BEGIN,
    )
    found = came(histories(plan, seed=4).lines, end=BEGIN + timedelta(weeks=160))
    told = np.array([came for came in found.values() if came != NOT_TOLD])
    assert len(told) > 300
    assert (told != KEPT).mean() <= 0.05
