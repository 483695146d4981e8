"""A purchase moved to another category of ours is no loss: what one lost and others gained.

A category that fell and others of the same account that rose at about the same time are set against
each other: the share of the fallen one's loss that the others gained. Several fallen ones share the
gain by what each lost, so that no gain is counted twice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
APART_DAYS = 91  # two changes that lie further from each other are two stories
SURE = 0.5


def moved_share(
    account: Longs, p_fell: Floats, p_rose: Floats, since: npt.NDArray[np.integer], gain: Floats
) -> Floats:
    """Share of what each category lost that other categories of its account gained; in [0, 1].

    account: of each category; the arrays (n,) stand in any order
    p_fell, p_rose: probabilities that it fell, rose; only what is likelier than not counts
    since: days since 1970-01-01
    gain: money a week now less money a week before
    Returns: float64 (n,); 0 where nothing fell, or nothing rose at that time
    """
    fell = np.flatnonzero((p_fell >= SURE) & (since >= 0) & (gain < 0))
    rose = np.flatnonzero((p_rose >= SURE) & (since >= 0) & (gain > 0))
    rose = rose[np.argsort(account[rose], kind="stable")]
    first = np.searchsorted(account[rose], account[fell])
    many = np.searchsorted(account[rose], account[fell], side="right") - first
    a = np.repeat(np.arange(len(fell)), many)
    b = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    near = np.abs(since[fell[a]].astype(np.int64) - since[rose[b]]) <= APART_DAYS
    a, b = a[near], b[near]
    # Each gain goes to the falls beside it by what they lost.
    lost = -gain[fell]
    claims = np.bincount(b, weights=lost[a], minlength=len(rose))
    given = gain[rose[b]] * lost[a] / np.maximum(claims[b], 1e-300)
    gained = np.bincount(a, weights=given, minlength=len(fell))
    share = np.zeros(len(account))
    share[fell] = np.minimum(gained / lost, 1.0)
    return share
