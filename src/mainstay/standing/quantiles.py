"""Quantile regression: the line below which a given part of the values lies, given what is known of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError
from mainstay.core.off_stdout import off_stdout
from mainstay.core.texts import gettext_noop

Floats = npt.NDArray[np.float64]


def quantile_regression(X: Floats, y: Floats, quantile: float) -> Floats:
    """The coefficients β of the conditional quantile of y, Q(τ | x) = x'β.

    β minimises Σ ρ_τ(y − Xβ) with ρ_τ(u) = u (τ − 1[u < 0]). Solved by its dual, which has one
    row a column of X instead of one a value:  max y'a  s.t.  X'a = (1 − τ) X'1,  0 ≤ a ≤ 1;
    β are the prices of these rows.

    X: float array (n, p), of full column rank
    y: float array (n,)
    quantile: τ, above 0 and below 1
    Returns: float array (p,)
    Raises: FitError where the solver finds none
    Source: Koenker & Bassett (1978); the dual: Koenker (2005), section 6.2
    """
    from scipy.optimize import linprog

    solved = None
    if np.isfinite(X).all() and np.isfinite(y).all():
        with off_stdout():
            solved = linprog(
                -y,
                A_eq=np.ascontiguousarray(X.T),
                b_eq=(1.0 - quantile) * X.sum(axis=0),
                bounds=(0.0, 1.0),
                method="highs",
            )
    if solved is None or not solved.success:
        raise FitError(
            gettext_noop(
                "No quantile can be fitted to {n} values: look for some that are not finite, or far "
                "from all others."
            ),
            n=len(y),
        )
    return -np.asarray(solved.eqlin.marginals, float)


def independent(X: Floats) -> npt.NDArray[np.int64]:
    """The columns of X that no others before them already say, rising; a greedy choice, the first first.

    Returns: int array (rank,)
    """
    kept: list[int] = []
    basis = np.zeros((X.shape[0], 0))
    for j in range(X.shape[1]):
        rest = X[:, j] - basis @ (basis.T @ X[:, j])
        rest = rest - basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-9 * max(float(np.linalg.norm(X[:, j])), 1.0):
            kept.append(j)
            basis = np.column_stack([basis, rest / length])
    return np.array(kept, np.int64)
