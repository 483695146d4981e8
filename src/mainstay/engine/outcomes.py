"""What plays brought back: money that came, of what had gone, where something was done about an account.

What plays keep is told from cases (`engine.learning`), by the same assessments and the same draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from mainstay.engine.comebacks import chances, returning_measured
from mainstay.engine.draws import Known, Meant, intended
from mainstay.engine.standing import standing_of
from mainstay.engine.then import LOST, WEEK_DAYS, Floats, Kept, Then, came, last_before
from mainstay.ledger.ledger import Ledger
from mainstay.plays.effects import Horizon, Outcome, outcome
from mainstay.plays.gains import fit_of
from mainstay.plays.play import Play
from mainstay.standing.history import days_of


def outcomes_of(
    ledger: Ledger,
    store: Path,
    plays: Mapping[str, Play],
    *,
    as_of: date,
    known_until: Any = None,
) -> tuple[Outcome, ...]:
    """The outcomes of plays that win back, begun or drawn by a coin a horizon or more before a date.

    Gone: what the explanation of the last assessment before the play says that the account takes less, of a
    horizon. Came: its money within the horizon from the day of the play. Plays without such an assessment,
    or where nothing had gone, tell nothing.
    store: where assessments and explanations are kept (`Home.store`)
    """
    known, kept = Known(ledger, plays, as_of, known_until), Kept.of(ledger, as_of)
    meant = intended(known, kept.weeks_at).others
    returning = {name for name, play in plays.items() if play.returns}
    some: list[tuple[Meant, Then]] = []
    besides: dict[str, Floats] = {}
    for identity, mine in by_assessment(
        [one for one in meant if one.play in returning], kept.dates
    ).items():
        judged = Then.open(ledger, store, identity, as_of).only([one.account for one in mine])
        besides[identity] = _beside_all(judged, store)
        horizon = timedelta(weeks=judged.weeks)
        some += [
            (m, judged) for m in mine if m.begins + horizon <= as_of and m.account in judged.place
        ]
    windows = (
        [one.account for one, _ in some],
        [days_of(one.begins) for one, _ in some],
        [judged.weeks * WEEK_DAYS for _, judged in some],
    )
    money = came(ledger, windows, as_of, known_until)
    found = [
        _outcome(one, judged, besides[judged.id], amount * judged.share, plays)
        for (one, judged), amount in zip(some, money.tolist(), strict=True)
    ]
    return tuple(one for one in found if one is not None)


def _beside_all(judged: Then, store: Path) -> Floats:
    """How readily each lost account comes back beside all, as a plan counts with it (`gains.coming_back`), played
    for or not; 1 where that is not known, and of who was not lost. (n_accounts,)"""
    found = np.ones(len(judged.ids))
    returning = returning_measured(standing_of(store, judged.id))
    if returning is None:
        return found
    beside = chances(judged.accounts, judged.causes, returning).beside_all
    return np.where(judged.words("state") == LOST, beside, found)


def _outcome(
    one: Meant, judged: Then, beside: Floats, came: float, plays: Mapping[str, Play]
) -> Outcome | None:
    i = judged.place[one.account]
    baseline, loss = (float(money[i]) for money in judged.expected)
    if math.isnan(baseline):
        return None
    fit = float(judged.causes[i] @ fit_of(plays[one.play])) * float(beside[i])
    horizon = Horizon(baseline, loss, came, float(judged.gone[i]))
    return outcome(one.play, horizon, fit, one.probability)


def by_assessment(meant: list[Meant], kept: Mapping[str, date]) -> dict[str, list[Meant]]:
    """By the last assessment of their day or shortly before it."""
    found: dict[str, list[Meant]] = {}
    on: dict[date, str | None] = {}
    for one in meant:
        if one.begins not in on:
            on[one.begins] = last_before(one.begins, kept)
        identity = on[one.begins]
        if identity is not None:
            found.setdefault(identity, []).append(one)
    return found
