"""The models that may forecast a monthly series; which of them does is decided by `choice`.

Each sees the months before an origin and gives the `horizon` months after it:

- `naive`: the same month of the year before (Hyndman & Athanasopoulos 2021, 5.2), moved with the feasts:
  y[t − 12] · e[t] / e[t − 12]. What ours have to beat, and what stands where they do not;
- `level_3`, `level_6`, `level_12`: the mean of so many months, of each by its season: S[t] · Σ y / Σ S;
- `smooth`, `theta`, `sparse`: simple exponential smoothing, the optimised Theta method (Fiorucci et al.
  2016) and Croston's with Syntetos' and Boylan's correction, of statsforecast, on y / S, times S;
- `half`: the mean of `naive` and `level_12`.

Without statsforecast (the extra `forecast`) the rest stand for themselves.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.supply.monthly import YEAR_MONTHS

Floats = npt.NDArray[np.float64]
NAIVE = "naive"
LEVELS = {"level_3": 3, "level_6": 6, "level_12": 12}
OTHERS = ("smooth", "theta", "sparse")
LEAST_MONTHS = 6  # that a model of statsforecast is given
LEAST_SOLD = 2  # months with orders among them


@cache
def has_statsforecast() -> bool:
    return importlib.util.find_spec("statsforecast") is not None


@cache
def _models() -> dict[str, Callable[[], Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast import models
    return {
        "smooth": models.SimpleExponentialSmoothingOptimized,
        "theta": lambda: models.DynamicOptimizedTheta(season_length=1),
        "sparse": models.CrostonSBA,
    }


def names() -> tuple[str, ...]:
    """The candidates there are; the first is the naive one."""
    others = OTHERS if has_statsforecast() else ()
    return (NAIVE, "half", *LEVELS, *others)


def forecasts(y: Floats, season: Floats, busy: Floats, horizon: int) -> dict[str, Floats]:
    """What each candidate says of the months after the last; float64 (n, horizon) each, ≥ 0.

    y: (n, months), NaN before the beginning
    season: (n, months + horizon), S; busy: (months + horizon,), e
    """
    n_months = y.shape[1]
    ahead = season[:, n_months : n_months + horizon]
    found = {NAIVE: naive(y, busy, horizon)}
    for name, n in LEVELS.items():
        found[name] = level(y, season, n)[:, None] * ahead
    found["half"] = (found[NAIVE] + found["level_12"]) / 2
    if has_statsforecast():
        plain = y / season[:, :n_months]
        for name in OTHERS:
            flat = np.array([_one(name, row, horizon) for row in plain]).reshape(len(y), horizon)
            found[name] = np.where(np.isnan(flat), found["level_12"], flat * ahead)
    return {name: np.maximum(found[name], 0.0) for name in names()}


def naive(y: Floats, busy: Floats, horizon: int) -> Floats:
    """The same month a year before; where that is not known, the mean of what is."""
    n, n_months = y.shape
    # Empty where nothing is known at all.
    some = ~np.isnan(y)
    mean = np.nan_to_num(y).sum(axis=1) / np.maximum(some.sum(axis=1), 1)
    found = np.empty((n, horizon))
    for h in range(horizon):
        at = n_months + h
        back = at - YEAR_MONTHS
        while back >= n_months:
            back -= YEAR_MONTHS
        if back < 0:
            found[:, h] = mean
            continue
        moved = y[:, back] * busy[at] / busy[back]
        found[:, h] = np.where(some[:, back], moved, mean)
    return found


def level(y: Floats, season: Floats, n: int) -> Floats:
    """What a month brings that is as busy as usual, by the last n months; float64 (n_series,)."""
    seen = y[:, -n:]
    known = ~np.isnan(seen)
    usual = np.where(known, season[:, : y.shape[1]][:, -n:], 0.0).sum(axis=1)
    return np.where(known, seen, 0.0).sum(axis=1) / np.maximum(usual, 1e-9)


def _one(name: str, row: Floats, horizon: int) -> Floats:
    """One series through one model of statsforecast; NaN where it is too short or breaks the model."""
    row = row[~np.isnan(row)]
    if len(row) < LEAST_MONTHS or (row > 0).sum() < LEAST_SOLD or row.min() == row.max():
        return np.full(horizon, np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = np.asarray(_models()[name]().forecast(y=row, h=horizon)["mean"], np.float64)
    # A model that runs away says nothing.
    wild = ~np.isfinite(found) | (found > 3 * row.max())
    return np.where(wild, np.nan, found)
