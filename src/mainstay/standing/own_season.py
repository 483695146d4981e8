"""An account's own season: the quarter of the year in which it buys most, where its years agree on it.

    rows = ledger.map_accounts(YearProfile(as_of), columns=("kind",), as_of=as_of, accounts=…)
    place = own_season(profile, years)

Weeks of the year are counted from as_of on, the same every 52 weeks: week w begins 7·w days after it.
With s[y, w] the money of week w in year y (52 weeks, counted backwards from the last order), and a window of
13 weeks: there is a season where its window holds 40% of the money of all years, and a third in each of
them; two years at least. A quarter holds 25% where nothing is season.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.lines import Lines
from mainstay.standing.history import collapse, days_of

Floats = npt.NDArray[np.float64]
YEAR_WEEKS, WEEK_DAYS = 52, 7
YEAR_DAYS = YEAR_WEEKS * WEEK_DAYS
SEASON_WEEKS = 13
MOST_YEARS = 4
LEAST_YEARS = 2
LEAST_SHARE, LEAST_IN_EACH = 0.4, 1 / 3
UNIT = 10_000.0  # kernels count money in ten-thousandths


@dataclass(frozen=True)
class YearProfile:
    """A kernel: of each account, the money of its order days by year and week of the year.

    as_of: weeks of the year are counted from here
    Columns: account_id, years (int64, full years between its first and its last order, at most MOST_YEARS),
    profile (list<float64>, MOST_YEARS × 52 in a row, the year up to the last order first; in the reporting
    currency)
    """

    as_of: date

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.as_of)
        days = collapse(lines, at)
        n = lines.n_accounts
        who = np.repeat(np.arange(n), np.diff(days.offsets))
        day, money = days.day.astype(np.int64), days.net / UNIT
        first, last = np.full(n, at, np.int64), np.full(n, -1, np.int64)
        np.minimum.at(first, who[days.order], day[days.order])
        np.maximum.at(last, who[days.order], day[days.order])
        year = (last[who] - day) // YEAR_DAYS
        mine = (year >= 0) & (year < MOST_YEARS)
        profile = np.zeros((n, MOST_YEARS, YEAR_WEEKS))
        bought = mine & days.order
        week = (day - at) // WEEK_DAYS % YEAR_WEEKS
        np.add.at(
            profile, (who[bought], year[bought], week[bought]), np.maximum(money[bought], 0.0)
        )
        years = np.clip((last - first + 1) // YEAR_DAYS, 0, MOST_YEARS)
        flat = pa.array(profile.reshape(-1))
        offsets = pa.array(np.arange(n + 1, dtype=np.int32) * (MOST_YEARS * YEAR_WEEKS))
        return pa.table(
            {
                "account_id": lines.account_ids,
                "years": pa.array(years),
                "profile": pa.ListArray.from_arrays(offsets, flat),
            }
        )


def windows(weeks: Floats) -> Floats:
    """Sums over SEASON_WEEKS weeks from each week on, around the year; weeks: (…, 52)."""
    around = np.concatenate([weeks, weeks[..., : SEASON_WEEKS - 1]], axis=-1)
    total = np.cumsum(np.concatenate([np.zeros_like(around[..., :1]), around], axis=-1), axis=-1)
    return np.asarray(total[..., SEASON_WEEKS:] - total[..., :-SEASON_WEEKS])


def own_season(profile: Floats, years: int) -> int | None:
    """The week of the year, from as_of on, in which an account's season begins; None = it has none.

    profile: float64 (MOST_YEARS, 52), as the kernel gives it
    years: full years of its history
    """
    if years < LEAST_YEARS:
        return None
    known = profile[:years]
    total = known.sum(axis=0)
    if total.sum() <= 0:
        return None
    held = windows(total)
    begin = int(np.argmax(held))
    each = windows(known)[:, begin] / np.maximum(known.sum(axis=1), 1e-9)
    if held[begin] < LEAST_SHARE * total.sum() or each.min() < LEAST_IN_EACH:
        return None
    # The window may begin in weeks in which nothing was ever bought.
    while total[begin] <= 0:
        begin = (begin + 1) % YEAR_WEEKS
    return begin


def company_season(index: Floats) -> int | None:
    """The week, from as_of on, in which the company's busiest quarter begins; None = there is none.

    index: float64 (52,) with mean 1, of the weeks from as_of on
    """
    mean = windows(index) / SEASON_WEEKS
    begin = int(np.argmax(mean))
    return begin if mean[begin] >= LEAST_BUSIER else None


LEAST_BUSIER = 1.1  # of the busiest quarter over the year
