"""Boosted trees for what a regression cannot see: limits, and features that matter together.

Small trees, many of them, strongly held back: the slices of an account overlap and repeat it, so
that there is far less to learn from than rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from lightgbm import Booster

Floats = npt.NDArray[np.float64]
ROUNDS = 150
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 6,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Trees:
    """Fitted trees."""

    model: Booster

    @classmethod
    def fit(cls, features: Floats, came: Floats) -> Trees:
        """features: (n, n_features), NaN = not known; came: 0 or 1 (n,)"""
        import lightgbm

        data = lightgbm.Dataset(features, came, params={"verbose": -1}, free_raw_data=True)
        return cls(lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS))

    def log_odds(self, features: Floats) -> Floats:
        """Log-odds of the outcome, (n,)."""
        if not len(features):
            return np.empty(0)
        return np.asarray(self.model.predict(features, raw_score=True), float)

    def contributions(self, features: Floats) -> Floats:
        """What each feature adds to the log-odds, beside an average account; (n, n_features).

        Source: SHAP values of trees, Lundberg et al. (2020).
        """
        if not len(features):
            return np.empty((0, features.shape[1]))
        return np.asarray(self.model.predict(features, pred_contrib=True), float)[:, :-1]
