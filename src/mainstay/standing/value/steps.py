"""The steps of one part of a rebate rule, reckoned for many sums at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.core.rebate_rule import Part

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """The steps of one part of a rule, in numbers.

    at, rate: rising; rate in percent
    """

    at: Floats
    rate: Floats
    marginal: bool

    @classmethod
    def of(cls, part: Part) -> Scale:
        return cls(
            np.array([float(step.at) for step in part.steps]),
            np.array([float(step.rate) for step in part.steps]),
            part.marginal,
        )

    def reached(self, sold: Floats) -> npt.NDArray[np.int64]:
        """The place of the last step that is reached; −1 = none."""
        place = np.searchsorted(self.at, sold, side="right") - 1
        return np.where(sold > 0, place, -1).astype(np.int64)

    def owed(self, sold: Floats) -> Floats:
        """The rebate on sales, as `Part.owed` has it, without rounding."""
        at = self.reached(sold)
        there = np.maximum(at, 0)
        if self.marginal:
            whole = np.concatenate([[0.0], np.cumsum(np.diff(self.at) * self.rate[:-1])])
            sums = whole[there] + (sold - self.at[there]) * self.rate[there]
        else:
            sums = sold * self.rate[there]
        return np.where(at >= 0, sums / 100, 0.0)

    def following(self, sold: Floats) -> tuple[Floats, Floats]:
        """The next step's sum and rate; NaN where there is none."""
        place = self.reached(sold) + 1
        # A first step “from 0” is reached with the first sale.
        at, rate = np.append(self.at, np.nan), np.append(self.rate, np.nan)
        return at[place], rate[place]
