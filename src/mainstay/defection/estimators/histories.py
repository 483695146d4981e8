"""What a buy-till-you-die model knows of an account: x, t_x and T; checked, and gathered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import InvalidHistory
from mainstay.core.jit import compiled
from mainstay.core.texts import gettext_noop as _

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


ROUNDING = 1e-9  # t_x and T of the same day may differ in the last digit


@dataclass(frozen=True)
class Histories:
    """Equal histories once, with how many accounts share each.

    x: float64 (n_unique,), order days after the first
    t_x: float64 (n_unique,), weeks from first to last order day
    T: float64 (n_unique,), weeks from the first order day to the last day known
    weights: float64 (n_unique,), number of accounts
    Sorted by x, so that what depends on x alone is computed once.
    """

    x: Floats
    t_x: Floats
    T: Floats
    weights: Floats

    @property
    def n(self) -> float:
        """Number of accounts."""
        return float(self.weights.sum())

    @property
    def rows(self) -> int:
        """Number of different histories."""
        return len(self.x)

    @property
    def repeaters(self) -> float:
        """Number of accounts with more than one order day."""
        return float(self.weights[self.x > 0].sum())

    def sample(self, n: int) -> Histories:
        """n accounts at even distances in the order of x, T and t_x: the same ones each time."""
        rows, taken = evenly(self.weights, n)
        return Histories(self.x[rows], self.t_x[rows], self.T[rows], taken)


def evenly(weights: Floats, n: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """n of the accounts at even distances, the same ones each time: rows, and how many of each.

    weights: float64 (n_unique,), number of accounts of each row
    """
    passed = np.floor(np.cumsum(weights) * (n / float(weights.sum())) + 0.5)
    taken = np.diff(passed, prepend=0.0)
    rows = np.flatnonzero(taken > 0)
    return rows, taken[rows]


def check(x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as float64 arrays of one length, 0 ≤ t_x ≤ T, and t_x = 0 exactly where x = 0.

    Raises: InvalidHistory, with the first row that breaks a rule, and how many do
    """
    arrays = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, t_x, T))
    )
    x_, t_, T_ = (np.ascontiguousarray(array) for array in arrays)
    rules = (
        (
            ~(np.isfinite(x_) & np.isfinite(t_) & np.isfinite(T_)),
            _(
                "Row {row} (and {others} others) has no number for x, t_x or T; leave such accounts out."
            ),
        ),
        (
            (x_ < 0) | (x_ != np.floor(x_)),
            _(
                "Row {row} (and {others} others) has x = {x}; x counts the order days after the first."
            ),
        ),
        (
            (t_ < 0) | (t_ > T_ * (1 + ROUNDING)),
            _(
                "Row {row} (and {others} others) has t_x = {t_x} and T = {T}; t_x must lie between 0 and T, in weeks."
            ),
        ),
        (
            (x_ == 0) != (t_ == 0),
            _(
                "Row {row} (and {others} others) has x = {x} and t_x = {t_x}; t_x is 0 exactly where x is 0."
            ),
        ),
    )
    for broken, template in rules:
        if broken.any():
            row = int(np.argmax(broken))
            raise InvalidHistory(
                template,
                row=row,
                others=int(broken.sum()) - 1,
                x=float(x_[row]),
                t_x=float(t_[row]),
                T=float(T_[row]),
            )
    return x_, np.minimum(t_, T_), T_


@compiled
def _gather(x: Floats, t_x: Floats, T: Floats, bits: npt.NDArray[np.uint64]) -> Ints:
    """For each row the first row that equals it: open addressing over the bits of the three."""
    n = len(x)
    size = 1
    while size < 2 * n + 2:
        size *= 2
    slots = np.full(size, -1, np.int64)
    first = np.empty(n, np.int64)
    for i in range(n):
        h = bits[0, i] * np.uint64(0x9E3779B97F4A7C15)
        h = (h ^ (h >> np.uint64(29)) ^ bits[1, i]) * np.uint64(0xBF58476D1CE4E5B9)
        h = (h ^ (h >> np.uint64(32)) ^ bits[2, i]) * np.uint64(0x94D049BB133111EB)
        slot = np.int64((h ^ (h >> np.uint64(31))) & np.uint64(size - 1))
        while True:
            j = slots[slot]
            if j < 0:
                slots[slot] = i
                first[i] = i
                break
            if x[j] == x[i] and t_x[j] == t_x[i] and T[j] == T[i]:
                first[i] = j
                break
            slot = (slot + 1) & (size - 1)
    return first


def gather(
    x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, *, weights: npt.ArrayLike | None = None
) -> Histories:
    """Equal (x, t_x, T) gathered into one row with a weight; the likelihood is then computed once.

    x, t_x, T: (n_accounts,)
    weights: (n_accounts,), ≥ 0; one each unless given
    Returns: Histories, sorted by x, T, t_x, so that the order of accounts changes no digit
    """
    x_, t_, T_ = check(x, t_x, T)
    w = np.ones(len(x_)) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != x_.shape or not np.all(np.isfinite(w) & (w >= 0)):
        raise InvalidHistory(
            _("There are {n} histories; give as many weights, each 0 or more."), n=len(x_)
        )
    # Adding 0 turns −0 into 0, whose bits would differ.
    bits = np.stack([(array + 0.0).view(np.uint64) for array in (x_, t_, T_)])
    first = _gather(x_, t_, T_, bits)
    total = np.bincount(first, weights=w, minlength=len(x_)) if len(x_) else np.zeros(0)
    keep = np.flatnonzero((first == np.arange(len(x_))) & (total > 0))
    keep = keep[np.lexsort((t_[keep], T_[keep], x_[keep]))]
    return Histories(x_[keep], t_[keep], T_[keep], total[keep].astype(np.float64))
