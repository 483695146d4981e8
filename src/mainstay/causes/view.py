"""What signals see beside what is known: purchases period by period, and which of them fell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pyarrow as pa

from mainstay.causes.declines import Declines, declines
from mainstay.causes.purchases import YEAR_PERIODS, Purchases, purchases_of
from mainstay.standing.known import Known

FALLS_A_YEAR = 0.1  # before looking


@dataclass(frozen=True)
class View(Known):
    """The ledger as of a date, with the falls that orders alone show (`falls` in its queries)."""

    summed: ClassVar[tuple[str, ...]] = (*Known.summed, "falls")

    @cached_property
    def bought(self) -> Purchases:
        """What each account bought, period by period."""
        return purchases_of(
            self.ledger, self.account_id, as_of=self.as_of, known_until=self.known_until
        )

    @cached_property
    def fallen(self) -> Declines:
        """What that says of when each account's purchases fell, by its orders alone."""
        return declines(self.bought)

    @cached_property
    def falls(self) -> pa.Table:
        """The accounts whose orders alone show a fall: account_id, fell_on (its likeliest beginning)."""
        odds = self.fallen.ratio * (FALLS_A_YEAR / YEAR_PERIODS)
        fell = odds.sum(axis=1) > 1
        begins = np.array(self.bought.begins_on, "datetime64[D]")
        on = begins[odds.argmax(axis=1)]
        return pa.table(
            {"account_id": self.account_id.filter(pa.array(fell)), "fell_on": pa.array(on[fell])}
        )

    def forget_falls(self) -> None:
        """Let go of what nobody asks for once it is said why accounts fell; asked for again, it is made again."""
        for name in ("bought", "fallen", "falls"):
            self.__dict__.pop(name, None)
