"""What a fork of the made-up company need not take along: the long record of what has gone by."""

from __future__ import annotations

from typing import Any

from mainstay.simulate.distributor.weeks import Weeks


def forgotten(weeks: Weeks) -> dict[int, Any]:
    """A memo for `copy.deepcopy` in which the records of the past are empty, and fixed things shared."""
    world = weeks.world
    empty: list[Any] = [
        world.impulses,
        weeks.orders.lines,
        weeks.supply.urgent,
    ]
    memo: dict[int, Any] = {id(one): [] for one in empty}
    memo[id(world.book.rows)] = {}
    shared = (world.company, world.by_country, world.by_category, world.products.price)
    return memo | {id(one): one for one in shared}
