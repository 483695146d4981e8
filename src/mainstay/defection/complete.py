"""Complete defection, first version: the rhythm model per cohort, fitted afresh at each date.

Accounts that already bought when the data begin have survived for a time nobody saw: they are more
loyal than those whose first order is in the data. They are fitted apart, where both groups are
large enough, which is the likelihood given that they were alive when the data began.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_COHORT = 200
YEAR_WEEKS = 52.0


@dataclass(frozen=True)
class Forecast:
    """What the rhythm model expects of each account; float arrays (n_accounts,).

    p_alive: probability that it still buys
    p_complete: probability of no order day within the horizon
    expected_orders: order days within the horizon
    survival: share of the next 52 weeks that an account alive now is expected to stay
    models: what was fitted, for the record
    """

    p_alive: Floats
    p_complete: Floats
    expected_orders: Floats
    survival: Floats
    models: list[dict[str, Any]]


@dataclass(frozen=True)
class History:
    """What the model reads; arrays (n_accounts,): x order days after the first, t_x and T in weeks.

    log_gaps: sum of log(gap in weeks) of each account; None = not known
    """

    x: npt.NDArray[np.int64]
    t_x: Floats
    T: Floats
    log_gaps: Floats | None
    left_truncated: Bools


def cohorts(history: History) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Accounts there when the data begin, and the others; all as one where either is small."""
    old = np.flatnonzero(history.left_truncated)
    young = np.flatnonzero(~history.left_truncated)
    if min(len(old), len(young)) < LEAST_COHORT:
        return [("all", np.arange(len(history.x)))]
    return [("there_when_data_begin", old), ("begun_since", young)]


def forecast(history: History, horizon_weeks: float) -> Forecast:
    """Fit MBG/CNBD-k to each cohort and ask it about each account.

    Where nothing can be fitted (nobody has been seen for a day) all values are NaN.
    """
    from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk

    n = len(history.x)
    alive, none, orders, survival = (np.full(n, np.nan) for _ in range(4))
    models: list[dict[str, Any]] = []
    for name, rows in cohorts(history):
        x, t_x, T = history.x[rows], history.t_x[rows], history.T[rows]
        try:
            log_gaps = None if history.log_gaps is None else history.log_gaps[rows]
            model = MBGCNBDk.fit(x, t_x, T, log_gaps=log_gaps)
        except FitError:
            models.append({"cohort": name, "accounts": len(rows), "fitted": False})
            continue
        alive[rows] = model.p_alive(x, t_x, T)
        none[rows] = model.p_orders(0, horizon_weeks, x, t_x, T)
        orders[rows] = model.expected_orders(horizon_weeks, x, t_x, T)
        year, both = (model.expected_orders(t, x, t_x, T) for t in (YEAR_WEEKS, 2 * YEAR_WEEKS))
        survival[rows] = _stay((both - year) / np.maximum(year, 1e-300))
        p = model.params_
        models.append(
            {
                "cohort": name,
                "accounts": len(rows),
                "fitted": True,
                "model": "MBG/CNBD-k",
                "k": model.k_,
                "r": p.r,
                "alpha": p.alpha,
                "a": p.a,
                "b": p.b,
                "loglik": model.loglik_,
                "used_prior": model.used_prior_,
            }
        )
    return Forecast(alive, none, orders, survival, models)


def _stay(retention: Floats) -> Floats:
    """Share of a year that an account stays, if orders fall by this factor from year to year.

    With a steady hazard h a year, retention = e^(−h) and the share is (1 − e^(−h)) / h. Whole years
    are compared because within weeks it matters more when the next order is due.
    """
    kept = np.clip(retention, 1e-6, 1.0)
    hazard = np.maximum(-np.log(kept), 1e-9)
    return np.asarray(-np.expm1(-hazard) / hazard)
