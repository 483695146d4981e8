"""Who gets what of a product that is short: a hook through which a policy decides, line by line.

Without one, everybody gets the share that there is, the large a little more (`Supplied.filled`). With one, there is
a pile of each product when its shortage begins, nothing more arrives until it ends, and what one gets another
does not: in units, whatever the policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor.makeup import Bools, Floats, Longs

MOST = 1e-9


@dataclass(frozen=True)
class ShortLines:
    """Lines of this week that want what is short; arrays (m,), as ordered.

    account, product: their codes; day: ordinal; wanted: units; price: of a unit
    """

    account: list[str]
    product: list[str]
    day: Longs
    wanted: Floats
    price: Floats


# From the lines and what is left of each of their products to what each line gets, in units.
Policy = Callable[[ShortLines, dict[str, float]], Floats]


class Rationing:
    """Piles of short products, and the policy that gives from them.

    left: by place of the product, units; until: the last week of its shortage
    given, asked: sums of money by account, of lines of short products
    """

    def __init__(self, policy: Policy, n: int) -> None:
        self.policy = policy
        self.left: dict[int, float] = {}
        self.until: dict[int, int] = {}
        self.given, self.asked = np.zeros(n), np.zeros(n)
        self.margin_missed = np.zeros(n)

    def open(self, product: int, units: float, until: int) -> None:
        """A product becomes short: so much is there until the end of a week."""
        self.left[product], self.until[product] = max(units, 0.0), until

    def short(self, product: Longs, week: int) -> Bools:
        """Which lines are of products that are short this week."""
        for place in [p for p, until in self.until.items() if until < week]:
            del self.left[place], self.until[place]
        return np.isin(product, np.fromiter(self.left, np.int64, len(self.left)))

    def share(
        self,
        who: tuple[list[str], Longs],
        what: tuple[list[str], Longs],
        of: tuple[Longs, Floats, Floats, Floats],
    ) -> Floats:
        """The share of each of some lines that is delivered.

        who, what: codes and the lines' places among them
        of: day, wanted, price, margin of a unit; in the order of the days, then as accounts stand
        """
        (accounts, account), (products, product) = who, what
        day, wanted, price, margin = of
        order = np.lexsort((account, day))
        lines = ShortLines(
            [accounts[i] for i in account[order]],
            [products[i] for i in product[order]],
            day[order],
            wanted[order],
            price[order],
        )
        left = {products[p]: units for p, units in self.left.items()}
        gets = np.zeros(len(wanted))
        gets[order] = np.clip(self.policy(lines, left), 0.0, wanted[order])
        self._take(product, gets)
        np.add.at(self.asked, account, wanted * price)
        np.add.at(self.given, account, gets * price)
        np.add.at(self.margin_missed, account, (wanted - gets) * margin)
        return np.asarray(gets / np.maximum(wanted, MOST))

    def _take(self, product: Longs, gets: Floats) -> None:
        """From the piles; who gives more than there is gets it cut for all alike."""
        for place in np.unique(product).tolist():
            here = product == place
            asked, there_is = float(gets[here].sum()), self.left[place]
            if asked > there_is:
                gets[here] *= there_is / asked
            self.left[place] = max(0.0, there_is - asked)
