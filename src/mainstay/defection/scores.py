"""How good probabilities and rankings were, once it is known what happened.

`happened` is a bool array (n,), `score` a float array (n,): the higher, the likelier it was called.
Ties count as what they are: undecided. Where nobody or everybody was hit there is nothing to tell
apart, and the answer is NaN.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.ridge import expit
from mainstay.defection.slices import log_odds

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS = 10
FLOOR_DRAWS = 200
SEED = 1
_CELLS = 4_000_000  # numbers held at a time


@dataclass(frozen=True)
class Ranking:
    """A score's order, worked out once for all the draws of a bootstrap.

    order: int64 (n,), places from the highest score down
    starts: int64 (n_distinct,), where in `order` each distinct score begins
    """

    order: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, score: Floats) -> Ranking:
        order = np.argsort(-score, kind="stable")
        falls = np.diff(score[order]) != 0
        return cls(order, np.concatenate([[0], np.flatnonzero(falls) + 1]).astype(np.int64))

    def measures(self, happened: Bools, weights: Floats) -> tuple[Floats, Floats]:
        """AUC and average precision under each row of weights; (n_draws,) each.

        weights: float64 (n_draws, n), how often each account was drawn

        AUC = P(score of a hit > score of another) + ½ P(they are equal)
        AP = Σ over distinct scores (recall gained there) · (precision down to there)
        Source: Mann & Whitney (1947); Davis & Goadrich (2006)
        """
        hit, other = (
            np.add.reduceat((weights * some)[:, self.order], self.starts, axis=1)
            for some in (happened, ~happened)
        )
        hits, others = hit.cumsum(axis=1), other.cumsum(axis=1)
        all_hits, all_others = hits[:, -1], others[:, -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            below = all_others[:, None] - others + other / 2
            auc = (hit * below).sum(axis=1) / (all_hits * all_others)
            precision = np.where(hit > 0, hits / (hits + others), 0.0)
            return auc, (hit * precision).sum(axis=1) / all_hits


def auc(happened: Bools, score: Floats) -> float:
    """Area under the ROC curve, ½ for ties."""
    return _both(happened, score)[0]


def average_precision(happened: Bools, score: Floats) -> float:
    """Mean precision over the hits, in the order of the score, ties taken together."""
    return _both(happened, score)[1]


def _both(happened: Bools, score: Floats) -> tuple[float, float]:
    if not happened.any() or happened.all():
        return np.nan, np.nan
    area, precision = Ranking.of(score).measures(happened, np.ones((1, len(score))))
    return float(area[0]), float(precision[0])


def lift(happened: Bools, score: Floats, share: float = 0.1) -> float:
    """The rate of hits among the top share of the scores, over the rate among all.

    Of accounts with the same score at the edge, each is in by the same part.
    """
    if not happened.any() or happened.all():
        return np.nan
    size = max(share * len(score), 1.0)
    edge = np.sort(score)[::-1][int(np.ceil(size)) - 1]
    above, at = score > edge, score == edge
    part = (size - above.sum()) / at.sum()
    return float((happened[above].sum() + part * happened[at].sum()) / size / happened.mean())


def brier(happened: Bools, p: Floats) -> float:
    """Mean squared distance of probability and outcome. Source: Brier (1950)"""
    return float(np.mean((p - happened) ** 2)) if len(p) else np.nan


@dataclass(frozen=True)
class Calibration:
    """Bins of equally many accounts, from the least probable up; arrays (n_bins,).

    predicted: mean probability; observed: share that was hit
    low, high: 90% interval of the observed share (Wilson, 1927)
    """

    n: npt.NDArray[np.int64]
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats

    @property
    def error(self) -> float:
        """Mean distance of predicted and observed, bins weighted by their accounts."""
        n = self.n.sum()
        return float(self.n @ np.abs(self.predicted - self.observed) / n) if n else np.nan


def calibration(happened: Bools, p: Floats) -> Calibration:
    order, starts = _binned(p)
    n = np.diff(np.append(starts, len(p)))
    if not len(p):
        nothing = np.empty(0)
        return Calibration(n[:0], nothing, nothing, nothing, nothing)
    predicted = np.add.reduceat(p[order], starts) / n
    observed = np.add.reduceat(happened[order].astype(float), starts) / n
    z2 = 1.6449**2
    middle = (observed + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (observed * (1 - observed) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return Calibration(n, predicted, observed, middle - half, middle + half)


def calibration_floor(p: Floats, *, draws: int = FLOOR_DRAWS, seed: int = SEED) -> float:
    """The mean calibration error of probabilities that are true, which is chance alone.

    By simulation: outcomes drawn with these probabilities.
    """
    if not len(p):
        return np.nan
    order, starts = _binned(p)
    weight = np.diff(np.append(starts, len(p))) / len(p)
    sorted_p = p[order]
    predicted = np.add.reduceat(sorted_p, starts)
    sizes = weight * len(p)
    rng = np.random.default_rng(seed)
    errors = []
    for some in _chunks(draws, len(p)):
        drawn = rng.random((some, len(p))) < sorted_p
        observed = np.add.reduceat(drawn.astype(float), starts, axis=1)
        errors.append(np.abs(observed - predicted) / sizes @ weight)
    return float(np.concatenate(errors).mean())


def at_level(p: Floats, share: float) -> Floats:
    """The probabilities moved together, in log-odds, so that their mean is `share`.

    What a forecast could reach that knew how many leave, and not who.
    """
    odds = log_odds(p)
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(odds + middle).mean() < share else (low, middle)
    return np.asarray(expit(odds + (low + high) / 2), float)


def _binned(p: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    order = np.argsort(p, kind="stable")
    starts = np.unique(np.arange(BINS) * len(p) // BINS)
    return order, starts


def draws_of(n_accounts: int, draws: int, seed: int = SEED) -> Iterator[Floats]:
    """Bootstrap weights of accounts, a few draws at a time: float64 (n_some, n_accounts).

    An account is drawn with all its dates, so that what repeats itself is not taken for more.
    Source: Efron (1979); by clusters, Field & Welsh (2007)
    """
    rng = np.random.default_rng(seed)
    for some in _chunks(draws, n_accounts):
        drawn = rng.integers(0, n_accounts, (some, n_accounts))
        shifted = drawn + n_accounts * np.arange(some)[:, None]
        counts = np.bincount(shifted.ravel(), minlength=some * n_accounts)
        yield counts.reshape(some, n_accounts).astype(float)


def _chunks(draws: int, n: int) -> Iterator[int]:
    size = max(1, _CELLS // max(n, 1))
    while draws > 0:
        yield min(size, draws)
        draws -= size
