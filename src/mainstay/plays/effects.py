"""What plays do: a belief about each one's relative risk, moved by outcomes.

log r ~ Normal(m, s²): r is the money still lost after a play over what would be lost without it. An outcome is
the share y of an account's money that was lost within the horizon, p the share that was expected to be:

    E[y] = μ = p · exp(b + Σ_plays t · log r),   Var[y] = μ(1 − μ) + σ²        b ~ Normal(0, τ²)

(quasi-likelihood; σ² is what orders waver by anyway, so that y may lie below 0: cut off there, every account that
wavers would seem to lose something).

b takes up what the forecast of the loss misses for everybody (accounts for which a coin chose nothing tell it);
t is 1 for the play that was done, times how far it suited. Outcomes that a coin decided count fully, each with
the inverse of its logged probability, drawn to a mean of 1; where a person or the rule chose, nobody alike went
without, so they count a quarter. The posterior is the normal one at the mode (Laplace): with few cases it hardly moves from
the belief before, which is what "conservative" means here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.plays.play import KEEPS, Play

Floats = npt.NDArray[np.float64]

OBSERVED_WEIGHT = 0.25
LEVEL_SPREAD = 0.3  # τ
WAVER = 0.05  # σ²
MOST_WEIGHT = 3.0  # of a coin with a small probability
STEPS = 50
Z80 = 1.2816


@dataclass(frozen=True)
class Belief:
    """log r of one play: mean, standard deviation, and how many outcomes have moved it."""

    mean: float
    spread: float
    cases: int = 0

    @property
    def expected(self) -> float:
        """E[r] = exp(m + s²/2)."""
        return float(np.exp(self.mean + self.spread**2 / 2))

    @property
    def interval(self) -> tuple[float, float]:
        """80% of r."""
        half = Z80 * self.spread
        return float(np.exp(self.mean - half)), float(np.exp(self.mean + half))


@dataclass(frozen=True)
class Outcome:
    """What became of one account that a play (or "nothing") was chosen for.

    expected: share of its money that was expected to be lost within the horizon, 0..1
    lost: share that was, at most 1; below 0 = it bought more
    fit: how far the play suited, 0..1
    probability: with which a coin chose it; None = a rule or a person did
    """

    play: str
    expected: float
    lost: float
    fit: float = 1.0
    probability: float | None = None


def priors(plays: Mapping[str, Play]) -> dict[str, Belief]:
    """What is believed of each play before any outcome."""
    return {
        name: Belief(float(np.log(play.effect.median)), play.effect.spread)
        for name, play in plays.items()
    }


def learnt(plays: Mapping[str, Play], outcomes: Iterable[Outcome]) -> dict[str, Belief]:
    """The beliefs after outcomes; of plays that win back, what was believed before."""
    believed = priors(plays)
    known = [name for name, play in plays.items() if play.effect.of == KEEPS and not play.idle]
    used = [o for o in outcomes if 0 < o.expected <= 1 and (o.play in known or o.play == "nothing")]
    if not used:
        return believed
    names = [name for name in known if any(o.play == name for o in used)]
    x = np.zeros((len(used), len(names) + 1))
    x[:, 0] = 1
    for i, outcome in enumerate(used):
        if outcome.play in names:
            x[i, 1 + names.index(outcome.play)] = outcome.fit
    mean = np.array([0.0, *(believed[name].mean for name in names)])
    spread = np.array([LEVEL_SPREAD, *(max(believed[name].spread, 1e-3) for name in names)])
    at, deviation = _mode(x, used, mean, spread)
    cases = {name: sum(o.play == name for o in used) for name in names}
    moved = {
        name: Belief(float(at[1 + i]), float(deviation[1 + i]), cases[name])
        for i, name in enumerate(names)
    }
    return believed | moved


def _mode(
    x: Floats, outcomes: Sequence[Outcome], mean: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """The mode of the posterior and its standard deviations, by Newton's method (Fisher's information)."""
    p = np.array([o.expected for o in outcomes])
    y = np.clip([o.lost for o in outcomes], -1.0, 1.0)
    weight = _weights(outcomes)
    at = mean.copy()
    precision = np.diag(1 / spread**2)
    for _ in range(STEPS):
        mu = np.clip(p * np.exp(np.clip(x @ at, -5, 5)), 1e-4, 0.98)
        # With a log link: dμ/dη = μ.
        known = weight * mu / (mu * (1 - mu) + WAVER)
        score = x.T @ (known * (y - mu)) - precision @ (at - mean)
        information = x.T @ ((known * mu)[:, None] * x) + precision
        step = np.clip(np.linalg.solve(information, score), -0.5, 0.5)
        at = at + step
        if np.abs(step).max() < 1e-8:
            break
    deviation = np.sqrt(np.diag(np.linalg.inv(information)))
    return at, deviation


def _weights(outcomes: Sequence[Outcome]) -> Floats:
    """Inverse probabilities of coins, drawn to a mean of 1; less for what was not drawn."""
    chance = np.array([o.probability or np.nan for o in outcomes], float)
    drawn = np.isfinite(chance) & (chance < 1)
    weight = np.full(len(outcomes), OBSERVED_WEIGHT)
    if drawn.any():
        inverse = np.minimum(1 / chance[drawn], 10)
        weight[drawn] = np.minimum(inverse / inverse.mean(), MOST_WEIGHT)
    return weight


def to_json(beliefs: Mapping[str, Belief]) -> dict[str, dict[str, Any]]:
    return {
        name: {"mean": b.mean, "spread": b.spread, "cases": b.cases} for name, b in beliefs.items()
    }
