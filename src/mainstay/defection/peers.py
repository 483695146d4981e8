"""What others would have said: plain scores and models that Mainstay's forecast is measured against.

Their settings are fixed here, once for all data. A score is the higher, the likelier an account is
to leave. Where a model can't be fitted, it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError
from mainstay.defection.rhythm_forecast import History
from mainstay.defection.ridge import expit
from mainstay.defection.slices import Examples, Labelled

Floats = npt.NDArray[np.float64]

MOST_FITTED = 20_000
LEAST_TREE_ROWS = 40
LEAST_TREE_EVENTS = 5
TREE_ROUNDS = 100
TREE_SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 20,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Said:
    """What one method says of some accounts; arrays (n,).

    p: a probability of leaving, where the method gives one
    """

    score: Floats
    p: Floats | None = None


def simple_scores(
    columns: Mapping[str, npt.NDArray[Any]], orders_365: npt.NDArray[np.integer], at: int
) -> dict[str, Said]:
    """Recency, orders in the last 365 days, and hiatus: the silence over the longest gap before it.

    columns: measures of `AccountFeatures` at the date, as days since 1970-01-01; at: the date so
    """
    silent = at - 1 - columns["last_day"].astype(float)
    longest = np.asarray(columns["gap_max"], float)
    return {
        "recency": Said(silent),
        "orders_365": Said(-orders_365.astype(float)),
        "hiatus": Said((silent + 1) / (longest + 1)),
    }


def model_scores(
    history: History, rows: npt.NDArray[np.int64], horizon_weeks: float
) -> dict[str, Said]:
    """Buy-till-you-die models fitted to all accounts, by P(alive) and by orders expected.

    history: of every account with an order day; rows: those that are judged
    """
    found: dict[str, Said] = {}
    some = np.s_[:: max(1, -(-len(history.x) // MOST_FITTED))]
    past = history.x[rows], history.t_x[rows], history.T[rows]
    for name, estimator in _models().items():
        with suppress(FitError):
            model = estimator.fit(history.x[some], history.t_x[some], history.T[some])
            alive = np.asarray(model.p_alive(*past), float)
            orders = np.asarray(model.expected_orders(horizon_weeks, *past), float)
            none = np.asarray(model.p_orders(0, horizon_weeks, *past), float)
            found[f"{name}_alive"] = Said(-alive, 1 - alive)
            found[f"{name}_orders"] = Said(-orders, none)
    return found


def _models() -> dict[str, Any]:
    from mainstay.defection.estimators import BGNBD, MBGNBD, ParetoNBD

    return {"bg_nbd": BGNBD, "mbg_nbd": MBGNBD, "pareto_nbd": ParetoNBD}


def tree_scores(before: Labelled | None, now: Examples) -> dict[str, Said]:
    """Trees that learnt from one slice: the accounts one horizon ago, and who of them left.

    before: whose horizon has passed at the date of `now`
    """
    if before is None or len(before.came) < LEAST_TREE_ROWS or not len(now):
        return {}
    left = before.came.astype(float)
    if min(left.sum(), len(left) - left.sum()) < LEAST_TREE_EVENTS:
        return {}
    import lightgbm

    data = lightgbm.Dataset(before.examples.features, left, params={"verbose": -1})
    model = lightgbm.train(TREE_SETTINGS, data, num_boost_round=TREE_ROUNDS)
    odds = np.asarray(model.predict(now.features, raw_score=True), float)
    return {"trees": Said(odds, expit(odds))}
