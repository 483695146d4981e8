"""The likelihood of losses, that all beliefs about effects share: by mean and variance alone (quasi-likelihood).

    μ = p · exp(x β),   Var[y] = φ · (μ(1 − μ) + σ²),   Corr[y, y′] = ρ within a group

y is the share of an account's money that was lost, p the share that was expected to be. Scores and Fisher's
information are those of generalised estimating equations with an exchangeable working correlation; a normal
prior on β is added to them.
Source: Wedderburn (1974); Liang & Zeger (1986)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

WAVER = 0.05  # σ²
STEPS = 50
MOST_LOST = 0.98


@dataclass(frozen=True)
class Losses:
    """Cases; arrays (n,), x (n, k).

    expected: p, 0..1; lost: y, at most 1; weight: ≥ 0, how many cases each counts as
    group: cases of one number belong together, numbers ascend; None = each stands alone
    """

    x: Floats
    expected: Floats
    lost: Floats
    weight: Floats
    group: Longs | None = None


@dataclass(frozen=True)
class Spread:
    """How much more cases scatter than the model alone has it (φ), and how alike those of a group are (ρ)."""

    over: float = 1.0
    alike: float = 0.0


ALONE = Spread()


def means(losses: Losses, at: Floats) -> Floats:
    """μ (n,)."""
    return np.clip(
        losses.expected * np.exp(np.clip(losses.x @ at, -5, 5)), 1e-4, MOST_LOST
    )  # far from what can be, a step would overflow


def expand(losses: Losses, at: Floats, spread: Spread = ALONE) -> tuple[Floats, Floats]:
    """Score (k,) and information (k, k) of the likelihood at β."""
    mu = means(losses, at)
    root = np.sqrt(losses.weight / (spread.over * (mu * (1 - mu) + WAVER)))
    # With a log link: dμ/dη = μ.
    slopes = (root * mu)[:, None] * losses.x
    missed = root * (losses.lost - mu)
    known = _uncorrelated(slopes, losses.group, spread.alike)
    return known.T @ missed, known.T @ slopes


def _uncorrelated(slopes: Floats, group: Longs | None, alike: float) -> Floats:
    """R⁻¹ times the rows: R⁻¹ = (I − ρ ∕ (1 + (m − 1)ρ) · 11ᵀ) ∕ (1 − ρ) of each group of m."""
    if group is None or not alike:
        return slopes
    begins = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    size = np.diff(begins, append=len(group))
    shared = alike / (1 + (size - 1) * alike)
    sums = np.add.reduceat(slopes, begins, axis=0) * shared[:, None]
    return (slopes - np.repeat(sums, size, axis=0)) / (1 - alike)


def mode(losses: Losses, mean: Floats, spread: Floats, scatter: Spread = ALONE) -> Floats:
    """The mode (k,) of the posterior, by Newton's method with Fisher's information.

    mean, spread: (k,), of the independent normal priors of β
    """
    at = mean.copy()
    precision = np.diag(1 / spread**2)
    for _ in range(STEPS):
        score, information = expand(losses, at, scatter)
        step = np.linalg.solve(information + precision, score - precision @ (at - mean))
        step = np.clip(step, -0.5, 0.5)
        at = at + step
        if np.abs(step).max() < 1e-8:
            break
    return at
