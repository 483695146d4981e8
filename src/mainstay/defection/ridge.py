"""Penalised logistic regression that begins as what is known before and leaves it as data tell.

    log-odds = a + c·prior + Σ_j b_j·z_j,   z_j standardised features
    maximise Σ_i w_i · loglik_i − λ/2·Σ b_j² − 1/2·(c − 1)²

With few accounts the penalty keeps every b near 0 and c near 1, and what is left is the prior odds
(of complete defection, the rhythm model); with many it is a regression like any other. So it needs no rule of when to begin.

Source: ridge logistic regression, le Cessie & van Houwelingen (1992), with an offset as its centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FREE = 0.01  # penalty of the level: next to none
FAR = 4.0  # standard deviations; nothing counts for being farther out
_STEPS = 50
_CLOSE = 1e-6  # of log-odds a standard deviation


@dataclass(frozen=True)
class Scale:
    """How features are standardised: missing ones at the middle, with a flag that they are missing.

    flagged: places of the features whose absence is a column of its own
    """

    middle: Floats
    mean: Floats
    spread: Floats
    flagged: npt.NDArray[np.int64]
    flag_mean: Floats
    flag_spread: Floats

    @classmethod
    def of(cls, features: Floats) -> Scale:
        """From training features, float64 (n, n_features) with NaN where not known."""
        missing = np.isnan(features)
        flagged = _different(missing)
        known = ~missing.all(axis=0)
        middle = np.zeros(features.shape[1])
        middle[known] = np.nanmedian(features[:, known], axis=0)
        filled = np.where(missing, middle, features)
        flags = missing[:, flagged]
        return cls(
            middle,
            filled.mean(axis=0),
            filled.std(axis=0) + 1e-6,
            flagged,
            flags.mean(axis=0),
            flags.std(axis=0) + 1e-6,
        )

    def apply(self, features: Floats) -> Floats:
        """Standardised features and flags; float64 (n, n_features + n_flags)."""
        missing = np.isnan(features)
        values = np.where(missing, self.middle, features) if missing.any() else features
        values = values - self.mean
        values /= self.spread
        if len(self.flagged):
            flags = (missing[:, self.flagged] - self.flag_mean) / self.flag_spread
            values = np.hstack([values, flags])
        return np.clip(values, -FAR, FAR, out=values)


def _different(missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The columns that are missing for some and not for all, one of each that are missing alike."""
    if not len(missing):
        return np.empty(0, np.int64)
    patterns: dict[bytes, np.int64] = {}
    for j in np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0)):
        patterns.setdefault(np.packbits(missing[:, j]).tobytes(), j)
    return np.array(sorted(patterns.values()), np.int64)


@dataclass(frozen=True)
class Ridge:
    """A fitted regression.

    level: a; trust: c, of the prior log-odds; slopes: b, of the standardised features
    """

    scale: Scale
    level: float
    trust: float
    slopes: Floats

    @classmethod
    def fit(
        cls, features: Floats, prior: Floats, came: Floats, *, penalty: float, weight: float = 1.0
    ) -> Ridge:
        """By Newton's method.

        features: (n, n_features); prior: log-odds (n,); came: 0 or 1 (n,)
        penalty: λ; weight: of each row, below 1 where rows overlap in time
        """
        from threadpoolctl import threadpool_limits

        scale = Scale.of(features)
        columns = np.column_stack([np.ones(len(came)), prior, scale.apply(features)])
        toll = np.full(columns.shape[1], penalty)
        toll[:2] = FREE, 1.0
        centre = np.zeros(columns.shape[1])
        centre[1] = 1.0
        b = centre.copy()
        # Several threads gain nothing on so narrow a table, and fight where the machine is busy.
        with threadpool_limits(1, "blas"):
            for _ in range(_STEPS):
                p = expit(columns @ b)
                slope = weight * (columns.T @ (p - came)) + toll * (b - centre)
                bend = (columns.T * (weight * p * (1.0 - p))) @ columns + np.diag(toll)
                step = np.linalg.solve(bend, slope)
                # More than a few log-odds at once overshoots where all rows are nearly certain.
                b = b - step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
                if float(np.abs(step).max()) < _CLOSE:
                    break
        return cls(scale, float(b[0]), float(b[1]), b[2:])

    def log_odds(self, features: Floats, prior: Floats) -> Floats:
        """Log-odds of the outcome, (n,)."""
        return self.level + self.trust * prior + self.scale.apply(features) @ self.slopes

    def contributions(self, features: Floats) -> Floats:
        """What each feature adds to the log-odds, beside an average account; (n, n_features).

        A feature's flag for being missing is counted with it.
        """
        parts = self.scale.apply(features) * self.slopes
        n = features.shape[1]
        found = parts[:, :n].copy()
        found[:, self.scale.flagged] += parts[:, n:]
        return found


def expit(z: Floats) -> Floats:
    """1 / (1 + e^−z) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))
