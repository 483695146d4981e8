"""Complete defection, first version: the rhythm model per cohort, fitted afresh at each date.

Accounts that already bought when the data begin have survived for a time nobody saw: they are more
loyal than those whose first order is in the data. They are fitted apart, where both groups are
large enough, which is the likelihood given that they were alive when the data began.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError

if TYPE_CHECKING:
    from mainstay.defection.estimators.cnbd import CNBD

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_COHORT = 200
YEAR_WEEKS = 52.0
SURELY_GONE = 1e-100  # of expected orders, below which a share of them is noise


@dataclass(frozen=True)
class Forecast:
    """What the rhythm model expects of each account; float arrays (n_accounts,).

    p_alive: probability that it still buys
    p_complete: probability of no order day within the horizon
    expected_orders: order days within the horizon
    survival: of the orders of an account that is alive now, in the next 52 weeks if it never left,
        the share that is to be expected, 0 < s ≤ 1
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


def forecast(history: History, horizon_weeks: float, *, before: Forecast | None = None) -> Forecast:
    """Fit MBG/CNBD-k to each cohort and ask it about each account.

    before: the forecast of an earlier date, from whose models the search starts; it saves time, and
        changes the result in its last digits alone
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
            model = MBGCNBDk.fit(x, t_x, T, log_gaps=log_gaps, start=_near(before, name))
        except FitError:
            models.append({"cohort": name, "accounts": len(rows), "fitted": False})
            continue
        alive[rows] = model.p_alive(x, t_x, T)
        none[rows] = model.p_orders(0, horizon_weeks, x, t_x, T)
        orders[rows] = model.expected_orders(horizon_weeks, x, t_x, T)
        survival[rows] = _survival(model, x, t_x, T)
        models.append(
            {
                "cohort": name,
                "accounts": len(rows),
                "fitted": True,
                "model": "MBG/CNBD-k",
                "k": model.k_,
                **asdict(model.params_),
                "loglik": model.loglik_,
                "used_prior": model.used_prior_,
            }
        )
    return Forecast(alive, none, orders, survival, models)


def _near(before: Forecast | None, cohort: str) -> CNBD | None:
    """The model of that cohort, or else of any; None where there is none."""
    from mainstay.defection.estimators.cnbd_search import CNBDParams
    from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk

    fitted = [model for model in before.models if model["fitted"]] if before else []
    for model in sorted(fitted, key=lambda model: model["cohort"] != cohort):
        params = CNBDParams(*(model[name] for name in ("r", "alpha", "a", "b")))
        return MBGCNBDk(params, k=model["k"])
    return None


def _survival(model: CNBD, x: npt.NDArray[np.int64], t_x: Floats, T: Floats) -> Floats:
    """Orders that a living account is expected to make in a year, over those if it never left."""
    kept = model.expected_orders(YEAR_WEEKS, x, t_x, T)
    all_ = model.p_alive(x, t_x, T) * model.expected_orders_if_staying(YEAR_WEEKS, x, t_x, T)
    known = np.minimum(kept, all_) > SURELY_GONE
    share = np.divide(kept, all_, out=np.ones(len(kept)), where=known)
    return np.asarray(np.minimum(share, 1.0))
