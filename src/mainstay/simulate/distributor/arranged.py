"""What is arranged with accounts, until a week. Nothing is, unless something is done about them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mainstay.simulate.distributor.makeup import NEVER, C, Floats, K, Longs


class Arranged:
    """Arrays (n,) of weeks until which something holds; (K, n) of what is felt meanwhile.

    rhythm_until: visits come in their rhythm; delivered_until: deliveries are seen to
    checked_until: what is delivered is checked before
    price_until: what we conceded on prices
    heard_on, annoyed_on: the week in which somebody listened, or came clumsily, last
    can_make: (n, C) whether we can make what they would ask for; given: money, so far
    factor: of what would be felt of a reason, until `until`
    """

    def __init__(self, n: int) -> None:
        self.rhythm_until: Longs = np.full(n, NEVER)
        self.delivered_until: Longs = np.full(n, NEVER)
        self.checked_until: Longs = np.full(n, NEVER)
        self.price_until: Longs = np.full(n, 10**6)
        self.annoyed_on: Longs = np.full(n, -(10**6))
        self.heard_on: Longs = np.full(n, -(10**6))
        self.factor, self.until = np.ones((K, n)), np.full((K, n), NEVER)
        self.can_make = np.zeros((n, C), bool)
        self.given = np.zeros(n)

    def soften(self, reasons: Iterable[int], i: int, factor: float, week: int, weeks: int) -> None:
        """So much less is felt of some reasons for so many weeks; the stronger of two counts."""
        for k in reasons:
            holds = self.until[k, i] > week
            self.factor[k, i] = min(self.factor[k, i], factor) if holds else factor
            self.until[k, i] = max(self.until[k, i], week + weeks)

    def felt(self, reason: int, account: Longs, size: Floats, week: int) -> Floats:
        """What is felt of it with all that is arranged."""
        holds = self.until[reason, account] > week
        return np.asarray(size * np.where(holds, self.factor[reason, account], 1.0))
