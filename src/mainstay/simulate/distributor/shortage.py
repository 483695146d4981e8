"""A shortage of a whole category, as a pile of each of its products that has to last for some weeks."""

from __future__ import annotations

import numpy as np

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.weeks import Weeks

LOOKED_BACK_WEEKS = 13


def scarcity(weeks: Weeks, category: str, length: int, level: float) -> dict[str, float]:
    """See `Distributor.scarce`."""
    world, rationing = weeks.world, weeks.orders.rationing
    if category not in names.CATEGORIES or rationing is None:
        raise NotFound(_("There is no category “{category}” to ration."), category=category)
    here = world.products.category == names.CATEGORIES.index(category)
    wanted = np.zeros(len(here))
    for made in weeks.orders.lines[-LOOKED_BACK_WEEKS:]:
        wanted += np.bincount(made.product, made.wanted, len(here))
    piles = wanted / LOOKED_BACK_WEEKS * length * level
    found = {}
    for place in np.flatnonzero(here & (wanted > 0)).tolist():
        rationing.open(place, float(piles[place]), world.week + length - 1)
        found[world.products.ids[place]] = float(piles[place])
    return found
