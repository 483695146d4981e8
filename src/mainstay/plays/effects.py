"""What is believed of plays: of each one's relative risk before any case, and of what plays win back, moved by outcomes.

What plays keep is learnt from cases, by cause (`learning.effects.beliefs`, by the likelihood in `quasi.py`), with these
medians as the beliefs before.

Of plays that win back, log R ~ Normal(m, s²): R is the part of what is gone that comes back in a year, t · R · SHOWN
of it within the horizon, beside what was to come anyway, which wavers; t is how far the play suited. Outcomes that a
coin decided count fully, each with the inverse of its logged probability, drawn to a mean of 1; where a person or the
rule chose, nobody alike went without, so they count a quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.plays.play import Play

Floats = npt.NDArray[np.float64]

OBSERVED_WEIGHT = 0.25
LEVEL_SPREAD = 0.3  # of what the forecast misses for everybody
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
    """What came back of one account that a play which wins back was chosen for.

    fit: how far the play suited, 0..1
    probability: with which a coin chose it; None = a rule or a person did
    returned: money that came beyond what was to come, over the horizon's part of what was gone
    still: money that was to come, over the same
    """

    play: str
    returned: float
    fit: float = 1.0
    probability: float | None = None
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
    """What is learnt from one account; None where there was nothing to bring back."""
    if money.gone <= 0:
        return None
    still = max(money.baseline - money.loss, 0.0)
    back = (money.came - still) / money.gone
    return Outcome(play, back, fit, probability, still / money.gone)


def priors(plays: Mapping[str, Play]) -> dict[str, Belief]:
    """What is believed of each play before any outcome."""
    return {
        name: Belief(float(np.log(play.effect.median)), play.effect.spread)
        for name, play in plays.items()
    }


def learnt(plays: Mapping[str, Play], outcomes: Iterable[Outcome]) -> dict[str, Belief]:
    """The beliefs of all plays, those that win back after outcomes."""
    outcomes = list(outcomes)
    believed = priors(plays)
    for name, play in plays.items():
        back = [o for o in outcomes if o.play == name and o.fit > 0]
        if play.returns and back:
            believed[name] = _returned(believed[name], back)
    return believed


def _returned(before: Belief, outcomes: Sequence[Outcome]) -> Belief:
    """Of a play that wins back: mean and standard deviation of log R after outcomes, on a grid."""
    spread = max(before.spread, 1e-3)
    grid = before.mean + spread * np.linspace(-5, 5, 401)
    y = np.clip([o.returned for o in outcomes], -1.0, 2.0)
    fit, still = (np.array([getattr(o, name) for o in outcomes]) for name in ("fit", "still"))
    known = _weights(outcomes) / (RETURN_WAVER + (STILL_WAVERS * still) ** 2)
    missed = y[:, None] - SHOWN * fit[:, None] * np.exp(grid)
    log_p = -0.5 * ((grid - before.mean) / spread) ** 2 - 0.5 * known @ missed**2
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    mean = float(p @ grid)
    return Belief(mean, float(np.sqrt(p @ (grid - mean) ** 2)), len(outcomes))


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
