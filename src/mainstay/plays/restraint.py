"""What may not be offered (R24, R3, R8), each rule with its name and its sentence.

A rule takes the situation, the plays and what they are worth, and says where it forbids: bool
(n_accounts, n_plays).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import gettext_noop
from mainstay.plays.play import Play
from mainstay.plays.situation import NOTHING, Situation

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """What a rule looks at.

    net: float array (n_accounts, n_plays), what each play would be worth beyond its cost; −inf = it
        does not suit at all, or is not worth the attention
    concessions: how many without a return an account may get in 52 weeks
    """

    situation: Situation
    plays: Sequence[Play]
    net: Floats
    concessions: int

    def those(self, name: str) -> Bools:
        """Plays with a mark of that name; bool (n_plays,)."""
        return np.array([bool(getattr(play, name)) for play in self.plays], bool)


def under_way(case: Case) -> Bools:
    """One play at a time; where a coin chose nothing, that stands for its time."""
    busy = np.zeros(case.situation.n, bool)
    busy[[run.account for run in case.situation.runs]] = True
    return np.repeat(busy[:, None], len(case.plays), axis=1)


def snoozed(case: Case) -> Bools:
    quiet = np.zeros(case.situation.n, bool)
    quiet[list(case.situation.snoozed)] = True
    return np.repeat(quiet[:, None], len(case.plays), axis=1)


def in_peace(case: Case) -> Bools:
    """Closed, quiet until their season, or surely gone for reasons of their own."""
    state = case.situation.state
    peace = (state == "closed") | (state == "quiet") | case.situation.natural
    return np.repeat(peace[:, None], len(case.plays), axis=1)


def twice_without_return(case: Case) -> Bools:
    """No concession after one that nothing came back for."""
    return case.situation.incentives.bare_last[:, None] & case.those("concession")


def concessions_of_year(case: Case) -> Bools:
    many = case.situation.incentives.bare_year >= case.concessions
    return many[:, None] & case.those("concession")


def favours(case: Case) -> Bools:
    """Where a competitor buys people, we visit and offer nothing else."""
    return case.situation.favours[:, None] & ~case.those("visit")


def before_season(case: Case) -> Bools:
    """Nobody is won back long before their next season."""
    early = np.zeros(case.situation.n, bool)
    as_of = case.situation.as_of
    early[[i for i, day in case.situation.call_from.items() if day > as_of]] = True
    back = case.those("returns")
    return early[:, None] & back


def waits(case: Case) -> Bools:
    """In a trial, nobody gets a play before the day that was drawn."""
    place = {play.name: j for j, play in enumerate(case.plays)}
    held = np.zeros((case.situation.n, len(case.plays)), bool)
    for i, (play, _) in case.situation.waits.items():
        if play in place:
            held[i, place[play]] = True
    return held


def last_resort(case: Case, forbidden: Bools) -> Bools:
    """A price is looked at only where nothing else that may be offered is worth it."""
    last = case.those("last_resort")
    others = np.where(forbidden | last, -np.inf, case.net)
    worth = others.max(axis=1, initial=-np.inf) > 0
    return worth[:, None] & last


Rule = Callable[[Case], Bools]
RULES: dict[str, tuple[Rule, str]] = {
    "under_way": (under_way, gettext_noop("Something is under way there already.")),
    "snoozed": (snoozed, gettext_noop("Put off until a later day.")),
    "in_peace": (
        in_peace,
        gettext_noop("Left in peace: closed, out of season, or gone for reasons of its own."),
    ),
    "twice_without_return": (
        twice_without_return,
        gettext_noop("The last concession had no return; a second one in a row is not offered."),
    ),
    "concessions_of_year": (
        concessions_of_year,
        gettext_noop("It has had as many concessions within a year as an account may get."),
    ),
    "before_season": (
        before_season,
        gettext_noop("Won back some weeks before its next season; that is not near yet."),
    ),
    "favours": (
        favours,
        gettext_noop("A competitor's improper favours are likely: visits, and nothing else."),
    ),
    "waits": (
        waits,
        gettext_noop("It waits for this in a trial, so that what it does can be told."),
    ),
}
LAST_RESORT = "last_resort"
SENTENCES: dict[str, str] = {name: sentence for name, (_, sentence) in RULES.items()} | {
    LAST_RESORT: gettext_noop("The price is looked at only where nothing else is worth it.")
}


def forbidden(case: Case) -> Mapping[str, Bools]:
    """By rule, what it forbids; later rules do not repeat what earlier ones said."""
    so_far = np.zeros((case.situation.n, len(case.plays)), bool)
    found = {}
    for name, (rule, _) in RULES.items():
        found[name] = rule(case) & ~so_far
        so_far |= found[name]
    # What waits in a trial is worth as much as ever: no price is given for its being put off.
    found[LAST_RESORT] = last_resort(case, so_far & ~found["waits"]) & ~so_far
    return found


__all__ = ["LAST_RESORT", "NOTHING", "RULES", "SENTENCES", "Case", "forbidden"]
