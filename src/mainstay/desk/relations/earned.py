"""What a good relationship earned (R23): faults forgiven, news that reached us, rivals kept at a distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = timedelta(days=364)


@dataclass(frozen=True)
class Seen:
    """Something that was seen at an account.

    what: visit, complaint, exclusive (an agreement), account (its own row)
    on: the day, or its first; None for an account of which nobody said since when it is one
    kind: of the visit, or what locks both sides in; until: when it was solved, or ends
    """

    what: str
    on: date | None
    kind: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Earned:
    """complaints: solved ones; survived: after which it ordered again, of `complaints`
    told: sightings told by their people, of `sightings`
    held_days: from the first order to the first sighting, or until today where none was seen
    """

    complaints: int = 0
    survived: int = 0
    sightings: int = 0
    told: int = 0
    held_days: int | None = None
    first_rival: str = ""
    first_seen_on: date | None = None


def survived(complaints: Sequence[Seen], last_order_on: date | None) -> tuple[int, int]:
    """How many complaints were solved, and after how many of these it ordered again."""
    solved = [one.until for one in complaints if one.until is not None]
    after = [day for day in solved if last_order_on is not None and last_order_on > day]
    return len(solved), len(after)


def held(began: date | None, first_sighting: date | None, today: date) -> int | None:
    """Days for which rivals were kept out; None where it isn't known when it began.

    A rival seen before the first order kept nobody out for 0 days.
    """
    if began is None:
        return None
    return max(0, ((first_sighting or today) - began).days)


def visits(seen: Sequence[Seen], today: date) -> tuple[int, int]:
    """Of the last 52 weeks: how often we visited them, and they us."""
    recent = [
        one
        for one in seen
        if one.what == "visit" and one.on is not None and today - YEAR <= one.on <= today
    ]
    return (
        sum(one.kind in ("visit", "service_call") for one in recent),
        sum(one.kind == "visited_us" for one in recent),
    )


def in_force(agreements: Sequence[Seen], today: date) -> bool:
    return any(
        (one.on is None or one.on <= today) and (one.until is None or one.until >= today)
        for one in agreements
    )
