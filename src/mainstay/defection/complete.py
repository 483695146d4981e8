"""Complete defection: will an account order at all within the horizon?

Three voices. The rhythm model (MBG/CNBD-k) knows each account's own beat. A regression begins as the
rhythm model and leaves it as far as slices of the past tell (`ridge`). Boosted trees add what it
cannot see (`trees`). How much the trees count, and how far the odds must be drawn together to be
true, is decided by rolling-origin validation inside the training window: at earlier dates, from
what had ended by then, on what came after.

    log-odds = level + slope · (regression + share · trees) / (1 + share)

No label's window reaches beyond the date that is judged (purged), nor beyond a fold's date within
the validation. With too few accounts lost, or kept, to learn from, the rhythm model speaks alone.

Source: slices, Gattermann-Itschert & Thonemann (2021); rolling origin, Tashman (2000); calibration
by log-odds, Platt (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.ridge import Ridge, expit
from mainstay.defection.slices import Examples, Labelled, log_odds
from mainstay.defection.trees import Trees

Floats = npt.NDArray[np.float64]

LEAST_EVENTS = 5  # lost, and kept, below which there is nothing to learn
LEAST_EVENTS_FOR_TREES = 150
PENALTY = 100.0  # of the regression's slopes
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the trees beside the regression
USUAL_SHARE = 0.5
SHARE_TOLL = 4.0  # log-likelihood that validation must gain to move the share by 1/2, times 4
FOLDS = 4
FOLD_DAYS = 56  # between the folds' dates, at least
SLOPE_TOLL = 16.0  # prior of the slope: 1 ± 1/4
LEVEL_FOLDS = 4.0  # prior of the level: 0, worth so many folds


@dataclass(frozen=True)
class CompleteDefection:
    """What was learnt for one date.

    regression, trees: None where there was too little to learn from
    share: weight of the trees beside the regression's 1
    slope, level: draw the blended log-odds to what came true in the validation
    n_rows, n_lost, folds: what it was learnt and validated on, for the record
    """

    regression: Ridge | None
    trees: Trees | None
    share: float = 0.0
    slope: float = 1.0
    level: float = 0.0
    n_rows: int = 0
    n_lost: int = 0
    folds: tuple[date, ...] = ()

    @classmethod
    def fit(
        cls, past: Sequence[Labelled], now: Examples, *, horizon_days: int, step_days: int
    ) -> CompleteDefection:
        """From slices of the past, in order of time.

        now: the accounts to be judged; their number and the rhythm model's word on them set the
            level, their outcome is not known
        step_days: between the slices, so that rows which overlap count for less
        Raises: ValueError when a label's window reaches beyond as_of
        """
        horizon = timedelta(days=horizon_days)
        if any(one.examples.on + horizon > now.on for one in past):
            raise ValueError("a training label reaches beyond the date that is judged")
        weight = min(step_days / horizon_days, 1.0)
        if not (learnt := _learn(past, weight)):
            return cls(None, None)
        origins = _origins([one.examples.on for one in past])
        folds = [
            (one, _learn(_ended(past, one.examples.on, horizon), weight))
            for one in past
            if one.examples.on in origins
        ]
        proved = [
            (one.left.astype(float), *_voices(both, one.examples))
            for one, both in folds
            if both and len(one.examples)
        ]
        share = _share(proved, weight) if learnt[1] is not None else 0.0
        slope = _fitted([(left, _blend(r, t, share)) for left, r, t in proved], weight)[0]
        level = _level(slope * _blend(*_voices(learnt, now), share), _expected_share(past, now))
        return cls(
            *learnt,
            share,
            slope,
            level,
            sum(len(one.examples) for one in past),
            int(sum(one.left.sum() for one in past)),
            tuple(one.examples.on for one, both in folds if both),
        )

    def p_complete(self, examples: Examples) -> Floats:
        """Probability of no order day within the horizon; (n,)."""
        if self.regression is None:
            return examples.p_rhythm
        regression, trees = _voices((self.regression, self.trees), examples)
        return expit(self.level + self.slope * _blend(regression, trees, self.share))

    def contributions(self, examples: Examples) -> Floats:
        """What each feature adds to the log-odds, beside an average account; (n, n_features).

        The rhythm model's part stands with the features that it is made of: what it expects.
        """
        from mainstay.defection.slices import FEATURES

        if self.regression is None:
            parts = np.zeros((len(examples), len(FEATURES)))
            parts[:, FEATURES.index("p_no_order")] = log_odds(examples.p_rhythm)
            return parts
        parts = self.regression.contributions(examples.features)
        rhythm = self.regression.trust * examples.rhythm
        parts[:, FEATURES.index("expected_orders")] += rhythm - rhythm.mean() if len(rhythm) else 0
        if self.trees is not None and self.share > 0:
            parts = parts + self.share * self.trees.contributions(examples.features)
        return np.asarray(self.slope * parts / (1.0 + self.share))

    def about(self) -> dict[str, Any]:
        """What it is made of, for the record."""
        return {
            "rows": self.n_rows,
            "lost": self.n_lost,
            "regression": self.regression is not None,
            "trees": self.trees is not None,
            "trees_share": self.share,
            "slope": self.slope,
            "level": self.level,
            "validated_at": [str(on) for on in self.folds],
        }


Voices = tuple[Ridge, Trees | None]


def _learn(past: Sequence[Labelled], weight: float) -> Voices | None:
    """The regression, and trees where there is enough; None where there is nothing to learn."""
    if not past:
        return None
    left = np.concatenate([one.left for one in past]).astype(float)
    events = min(left.sum(), len(left) - left.sum())
    if events < LEAST_EVENTS:
        return None
    features = np.vstack([one.examples.features for one in past])
    rhythm = np.concatenate([one.examples.rhythm for one in past])
    regression = Ridge.fit(features, rhythm, left, penalty=PENALTY, weight=weight)
    enough = events * weight >= LEAST_EVENTS_FOR_TREES
    return regression, Trees.fit(features, left) if enough else None


def _voices(both: Voices, examples: Examples) -> tuple[Floats, Floats]:
    """Log-odds of the regression and of the trees (the regression's again where there are none)."""
    regression = both[0].log_odds(examples.features, examples.rhythm)
    return regression, both[1].log_odds(examples.features) if both[1] else regression


def _blend(regression: Floats, trees: Floats, share: float) -> Floats:
    return (regression + share * trees) / (1.0 + share)


def _origins(dates: Sequence[date]) -> set[date]:
    """The folds' dates: the last ones, well apart."""
    chosen: list[date] = []
    for on in reversed(dates):
        if len(chosen) < FOLDS and (not chosen or (chosen[-1] - on).days >= FOLD_DAYS):
            chosen.append(on)
    return set(chosen)


def _ended(past: Sequence[Labelled], on: date, horizon: timedelta) -> list[Labelled]:
    """The slices whose labels were known at a date."""
    return [one for one in past if one.examples.on + horizon <= on]


Proof = tuple[Floats, Floats, Floats]


def _share(proved: Sequence[Proof], weight: float) -> float:
    """The share of the trees that did best in the validation, drawn to the usual one."""

    def loss(share: float) -> float:
        found = [(left, _blend(r, t, share)) for left, r, t in proved]
        return weight * _fitted(found, weight)[2] + SHARE_TOLL * (share - USUAL_SHARE) ** 2

    return min(SHARES, key=loss) if proved else USUAL_SHARE


def _expected_share(past: Sequence[Labelled], now: Examples) -> float:
    """The share of all accounts that will leave: what the rhythm model says now, mended by how far
    it was off at the folds' dates.

    How many leave moves with the season more than from account to account; the rhythm model counts
    in season-adjusted time, slices of other seasons would bring their own level along.
    """
    origins = _origins([one.examples.on for one in past])
    off = [
        log_odds(np.array([one.left.mean()]))[0]
        - log_odds(np.array([one.examples.p_rhythm.mean()]))[0]
        for one in past
        if one.examples.on in origins and 0 < one.left.sum() < len(one.left)
    ]
    bias = sum(off) / (len(off) + LEVEL_FOLDS)
    return float(expit(log_odds(np.array([now.p_rhythm.mean()])) + bias)[0])


def _level(z: Floats, share: float) -> float:
    """What must be added to the log-odds, so that so large a share leaves, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(60):
        level = 0.5 * (low + high)
        low, high = (level, high) if float(expit(z + level).mean()) < share else (low, level)
    return 0.5 * (low + high)


def _fitted(found: Sequence[tuple[Floats, Floats]], weight: float) -> tuple[float, Floats, float]:
    """One slope and a level a fold, by Newton's method; and the summed log-loss there.

    found: (outcome 0/1, log-odds) of each fold. A level of their own keeps what the season does to
    all accounts at once from bending the slope.
    """
    slope, levels = 1.0, np.zeros(len(found))
    for _ in range(25):
        toll = SLOPE_TOLL * (slope - 1.0)
        bend = np.diag(np.r_[SLOPE_TOLL, np.full(len(found), 1e-3)])
        pull = np.r_[toll, 1e-3 * levels]
        for f, (left, z) in enumerate(found):
            p = expit(levels[f] + slope * z)
            rest, spread = weight * (p - left), weight * p * (1.0 - p)
            pull[0] += rest @ z
            pull[f + 1] += rest.sum()
            bend[0, 0] += spread @ (z * z)
            bend[0, f + 1] += spread @ z
            bend[f + 1, 0] += spread @ z
            bend[f + 1, f + 1] += spread.sum()
        step = np.clip(np.linalg.solve(bend, pull), -1.0, 1.0)
        slope, levels = float(slope - step[0]), levels - step[1:]
        if np.abs(step).max() < 1e-8:
            break
    loss = 0.0
    for f, (left, z) in enumerate(found):
        odds = levels[f] + slope * z
        loss += float((np.logaddexp(0.0, odds) - left * odds).sum())
    return slope, levels, loss
