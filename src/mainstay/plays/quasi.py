"""The likelihood of losses, that all beliefs about effects share: by mean and variance alone (quasi-likelihood).

    μ = p · exp(x β),   Var[y] = φ · μ,   Corr[y, y′] = ρ of an account, ρ′ of a unit

With the variance in proportion, every case pulls by its money alone, and the ratio that is told is that of the
means, also where plays help some more than others. y is the share of an account's money that was lost, p the share that was expected to be. Scores and Fisher's
information are those of generalised estimating equations with an exchangeable working correlation in two layers; a normal
prior on β is added to them.
Source: Wedderburn (1974); Liang & Zeger (1986)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

WAVER = 0.05  # variance of a share that orders waver by anyway
STEPS = 50
MOST_LOST = 0.98


@dataclass(frozen=True)
class Losses:
    """Cases; arrays (n,), x (n, k).

    expected: p, 0..1; lost: y, at most 1; weight: ≥ 0, how many cases each counts as
    groups: two layers of numbers, accounts within units, that lie together
    """

    x: Floats
    expected: Floats
    lost: Floats
    weight: Floats
    groups: tuple[Longs, Longs]


@dataclass(frozen=True)
class Spread:
    """How much more cases scatter than the model alone has it (φ), and how alike those of an account (ρ + ρ′)
    and of a unit (ρ′) are."""

    over: float = 1.0
    account: float = 0.0
    unit: float = 0.0


def means(losses: Losses, at: Floats) -> Floats:
    """μ (n,)."""
    return np.clip(losses.expected * np.exp(np.clip(losses.x @ at, -5, 5)), 1e-4, MOST_LOST)


def expand(losses: Losses, at: Floats, spread: Spread) -> tuple[Floats, Floats]:
    """Score (k,) and information (k, k) of the likelihood at β."""
    mu = means(losses, at)
    root = np.sqrt(losses.weight / (spread.over * mu))
    # With a log link: dμ/dη = μ.
    slopes = (root * mu)[:, None] * losses.x
    missed = root * (losses.lost - mu)
    known = _uncorrelated(slopes, losses.groups, spread)
    return known.T @ missed, known.T @ slopes


def _uncorrelated(rows: Floats, groups: tuple[Longs, Longs], spread: Spread) -> Floats:
    """R⁻¹ times the rows, R = (1 − ρ − ρ′)I + ρJ of accounts + ρ′J of units (Sherman & Morrison, twice)."""
    accounts, units = (Runs.of(group) for group in groups)
    own = 1 - spread.account - spread.unit

    def within(some: Floats) -> Floats:
        shared = spread.account / (own + spread.account * accounts.size)
        return (some - accounts.back(accounts.sums(some) * shared[:, None])) / own

    inner, ones = within(rows), within(np.ones((len(rows), 1)))
    shared = spread.unit / (1 + spread.unit * units.sums(ones))
    return np.asarray(inner - ones * units.back(units.sums(inner) * shared), float)


@dataclass(frozen=True)
class Runs:
    """Rows of one number that lie together."""

    begins: Longs
    size: Longs

    @classmethod
    def of(cls, group: Longs) -> Runs:
        begins = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
        return cls(begins, np.diff(begins, append=len(group)))

    def sums(self, rows: Floats) -> Floats:
        return np.asarray(np.add.reduceat(rows, self.begins, axis=0), float)

    def back(self, sums: Floats) -> Floats:
        return np.repeat(sums, self.size, axis=0)


def mode(losses: Losses, mean: Floats, spread: Floats, scatter: Spread) -> Floats:
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
