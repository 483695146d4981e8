"""A made-up company goes by week after week, and comes out the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.simulate import Company, Distributor

SMALL = Company(accounts=60, staff=15, weeks=40, products=240)


def differing(one: dict[str, pa.Table], other: dict[str, pa.Table]) -> list[str]:
    assert set(one) == set(other)
    return [name for name in one if one[name] != other[name]]


def test_the_same_seed_makes_the_same_company() -> None:
    one, again = (Distributor(SMALL, seed=4).run() for _ in range(2))
    other = Distributor(SMALL, seed=5).run()
    assert differing(one.tables(), again.tables()) == []
    assert one.truth() == again.truth()
    assert one.tables()["order_lines"] != other.tables()["order_lines"]


def test_week_by_week_is_the_same_as_at_once() -> None:
    at_once, by_week = Distributor(SMALL, seed=4).run(), Distributor(SMALL, seed=4)
    seen = []
    for _ in range(SMALL.weeks):
        seen.append(by_week.today)
        by_week.step()
        if by_week.week == 20:
            by_week.tables()  # looking changes nothing
            by_week.truth()
    assert seen[:2] == [date(2023, 1, 2), date(2023, 1, 9)]
    assert differing(at_once.tables(), by_week.tables()) == []
    assert at_once.truth(by_category=True) == by_week.truth(by_category=True)


def test_tables_know_nothing_of_what_comes() -> None:
    world = Distributor(SMALL, seed=6)
    for _ in range(25):
        world.step()
    then, today = world.tables(), world.today
    moment = datetime.combine(today, datetime.min.time(), UTC)
    world.run()
    now = world.tables()
    for name, rows in then.items():
        if "recorded_at" in rows.column_names:
            before = now[name].filter(pc.less(now[name]["recorded_at"], pa.scalar(moment)))
            assert before.equals(rows), name
    lines = now["order_lines"]
    assert lines.filter(pc.less(lines["ordered_on"], pa.scalar(today))) == then["order_lines"]
    due = now["payments"].filter(pc.less(now["payments"]["due_on"], pa.scalar(today)))
    columns = ["account_id", "due_on", "amount"]
    assert due.select(columns).sort_by("due_on") == then["payments"].select(columns).sort_by(
        "due_on"
    )
    assert now["targets"] == then["targets"]  # of the year that both lie in
    assert pc.max(then["deliveries"]["delivered_on"]).as_py() < today
    assert pc.max(then["payments"]["paid_on"]).as_py() < today


def test_it_goes_on_beyond_its_last_week() -> None:
    world = Distributor(replace(SMALL, weeks=3), seed=1).run()
    for _ in range(4):
        world.step()
    assert world.week == 7


def test_a_company_that_can_not_be_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="6 staff"):
        replace(SMALL, staff=3)
    with pytest.raises(InvalidSetting, match="2023-01-03 is none"):
        replace(SMALL, begin=date(2023, 1, 3))
    with pytest.raises(InvalidSetting, match="from 0 to 1"):
        replace(SMALL, records=replace(SMALL.records, missing=1.5))


def test_names_are_those_of_the_country() -> None:
    world = Distributor(SMALL, seed=2)
    world.step()
    rows = world.tables()["accounts"].to_pylist()
    by_country = {row["country"]: row["name"] for row in rows}
    assert set(by_country) == {"TW", "CN", "KR", "GB", "US", "DE"}
    assert all("가" <= letter <= "힣" or letter == " " for letter in by_country["KR"])
    assert all("一" <= letter <= "鿿" for letter in by_country["TW"] + by_country["CN"])
    assert by_country["US"].isascii()
    assert len({row["name"] for row in rows}) == len(rows)
    assert {row["currency"] for row in rows} == {"TWD", "CNY", "KRW", "GBP", "USD", "EUR"}
