"""From shares to what can be sent: whole packs and pallets, and at least the minimum lot."""

from __future__ import annotations

import heapq

import numpy as np

from mainstay.supply.types import TINY, Floats, Longs, Wanted

EPS = 1e-6


PLACES = 3  # after the point, at most: nobody weighs finer


def grain(wanted: Wanted) -> Floats:
    """The finest amount that each line was ordered in, where it has no lots: 0.1 of an order of 20.5; 0 where
    it has. (n,)"""
    found = np.full(len(wanted), 10.0**-PLACES)
    for places in range(PLACES - 1, -1, -1):
        parts = wanted.wanted * 10.0**places
        found[np.abs(parts - np.round(parts)) < EPS] = 10.0**-places
    return np.where(wanted.step > 0, 0.0, found)


def settled(wanted: Wanted, given: Floats) -> Floats:
    """The same amounts in decimals that were ordered, not more in all: of lines of a product alike (small or
    not) what is cut off goes to those that are owed more, then to those that lost most by it; (n,)."""
    fine = grain(wanted)
    loose = np.flatnonzero((fine > 0) & (given < wanted.wanted - EPS) & (given > 0))
    if not len(loose):
        return given
    given, unit = given.copy(), fine[loose]
    cut = np.maximum(np.floor(given[loose] / unit + EPS) * unit, 0.0)
    cut[cut < wanted.least[loose] - EPS] = given[loose][cut < wanted.least[loose] - EPS]
    rest = given[loose] - cut
    given[loose] = np.round(cut, PLACES)
    group = wanted.product[loose] * 2 + wanted.small[loose]
    left = np.bincount(group, rest)
    lacks = wanted.owed[loose] > given[loose] + EPS
    for i in np.lexsort((wanted.early[loose], -rest, ~lacks)).tolist():
        line = loose[i]
        if rest[i] > TINY and left[group[i]] >= unit[i] - TINY:
            given[line] = min(np.round(given[line] + unit[i], PLACES), wanted.wanted[line])
            left[group[i]] -= unit[i]
    # What is left is less than the coarser lines can take; the finest take it.
    for i in np.lexsort((wanted.early[loose], unit)).tolist():
        line = loose[i]
        more = np.floor(left[group[i]] / unit[i] + EPS) * unit[i]
        more = min(more, np.floor((wanted.wanted[line] - given[line]) / unit[i] + EPS) * unit[i])
        given[line] = np.round(given[line] + more, PLACES)
        left[group[i]] -= more
    return given


def down(wanted: Wanted, x: Floats) -> Floats:
    """The largest amounts that can be sent and are not above x; all that is wanted can always be."""
    whole = np.where(
        wanted.step > 0, np.floor(x / np.maximum(wanted.step, TINY) + EPS) * wanted.step, x
    )
    sent = np.where(whole < wanted.least - EPS, 0.0, whole)
    return np.where(x >= wanted.wanted - EPS, wanted.wanted, np.minimum(sent, wanted.wanted))


def up(wanted: Wanted, x: Floats) -> Floats:
    """The smallest amounts that can be sent and are not below x."""
    whole = np.where(
        wanted.step > 0, np.ceil(x / np.maximum(wanted.step, TINY) - EPS) * wanted.step, x
    )
    whole = np.where((x > EPS) & (whole < wanted.least), _least(wanted), whole)
    return np.minimum(whole, wanted.wanted)


def _least(wanted: Wanted) -> Floats:
    """The smallest amount above nothing that can be sent."""
    least = np.maximum(wanted.least, wanted.step)
    whole = np.ceil(least / np.maximum(wanted.step, TINY) - EPS) * wanted.step
    return np.minimum(np.where(wanted.step > 0, whole, least), wanted.wanted)


def further(wanted: Wanted, given: Floats) -> Floats:
    """The next amount after what is given; any amount where there are no lots; (n,)."""
    next_one = np.where(wanted.step > 0, given + wanted.step, wanted.wanted)
    next_one = np.where(given < EPS, np.maximum(next_one, _least(wanted)), next_one)
    # An order that is no whole number of packs ends with what is left of it.
    return np.minimum(
        np.where(wanted.wanted - next_one < EPS, wanted.wanted, next_one), wanted.wanted
    )


def fill(
    lines: Wanted, given: Floats, room: float, some: Longs | None = None, *, past: bool = False
) -> Floats:
    """Lines of one product with lots added, the most worth for a unit first, until none fits.

    room: units that are left; some: of these lines alone
    past: the last lot may go past the room, which then is what has to be reached
    """
    given = given.copy()
    places = _worth_asking(lines, given, room, some)
    heap = [one for i in places.tolist() if (one := _offer(lines, given, i)) is not None]
    heapq.heapify(heap)
    while heap and room > EPS:
        _, i, to = heapq.heappop(heap)
        if lines.step[i] <= 0 and lines.least[i] <= given[i] + room:
            to = min(to, given[i] + room)
        if to - given[i] > room + EPS and not past:
            continue
        room -= to - given[i]
        given[i] = to
        offer = _offer(lines, given, i)
        if offer is not None:
            heapq.heappush(heap, offer)
    return given


SPARE = 64


def _worth_asking(lines: Wanted, given: Floats, room: float, some: Longs | None) -> Longs:
    """The lines whose next lots are worth most, more of them than there is room for."""
    places = np.arange(len(lines)) if some is None else some
    asking = lines.of(places)
    more = further(asking, given[places]) - given[places]
    saves = asking.lost(given[places]) - asking.lost(given[places] + more)
    order = np.argsort(-asking.favour * saves / np.maximum(more, TINY), kind="stable")
    order = order[more[order] > EPS]
    enough = int(np.searchsorted(np.cumsum(more[order]), room)) + SPARE
    return places[order[:enough]]


def _offer(lines: Wanted, given: Floats, i: int) -> tuple[float, int, float] | None:
    has, wants, step = float(given[i]), float(lines.wanted[i]), float(lines.step[i])
    if wants - has <= EPS:
        return None
    to = has + step if step > 0 else wants
    if has < EPS:
        least = max(float(lines.least[i]), step)
        to = max(to, np.ceil(least / step - EPS) * step if step > 0 else to)
    to = min(to, wants)
    missing, after = wants - has, wants - to
    worth = float(lines.a[i]) * (missing - after) + float(lines.b[i]) * (missing**2 - after**2)
    return (-float(lines.favour[i]) * worth / (to - has), i, to)


def first_come(wanted: Wanted, available: Floats) -> Floats:
    """Who ordered first gets all that can be sent, until there is nothing; (n,)."""
    given = np.zeros(len(wanted))
    left = available.copy()
    order = np.lexsort((wanted.early, wanted.product))
    rows = (wanted.product[order], wanted.wanted[order], wanted.step[order], wanted.least[order])
    lists = [column.tolist() for column in rows]
    for i, product, wants, step, least in zip(order.tolist(), *lists, strict=True):
        room = left[product]
        if room <= EPS:
            continue
        if room >= wants - EPS:
            gets = wants
        else:
            gets = np.floor(room / step + EPS) * step if step > 0 else room
            gets = 0.0 if gets < least - EPS else gets
        given[i] = gets
        left[product] -= gets
    return settled(wanted, given)


def pro_rata(wanted: Wanted, available: Floats) -> Floats:
    """All get the same share of what they want, in lots; what is left over goes on, first come; (n,)."""
    n = len(available)
    total = np.bincount(wanted.product, wanted.wanted, n)
    share = np.minimum(1.0, available / np.maximum(total, TINY))
    given = down(wanted, wanted.wanted * share[wanted.product])
    left = available - np.bincount(wanted.product, given, n)
    more = further(wanted, given) - given
    more = np.where(wanted.step > 0, more, 0.0)
    for i in np.lexsort((wanted.early, wanted.product)).tolist():
        if EPS < more[i] <= left[wanted.product[i]] + EPS:
            given[i] += more[i]
            left[wanted.product[i]] -= more[i]
    return settled(wanted, given)
