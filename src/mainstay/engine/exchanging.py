"""Money in other currencies, for pages: at the rates that the ledger knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from mainstay.core.home import Home
from mainstay.ledger.ledger import Ledger


def exchange(home: Home, into: str, sums: Sequence[tuple[str, date]]) -> list[float | None]:
    """What one unit of a currency was worth on a day, in the currency `into`, for each of `sums`.

    Returns: a list (n_sums,), as `Ledger.exchange` gives it; None where no rate is known
    """
    ledger = Ledger.open(home.store, reporting_currency=into or None, order_lines=home.order_lines)
    return [None if np.isnan(one) else one for one in ledger.exchange(sums).tolist()]
