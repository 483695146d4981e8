"""Budgets of incentive money: what a company gives a year, by pool, and what may be given now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

POOLS = ("discount", "joint_promotion", "sales_contest", "rebate", "goods")
USUAL_SHARE = 0.002  # of a year's sales in each pool, where no budget is set
AHEAD_WEEKS = 4  # so much of the year's budget may be given before its time
YEAR_WEEKS = 52


def yearly(text: str) -> dict[str, float] | None:
    """The yearly budgets that a setting names: "rebate 30000, goods 5000"; None where it is empty.

    Raises: InvalidSetting
    """
    if not text.strip():
        return None
    found: dict[str, float] = {}
    for part in text.split(","):
        pool, _, amount = part.strip().partition(" ")
        try:
            money = float(amount)
        except ValueError:
            money = -1.0
        if pool not in POOLS or not 0 <= money < 1e15 or pool in found:
            raise InvalidSetting(
                gettext_noop(
                    "“{part}” is no budget of a year; write a pool and a sum, as in rebate 30000. The "
                    "pools are {pools}."
                ),
                part=part.strip()[:100],
                pools=", ".join(POOLS),
            )
        found[pool] = money
    return found


def budgets_of(
    text: str, sales: float, spent: Mapping[str, float], as_of: date
) -> dict[str, float]:
    """Money that may be given now, by pool; below 0 = more was given than there is by now.

    What the year has had so far, four weeks ahead, less what was given since it began.
    text: the setting; sales: of the last 52 weeks
    """
    given = yearly(text)
    weeks = (as_of - date(as_of.year, 1, 1)).days / 7
    part = min((weeks + AHEAD_WEEKS) / YEAR_WEEKS, 1.0)
    found = {}
    for pool in POOLS:
        year = USUAL_SHARE * sales if given is None else given.get(pool, 0.0)
        left = year * part - spent.get(pool, 0.0)
        # Who set no budget can't have overdrawn it.
        found[pool] = max(left, 0.0) if given is None else left
    return found
