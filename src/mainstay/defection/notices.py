"""What an account's own word changes in its forecast (R5: who says so has mostly decided).

Judged values, until enough notices of one's own have shown what followed them: of ten accounts that
say they will leave, one is still a customer a year later, and so on. They are wide guesses, and what
the assessment says of such an account names the notice first, so that nobody takes them for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

STAYS = {"will_leave": 0.1, "contract_ends": 0.25, "dissatisfied": 0.7, "asked_rival_price": 0.8}
STILL_BUYS = {"will_reduce": 0.5}


@dataclass(frozen=True)
class Word:
    """What the notices in force say; float arrays (n_accounts,), 1 = nothing was said.

    stays: probability that the account does not leave because of what it said
    still_buys: what it goes on buying, as a share of what it buys now
    """

    stays: Floats
    still_buys: Floats

    @classmethod
    def of(cls, notice: npt.NDArray[np.object_]) -> Word:
        """notice: the latest kind of notice in force, by account; "" = none"""
        stays, still_buys = np.ones(len(notice)), np.ones(len(notice))
        for i in np.flatnonzero(notice != ""):
            stays[i] = STAYS.get(notice[i], 1.0)
            still_buys[i] = STILL_BUYS.get(notice[i], 1.0)
        return cls(stays, still_buys)

    def p_complete(self, p_complete: Floats) -> Floats:
        """The probability of no order once the notices are known; (n_accounts,)."""
        return 1.0 - (1.0 - p_complete) * self.stays
