"""What a kernel gets: all order lines of some accounts, sorted by account and day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# Codes of the column `kind` in kernels.
SALE, RETURN, CREDIT, FEE = 0, 1, 2, 3
KINDS = ("sale", "return", "credit", "fee")


@dataclass(frozen=True)
class Lines:
    """All lines of some accounts, in order.

    account_ids: string array (n_accounts,)
    offsets: int64 (n_accounts + 1,); account i has the lines offsets[i]:offsets[i + 1]
    day: int32 (n_lines,), days since 1970-01-01, rising within an account
    amount: float64 (n_lines,), in the reporting currency: net sales, or margin where the ledger
        says so; present when asked for
    codes: int32 (n_lines,) for each text column asked for; -1 = empty
    names: the words that the codes stand for
    values: float64 for each other numeric column asked for; NaN = empty; and `net`, the net sales,
        where `amount` is margin: a sale below cost is an order all the same
    made: what a kernel made of the lines that others ask for too, by what it is
    """

    account_ids: pa.StringArray
    offsets: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]
    codes: Mapping[str, npt.NDArray[np.int32]]
    names: Mapping[str, pa.StringArray]
    values: Mapping[str, npt.NDArray[np.float64]]
    made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def n_accounts(self) -> int:
        return len(self.account_ids)

    def of(self, accounts: npt.NDArray[np.int64]) -> Lines:
        """The lines of some of the accounts alone.

        accounts: their places, rising
        """
        lengths = np.diff(self.offsets)[accounts]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = np.arange(offsets[-1]) + np.repeat(self.offsets[accounts] - offsets[:-1], lengths)
        return Lines(
            self.account_ids.take(pa.array(accounts)),
            offsets,
            self.day[rows],
            self.amount[rows],
            {name: codes[rows] for name, codes in self.codes.items()},
            self.names,
            {name: values[rows] for name, values in self.values.items()},
        )


Kernel = Callable[[Lines], pa.Table]
