"""The probability of an outcome within the horizon, learnt from slices of the past.

Three voices. What is known before learning: of complete defection the rhythm model (MBG/CNBD-k),
which knows each account's own beat; of partial defection whether its rate has fallen. A regression
begins as that and leaves it as far as slices of the past tell (`ridge`). Boosted trees add what it
cannot see (`trees`). How much the trees count, and how far the odds must be drawn together to be
true, is decided by rolling-origin validation inside the training window: at earlier dates, from
what had ended by then, on what came after.

    log-odds = level + slope · (regression + share · trees) / (1 + share)

No label's window reaches beyond the date that is judged (purged), nor beyond a fold's date within
the validation. With too few outcomes of either kind to learn from, the first voice speaks alone.

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

LEAST_EVENTS = 5  # of either kind, below which there is nothing to learn
LEAST_EVENTS_FOR_TREES = 150
PENALTY = 100.0  # of the regression's slopes
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the trees beside the regression
USUAL_SHARE = 0.5
SHARE_TOLL = 4.0  # log-likelihood that validation must gain to move the share by 1/2, times 4
FOLDS = 4
FOLD_DAYS = 56  # between the folds' dates, at least
FOLD_ROWS = 20_000  # that a fold learns from; more tell its two numbers no better
SLOPE_TOLL = 16.0  # prior of the slope: 1 ± 1/4


@dataclass(frozen=True)
class Blend:
    """What was learnt for one date.

    regression, trees: None where there was too little to learn from
    share: weight of the trees beside the regression's 1
    slope, level: draw the blended log-odds to what came true in the validation
    n_rows, n_came, folds: what it was learnt and validated on, for the record
    """

    regression: Ridge | None
    trees: Trees | None
    share: float = 0.0
    slope: float = 1.0
    level: float = 0.0
    n_rows: int = 0
    n_came: int = 0
    folds: tuple[date, ...] = ()

    @classmethod
    def fit(
        cls,
        past: Sequence[Labelled],
        now: Examples,
        *,
        horizon_days: int,
        step_days: int,
        prior_folds: float | None,
        with_trees: bool = True,
    ) -> Blend:
        """From slices of the past, in order of time.

        now: the accounts to be judged; what is known of them before learning sets the level
        step_days: between the slices, so that rows which overlap count for less
        with_trees: whether trees may speak beside the regression
        prior_folds: how many folds the level of `p_prior` is worth beside what came true in folds;
            None = nothing, the level is that of the folds
        Raises: ValueError when a label's window reaches beyond as_of
        """
        horizon = timedelta(days=horizon_days)
        if any(one.examples.on + horizon > now.on for one in past):
            raise ValueError("a training label reaches beyond the date that is judged")
        weight = _weight(step_days, horizon_days)
        if not (learnt := _learn(past, weight, with_trees)):
            return cls(None, None)
        folds = _folds(past)
        voices = [
            (one, _learn_before(past, one.examples.on, horizon_days, step_days, with_trees))
            for one in folds
        ]
        proved = [
            (one.came.astype(float), *_voices(both, one.examples))
            for one, both in voices
            if both and len(one.examples)
        ]
        share = _share(proved, weight) if learnt[1] is not None else 0.0
        slope = _fitted([(left, _blend(r, t, share)) for left, r, t in proved], weight)[0]
        level = _level(
            slope * _blend(*_voices(learnt, now), share), _expected_share(folds, now, prior_folds)
        )
        return cls(
            *learnt,
            share,
            slope,
            level,
            sum(len(one.examples) for one in past),
            int(sum(one.came.sum() for one in past)),
            tuple(one.examples.on for one, both in voices if both),
        )

    def p(self, examples: Examples) -> Floats:
        """Probability of the outcome; (n,)."""
        if self.regression is None:
            return examples.p_prior
        regression, trees = _voices((self.regression, self.trees), examples)
        return expit(self.level + self.slope * _blend(regression, trees, self.share))

    def contributions(self, examples: Examples) -> Floats:
        """What each feature adds to the log-odds, beside an average account; (n, n_features)."""
        if self.regression is None:
            return np.zeros(examples.features.shape)
        parts = self.regression.contributions(examples.features)
        if self.trees is not None and self.share > 0:
            parts = parts + self.share * self.trees.contributions(examples.features)
        return np.asarray(self.slope * parts / (1.0 + self.share))

    def prior_contribution(self, examples: Examples) -> Floats:
        """What the prior odds add to the log-odds, beside an average account; (n,)."""
        if self.regression is None:
            return log_odds(examples.p_prior)
        odds = examples.prior_odds - (examples.prior_odds.mean() if len(examples) else 0.0)
        return np.asarray(self.slope * self.regression.trust * odds / (1.0 + self.share))

    def about(self) -> dict[str, Any]:
        """What it is made of, for the record."""
        return {
            "rows": self.n_rows,
            "came_true": self.n_came,
            "regression": self.regression is not None,
            "trees": self.trees is not None,
            "trees_share": self.share,
            "slope": self.slope,
            "level": self.level,
            "validated_at": [str(on) for on in self.folds],
        }


Voices = tuple[Ridge, Trees | None]


def _learn(past: Sequence[Labelled], weight: float, with_trees: bool) -> Voices | None:
    """The regression, and trees where there is enough; None where there is nothing to learn."""
    if not past:
        return None
    came = np.concatenate([one.came for one in past]).astype(float)
    events = min(came.sum(), len(came) - came.sum())
    if events < LEAST_EVENTS:
        return None
    features = np.vstack([one.examples.features for one in past])
    prior = np.concatenate([one.examples.prior_odds for one in past])
    regression = Ridge.fit(features, prior, came, penalty=PENALTY, weight=weight)
    enough = with_trees and events * weight >= LEAST_EVENTS_FOR_TREES
    return regression, Trees.fit(features, came) if enough else None


def _voices(both: Voices, examples: Examples) -> tuple[Floats, Floats]:
    """Log-odds of the regression and of the trees (the regression's again where there are none)."""
    regression = both[0].log_odds(examples.features, examples.prior_odds)
    return regression, both[1].log_odds(examples.features) if both[1] else regression


def _blend(regression: Floats, trees: Floats, share: float) -> Floats:
    return (regression + share * trees) / (1.0 + share)


def _folds(past: Sequence[Labelled]) -> list[Labelled]:
    """The slices at the folds' dates, in order of time: the last ones, well apart."""
    chosen: list[Labelled] = []
    for one in reversed(past):
        on = one.examples.on
        if len(chosen) < FOLDS and (not chosen or (chosen[-1].examples.on - on).days >= FOLD_DAYS):
            chosen.append(one)
    return chosen[::-1]


def _weight(step_days: int, horizon_days: int) -> float:
    """What a row counts for: windows of slices that are less than a horizon apart overlap."""
    return min(step_days / horizon_days, 1.0)


def _learn_before(
    past: Sequence[Labelled], on: date, horizon_days: int, step_days: int, with_trees: bool
) -> Voices | None:
    """What could be learnt at a fold's date, from the slices whose labels were known then.

    A fold tells two numbers alone. Where there are many rows, those whose windows overlap are left
    out: what they say has been said.
    """
    horizon = timedelta(days=horizon_days)
    known = [one for one in past if one.examples.on + horizon <= on]
    enough = sum(len(one.examples) for one in known) // FOLD_ROWS
    every = max(min(enough, horizon_days // step_days), 1)
    return _learn(known[::-1][::every][::-1], _weight(every * step_days, horizon_days), with_trees)


Proof = tuple[Floats, Floats, Floats]


def _share(proved: Sequence[Proof], weight: float) -> float:
    """The share of the trees that did best in the validation, drawn to the usual one."""

    def loss(share: float) -> float:
        found = [(left, _blend(r, t, share)) for left, r, t in proved]
        return weight * _fitted(found, weight)[2] + SHARE_TOLL * (share - USUAL_SHARE) ** 2

    return min(SHARES, key=loss) if proved else USUAL_SHARE


def _expected_share(folds: Sequence[Labelled], now: Examples, prior_folds: float | None) -> float:
    """The share of all accounts in which the outcome will come true: what is known of them before
    learning, mended by how far that was off at the folds' dates.

    How many leave moves with the season more than from account to account; the rhythm model counts
    in season-adjusted time, slices of other seasons would bring their own level along.
    """
    if prior_folds is None:
        return float(np.concatenate([one.came for one in folds]).mean())
    off = [
        _odds(one.came.mean()) - _odds(one.examples.p_prior.mean())
        for one in folds
        if 0 < one.came.sum() < len(one.came)
    ]
    if not len(now) or not off:
        return float(now.p_prior.mean()) if len(now) else 0.5
    bias = sum(off) / (len(off) + prior_folds)
    return float(expit(np.array([_odds(now.p_prior.mean()) + bias]))[0])


def _odds(share: float) -> float:
    return float(log_odds(np.array([share]))[0])


def _level(z: Floats, share: float) -> float:
    """What must be added to the log-odds, so that so large a share leaves, by bisection."""
    if not len(z):
        return 0.0
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
