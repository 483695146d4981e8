"""How much hangs on how few (R2): the 20/80 curve, the largest accounts, the Herfindahl index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FIFTH = 0.2


@dataclass(frozen=True)
class Concentration:
    """Concentration of an amount over accounts.

    curve: pairs (share of the accounts, share of the amount), from the largest down
    largest, top10: share of the amount
    herfindahl: sum of squared shares, 0 (spread) to 1 (one account has all)
    effective_accounts: 1 / herfindahl: as many equal accounts would be as concentrated
    share_of_top_fifth: what the largest 20% of the accounts bring; where these are no whole number of
        accounts, that part of the next one's, as the curve has it
    """

    total: float
    n_accounts: int
    curve: list[tuple[float, float]]
    largest: float
    top10: float
    herfindahl: float
    effective_accounts: float
    share_of_top_fifth: float
    order: npt.NDArray[np.int64]

    def to_json(self) -> dict[str, Any]:
        return {
            "total_52": self.total,
            "n_accounts": self.n_accounts,
            "curve": [[float(a), float(b)] for a, b in self.curve],
            "largest_share": self.largest,
            "top10_share": self.top10,
            "herfindahl": self.herfindahl,
            "effective_accounts": self.effective_accounts,
            "share_of_top_fifth": self.share_of_top_fifth,
        }


def concentration(amount: Floats, points: int = 100) -> Concentration:
    """Concentration of `amount`, one value an account.

    amount: float array (n_accounts,); accounts at or below 0 bring nothing and are left out, so
        that shares stay between 0 and 1
    points: the curve is thinned to about so many points
    Source: Herfindahl (1950); Adelman (1969) for the effective number
    """
    buying = np.flatnonzero(amount > 0)
    order = buying[np.argsort(-amount[buying], kind="stable")]
    n = len(order)
    if n == 0:
        return Concentration(0.0, 0, [], 0.0, 0.0, 0.0, 0.0, 0.0, order)
    total = float(amount[order].sum())
    shares = amount[order] / total
    running = np.cumsum(shares)
    fifth = n * FIFTH
    # Both ends of the stretch that holds the fifth, so that who reads it off the curve finds the same.
    ends = np.clip([np.floor(fifth) - 1, np.ceil(fifth) - 1], 0, n - 1).astype(int)
    at = np.unique(np.concatenate([[0], np.linspace(0, n - 1, points).astype(int), ends, [n - 1]]))
    herfindahl = float(np.square(shares).sum())
    return Concentration(
        total=total,
        n_accounts=n,
        curve=[(0.0, 0.0), *((float((i + 1) / n), float(min(running[i], 1.0))) for i in at)],
        largest=float(shares[0]),
        top10=float(shares[:10].sum()),
        herfindahl=herfindahl,
        effective_accounts=1 / herfindahl,
        share_of_top_fifth=float(np.interp(fifth, np.arange(n + 1), np.append(0.0, running))),
        order=order,
    )


def classes_by_share(amount: Floats, shares: tuple[float, float]) -> npt.NDArray[np.int8]:
    """0 for the largest accounts that together bring the first share, 1 up to the second, else 2.

    amount: float array (n_accounts,); at or below 0 is always 2
    The account that crosses a share still belongs to the class before it.
    """
    classes = np.full(len(amount), 2, np.int8)
    found = concentration(amount)
    if found.n_accounts:
        before = np.cumsum(amount[found.order]) / found.total - amount[found.order] / found.total
        classes[found.order] = np.where(before < shares[0], 0, np.where(before < shares[1], 1, 2))
    return classes


def classes_by_amount(amount: Floats, least: tuple[float, float]) -> npt.NDArray[np.int8]:
    """0 from the first least amount on, 1 from the second, else 2."""
    return np.where(amount >= least[0], 0, np.where(amount >= least[1], 1, 2)).astype(np.int8)
