"""Chance: a stream of its own for each mechanism and week.

What one mechanism draws does not depend on what happened in another, so that a visit more does not
throw all dice anew: two runs that differ in one action differ by what that action did.
"""

from __future__ import annotations

import zlib

import numpy as np


class Dice:
    """Streams by name and week; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, name: str, week: int = -1) -> np.random.Generator:
        """The stream of a mechanism in a week; −1 = before the first."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode()), week + 1])
