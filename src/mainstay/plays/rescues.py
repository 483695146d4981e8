"""Accounts that told us, and that no rescue is planned for: which they are, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import Text
from mainstay.plays import words
from mainstay.plays.gains import Worth, able, week_hours
from mainstay.plays.people import Team
from mainstay.plays.situation import Situation

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

RESCUE = "rescue"
NAMED = 3  # accounts, and people, that are named


def left_out(worth: Worth, allowed: Bools, team: Team, taken: Mapping[int, str]) -> Longs:
    """Accounts whose rescue would be worth it and is not planned, those that keep most first.

    allowed: bool (n_accounts, n_plays); taken: by place of the account, the play that is planned
    """
    names = [play.name for play in worth.plays]
    if RESCUE not in names:
        return np.zeros(0, np.int64)
    j = names.index(RESCUE)
    wanted = np.flatnonzero(allowed[:, j] & worth.pays[:, j] & able(worth.plays[j], team))
    missed = np.array([i for i in wanted.tolist() if taken.get(i) != RESCUE], np.int64)
    return missed[np.lexsort((missed, -worth.kept[missed, j]))]


def told(seen: Situation, worth: Worth, team: Team, left: Floats, missed: Longs) -> list[Text]:
    """What is said of them: up to three by name, how many more, and who of ours is missing.

    left: (n_people,), hours of this week that nothing takes
    missed: as `left_out` gives them
    """
    found: list[Text] = []
    if not len(missed):
        return found
    for i in missed[:NAMED].tolist():
        data = {"name": seen.name[i] or seen.account_id[i], "account_id": seen.account_id[i]}
        kind = seen.notices.get(i)
        found.append(Text(words.NO_RESCUE.get(kind, words.NO_RESCUE[None]), data))
    more = len(missed) - NAMED
    if more == 1:
        found.append(Text(words.ONE_MORE_RESCUE))
    elif more > 1:
        found.append(Text(words.MORE_RESCUES, {"n": more}))
    return found + _missing(worth, team, left, missed)


def _missing(worth: Worth, team: Team, left: Floats, missed: Longs) -> list[Text]:
    """Who has fewer hours left than one rescue takes of theirs."""
    rescue = next(play for play in worth.plays if play.name == RESCUE)
    few: dict[int, float] = {}
    for i in missed.tolist():
        needed: dict[int, float] = {}
        for role, hours in week_hours(rescue).items():
            who = int(team.who[role][i])
            needed[who] = needed.get(who, 0.0) + hours
        for who, hours in needed.items():
            if left[who] < hours - 1e-9:
                few[who] = max(few.get(who, 0.0), hours)
    found = []
    for who, hours in list(few.items())[:NAMED]:
        person = team.people[who]
        if person.away:
            found.append(Text(words.AWAY, {"person": person.name}))
        else:
            data = {"left": round(max(float(left[who]), 0.0), 1), "needed": round(hours, 1)}
            found.append(Text(words.FEW_HOURS, {"person": person.name, **data}))
    return found
