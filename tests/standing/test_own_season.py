"""An account's own season, found where its years agree, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from mainstay import Ledger
from mainstay.standing.own_season import (
    MOST_YEARS,
    SEASON_WEEKS,
    YEAR_WEEKS,
    YearProfile,
    company_season,
    own_season,
    windows,
)

AS_OF = date(2026, 3, 2)


def profile_of(days: list[date], amounts: list[float] | None = None) -> tuple[np.ndarray, int]:
    lines = pa.table(
        {
            "account_id": ["A"] * len(days),
            "ordered_on": pa.array(days, pa.date32()),
            "amount": amounts or [100.0] * len(days),
        }
    )
    ledger = Ledger.from_tables(order_lines=lines)
    row = ledger.map_accounts(
        YearProfile(AS_OF), columns=YearProfile.columns, as_of=AS_OF
    ).to_pylist()[0]
    return np.array(row["profile"]).reshape(MOST_YEARS, YEAR_WEEKS), row["years"]


def spring(years: int, last_year: int = 2025) -> list[date]:
    """Orders each fortnight from April to June, and one in November."""
    found = []
    for year in range(last_year - years + 1, last_year + 1):
        found += [date(year, 4, 6) + timedelta(days=14 * n) for n in range(6)]
        found.append(date(year, 11, 9))
    return found


def test_a_buyer_of_the_spring_has_its_season_in_april() -> None:
    profile, years = profile_of(spring(4))
    begin = own_season(profile, years)
    assert begin is not None
    begins_on = AS_OF + timedelta(weeks=begin)
    assert abs((begins_on - date(2026, 4, 6)).days) <= 7


def test_two_years_at_least_and_all_of_them_agree() -> None:
    assert own_season(*profile_of(spring(1))) is None
    moved = spring(3)[:14] + [date(2025, 9, 1) + timedelta(days=9 * n) for n in range(14)]
    assert own_season(*profile_of(moved)) is None


def test_who_orders_all_the_year_has_none() -> None:
    steady = [date(2022, 3, 7) + timedelta(days=14 * n) for n in range(100)]
    assert own_season(*profile_of(steady)) is None
    drawn = np.random.default_rng(5).integers(0, 1400, 40)
    some = [date(2022, 3, 7) + timedelta(days=int(n)) for n in sorted(drawn)]
    assert own_season(*profile_of(some)) is None


def test_orders_of_the_day_and_later_change_nothing() -> None:
    before = profile_of(spring(4))
    after = profile_of([*spring(4), AS_OF, AS_OF + timedelta(days=30)])
    assert (before[0] == after[0]).all()
    assert before[1:] == after[1:]


def test_a_window_goes_around_the_year() -> None:
    weeks = np.zeros(YEAR_WEEKS)
    weeks[[50, 51, 0, 1]] = 1.0
    assert windows(weeks)[50] == 4.0
    assert windows(weeks).shape == (YEAR_WEEKS,)


def test_the_company_has_a_season_where_a_quarter_is_a_tenth_busier() -> None:
    flat = np.ones(YEAR_WEEKS)
    assert company_season(flat) is None
    busy = flat.copy()
    busy[20 : 20 + SEASON_WEEKS] = 1.3
    assert company_season(busy / busy.mean()) == 20
