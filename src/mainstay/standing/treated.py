"""Whom we did something about: accounts with a play under way, which no longer are as they would be.

An account that a play kept looks like a false alarm, and would teach a learner that high risk stays.
So what became of it is not learnt from, and is counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mainstay.standing.history import days_of

if TYPE_CHECKING:
    from datetime import date

    from mainstay.ledger.ledger import Ledger

Longs = npt.NDArray[np.int64]
NOTHING = "nothing"  # a play too, where it was chosen to do nothing; nobody is treated by it
FOR_EVER = 2**31 - 1


@dataclass(frozen=True)
class Treatments:
    """When something was done about whom; arrays (n,).

    n_accounts: of all; account: places among them
    first, last: days since 1970-01-01; last of a play that is still under way: FOR_EVER
    """

    n_accounts: int
    account: Longs
    first: Longs
    last: Longs

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        account_id: Sequence[str],
        *,
        as_of: date | None = None,
        known_until: Any = None,
    ) -> Treatments:
        """From the table `play_runs`, as known at a date; None = by all that is known now.

        account_id: the accounts, joined ones under their main account
        """
        rows = ledger.table("play_runs", as_of=as_of, known_until=known_until).to_pylist()
        if not rows:
            nothing = np.zeros(0, np.int64)
            return cls(len(account_id), nothing, nothing, nothing)
        main_of = ledger.joins_at(known_until or as_of).main_of
        place = {account: i for i, account in enumerate(account_id)}
        found = [
            (place[main], days_of(row["from"]), days_of(row["to"]) if row["to"] else FOR_EVER)
            for row in rows
            if row["play"] != NOTHING and (main := main_of(row["account_id"])) in place
        ]
        account, first, last = np.array(found, np.int64).reshape(-1, 3).T
        return cls(len(account_id), account, first, last)

    def between(self, first: int, after: int) -> npt.NDArray[np.bool_]:
        """Whom something was done about on a day in [first, after); bool (n_accounts,)."""
        treated = np.zeros(self.n_accounts, bool)
        treated[self.account[(self.first < after) & (self.last >= first)]] = True
        return treated

    def __bool__(self) -> bool:
        return len(self.account) > 0
