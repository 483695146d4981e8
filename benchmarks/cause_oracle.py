"""A Bayes oracle of the causes: it knows the generator, and sees what was recorded.

Of each account it is given what the generator's own equations make of the recorded facts alone
(`Distributor.utility_losses`), when orders show the fall to begin, a quarter before and after it, and
at the end; what was noticed and noted of the account itself; and how it fell. What the
posterior is over everything that was *not* recorded it learns from other companies of the same
generator and setting, whose truth it is shown. So it has what no tool has: the equations, and answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.families import FAMILIES
from mainstay.causes.purchases import PERIOD_DAYS, PERIODS

Floats = npt.NDArray[np.float64]
FAMILY_NAMES = tuple(FAMILIES)
AROUND_PERIODS = (-3, 0, 3)  # of four weeks
KINDS = ("will_leave", "will_reduce", "contract_ends", "dissatisfied", "asked_rival_price")


def features(world: Any, judged: Any, ids: Sequence[str]) -> Floats:
    """One row an account of `ids`, all of them in `judged.falls`."""
    columns = (judged.falls[c].to_pylist() for c in ("account_id", "began_on"))
    began = dict(zip(*columns, strict=True))
    days = [world.today - timedelta(days=PERIOD_DAYS * (PERIODS - p)) for p in range(PERIODS)]
    losses = np.stack([_losses(world, ids, day) for day in (*days, world.today)])
    at = np.array([(began[a] - days[0]).days // PERIOD_DAYS for a in ids])
    seen = [losses[np.clip(at + p, 0, PERIODS), np.arange(len(ids))] for p in AROUND_PERIODS]
    rows: dict[str, list[float]] = {a: [] for a in ids}
    _told(rows, world.tables(), judged, began)
    told = np.array([rows[a] for a in ids], float)
    return np.hstack([*seen, losses[-1], told])


def _losses(world: Any, ids: Sequence[str], day: date) -> Floats:
    """(n, 3 × reasons): the utility lost, the most of it, and the share lost."""
    table = world.utility_losses(list(ids), day)
    order = np.argsort(
        table["account_id"].to_numpy(zero_copy_only=False).astype(str), kind="stable"
    )
    some = np.stack(
        [table[c].to_numpy()[order] for c in ("utility_lost", "utility_most", "share_lost")]
    )
    by_account = some.reshape(3, len(ids), -1).transpose(1, 0, 2).reshape(len(ids), -1)
    return by_account[np.argsort(np.argsort(np.array(ids, str), kind="stable"), kind="stable")]


def _told(
    rows: dict[str, list[float]], tables: dict[str, pa.Table], judged: Any, began: Any
) -> None:
    closed = {
        r["account_id"]: r["closed_reason"] or ""
        for r in tables["accounts"].to_pylist()
        if r["closed_on"]
    }
    notices: dict[str, list[tuple[str, int]]] = {}
    for r in tables["notices"].to_pylist():
        if r["account_id"] in began:
            weeks = (r["on"] - began[r["account_id"]]).days // 7
            notices.setdefault(r["account_id"], []).append((f"{r['kind']} {r['text']}", weeks))
    falls = {r["account_id"]: r for r in judged.falls.to_pylist()}
    for account, row in rows.items():
        row += [account in closed, "mov" in closed.get(account, "")]
        told = notices.get(account, [])
        row += [float(sum(kind in text for text, w in told if abs(w) < 40)) for kind in KINDS]
        row += [float(any("owner" in text for text, _ in told)), falls[account]["lost_52"]]
        row += [falls[account]["p_fell"]]


@dataclass
class Oracle:
    """Trees over what the equations say, for the families; fitted on other companies."""

    rounds: int = 150

    def fit(self, x: Floats, family: Sequence[str]) -> Oracle:
        y = np.array([FAMILY_NAMES.index(f) for f in family])
        params = {
            "objective": "multiclass",
            "num_class": len(FAMILY_NAMES),
            "learning_rate": 0.05,
            "num_leaves": 15,
            "min_data_in_leaf": 15,
            "feature_fraction": 0.4,
            "verbosity": -1,
            "num_threads": 2,
            "seed": 0,
        }
        self.model_ = lgb.train(params, lgb.Dataset(x, y), self.rounds)
        return self

    def predict(self, x: Floats) -> Floats:
        """(n, 10): the posterior."""
        return np.asarray(self.model_.predict(x))
