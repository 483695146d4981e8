"""What became of an account after a date: gone, partly gone, or kept.

    facts = ledger.map_accounts(Paces(dates, horizon_weeks=13), columns=("kind",), as_of=later)
    came = outcomes(Pace.of(facts, date_index=0), exposure_weeks=…)

    complete   no order day in [A, A + h)
    partial    in the window the amount is below the account's own 5% predictive quantile under
               "nothing changed", and below (1 − δ)·b
    kept       else

The window is h, or two of the account's own cycles where those are longer: before that a slow account
has told nothing. b is what the window would bring if nothing changed: its orders a week in the last
year × the season of the window × what an order day brings, drawn to its own last year's same weeks,

    b = λ·e·m · (n_LY + κ) / (λ·e + κ)

with e the window's season-adjusted weeks, n_LY its order days in the same days of last year (where it
was known then), κ the order days that the company's season is worth. The amount is a sum of about
b/m sizes with mean m; its variance has three parts: the sum's own, how well rate and sizes are known, and its own season,

    V = (b·m·(cv² + 1/k) + b²·(cv² + 1/k)/n + b²·n_LY/k/(λ·e + κ)²) · (n + 2)/n

n its order days of the last year, k telling how regular its gaps are; the quantile is that of a Gamma with this mean and variance. So
steady accounts of any rhythm come out as partial in fewer than 5% of windows.

Source: MODELS.md's definition; the moments of a renewal reward sum: Cox (1962), Renewal theory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import collapse, dates_to_days, kind_codes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
KEPT, PARTIAL, COMPLETE = 0, 1, 2
NAMES = ("kept", "partial", "complete")
DELTA = 0.5  # of what was to be expected must be missing
# Of the law that is estimated; what is estimated of it wrongly takes the rest of the 5%.
QUANTILE = 0.04
CYCLES = 2.0
SEASON_WORTH = 6.0  # order days: κ
USUAL_SHAPE, SHAPE_WORTH = (
    1.5,
    4.0,
)  # regularity of gaps before looking, and the gaps it counts like
USUAL_CV2, CV2_WORTH = 0.6, 3.0  # the same of order sizes: variance over squared mean
FACTS = (
    "order_days",
    "days_known",
    "amount",
    "squares",
    "gaps",
    "gap_sum",
    "gap_squares",
    "window_days",
    "last_year_days",
    "bought",
    "orders",
    "window_orders",
)


@dataclass(frozen=True)
class Paces:
    """A kernel: one row an account and date with three order days before it: what its label needs.

    dates: ascending; horizon_weeks: h; cycles: own cycles that a window holds at least
    Columns: account_id, date_index (int16), FACTS as float64; amounts in the reporting currency. Rows
    whose window ends after the last day of the data have no label: `Pace.known`.
    """

    dates: tuple[date, ...]
    horizon_weeks: int = 13
    cycles: float = CYCLES

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        from mainstay.defection import outcome_loops as loops

        dates = dates_to_days(self.dates)
        days = collapse(lines, np.iinfo(np.int32).max, kind_codes(lines))
        found = np.empty((lines.n_accounts, len(dates), len(FACTS)))
        loops.paces(
            days.offsets, days.day, days.net, days.order, dates,
            7 * self.horizon_weeks, self.cycles, found,
        )  # fmt: skip
        account, j = np.nonzero(found[:, :, FACTS.index("gaps")] >= 2)
        rows = found[account, j]
        columns = {name: rows[:, c] for c, name in enumerate(FACTS)}
        columns["amount"] /= MONEY_UNIT
        columns["bought"] /= MONEY_UNIT
        columns["squares"] /= float(MONEY_UNIT) ** 2
        return pa.table(
            {
                "account_id": lines.account_ids.take(pa.array(account)),
                "date_index": j.astype(np.int16),
                **columns,
            }
        )


@dataclass(frozen=True)
class Pace:
    """The columns of `Paces` at one date; float64 (n_accounts,) each.

    order_days, days_known, amount, squares: of the year before the date: order days, days since the
        first order at most a year, money of the order days, and the sum of its squares
    gaps, gap_sum, gap_squares: between order days of two years, in days
    window_days: of the window; last_year_days: order days in the same days of last year
    bought: money in the window; orders: order days within the horizon; window_orders: in the window
    """

    order_days: Floats
    days_known: Floats
    amount: Floats
    squares: Floats
    gaps: Floats
    gap_sum: Floats
    gap_squares: Floats
    window_days: Floats
    last_year_days: Floats
    bought: Floats
    orders: Floats
    window_orders: Floats

    @classmethod
    def of(cls, table: pa.Table, date_index: int) -> Pace:
        rows = table.filter(pa.array(table["date_index"].to_numpy() == date_index))
        return cls(*(rows[name].to_numpy().astype(np.float64) for name in FACTS))

    @cached_property
    def size(self) -> Floats:
        """What an order day brings; 0 where there was none in the year."""
        brings = self.amount / np.maximum(self.order_days, 1.0)
        return np.where(self.order_days > 0, brings, 0.0)

    @cached_property
    def size_cv2(self) -> Floats:
        """Squared coefficient of variation of the order days' sizes, drawn to the usual one."""
        n = np.maximum(self.order_days, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(self.size > 0, n * (self.squares / (n * self.size**2) - 1.0), 0.0)
        return (np.maximum(spread, 0.0) + CV2_WORTH * USUAL_CV2) / (n + CV2_WORTH)

    @cached_property
    def gap_cv2(self) -> Floats:
        """The same of the gaps: 1/k, with k the Gamma shape that tells how regular they are."""
        mean = self.gap_sum / np.maximum(self.gaps, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(mean > 0, self.gap_squares / mean**2 - self.gaps, 0.0)
        usual = SHAPE_WORTH / USUAL_SHAPE
        return (np.maximum(spread, 0.0) + usual) / (self.gaps + SHAPE_WORTH)

    def known(self, at: int, end: int) -> npt.NDArray[np.bool_]:
        """Whether the window from day `at` on lies within data that end before day `end`."""
        return at + self.window_days <= end


@dataclass(frozen=True)
class Unchanged:
    """What the window brings if nothing changed; float64 (n,) each.

    baseline: b; orders: order days of it; shape: of the Gamma with mean b and variance V
    """

    baseline: Floats
    orders: Floats
    shape: Floats

    @cached_property
    def quantile(self) -> Floats:
        """Its own 5% predictive quantile."""
        return self._at(QUANTILE, np.arange(len(self.shape)))

    def far_below(self, bought: Floats, delta: float = DELTA) -> npt.NDArray[np.bool_]:
        """Whether the amount is below the 5% quantile, and below (1 − δ)·b."""
        return self._beyond(bought, bought < (1.0 - delta) * self.baseline, QUANTILE)

    def far_above(self, bought: Floats, rose: float) -> npt.NDArray[np.bool_]:
        """Whether the amount is above the 95% quantile, and above so many times b."""
        return self._beyond(bought, bought > rose * self.baseline, 1.0 - QUANTILE)

    def _beyond(
        self, bought: Floats, far: npt.NDArray[np.bool_], quantile: float
    ) -> npt.NDArray[np.bool_]:
        """Which of those that lie far off also lie beyond a quantile: quantiles cost time, and few do."""
        rows = np.flatnonzero(far)
        limit = self._at(quantile, rows)
        found = np.zeros(len(far), bool)
        found[rows] = bought[rows] < limit if quantile < 0.5 else bought[rows] > limit
        return found

    def _at(self, quantile: float, rows: Longs) -> Floats:
        from scipy.special import gammaincinv

        shape = self.shape[rows]
        return np.asarray(self.baseline[rows] * gammaincinv(shape, quantile) / shape)


def unchanged(pace: Pace, exposure_weeks: npt.ArrayLike) -> Unchanged:
    """The baseline and its law, from what lies before the date alone.

    exposure_weeks: season-adjusted weeks of each window: `season.weeks_from(at, window_days)` with
        the season as it was known at the date
    """
    n = np.maximum(pace.order_days, 1.0)
    expected = _expected(pace, exposure_weeks)
    orders = usual_orders(pace, exposure_weeks)
    year_ago = pace.days_known >= 364
    size, cv2, gap_cv2 = pace.size, pace.size_cv2, pace.gap_cv2
    baseline = orders * size
    of_orders = orders * (cv2 + gap_cv2)
    of_rate = orders**2 * (gap_cv2 + cv2) / n
    own_season = orders**2 * gap_cv2 * pace.last_year_days / (expected + SEASON_WORTH) ** 2
    of_rate = of_rate + np.where(year_ago, own_season, 0.0)
    # Of few orders the variance itself is hardly known: that of Student's law is so much larger.
    variance = np.maximum((of_orders + of_rate) * size**2 * (n + 2.0) / n, 1e-12)
    shape = np.maximum(baseline**2 / variance, 1e-3)
    return Unchanged(baseline, orders, shape)


def usual_orders(pace: Pace, exposure_weeks: npt.ArrayLike) -> Floats:
    """Order days that each window holds if nothing changed: `Unchanged.orders`."""
    expected = _expected(pace, exposure_weeks)
    # Where nothing of last year is known, the company's season stands alone.
    own = (pace.last_year_days + SEASON_WORTH) / (expected + SEASON_WORTH)
    return np.where(pace.days_known >= 364, expected * own, expected)


def _expected(pace: Pace, exposure_weeks: npt.ArrayLike) -> Floats:
    """λ·e: order days at the pace of the year in so many weeks."""
    per_week = pace.order_days / np.maximum(pace.days_known / 7.0, 1.0)
    return np.asarray(per_week * np.asarray(exposure_weeks, np.float64))


def outcomes(
    pace: Pace, exposure_weeks: npt.ArrayLike, *, delta: float = DELTA
) -> npt.NDArray[np.int8]:
    """KEPT, PARTIAL or COMPLETE for each account; int8 (n_accounts,).

    exposure_weeks: as in `unchanged`
    delta: share of the baseline that must be missing
    """
    before = unchanged(pace, exposure_weeks)
    little = before.far_below(pace.bought, delta) & (before.baseline > 0)
    came = np.where(little, PARTIAL, KEPT)
    return np.where(pace.orders == 0, COMPLETE, came).astype(np.int8)
