"""The measures of every account at as-of dates, from its order lines, in one pass.

    kernel = AccountFeatures(dates, first_data_day=ledger.span()[0])
    table = ledger.map_accounts(kernel, columns=AccountFeatures.columns, as_of=dates[-1])

A window [A − far, A − near) never holds anything dated on or after its as-of date A. A window that
begins before the first day of the data is missing (NaN), not zero. Money is in the reporting
currency and holds sales, returns and credits, never fees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, dates_to_days, days_of, kind_codes, net_sales
from mainstay.standing.loading import SIZES, last_orders

if TYPE_CHECKING:
    from mainstay.standing.feature_loops import Cells, Dates

AMOUNTS = (
    "amount_4",
    "amount_13",
    "amount_26",
    "amount_52",
    "amount_prev_52",  # 52 to 104 weeks back
    "amount_13_last_year",  # 52 to 65 weeks back: the same weeks a year ago
    "amount_total",
    "order_value",  # amount_total per order day
    "returns_52",  # money given back by returns and credits, ≥ 0
    "month_to_date",  # calendar month (year) of the day before the as-of date
    "year_to_date",
)
COUNTS = (
    "order_days_4",
    "order_days_13",
    "order_days_26",
    "order_days_52",
    "order_days_4_last_year",  # the same weeks, 52 weeks earlier
    "order_days_13_last_year",
    "order_days_26_last_year",
    "order_days_52_last_year",
    "gap_mean",  # days between order days, over all gaps
    "gap_sd",
    "gap_log_mean",  # mean of their logarithms
    "gap_mean_26",  # of the last 26 gaps, and so are these:
    "gap_median",
    "gap_q90",
    "gap_second",  # the longest but one: a silence that is no exception
    "gap_max",
)
BREADTH = (
    "categories_52",
    "categories_prev_52",
    "categories_dropped",
    "categories_added",
)
_NO_DAY = -(2**31)


@dataclass(frozen=True)
class AccountFeatures:
    """A kernel: one row per account and date, from its first order day on.

    dates: ascending as-of dates, however many
    first_data_day: where the data begin; None = all windows are known
    truncated_weeks: an account that already ordered in the first so many weeks of the data is
        `left_truncated`: it may have begun long before

    Columns: account_id, date_index (int16, place in `dates`), first_day and last_day (date32; order
    days), order_days (int32), AMOUNTS (float64), COUNTS and BREADTH (float32, NaN = missing or too
    few gaps), SIZES of `loading` (float32), left_truncated, silent_same_weeks_last_year (bool: a silence at least as long as
    today's was on within two weeks of this day a year ago, 52 weeks back).

    A category is *dropped* when it was bought on at least two days of the 52 weeks before the last
    26, one of them in these same 26 weeks a year ago (so that no season is taken for a drop), and not
    in the last 26 weeks, in which the account bought something else. It is *added* when it was
    bought in the last 26 weeks and not in the 52 before, in which the account bought something.
    """

    dates: tuple[date, ...]
    first_data_day: date | None = None
    truncated_weeks: int = 13

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        at = dates_to_days(self.dates)
        kind = kind_codes(lines)
        days = collapse(lines, int(at[-1]), kind)
        known = self._dates(at, int(lines.day.min()) if len(lines.day) else int(at[0]))
        cells = _fill(days, known)
        breadth = self._breadth(lines, kind, known, cells)
        return _table(lines, cells, breadth, last_orders(days, at, cells.row))

    def _dates(self, at: npt.NDArray[np.int32], day_from: int) -> Dates:
        """The tables that say which dates a day counts for."""
        from mainstay.standing import feature_loops as loops

        data_from = _NO_DAY if self.first_data_day is None else days_of(self.first_data_day)
        edge_days = np.array(loops.EDGES, np.int32) * np.int32(7)
        span = np.arange(day_from, int(at[-1]) + int(edge_days[-1]) + 1)
        months, years = _month_and_year_starts(self.dates)

        def known(starts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
            return np.where(starts < data_from, np.nan, 0.0)

        def known_windows(windows: tuple[tuple[int, int], ...]) -> npt.NDArray[np.float64]:
            return known(at.astype(np.int64) - edge_days[[far for _, far in windows], None])

        truncated_before = data_from + 7 * self.truncated_weeks
        return loops.Dates(
            at,
            day_from,
            _reach(at, span),
            _reach(months, span),
            _reach(years, span),
            edge_days,
            known_windows(loops.AMOUNT_WINDOWS),
            known_windows(loops.COUNT_WINDOWS),
            known(months),
            known(years),
            known(at.astype(np.int64) - edge_days[4]),
            data_from,
            truncated_before if self.first_data_day else _NO_DAY,
        )

    def _breadth(
        self, lines: Lines, kind: npt.NDArray[np.int32], known: Dates, cells: Cells
    ) -> npt.NDArray[np.float32]:
        """How many categories each account bought, dropped and added; float32 (4, n_rows)."""
        from mainstay.standing import category_loops as loops

        out = np.full((len(BREADTH), len(cells.account)), np.nan, np.float32)
        if "category" not in lines.codes:
            return out
        n_categories = len(lines.names["category"])
        at = known.date
        for first in range(0, len(at), loops.MAX_DATES):
            some = at[first : first + loops.MAX_DATES]
            reach = np.clip(known.reach - first, 0, len(some)).astype(np.int32)
            loops.breadth(
                lines.offsets,
                lines.day,
                net_sales(lines),
                kind,
                lines.codes["category"],
                n_categories,
                len(some),
                known.day_from,
                reach,
                int(some[-1]),
                cells.row,
                first,
                len(at),
                out,
            )
        first_known = at.astype(np.int64)[None, :] - 7 * np.array([[52], [104], [78], [78]])
        missing = first_known < known.data_from
        for feature in np.nonzero(missing.any(axis=1))[0]:
            out[feature, missing[feature][cells.date_index]] = np.nan
        return out


def _fill(days: Days, known: Dates) -> Cells:
    from mainstay.standing import feature_loops as loops

    row = np.empty(len(days.offsets), np.int64)
    n = loops.count_rows(days.offsets, days.day, days.order, known.date, row)
    cells = loops.Cells(
        row,
        np.empty(n, np.int32),
        np.empty(n, np.int16),
        np.empty((3, n), np.int32),
        np.empty((loops.N_AMOUNTS, n)),
        np.empty((loops.N_COUNTS, n), np.float32),
        np.empty((2, n), np.bool_),
    )
    loops.fill(
        days.offsets, days.day, days.net, days.back, days.order, known, cells, float(MONEY_UNIT)
    )
    return cells


def _table(
    lines: Lines, cells: Cells, breadth: npt.NDArray[np.float32], sizes: npt.NDArray[np.float32]
) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "account_id": lines.account_ids.take(pa.array(cells.account)),
        "date_index": pa.array(cells.date_index),
        "first_day": pa.array(cells.days[0]).view(pa.date32()),
        "last_day": pa.array(cells.days[1]).view(pa.date32()),
        "order_days": pa.array(cells.days[2]),
    }
    for names, values in (
        (AMOUNTS, cells.amounts),
        (COUNTS, cells.counts),
        (BREADTH, breadth),
        (SIZES, sizes),
    ):
        columns |= {name: pa.array(value) for name, value in zip(names, values, strict=True)}
    columns["left_truncated"] = pa.array(cells.flags[0])
    columns["silent_same_weeks_last_year"] = pa.array(cells.flags[1])
    return pa.table(columns)


def _reach(starts: npt.NDArray[np.integer], span: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """For each day of `span`, the first date whose start is later than the day."""
    return np.searchsorted(starts, span, side="right").astype(np.int32)


def _month_and_year_starts(
    dates: tuple[date, ...],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First days of the month and of the year in which the day before each date lies."""
    eves = [d - timedelta(days=1) for d in dates]
    months = np.array([days_of(d.replace(day=1)) for d in eves], np.int64)
    years = np.array([days_of(d.replace(month=1, day=1)) for d in eves], np.int64)
    return months, years
