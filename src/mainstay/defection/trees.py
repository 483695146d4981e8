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

    from mainstay.defection.trees_loops import Questions

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
    # The features are numbers, few of them zeros: looking for sparse ones takes time and finds none.
    "is_enable_sparse": False,
    "enable_bundle": False,
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
        from mainstay.defection import trees_loops as loops

        asked = _questions([one["tree_structure"] for one in self.model.dump_model()["tree_info"]])
        n, most = asked.feature.shape
        into, parts = np.empty((n, most), np.int64), np.empty((n, 1 << most, most))
        loops.work_out(asked, into, parts)
        out = np.empty(features.shape)
        loops.add_up(asked, into, parts, np.ascontiguousarray(features), out)
        return out


def _questions(trees: list[dict[str, Any]]) -> Questions:
    """From LightGBM's own dump of its trees, which ask of numbers alone."""
    from mainstay.defection import trees_loops as loops

    shape = (len(trees), SETTINGS["num_leaves"] - 1)
    leaves = (shape[0], shape[1] + 1)
    found = loops.Questions(
        n=np.zeros(len(trees), np.int64),
        feature=np.zeros(shape, np.int64),
        threshold=np.zeros(shape),
        unknown=np.zeros(shape, np.int64),
        children=np.zeros((*shape, 2), np.int64),
        reached=np.zeros(shape),
        of_leaf=np.zeros(leaves),
        value=np.zeros(leaves),
    )
    for t, root in enumerate(trees):
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if "split_index" not in node:
                leaf = node.get("leaf_index", 0)
                found.value[t, leaf] = node["leaf_value"]
                found.of_leaf[t, leaf] = node.get("leaf_count", 1)
                continue
            s, yes = node["split_index"], (node["right_child"], node["left_child"])
            found.n[t] += 1
            found.feature[t, s], found.threshold[t, s] = node["split_feature"], node["threshold"]
            found.reached[t, s] = node["internal_count"]
            if node["missing_type"] == "NaN":
                found.unknown[t, s] = loops.NAN_LEFT if node["default_left"] else loops.NAN_RIGHT
            found.children[t, s] = [n.get("split_index", -1 - n.get("leaf_index", 0)) for n in yes]
            waiting += yes
    return found
