"""How likely each case was to get what it got, and how much it counts for that.

A draw has its probability. What a person or a rule chose has that of a logistic regression on the predicted loss,
the cause and whatever else the choice may have gone by. Each arm is then weighted to what all were (drawn: 1 ∕ e)
or to what those with a play were (chosen: those without by e ∕ (1 − e)). Weights are cut off at MOST_WEIGHT means
and drawn to as many cases as they are worth (Kish's effective number), so that uneven weights widen intervals.

With the predicted loss in the model of outcomes as well, the estimate holds where either of the two models does
(doubly robust: regression with weights of inverse probability).
Source: Rosenbaum & Rubin (1983); Kang & Schafer (2007), "weighted least squares"; Kish (1965)
"""

from __future__ import annotations

import numpy as np

from mainstay.learning.cases import Bools, Cases, Floats
from mainstay.plays.effects import MOST_WEIGHT

RIDGE = 1.0  # 1 ∕ variance of each coefficient, of traits with a standard deviation of 1
STEPS = 25
FAR = 6.0  # log odds


def chances(cases: Cases, treated: Bools) -> Floats:
    """The probability (n,) of having got a play, by a logistic regression on what was known."""
    odds = np.log(cases.expected / (1 - np.minimum(cases.expected, 0.99)))
    causes = np.unique(cases.cause.astype(str))
    columns = [odds, odds**2, *cases.traits.T, *(cases.cause == one for one in causes)]
    x = np.column_stack(columns).astype(float)
    x = np.nan_to_num((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-9))
    x = np.column_stack([np.ones(len(x)), x])
    penalty = np.diag([1e-3, *np.full(x.shape[1] - 1, RIDGE)])
    at = np.zeros(x.shape[1])
    for _ in range(STEPS):
        e = 1 / (1 + np.exp(-np.clip(x @ at, -FAR, FAR)))
        information = (x * (e * (1 - e))[:, None]).T @ x + penalty
        step = np.linalg.solve(information, x.T @ (treated - e) - penalty @ at)
        at = at + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ at, -FAR, FAR))), float)


def weights(cases: Cases, treated: Bools) -> Floats:
    """How many cases each counts as (n,)."""
    weight = np.ones(len(cases))
    for which in (cases.chosen, ~cases.chosen):
        if not which.any():
            continue
        if cases.chosen[which].all():
            e = chances(cases.at(which), treated[which])
            weight[which] = np.where(treated[which], 1.0, e / (1 - e))
        else:
            weight[which] = 1 / cases.probability[which]
        for arm in (which & treated, which & ~treated):
            weight[arm] = _worth(weight[arm])
    return weight


def _worth(weight: Floats) -> Floats:
    """Weights cut off, and drawn to Kish's number: their sum is (Σw)² ∕ Σw²."""
    if not len(weight):
        return weight
    cut = np.minimum(weight, MOST_WEIGHT * weight.mean())
    return np.asarray(cut * cut.sum() / (cut**2).sum(), float)
