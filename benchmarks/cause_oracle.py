"""A Bayes oracle of the causes: it knows the generator, and sees what was recorded.

Of each account it is given what the generator's own equations make of the recorded facts alone
(`Distributor.utility_losses`), at the day on which orders show the fall to begin, a quarter before and
after it, and at the end; what was noticed and noted of the account itself; and how it fell. What the
posterior is over everything that was *not* recorded it learns from other companies of the same
generator and setting, whose truth it is shown. So it has what no tool has: the equations, and answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.families import FAMILIES

Floats = npt.NDArray[np.float64]
FAMILY_NAMES = tuple(FAMILIES)
AROUND_WEEKS = (-13, 0, 13)
KINDS = ("will_leave", "will_reduce", "contract_ends", "dissatisfied", "asked_rival_price")


def features(world: Any, judged: Any, ids: Sequence[str]) -> Floats:
    """One row an account of `ids`, all of them in `judged.falls`."""
    began = dict(
        zip(
            judged.falls["account_id"].to_pylist(),
            judged.falls["began_on"].to_pylist(),
            strict=True,
        )
    )
    rows = {a: [] for a in ids}
    by_day: dict[Any, list[str]] = {}
    for weeks in AROUND_WEEKS:
        by_day.clear()
        for a in ids:
            day = min(began[a] + timedelta(weeks=weeks), world.today)
            by_day.setdefault(day, []).append(a)
        for day, some in sorted(by_day.items()):
            _losses(rows, world.utility_losses(some, day))
    _losses(rows, world.utility_losses(list(ids), world.today))
    _told(rows, world.tables(), judged, began)
    return np.array([rows[a] for a in ids], float)


def _losses(rows: dict[str, list[float]], table: pa.Table) -> None:
    columns = ("account_id", "utility_lost", "utility_most", "share_lost")
    for account, now, most, lost in zip(*(table[c].to_pylist() for c in columns), strict=True):
        rows[account] += [now, most, lost]


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
