"""Times as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from mainstay.ledger.moments import parse_moment
from mainstay.ledger.parsing import DateOrder

HALF_PAST_TWO = dt.datetime(2024, 3, 5, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 14:30",
        "2024-03-05T14:30:00",
        "2024-03-05T14:30:00.000Z",
        "2024-03-05T22:30+08:00",
        "2024-03-05 09:30:00-0500",
        "2024-03-05 23:30:00+09",
        "2024/3/5 下午2:30",
        "2024/3/5下午 2:30",
        "2024年3月5日14時30分",
        "2024年3月5日 14点30分",
        "2024년 3월 5일 오후 2:30",
        "2024. 3. 5. 14시 30분",
        "5.3.2024 14:30",
        "5.3.2024, 2:30 pm",
        "5/3/2024 2:30 P.M.",
        "113/03/05 14:30",
        "２０２４／３／５ １４：３０",
        "20240305 14:30",
        "45356.604166666664",
        "5 Mar 2024 14:30",
    ],
)
def test_half_past_two(text: str) -> None:
    assert parse_moment(text) == HALF_PAST_TWO


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2024-03-05", 0),
        ("2024-03-05 0:00", 0),
        ("2024-03-05 12:00 AM", 0),
        ("2024-03-05 上午12:00", 0),
        ("2024-03-05 12:00 PM", 12),
        ("2024-03-05 中午12:00", 12),
        ("2024-03-05 오전 9:00", 9),
        ("2024-03-05 晚上11:00", 23),
    ],
)
def test_the_halves_of_a_day(text: str, hour: int) -> None:
    assert parse_moment(text) == HALF_PAST_TWO.replace(hour=hour, minute=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "14:30",
        "2024-03-05 25:00",
        "2024-03-05 14:60",
        "2024-03-05 14:30 CET",
        "2024-03-05 14:30+25:00",
        "2024-02-30 14:30",
        "2024-03-05 AM 9:00 PM",
        "2024-03-05 14:30 14:30",
    ],
)
def test_no_moment(text: str) -> None:
    assert parse_moment(text) is None


@pytest.mark.parametrize(("order", "month"), [("dmy", 3), ("mdy", 5)])
def test_the_order_of_day_and_month(order: DateOrder, month: int) -> None:
    found = parse_moment("5/3/2024 14:30", order)
    assert found is not None
    assert found.month == month
