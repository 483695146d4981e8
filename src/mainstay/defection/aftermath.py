"""What became of each account after a date, and when the usual report would have shown it.

Read from the lines on and after a date; never by anything that judges that date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import summed
from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, days_of, kind_codes

Floats = npt.NDArray[np.float64]
NONE = np.int32(2**31 - 1)
QUARTER_WEEKS, YEAR_WEEKS = 13, 52
BELOW = 0.7  # of the same weeks last year
BACK_WEEKS, AHEAD_WEEKS = 26, 39  # how far around the date the report is looked at
PERIOD_DAYS = 28
PERIODS_BACK, PERIODS = 22, 26  # of the small history around the date, two years of it


@dataclass(frozen=True)
class Aftermath:
    """A kernel: one row an account.

    on: the date A; horizon_weeks: h
    begin, until: first day of the data, and the day after the last

    Columns: account_id; last_order_on, next_order_on (int32, days since 1970-01-01; the last order
    day before A, the first from A on; NONE = there is none); longest_gap (days between order days
    before A; 0 = none); order_days_365 (before A); amount_52 (52 weeks before A; all
    there is where the data are younger), amount_after (money in [A, A + h)), amount_after_52
    (in the 52 weeks from A on); report_weeks: weeks after A at which the sales report, "the last 13 weeks below 70% of the same weeks last year",
    shows the account (below 0: it did so already; AHEAD_WEEKS or where the data end, if not by
    then; NaN: last year's weeks are not in the data); history (PERIODS sums of four weeks' money,
    PERIODS_BACK of them before A).
    """

    on: date
    horizon_weeks: int
    begin: date
    until: date

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        at, end = days_of(self.on), days_of(self.until)
        days = collapse(lines, end, kind_codes(lines))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(days.offsets))
        last, following = _around(days, account, at, lines.n_accounts)
        money = np.asarray(days.net) / MONEY_UNIT
        horizon = at + 7 * self.horizon_weeks
        year = days.order & (days.day >= at - 365) & (days.day < at)

        def between(first: int, after: int) -> Floats:
            some = (days.day >= first) & (days.day < after)
            return summed(account[some], money[some], lines.n_accounts)

        return pa.table(
            {
                "account_id": lines.account_ids,
                "last_order_on": last,
                "next_order_on": following,
                "longest_gap": _longest_gap(days, account, at, lines.n_accounts),
                "order_days_365": np.bincount(account[year], minlength=lines.n_accounts),
                "amount_52": between(at - 7 * YEAR_WEEKS, at),
                "amount_after": between(at, horizon),
                "amount_after_52": between(at, at + 7 * YEAR_WEEKS),
                "history": _history(
                    days.day.astype(np.int64) - at, account, money, lines.n_accounts
                ),
                "report_weeks": self._report(days.day, account, money, lines.n_accounts),
            }
        )

    def _report(
        self,
        day: npt.NDArray[np.int32],
        account: npt.NDArray[np.int64],
        money: Floats,
        n_accounts: int,
    ) -> Floats:
        first_week = -(BACK_WEEKS + QUARTER_WEEKS + YEAR_WEEKS)
        width = AHEAD_WEEKS - first_week
        week = (day.astype(np.int64) - days_of(self.on)) // 7 - first_week
        some = (week >= 0) & (week < width)
        sums = summed(account[some] * width + week[some], money[some], n_accounts * width)
        table = sums.reshape(n_accounts, width)
        ends = np.concatenate([np.zeros((n_accounts, 1)), table.cumsum(axis=1)], axis=1)
        quarter = ends[:, QUARTER_WEEKS:] - ends[:, :-QUARTER_WEEKS]
        now, before = quarter[:, YEAR_WEEKS:], quarter[:, :-YEAR_WEEKS]
        shown = (now < BELOW * before) & (before > 0)  # at A + 7k, k = −BACK_WEEKS … AHEAD_WEEKS
        known_from = days_of(self.begin) - days_of(self.on)
        first_known = -(-known_from // 7) + QUARTER_WEEKS + YEAR_WEEKS
        last_known = min((self.until - self.on) // timedelta(days=7), AHEAD_WEEKS)
        return first_shown(shown, first_known, last_known)


def first_shown(shown: npt.NDArray[np.bool_], first_known: int, last_known: int) -> Floats:
    """Weeks from A until the report shows each account; see `Aftermath`.

    shown: bool (n, BACK_WEEKS + AHEAD_WEEKS + 1), whether it does k weeks after A
    first_known, last_known: k of which the data can tell
    """
    weeks = np.arange(-BACK_WEEKS, AHEAD_WEEKS + 1)
    if last_known < max(first_known, 0):
        return np.full(len(shown), np.nan)
    shown = shown & (weeks >= first_known) & (weeks <= last_known)
    ahead = shown[:, BACK_WEEKS:]
    first = np.where(ahead.any(axis=1), ahead.argmax(axis=1), last_known).astype(float)
    # Shown at A already: since the beginning of that spell.
    back = shown[:, BACK_WEEKS::-1]
    spell = np.where(back.all(axis=1), back.shape[1], back.argmin(axis=1))
    return np.where(spell > 0, 1.0 - spell, first)


def _longest_gap(
    days: Days, account: npt.NDArray[np.int64], at: int, n_accounts: int
) -> npt.NDArray[np.int64]:
    before = days.order & (days.day < at)
    day, of = days.day[before].astype(np.int64), account[before]
    gaps = np.where(np.diff(of) == 0, np.diff(day), 0)
    longest = np.zeros(n_accounts, np.int64)
    np.maximum.at(longest, of[1:], gaps)
    return longest


def _history(
    since: npt.NDArray[np.int64], account: npt.NDArray[np.int64], money: Floats, n_accounts: int
) -> pa.FixedSizeListArray:
    """since: days after the date, of each day with money"""
    period = since // PERIOD_DAYS + PERIODS_BACK
    some = (period >= 0) & (period < PERIODS)
    sums = summed(account[some] * PERIODS + period[some], money[some], n_accounts * PERIODS)
    return pa.FixedSizeListArray.from_arrays(pa.array(sums), PERIODS)


def _around(
    days: Days, account: npt.NDArray[np.int64], at: int, n_accounts: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The last order day before `at` and the first from it on."""
    last, following = np.full(n_accounts, NONE), np.full(n_accounts, NONE)
    before = days.order & (days.day < at)
    after = days.order & (days.day >= at)
    last[account[before]] = days.day[before]  # days rise: the last one stays
    following[account[after][::-1]] = days.day[after][::-1]
    return last, following
