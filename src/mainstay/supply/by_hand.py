"""What a change by hand costs, and who pays: one product reckoned anew, with some lines as a person set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.supply.allocation import pinned
from mainstay.supply.lots import EPS, down, grain, up
from mainstay.supply.reasons import why_codes
from mainstay.supply.types import SMALL, Shelf, Wanted

_MORE = gettext_noop("At most {most} can be given: so much was ordered.")
_BELOW = gettext_noop("Nothing below 0 can be given.")
_THERE = gettext_noop("By hand {asked} are given in all, and there are {there_is}.")
_LOT = gettext_noop("{units} is no whole lot; {lower} or {higher} can be sent.")


@dataclass(frozen=True)
class Anew:
    """A product's lines anew, in the order of the rows that were given; as columns of `sheet.LINES`."""

    given: list[float]
    lost: list[float]
    here: list[float]
    price: list[float]
    why: list[str]
    why_not: list[str]


def wanted_of(lines: pa.Table) -> Wanted:
    """Rows of LINES of one product, as they are reckoned with."""

    def column(name: str) -> np.ndarray:
        return np.asarray(lines[name].to_numpy(zero_copy_only=False), np.float64)

    n = lines.num_rows
    small = np.array([one == SMALL for one in lines["size_class"].to_pylist()], bool)
    return Wanted(
        np.zeros(n, np.int64),
        column("wanted"),
        column("step"),
        column("least"),
        np.arange(n),
        column("owed"),
        small,
        column("a"),
        column("b"),
        column("favour"),
    )


def anew(lines: pa.Table, available: float, small_share: float, hand: Mapping[int, float]) -> Anew:
    """A product's allocation in which some lines get what a person says.

    lines: rows of LINES of one product, in their order
    hand: units by place among the rows
    Raises: InvalidSetting for more than was ordered or than there is, and for no whole lot
    """
    wanted = wanted_of(lines)
    for place, units in hand.items():
        _check(wanted, place, units)
    if sum(hand.values()) > available + EPS:
        raise InvalidSetting(_THERE, asked=sum(hand.values()), there_is=available)
    floor = small_share * float((wanted.wanted * wanted.small).sum())
    made = pinned(wanted, Shelf(np.array([available]), np.array([floor])), dict(hand))
    promised = np.array(lines["promised"].to_pylist(), bool)
    before = np.asarray(lines["before"].to_numpy(zero_copy_only=False), np.float64)
    why, why_not = why_codes(wanted, made, lines["contract"].combine_chunks(), promised, before)
    codes, not_more = why.to_pylist(), why_not.to_pylist()
    for place, units in hand.items():
        codes[place] = "hand"
        not_more[place] = "all" if units >= wanted.wanted[place] - EPS else "hand"
    return Anew(
        made.given.tolist(),
        wanted.lost(made.given).tolist(),
        made.marginal.tolist(),
        made.price_of(wanted).tolist(),
        codes,
        not_more,
    )


def _check(wanted: Wanted, place: int, units: float) -> None:
    most = float(wanted.wanted[place])
    if not units >= 0:
        raise InvalidSetting(_BELOW)
    if units > most + EPS:
        raise InvalidSetting(_MORE, most=most)
    some = np.array([place])
    line, asked = wanted.of(some), np.array([units])
    lower, higher = float(down(line, asked)[0]), float(up(line, asked)[0])
    fine = float(grain(line)[0])
    if fine and units < most - EPS:
        lower, higher = (float(np.round(f(units / fine) * fine, 6)) for f in (np.floor, np.ceil))
    if abs(lower - units) > EPS and abs(higher - units) > EPS:
        raise InvalidSetting(_LOT, units=units, lower=lower, higher=higher)
