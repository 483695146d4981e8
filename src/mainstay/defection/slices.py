"""Accounts at a date as the learners see them: the same function for training and for scoring.

Everything here comes from the measures of one date, which know nothing dated on or after it, and
from a rhythm model fitted at that date. Times and money enter as logarithms, silences relative to
the account's own rhythm; a window that begins before the data is missing (NaN), not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.rhythm_forecast import Forecast
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Rhythm

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
LEAST_ORDERS = 0.01  # of expected orders; below it, who has left has left
_MOST_LOGIT = 14.0

WINDOWS = (4, 13, 26, 52)
MONEY = ("4", "13", "26", "52", "prev_52", "13_last_year", "total")
BREADTH = ("categories_52", "categories_prev_52", "categories_dropped", "categories_added")

# What each feature speaks of: reasons name the group, not the feature.
GROUPS: dict[str, tuple[str, ...]] = {
    "silence": (
        "silent",
        "silent_of_usual",
        "silent_of_limit",
        "silent_of_longest",
        "silent_of_q90",
        "silent_last_year",
        "p_alive",
        "p_no_order",
        "expected_orders",
    ),
    "rhythm": ("gap", "recent_gap", "gap_spread", "regularity"),
    "orders": (*tuple(f"orders_{w}" for w in WINDOWS), "orders"),
    "orders_last_year": tuple(f"orders_{w}_last_year" for w in WINDOWS),
    "money": (*(f"amount_{w}" for w in MONEY), "order_value", "returns"),
    "breadth": BREADTH,
    "tenure": ("tenure", "left_truncated"),
    "sisters": ("sisters_gone",),
}
FEATURES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)


def by_group(parts: Floats) -> Floats:
    """Sums of the features' parts by group, (n, len(GROUPS)).

    parts: (n, len(FEATURES))
    """
    starts = np.cumsum([0] + [len(names) for names in GROUPS.values()])[:-1]
    return np.asarray(np.add.reduceat(parts, starts, axis=1))


@dataclass(frozen=True)
class Examples:
    """Eligible accounts at one date.

    who: int64 (n,), their places in the panel; rows: int64 (n,), their places in the slice
    features: float64 (n, len(FEATURES)), NaN = not known
    prior_odds: float64 (n,), log-odds of the outcome as they stand before anything is learnt, up to a
        factor and a level: of complete defection, what the rhythm model expects
    p_prior: float64 (n,), the probability before anything is learnt
    """

    on: date
    who: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    features: Floats
    prior_odds: Floats
    p_prior: Floats

    def __len__(self) -> int:
        return len(self.who)

    def take(self, chosen: npt.NDArray[Any]) -> Examples:
        """Some of them, by place or by a mask."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "on"}
        return Examples(self.on, **{name: value[chosen] for name, value in values.items()})


@dataclass(frozen=True)
class Labelled:
    """Examples whose horizon has passed, with what became of them.

    came: bool (n,), whether the outcome came true: of complete defection, no order day within the
        horizon
    """

    examples: Examples
    came: Bools


def examples(
    on: date,
    who: npt.NDArray[np.int64],
    columns: Mapping[str, npt.NDArray[Any]],
    future: Forecast,
    own: Rhythm,
    *,
    eligible: Bools,
    sisters_gone: Floats | None = None,
    season_ahead: float = 1.0,
) -> Examples:
    """The eligible accounts of one slice.

    columns: measures of `AccountFeatures` at the date, by name, in the order of `who`
    sisters_gone: share of the money of each account's sisters that left, in the order of `who`; NaN
        or None = no sisters
    season_ahead: how busy the weeks of the horizon are, 1 = as usual, as could be known at the date
    """
    rows = np.flatnonzero(eligible)
    silent = (days_of(on) - 1 - columns["last_day"].astype(np.int64))[rows].astype(float)
    tenure = (days_of(on) - columns["first_day"].astype(np.int64))[rows].astype(float)

    def column(name: str) -> Floats:
        return np.asarray(columns[name], float)[rows]

    def beside(days: Floats) -> Floats:
        return np.log((silent + 1.0) / (days + 1.0))

    p_none, p_alive = future.p_complete[rows], future.p_alive[rows]
    orders = future.expected_orders[rows] * season_ahead
    found = {
        "silent": np.log1p(silent),
        "silent_of_usual": beside(own.usual_days[rows]),
        "silent_of_limit": beside(own.late_after_days[rows]),
        "silent_of_longest": beside(column("gap_max")),
        "silent_of_q90": beside(column("gap_q90")),
        "silent_last_year": column("silent_same_weeks_last_year"),
        "p_alive": log_odds(p_alive),
        "p_no_order": log_odds(p_none),
        "expected_orders": np.log(orders + LEAST_ORDERS),
        "gap": np.log1p(column("gap_mean")),
        "recent_gap": np.log1p(column("gap_mean_26")),
        "gap_spread": column("gap_sd") / (column("gap_mean") + 1.0),
        "regularity": np.log(own.shape[rows]),
        "orders": np.log(column("order_days")),
        "order_value": _signed_log(column("order_value")),
        "returns": _share(column("returns_52"), column("amount_52")),
        "tenure": np.log(tenure),
        "left_truncated": column("left_truncated"),
        "sisters_gone": np.full(len(rows), np.nan) if sisters_gone is None else sisters_gone[rows],
    }
    for weeks in WINDOWS:
        found[f"orders_{weeks}"] = np.log1p(column(f"order_days_{weeks}"))
        found[f"orders_{weeks}_last_year"] = np.log1p(column(f"order_days_{weeks}_last_year"))
    for name in MONEY:
        found[f"amount_{name}"] = _signed_log(column(f"amount_{name}"))
    for name in BREADTH:
        found[name] = np.log1p(column(name))
    matrix = np.column_stack([found[name] for name in FEATURES]) if len(rows) else _nobody()
    # Who will order nothing at all, and who little: of irregular accounts the one ranks better, of
    # regular ones the other, and few accounts can't tell which.
    odds = 0.5 * (log_odds(p_none) - np.log(orders + LEAST_ORDERS))
    return Examples(on, who[rows], rows, matrix, odds, p_none)


def log_odds(p: Floats) -> Floats:
    """log p/(1 − p), within ±14."""
    with np.errstate(divide="ignore"):
        odds: Floats = np.clip(np.log(p) - np.log1p(-p), -_MOST_LOGIT, _MOST_LOGIT)
    return odds


def _nobody() -> Floats:
    return np.empty((0, len(FEATURES)))


def _signed_log(amount: Floats) -> Floats:
    return np.asarray(np.sign(amount) * np.log1p(np.abs(amount)))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.log1p(part) / (1.0 + np.log1p(np.maximum(whole, 0.0))))
