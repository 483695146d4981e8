"""From what was said and what came of it to the figures of MODELS.md, section 9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.peers import Said
from mainstay.defection.scores import (
    Ranking,
    auc,
    average_precision,
    brier,
    calibration,
    calibration_floor,
    draws_of,
    lift,
)
from mainstay.engine.replay_tables import CURVE, DIFFERENCES, JUDGED, OURS, SCORES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
MEASURES = ("auc", "average_precision")
PER_ACCOUNTS = 100  # without managers, so many accounts count as one
DRAWS, LEAST_DRAWS = 500, 100
MOST_DRAWN = 20_000_000  # draws × accounts


@dataclass(frozen=True)
class Cut:
    """One outcome at one date: eligible accounts, what was said of them, what came of it.

    account_id, manager_id: object arrays (n,); manager None = nobody is known
    happened: bool (n,); money, lost, report_weeks: float64 (n,), see JUDGED
    said: by method, OURS among them
    category: object array (n,), where it is a category of the account; None = the account as a whole
    treated: bool (n,), whether something was done about it within the horizon; None = about nobody
    """

    outcome: str
    as_of: date
    account_id: npt.NDArray[np.object_]
    manager_id: npt.NDArray[np.object_]
    happened: Bools
    money: Floats
    lost: Floats
    report_weeks: Floats
    said: Mapping[str, Said]
    category: npt.NDArray[np.object_] | None = None
    treated: Bools | None = None

    def untreated(self) -> Cut:
        """Of those alone about whom nothing was done."""
        if self.treated is None or not self.treated.any():
            return self
        some = ~self.treated
        return replace(
            self,
            **{name: getattr(self, name)[some] for name in _COLUMNS},
            said={
                method: Said(said.score[some], None if said.p is None else said.p[some])
                for method, said in self.said.items()
            },
            category=None if self.category is None else self.category[some],
            treated=None,
        )

    def key(self, i: int) -> tuple[str, str | None]:
        return self.account_id[i], None if self.category is None else self.category[i]

    @property
    def managers(self) -> int:
        """How many managers look after these accounts."""
        return len({m for m in self.manager_id if m is not None})

    @property
    def desks(self) -> float:
        """Who shares the warnings: managers, and for accounts without one each 100 of them."""
        unowned = sum(m is None for m in self.manager_id)
        return self.managers + unowned / PER_ACCOUNTS


_COLUMNS = ("account_id", "manager_id", "happened", "money", "lost", "report_weeks")


def scores_table(cuts: Sequence[Cut], alerts_per_month: int) -> pa.Table:
    """The table SCORES, first by outcome, then the dates and their mean."""
    rows: list[dict[str, Any]] = []
    for outcome, some in by_outcome(cuts).items():
        single = [
            _scores(cut, method, flagged(cut, method, alerts_per_month))
            for cut in some
            for method in cut.said
        ]
        rows += single
        rows += [
            _mean([row for row in single if row["method"] == method])
            | {"outcome": outcome, "lead_weeks": _first_lead(some, method, alerts_per_month)}
            for method in _methods(some)
        ]
    return pa.Table.from_pylist([_known(row) for row in rows], schema=SCORES)


def _scores(cut: Cut, method: str, taken: Bools) -> dict[str, Any]:
    said, happened = cut.said[method], cut.happened
    row: dict[str, Any] = {
        "outcome": cut.outcome,
        "as_of": cut.as_of,
        "method": method,
        "n": len(happened),
        "happened": int(happened.sum()),
        "auc": auc(happened, said.score),
        "average_precision": average_precision(happened, said.score),
        "lift": lift(happened, said.score),
    }
    if said.p is not None:
        row |= {
            "brier": brier(happened, said.p),
            "calibration_error": calibration(happened, said.p).error,
            "calibration_floor": calibration_floor(said.p),
        }
    lost = cut.lost.sum()
    return row | {
        "money_flagged": cut.lost[taken].sum() / lost if lost > 0 else None,
        "lead_weeks": _middle(cut.report_weeks[taken & happened]),
        "false_alarms": float((taken & ~happened).sum()) / cut.desks if len(happened) else None,
    }


def flagged(cut: Cut, method: str, alerts_per_month: int) -> Bools:
    """Whom a month's list would hold, by the money that is likely to go; bool (n,).

    Each manager's list is as long as the alert budget. A method without probabilities has its ranks
    (0 to 1) in their place.
    """
    said = cut.said[method]
    chance = said.p if said.p is not None else _ranks(said.score)
    expected = chance * np.maximum(cut.money, 0.0)
    taken = np.zeros(len(expected), bool)
    of: dict[str | None, list[int]] = {}
    for i, manager in enumerate(cut.manager_id):
        of.setdefault(manager, []).append(i)
    for manager, rows in of.items():
        own = np.array(rows, np.int64)
        room = alerts_per_month
        if manager is None:
            room = max(1, round(alerts_per_month * len(own) / PER_ACCOUNTS))
        taken[own[np.argsort(-expected[own], kind="stable")[:room]]] = True
    return taken & (expected > 0)


def _ranks(score: Floats) -> Floats:
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    return np.asarray(middle[place] / max(len(score), 1))


def _mean(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Over dates: sums of counts, means of the rest where it is known."""
    found = {"method": rows[0]["method"], "as_of": None}
    for name in SCORES.names[3:]:
        values = [row[name] for row in rows if row.get(name) is not None]
        known = np.array([v for v in values if v == v], float)
        if name in ("n", "happened"):
            found[name] = int(known.sum())
        else:
            found[name] = float(known.mean()) if len(known) else None
    return found


def _first_lead(cuts: Sequence[Cut], method: str, alerts_per_month: int) -> float | None:
    """Weeks of lead in the middle, each account counted when it is first flagged and right."""
    first: dict[tuple[str, str | None], float] = {}
    for cut in cuts:
        if method in cut.said:
            right = flagged(cut, method, alerts_per_month) & cut.happened
            for i in np.flatnonzero(right):
                first.setdefault(cut.key(int(i)), cut.report_weeks[i])
    return _middle(np.array(list(first.values()), float))


def _middle(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None


def curve_table(cuts: Sequence[Cut]) -> pa.Table:
    """The table CURVE, of our own probabilities."""
    tables = [
        curve_of(
            outcome,
            np.concatenate([cut.happened for cut in some]),
            np.concatenate([_own(cut) for cut in some]),
        )
        for outcome, some in by_outcome(cuts).items()
    ]
    return pa.concat_tables(tables) if tables else CURVE.empty_table()


def curve_of(outcome: str, happened: Bools, p: Floats) -> pa.Table:
    """One outcome's rows of CURVE."""
    found = calibration(happened, p)
    n = len(found.n)
    columns = [found.n, found.predicted, found.observed, found.low, found.high]
    return pa.table([[outcome] * n, np.arange(1, n + 1), *map(pa.array, columns)], schema=CURVE)


def _own(cut: Cut) -> Floats:
    p = cut.said[OURS].p
    return p if p is not None else cut.said[OURS].score


def judged_table(cuts: Sequence[Cut]) -> pa.Table:
    tables = [
        pa.table(
            [
                pa.array([cut.outcome] * len(cut.money), pa.string()),
                pa.array([cut.as_of] * len(cut.money), pa.date32()),
                pa.array(cut.account_id, pa.string()),
                pa.array(cut.manager_id, pa.string()),
                pa.array(_own(cut)),
                pa.array(cut.happened),
                pa.array(cut.money),
                pa.array(cut.lost),
                pa.array(cut.report_weeks, mask=np.isnan(cut.report_weeks)),
                pa.nulls(len(cut.money), pa.string())
                if cut.category is None
                else pa.array(cut.category, pa.string()),
                pa.array(np.zeros(len(cut.money), bool) if cut.treated is None else cut.treated),
            ],
            schema=JUDGED,
        )
        for cut in cuts
    ]
    return pa.concat_tables(tables) if tables else JUDGED.empty_table()


def differences_table(cuts: Sequence[Cut]) -> pa.Table:
    """The table DIFFERENCES: a paired bootstrap over accounts, the same draws for all methods."""
    rows: list[dict[str, Any]] = []
    for outcome, some in by_outcome(cuts).items():
        # Who all fared alike tell no method from another.
        some = [cut for cut in some if cut.happened.any() and not cut.happened.all()]
        methods = [m for m in _methods(some) if all(m in cut.said for cut in some)]
        if not some or len(methods) < 2:
            continue
        names = [cut.as_of for cut in some]
        for measure, gains in zip(MEASURES, _gains(some, methods), strict=True):
            best = int(np.argmin(gains.found.mean(axis=0)))
            for j, method in enumerate(m for m in methods if m != OURS):
                common = {"outcome": outcome, "measure": measure, "method": method}
                rows += [
                    common | {"as_of": on, "best": j == best} | gains.at(i, j)
                    for i, on in enumerate(names)
                ]
                rows.append(common | {"as_of": None, "best": j == best} | gains.over_dates(j))
    return pa.Table.from_pylist(rows, schema=DIFFERENCES)


@dataclass(frozen=True)
class _Gains:
    """found: (n_dates, n_peers); drawn: (n_draws, n_dates, n_peers)"""

    found: Floats
    drawn: Floats

    def at(self, i: int, j: int) -> dict[str, float]:
        return self._interval(float(self.found[i, j]), self.drawn[:, i, j])

    def over_dates(self, j: int) -> dict[str, float]:
        drawn = self.drawn[:, :, j]
        known = ~np.isnan(drawn)  # a draw may hold none of the few that left
        some = known.any(axis=1)
        means = np.where(known, drawn, 0.0)[some].sum(axis=1) / known[some].sum(axis=1)
        return self._interval(float(self.found[:, j].mean()), means)

    def _interval(self, gain: float, drawn: Floats) -> dict[str, float]:
        drawn = drawn[~np.isnan(drawn)]
        low, high = np.quantile(drawn, (0.05, 0.95)) if len(drawn) else (np.nan, np.nan)
        return {"gain": gain, "low": float(low), "high": float(high)}


def _gains(cuts: Sequence[Cut], methods: Sequence[str]) -> tuple[_Gains, _Gains]:
    """What ours gains over each other method, by AUC and by average precision."""
    everybody = list(dict.fromkeys(a for cut in cuts for a in cut.account_id))
    place = {account: i for i, account in enumerate(everybody)}
    who = [np.array([place[a] for a in cut.account_id], np.int64) for cut in cuts]
    rankings = [[Ranking.of(cut.said[m].score) for m in methods] for cut in cuts]

    def measures(weights: Floats) -> Floats:
        """(n_measures, n_draws, n_dates, n_methods)"""
        found = np.empty((len(MEASURES), len(weights), len(cuts), len(methods)))
        for i, cut in enumerate(cuts):
            own = weights[:, who[i]]
            for j, ranking in enumerate(rankings[i]):
                found[:, :, i, j] = ranking.measures(cut.happened, own)
        return found

    draws = int(np.clip(MOST_DRAWN // max(len(everybody), 1), LEAST_DRAWS, DRAWS))
    whole = measures(np.ones((1, len(everybody))))[:, 0]
    drawn = np.concatenate([measures(w) for w in draws_of(len(everybody), draws)], axis=1)
    ours = list(methods).index(OURS)
    others = [j for j in range(len(methods)) if j != ours]
    auc_, precision = (
        _Gains(
            whole[k][:, [ours]] - whole[k][:, others],
            drawn[k][:, :, [ours]] - drawn[k][:, :, others],
        )
        for k in range(len(MEASURES))
    )
    return auc_, precision


def by_outcome(cuts: Sequence[Cut]) -> dict[str, list[Cut]]:
    found: dict[str, list[Cut]] = {}
    for cut in cuts:
        if len(cut.happened):
            found.setdefault(cut.outcome, []).append(cut)
    return found


def _methods(cuts: Sequence[Cut]) -> list[str]:
    return list(dict.fromkeys(m for cut in cuts for m in cut.said))


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """Without NaN, which a table would take for a number."""
    return {name: None if value != value else value for name, value in row.items()}
