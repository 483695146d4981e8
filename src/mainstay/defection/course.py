"""States from date to date: what was seen before is part of what is seen now."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mainstay.defection.states import WON_BACK_DAYS


@dataclass
class Memory:
    """What was seen of each account before; arrays (n_accounts,).

    lost_at: when it was last seen as lost, days since 1970-01-01
    state: at the date before; "" = not seen yet
    """

    n_accounts: int
    lost_at: npt.NDArray[np.int64] = field(init=False)
    state: npt.NDArray[np.object_] = field(init=False)

    def __post_init__(self) -> None:
        self.lost_at = np.full(self.n_accounts, -(10**6), np.int64)
        self.state = np.full(self.n_accounts, "", object)

    def returned(
        self,
        who: npt.NDArray[np.int64],
        last_day: npt.NDArray[np.integer],
        at: int,
    ) -> npt.NDArray[np.bool_]:
        """Bought again after they were seen as lost, within the last half year.

        who: places of the accounts asked about; last_day: theirs; at: the date, all in days
        """
        lost = self.lost_at[who]
        return (lost >= at - WON_BACK_DAYS) & (last_day >= lost)

    def remember(
        self, who: npt.NDArray[np.int64], states: npt.NDArray[np.object_], at: int
    ) -> None:
        self.lost_at[who[states == "lost"]] = at
        self.state[who] = states
