"""The state of each account at a date, in words that a manager uses (MODELS.md, section 2).

The rules stand in one order; the first that holds names the state. What people have told us comes
before what the figures say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.object_]

ELIGIBLE_ORDER_DAYS = 3
ELIGIBLE_SILENCE_DAYS = 365
# Lost: silent beyond this many times what would already be late and for a quarter at least, or for
# a year. Before that there is still something to be done.
LOST_TIMES_LATE = 2.0
LOST_LEAST_DAYS = 91
LOST_ALIVE = 0.25
NEW_DAYS = 182
# A year that brought less than this share of the one before is a fall, whenever it began, where the
# year before had so many order days: with 8, chance leaves so little in fewer than 1 of 20 cases.
YEAR_LEFT, YEAR_ORDERS = 0.35, 8
# A year that brought less than this share of the one before is no growth, however the last weeks were.
YEAR_KEPT = 0.9
# Who is slipping (growing) stays so until it is this much less sure, so that nobody flips to and fro.
STICKS = 0.2
WON_BACK_DAYS = 182
# Our share of what it buys fell by so much within a year (R4); who slips for it stays so until the fall
# is less than the second figure.
SHARE_FALL = 0.10
SHARE_FALL_STAYS = 0.05


@dataclass(frozen=True)
class Seen:
    """What is known of the accounts at one date; one value an account in each array.

    late_after_days: NaN where the rhythm is unknown
    stocked_up: how many times longer that is than usual, since the last order was so large
    was_silent_last_year: as long a silence ended at this time of the last year
    returned_after_loss: bought within the last half year after a silence that counted as lost
    p_alive: NaN where no model applies, or where it was not asked for because the silence is short
    year_fell, year_kept: see the functions of these names
    state_before: at the date before; "" = not seen then
    share_fall: by how much our share of what it buys fell within the year; NaN where not known
    closed, noticed, quiet: told by people or master data, in force at the date
    """

    order_days: npt.NDArray[np.int64]
    days_silent: npt.NDArray[np.int64]
    days_known: npt.NDArray[np.int64]
    left_truncated: Bools
    late_after_days: Floats
    was_silent_last_year: Bools
    returned_after_loss: Bools
    open_order: Bools
    p_alive: Floats
    p_fell: Floats
    p_rose: Floats
    year_fell: Bools
    year_kept: Bools
    state_before: States
    share_fall: Floats
    closed: Bools
    noticed: Bools
    quiet: Bools
    stocked_up: Floats


def is_eligible(order_days: npt.NDArray[np.integer], days_silent: npt.NDArray[np.integer]) -> Bools:
    """At least 3 order days, one of them in the last 365 days."""
    return (order_days >= ELIGIBLE_ORDER_DAYS) & (days_silent <= ELIGIBLE_SILENCE_DAYS)


def is_late(seen: Seen) -> Bools:
    """Silent for longer than the own rhythm explains, with nothing on order (R5, R7)."""
    beyond = seen.days_silent > np.nan_to_num(seen.late_after_days, nan=np.inf)
    return beyond & ~seen.was_silent_last_year & ~seen.open_order


def lost_after_days(late_after_days: Floats) -> Floats:
    """Silence beyond this is lost, if the rhythm model agrees; a year where it is unknown."""
    limit = np.maximum(LOST_TIMES_LATE * late_after_days, LOST_LEAST_DAYS)
    return np.fmin(limit, ELIGIBLE_SILENCE_DAYS)


def share_fell(seen: Seen) -> Bools:
    """Our share of what it buys fell, whatever the amount did (R4)."""
    enough = np.where(seen.state_before == "slipping", SHARE_FALL_STAYS, SHARE_FALL)
    return np.asarray(seen.share_fall >= enough)  # NaN compares false: not known is no fall


def slips_by_share_alone(seen: Seen, named: States, slipping_probability: float) -> Bools:
    """Who is called slipping for the fall of our share, while its orders do not tell so."""
    return (
        np.asarray(named == "slipping") & ~_buys_less(seen, slipping_probability) & ~seen.year_fell
    )


def _sure(seen: Seen, name: str, p: Floats, probability: float) -> Bools:
    return np.asarray(p >= probability - STICKS * (seen.state_before == name))


def _buys_less(seen: Seen, probability: float) -> Bools:
    """Its weekly money probably fell. What is on order ends a silence that would else look like that,
    and none begins while it waits for what it stocked up to be used."""
    silent = seen.days_silent > np.nan_to_num(seen.late_after_days, nan=np.inf)
    stocked_up = ~silent & (seen.stocked_up > 1.0) & (seen.state_before != "slipping")
    excused = (silent & seen.open_order) | stocked_up
    return _sure(seen, "slipping", seen.p_fell, probability) & ~excused


def year_fell(now: Floats, before: Floats, orders_before: Floats) -> Bools:
    """Whether the last 52 weeks brought so much less than the 52 before that nobody calls it steady.

    now, before: money of the two years; orders_before: order days of the one before, few of which may
    be followed by few by chance; NaN = not known
    """
    enough = np.nan_to_num(orders_before) >= YEAR_ORDERS
    return enough & (np.nan_to_num(now, nan=np.inf) < YEAR_LEFT * np.nan_to_num(before))


def year_kept(now: Floats, before: Floats) -> Bools:
    """Whether the last 52 weeks brought about what the 52 before did, or more; NaN = not known."""
    return ~np.asarray(now < YEAR_KEPT * before)


def states(seen: Seen, slipping_probability: float) -> States:
    """One word an account.

    slipping_probability: how sure one must be that the rate fell (or rose) by 30% or more; less by
        STICKS for who was seen so before
    Returns: object array (n_accounts,) of the engine's STATES
    """

    late = is_late(seen)
    far = seen.days_silent > lost_after_days(seen.late_after_days / seen.stocked_up)
    gone = late & far & (np.nan_to_num(seen.p_alive, nan=1.0) < LOST_ALIVE)
    # Nobody comes back from lost without an order.
    gone |= late & (seen.state_before == "lost")
    lost = gone | (seen.days_silent > ELIGIBLE_SILENCE_DAYS)
    few = seen.order_days < ELIGIBLE_ORDER_DAYS
    young = (seen.days_known <= NEW_DAYS) & ~seen.left_truncated
    rules: list[tuple[str, Bools]] = [
        ("closed", seen.closed),
        ("noticed", seen.noticed),
        ("quiet", seen.quiet),
        ("lost", lost & ~seen.open_order),
        ("late", late & ~few),
        ("won_back", seen.returned_after_loss | (lost & seen.open_order)),
        ("new", few | young),
        (
            "slipping",
            _buys_less(seen, slipping_probability) | share_fell(seen) | seen.year_fell,
        ),
        (
            "growing",
            _sure(seen, "growing", seen.p_rose, slipping_probability) & seen.year_kept,
        ),
    ]
    named = np.select([holds for _, holds in rules], [name for name, _ in rules], "steady")
    return named.astype(object)
