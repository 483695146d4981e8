"""Effects of plays by cause, as one normal posterior that shares between them.

    μ = p · exp(b + c · (log p − mean) + season + level of the cause + D · log r + bias)
    log r(play, cause) = fit · a(play) + g(cause) + d(play, cause)

D is 1 for a case with a play. b, c, season and levels take up what the forecast misses with and without plays.
a ~ Normal(prior mean, σ₁²), g ~ Normal(0, σ₂²), d ~ Normal(0, σ₃²): how far plays, causes and both differ is not known;
the likelihood (`plays/quasi.py`) is expanded once around its mode, and σ₁, σ₂, σ₃ and the size of the bias are
integrated out over a grid, on which everything is normal. bias, of cases that somebody chose: those who got a play
may have been worse off than any forecast saw, so a common Normal(0, BIAS²) and one by play, Normal(0, PLAY_BIAS²),
both times a size that is learnt where the same plays were drawn as well.
Source: Gelman et al. (2013), Bayesian Data Analysis, ch. 5 (grids over spreads) and 13.3 (normal approximations)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from mainstay.learning.cases import Cases, Floats, Longs, Names, is_play
from mainstay.learning.propensity import weights
from mainstay.plays.effects import LEVEL_SPREAD
from mainstay.plays.quasi import WAVER, Losses, Runs, Spread, expand, means, mode

SLOPE_SPREAD, SEASON_SPREAD, CAUSE_LEVEL_SPREAD = 0.3, 0.2, 0.15
BIAS, PLAY_BIAS = 0.2, 0.1
QUARTER_DAYS = 91
# What σ may be, and how probable that is beforehand.
PLAYS_DIFFER = {0.15: 1.0, 0.3: 2.0, 0.5: 2.0, 0.8: 1.0}
CAUSES_DIFFER = {0.02: 1.0, 0.1: 1.0, 0.2: 0.5}
BOTH_DIFFER = {0.02: 1.0, 0.1: 1.0, 0.2: 0.7, 0.35: 0.3}
BIAS_SIZES = {0.5: 1.0, 1.0: 2.0, 2.0: 1.0}
MIDDLE = (0.3, 0.1, 0.15, 1.0)  # around which the likelihood is expanded
# Scatter is drawn to what the model alone says, and groups to a little likeness, by so many cases or pairs.
LIKE_MODEL_CASES, USUAL_PAIRS, USUAL_ALIKE, MOST_ALIKE = 20.0, 30.0, 0.05, 0.8


@dataclass(frozen=True)
class Columns:
    """What each coefficient is, and the cells (play, cause) that have cases.

    x: (n, k); kind: (k,), one of level, play, cause, both, bias; spread: (k,), of levels, and within biases
    mean: (k,), before any case; cells: (play, cause) of each; rows: (n,), the cell of a case, −1 = none
    effect: (cells, k), log r of a cell by coefficients, at the mean fit of its cases
    """

    x: Floats
    kind: Names
    spread: Floats
    mean: Floats
    cells: list[tuple[str, str]]
    rows: Longs
    effect: Floats


@dataclass(frozen=True)
class Posterior:
    """log r of the cells, mixed over the grid: weight (g,), mean (g, cells), covariance (g, cells, cells);
    play_mean, play_variance (g, plays): of a(play), the effect where a play suits fully; plays: their names."""

    weight: Floats
    mean: Floats
    covariance: Floats
    play_mean: Floats
    play_variance: Floats
    plays: list[str]
    scatter: Spread


def columns(cases: Cases, got: Names, biased: Floats, before: dict[str, float]) -> Columns:
    """got: the play of each case that counts; biased: how far somebody chose it, 0..1; before: prior mean of a(play)"""
    treated = is_play(got)
    plays, causes = (
        sorted(set(names.tolist())) for names in (got[treated], cases.cause.astype(object))
    )
    found: list[tuple[str, float, float, Floats]] = []  # kind, spread, mean, column

    def add(kind: str, spread: float, column: Floats, mean: float = 0.0) -> None:
        found.append((kind, spread, mean, np.asarray(column, float)))

    log_p = np.log(cases.expected)
    add("level", LEVEL_SPREAD, np.ones(len(cases)))
    add("level", SLOPE_SPREAD, log_p - log_p.mean())
    quarter = (cases.first - cases.first.min()) // QUARTER_DAYS
    for one in np.unique(quarter):
        add("level", SEASON_SPREAD, quarter == one)
    for cause in causes:
        add("level", CAUSE_LEVEL_SPREAD, cases.cause == cause)
    for play in plays:
        add("play", 1.0, np.where(got == play, cases.fit, 0.0), before.get(play, 0.0))
    for cause in causes:
        add("cause", 1.0, treated & (cases.cause == cause))
    rows = np.full(len(cases), -1)
    cells: list[tuple[str, str]] = []
    for play, cause in product(plays, causes):
        mine = (got == play) & (cases.cause == cause)
        if mine.any():
            rows[mine] = len(cells)
            cells.append((play, cause))
            add("both", 1.0, mine)
    if biased.any():
        add("bias", BIAS, treated * biased)
        for play in plays:
            if biased[got == play].any():
                add("bias", PLAY_BIAS, biased * (got == play))
    kind, spread, mean, x = zip(*found, strict=True)
    made = np.column_stack(x)
    kinds = np.array(kind, object)
    told = np.isin(kinds, ["play", "cause", "both"])
    effect = np.array([made[rows == i].mean(axis=0) * told for i in range(len(cells))])
    return Columns(
        made,
        kinds,
        np.array(spread),
        np.array(mean),
        cells,
        rows,
        effect.reshape(len(cells), made.shape[1]),
    )


def posterior(cases: Cases, got: Names, made: Columns) -> Posterior:
    """What the cases and what was believed before say of every cell."""
    losses = _losses(cases, got, made)
    prior = _spreads(made, *MIDDLE)
    scatter = Spread()
    for _ in range(2):
        at = mode(losses, made.mean, prior, scatter)
        scatter = _scatter(losses, at)
    at = mode(losses, made.mean, prior, scatter)
    score, information = expand(losses, at, scatter)
    peak = information @ at + score
    plays = list(dict.fromkeys(play for play, _ in made.cells))
    of_play = np.flatnonzero(made.kind == "play")
    log_weight, mean, covariance, play_mean, play_variance = [], [], [], [], []
    for sizes, probable in _grid("bias" in made.kind):
        spread = _spreads(made, *sizes)
        precision = information + np.diag(1 / spread**2)
        inverse = np.linalg.inv(precision)
        told = peak + made.mean / spread**2
        centre = inverse @ told
        # Evidence of the expansion: ½ b′A⁻¹b − ½ Σ m²∕s² − ½ log |A| − Σ log s.
        log_weight.append(
            np.log(probable)
            + 0.5 * told @ centre
            - 0.5 * ((made.mean / spread) ** 2).sum()
            - 0.5 * np.linalg.slogdet(precision)[1]
            - np.log(spread).sum()
        )
        mean.append(made.effect @ centre)
        covariance.append(made.effect @ inverse @ made.effect.T)
        play_mean.append(centre[of_play])
        play_variance.append(np.diag(inverse)[of_play])
    weight = np.exp(np.array(log_weight) - max(log_weight))
    return Posterior(
        weight / weight.sum(),
        np.array(mean),
        np.array(covariance),
        np.array(play_mean),
        np.array(play_variance),
        plays,
        scatter,
    )


def _losses(cases: Cases, got: Names, made: Columns) -> Losses:
    """The cases, those of one account, and of one unit, side by side."""
    _, unit = np.unique(cases.unit.astype(str), return_inverse=True)
    _, account = np.unique(cases.account_id.astype(str), return_inverse=True)
    # An account that was drawn with several units stands in each of them.
    account = unit * (account.max() + 1) + account
    order = np.argsort(account, kind="stable")
    return Losses(
        made.x[order],
        cases.expected[order],
        cases.lost[order],
        weights(cases, is_play(got))[order],
        (account[order], unit[order]),
    )


def _spreads(made: Columns, plays: float, causes: float, both: float, bias: float) -> Floats:
    sizes = {"level": 1.0, "play": plays, "cause": causes, "both": both, "bias": bias}
    return made.spread * np.array([sizes[kind] for kind in made.kind])


def _grid(biased: bool) -> list[tuple[tuple[float, float, float, float], float]]:
    """Sizes of (σ₁, σ₂, σ₃, bias), each with how probable it is beforehand."""
    sizes = BIAS_SIZES if biased else {1.0: 1.0}
    axes = (PLAYS_DIFFER, CAUSES_DIFFER, BOTH_DIFFER, sizes)
    return [
        ((p[0], c[0], b[0], s[0]), p[1] * c[1] * b[1] * s[1])
        for p, c, b, s in product(*(axis.items() for axis in axes))
    ]


def _scatter(losses: Losses, at: Floats) -> Spread:
    """φ, ρ and ρ′ by moments of what is left, drawn to what is usual where cases are few."""
    mu = means(losses, at)
    left = losses.lost - mu
    usual = float((mu * (1 - mu) + WAVER).mean())
    n = len(left)
    over = (left @ left + LIKE_MODEL_CASES * usual) / ((n + LIKE_MODEL_CASES) * mu.mean())
    left = left / np.sqrt(mu)
    (of_account, pairs), (of_unit, all_pairs) = (_products(left, one) for one in losses.groups)
    # Between accounts of one unit alone; where each account is a unit there are none.
    unit = (of_unit - of_account) / over / (all_pairs - pairs + USUAL_PAIRS)
    account = (of_account / over + USUAL_ALIKE * USUAL_PAIRS) / (pairs + USUAL_PAIRS) - unit
    unit = float(np.clip(unit, 0.0, MOST_ALIKE / 2))
    return Spread(float(over), float(np.clip(account, 0.0, MOST_ALIKE / 2)), unit)


def _products(left: Floats, group: Longs) -> tuple[float, float]:
    """Sum of the products of pairs within groups, and how many pairs there are."""
    runs = Runs.of(group)
    together = runs.sums(left[:, None])[:, 0]
    return float(together @ together - left @ left), float((runs.size * (runs.size - 1)).sum())
