"""What plays do: a belief about each one's relative risk, moved by outcomes.

log r ~ Normal(m, s²): r is the money still lost after a play over what would be lost without it. An outcome is
the share y of an account's money that was lost within the horizon, p the share that was expected to be:

    E[y] = μ = p · exp(b + Σ_plays t · log r),   Var[y] = μ(1 − μ) + σ²        b ~ Normal(0, τ²)

(quasi-likelihood, `quasi.py`; σ² is what orders waver by anyway, so that y may lie below 0: cut off there, every account that
wavers would seem to lose something).

b takes up what the forecast of the loss misses for everybody (accounts for which a coin chose nothing tell it);
t is 1 for the play that was done, times how far it suited. Outcomes that a coin decided count fully, each with
the inverse of its logged probability, drawn to a mean of 1; where a person or the rule chose, nobody alike went
without, so they count a quarter. The posterior is the normal one at the mode (Laplace): with few cases it hardly moves from
the belief before, which is what "conservative" means here.

Of plays that win back, log R ~ Normal(m, s²): R is the part of what is gone that comes back in a year, t · R · SHOWN
of it within the horizon, beside what was to come anyway, which wavers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.plays.play import KEEPS, Play
from mainstay.plays.quasi import Losses, expand, mode

Floats = npt.NDArray[np.float64]

OBSERVED_WEIGHT = 0.25
LEVEL_SPREAD = 0.3  # τ
MOST_WEIGHT = 3.0  # of a coin with a small probability
LEAST_EXPECTED = 0.01  # share that an account is expected to lose
SHOWN = 0.5  # of a return, within the horizon: it begins after the talks, and grows
RETURN_WAVER = (
    0.07  # variance of what comes back of an account: mostly nothing, else more than half
)
STILL_WAVERS = 0.3  # of what was to come anyway, standard deviation
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
    returned: money that came beyond what was to come, over the horizon's part of what was gone;
        None = nothing was gone
    still: money that was to come, over the same
    """

    play: str
    expected: float
    lost: float
    fit: float = 1.0
    probability: float | None = None
    returned: float | None = None
    still: float = 0.0


@dataclass(frozen=True)
class Horizon:
    """Money of one account within the horizon from a play on, as the assessment before it counts.

    baseline, loss: what was to be expected if nothing changed, and what of it would be lost
    came: what did come; gone: what had been taken away before, of a horizon
    """

    baseline: float
    loss: float
    came: float
    gone: float


def outcome(play: str, money: Horizon, fit: float, probability: float | None) -> Outcome | None:
    """What is learnt from one account; None where there was nothing to keep or to bring back."""
    if money.baseline <= 0 and money.gone <= 0:
        return None
    expected = lost = 0.0
    if money.baseline > 0:
        expected = float(np.clip(money.loss / money.baseline, LEAST_EXPECTED, 1.0))
        lost = float(np.clip(1 - money.came / money.baseline, -1.0, 1.0))
    if money.gone <= 0:
        return Outcome(play, expected, lost, fit, probability)
    still = max(money.baseline - money.loss, 0.0)
    back = (money.came - still) / money.gone
    return Outcome(play, expected, lost, fit, probability, back, still / money.gone)


def priors(plays: Mapping[str, Play]) -> dict[str, Belief]:
    """What is believed of each play before any outcome."""
    return {
        name: Belief(float(np.log(play.effect.median)), play.effect.spread)
        for name, play in plays.items()
    }


def learnt(plays: Mapping[str, Play], outcomes: Iterable[Outcome]) -> dict[str, Belief]:
    """The beliefs after outcomes."""
    outcomes = list(outcomes)
    believed = priors(plays)
    for name, play in plays.items():
        back = [o for o in outcomes if o.play == name and o.returned is not None and o.fit > 0]
        if play.returns and back:
            believed[name] = _returned(believed[name], back)
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
    at, deviation = _posterior(x, used, mean, spread)
    cases = {name: sum(o.play == name for o in used) for name in names}
    moved = {
        name: Belief(float(at[1 + i]), float(deviation[1 + i]), cases[name])
        for i, name in enumerate(names)
    }
    return believed | moved


def _returned(before: Belief, outcomes: Sequence[Outcome]) -> Belief:
    """Of a play that wins back: mean and standard deviation of log R after outcomes, on a grid."""
    spread = max(before.spread, 1e-3)
    grid = before.mean + spread * np.linspace(-5, 5, 401)
    y = np.clip([o.returned for o in outcomes if o.returned is not None], -1.0, 2.0)
    fit, still = (np.array([getattr(o, name) for o in outcomes]) for name in ("fit", "still"))
    known = _weights(outcomes) / (RETURN_WAVER + (STILL_WAVERS * still) ** 2)
    missed = y[:, None] - SHOWN * fit[:, None] * np.exp(grid)
    log_p = -0.5 * ((grid - before.mean) / spread) ** 2 - 0.5 * known @ missed**2
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    mean = float(p @ grid)
    return Belief(mean, float(np.sqrt(p @ (grid - mean) ** 2)), len(outcomes))


def _posterior(
    x: Floats, outcomes: Sequence[Outcome], mean: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """The mode of the posterior and its standard deviations."""
    p = np.array([o.expected for o in outcomes])
    y = np.clip([o.lost for o in outcomes], -1.0, 1.0)
    losses = Losses(x, p, y, _weights(outcomes))
    at = mode(losses, mean, spread)
    _, information = expand(losses, at)
    deviation = np.sqrt(np.diag(np.linalg.inv(information + np.diag(1 / spread**2))))
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
