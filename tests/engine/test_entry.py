"""What `assess` and `replay` take as dates and horizons, and how they refuse the rest."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from mainstay import Ledger, assess, replay
from mainstay.core.errors import InvalidSetting, MappingNeeded
from mainstay.engine.run import day_of

FIRST = date(2024, 1, 1)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    days = [FIRST + timedelta(days=7 * n) for n in range(60)] * 3
    accounts = ["A"] * 60 + ["B"] * 60 + ["C"] * 60
    lines = pa.table({"account_id": accounts, "ordered_on": days, "amount": [10.0] * 180})
    return Ledger.from_tables(order_lines=lines)


@pytest.mark.parametrize("given", ["2025-01-01", date(2025, 1, 1), datetime(2025, 1, 1, 15)])
def test_a_day_is_a_date_a_moment_or_a_text(given: object) -> None:
    assert day_of(given) == date(2025, 1, 1)
    assert type(day_of(given)) is date


def test_a_date_may_be_a_text(ledger: Ledger) -> None:
    by_text, by_date = assess(ledger, "2025-01-01"), assess(ledger, date(2025, 1, 1))
    assert by_text.as_of == date(2025, 1, 1)
    assert by_text.accounts == by_date.accounts


@pytest.mark.parametrize("given", ["soon", "2025-13-01", "20250101", 20250101])
def test_what_is_no_date_is_refused(ledger: Ledger, given: object) -> None:
    with pytest.raises(InvalidSetting, match=f"“{given}” is no date; write it as"):
        assess(ledger, given)  # type: ignore[arg-type]
    with pytest.raises(InvalidSetting, match=f"“{given}” is no date; write it as"):
        replay(ledger, as_of=[given])  # type: ignore[list-item]


@pytest.mark.parametrize("weeks", ["x", "13", 13.5, True])
def test_what_is_no_horizon_is_refused(ledger: Ledger, weeks: object) -> None:
    with pytest.raises(InvalidSetting, match="horizon_weeks"):
        assess(ledger, horizon_weeks=weeks)  # type: ignore[arg-type]
    with pytest.raises(InvalidSetting, match="horizon_weeks"):
        replay(ledger, horizon_weeks=weeks)  # type: ignore[arg-type]


def test_a_horizon_too_long_says_how_long_it_may_be(ledger: Ledger) -> None:
    with pytest.raises(InvalidSetting, match="it is from 1 to 104"):
        assess(ledger, horizon_weeks=99999)


@pytest.mark.parametrize("given", ["2024-10-01", ["2024-10-01"], [date(2024, 10, 1), "2024-10-01"]])
def test_a_replay_takes_texts_and_a_single_date(ledger: Ledger, given: object) -> None:
    found = replay(ledger, as_of=given, horizon_weeks=8)  # type: ignore[arg-type]
    assert found.meta["as_of"] == ["2024-10-01"]


def test_a_missing_column_is_told_without_options_of_the_command_line() -> None:
    lines = pa.table({"Customer": ["A"], "Remark": ["x"], "Amount": [1.0]})
    with pytest.raises(MappingNeeded) as failed:
        Ledger.from_tables(order_lines=lines)
    assert str(failed.value) == (
        "The table “order_lines” has no column for ordered_on (order date, 訂單日期, 订单日期, "
        "주문일자); its headings are Customer, Remark, Amount. Call the one that is meant ordered_on, "
        "and hand the table over again."
    )
