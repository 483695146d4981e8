"""What a unit that is not delivered costs: its own margin, and what the account buys less afterwards.

    lost(m) = margin · m + s · .04 · M · P · (1 + p₀ / 100) · (m / wanted)²  =  a · m + b · m²

m: units of a line that are missing; P = 100 · price · wanted / V: points of the account's fill rate in a quarter
when nothing of the line comes; V: what the account orders in a quarter; M: its expected margin of a quarter; p₀:
points that it missed lately through us (half of them forgotten in a quarter) and misses of the other short
products of today; s: more where our deliveries are a likely cause of its fall already, where a date was promised,
and where it is likelier than others to fall anyhow.

A point of fill rate costs 4% of the orders of a quarter (order rate × .96, fading in three months): published, of
what was not delivered at all. That half of a line costs a quarter of the whole is judged: part of it keeps their
shelf filled, nothing sends them elsewhere. A shortage multiplies the hazard of a fall, so that half of its weight
goes with the hazard that there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.supply.types import TINY, Bools, Floats

A_POINT = 0.04  # of a quarter's orders, of one point of fill rate
PROMISED = (
    1.5  # a promise that is not kept counts so much more: service below promise, hazard × 1.5
)
MOST_BEFORE = 50.0  # points of earlier shortages that count
POINTS = 100.0
MOST_RISK = 5.0  # times the usual one


@dataclass(frozen=True)
class Stakes:
    """What hangs on lines; arrays (n,).

    price, margin: of one unit, reporting currency
    quarter: what the account orders in a quarter, at least all that it has on order; > 0
    future: its expected margin of a quarter, ≥ 0
    before: points of fill rate that it missed lately, or misses of other products now
    p_delivery: that our deliveries are a cause of its fall, 0 to 1
    promised: whether a date before more arrives was promised
    risk: that it falls within a year, as a multiple of the mean of all accounts; 1 = as usual
    wanted: units, > 0
    """

    price: Floats
    margin: Floats
    quarter: Floats
    future: Floats
    before: Floats
    p_delivery: Floats
    promised: Bools
    risk: Floats
    wanted: Floats


def coefficients(stakes: Stakes) -> tuple[Floats, Floats]:
    """a and b of lost(m) = a · m + b · m², both ≥ 0."""
    points = POINTS * stakes.price / np.maximum(stakes.quarter, TINY)
    hazard = (1 + np.clip(stakes.risk, 0.0, MOST_RISK)) / 2
    more = (1 + stakes.p_delivery) * np.where(stakes.promised, PROMISED, 1.0) * hazard
    before = np.clip(stakes.before, 0.0, MOST_BEFORE)
    whole = A_POINT * stakes.future * more * points * (1 + before / POINTS)
    return np.maximum(stakes.margin, 0.0), np.asarray(whole / np.maximum(stakes.wanted, TINY))
