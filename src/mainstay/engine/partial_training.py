"""What the learner of partial defection is given, and what it says of the accounts of today.

It begins as the forecast that follows from how often and how much each account buys and whether that
has fallen (`defection.partial_forecast`), and reads the same measures as the learner of complete defection. Its outcome is that of MODELS.md: far less money in
the horizon than the account would bring if nothing changed, while it still orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.blend import Blend
from mainstay.defection.outcomes import CYCLES, FACTS, PARTIAL, Pace, outcomes
from mainstay.defection.partial_forecast import Rates, p_far_less
from mainstay.defection.past import STEP_DAYS
from mainstay.defection.slices import FEATURES, Examples, Labelled, log_odds
from mainstay.engine.awake import unsupplied
from mainstay.engine.panel import Panel, Slice, panel
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
SURE = (0.001, 0.999)


@dataclass(frozen=True)
class PastChanges:
    """What else is known of the past slices: tables with account_id and date_index.

    changes: FIGURES of partial.py; paces: FACTS of outcomes.py
    supply: what accounts could not buy of us; None = nothing
    categories: of `PastCategories`
    """

    changes: pa.Table
    paces: pa.Table
    supply: Supply | None = None
    categories: pa.Table | None = None


def partly_gone(
    complete: list[Labelled],
    past: Panel,
    seasons: list[Season],
    known: PastChanges,
    horizon_weeks: int,
) -> list[Labelled]:
    """The slices of the past again, with who bought far less within the horizon.

    complete: the slices as the learner of complete defection has them
    Accounts whose own two cycles are longer than the horizon have no label within it.
    """
    names = pa.array(past.account_id, pa.string())
    dates = tuple(cut.on for cut in past.slices)
    changes = {cut.on: cut for cut in panel(known.changes, names, dates).slices}
    paces = {cut.on: cut for cut in panel(known.paces, names, dates).slices}
    season_at = dict(zip(dates, seasons, strict=True))
    short = unsupplied(known.supply, past.account_id)
    found = []
    for one in complete:
        on = one.examples.on
        pace, season = paces[on], season_at[on]
        facts = Pace(*(np.asarray(pace[name], np.float64) for name in FACTS))
        at = days_of(on)
        exposure = season.weeks_from(at, facts.window_days)
        if short is not None:
            exposure = exposure * short.left(pace.who, at, facts.window_days)
        came = outcomes(facts, exposure) == PARTIAL
        told = facts.window_days <= 7 * horizon_weeks
        # Who is eligible by orders of long ago has no pace in the last two years.
        paced = np.flatnonzero(np.isin(one.examples.who, pace.who))
        place = np.searchsorted(pace.who, one.examples.who[paced])
        place, chosen = place[told[place]], paced[told[place]]
        seen = with_forecast(one.examples.take(chosen), changes[on], pace, season)
        found.append(Labelled(seen, came[place]))
    return [one for one in found if len(one.examples)]


def with_forecast(examples: Examples, changes: Slice, pace: Slice, season: Season) -> Examples:
    """The same accounts with the forecast of partial defection, which is where learning begins.

    changes: FIGURES of partial.py; pace: FACTS of outcomes.py; both at the date, of these and others
    """
    at = days_of(examples.on)
    # Who is eligible by orders of long ago has no pace in the last two years: nothing can be little.
    paced = np.flatnonzero(np.isin(examples.who, pace.who))
    rows = np.searchsorted(pace.who, examples.who[paced])
    facts = Pace(*(np.asarray(pace[name], np.float64)[rows] for name in FACTS))
    moved = np.searchsorted(changes.who, examples.who[paced])
    p_fell, before, now, known = (
        np.asarray(changes[name], float)[moved]
        for name in ("p_fell", "rate_before", "rate_now", "shape")
    )
    p = np.zeros(len(examples))
    exposure = season.weeks_from(at, facts.window_days)
    p[paced] = p_far_less(facts, exposure, Rates(p_fell, before, now, known))
    return replace(examples, prior_odds=log_odds(np.clip(p, *SURE)), p_prior=p)


def learn_partial(past: list[Labelled], now: Examples, horizon_weeks: int) -> Floats:
    """The probability of partial defection within the horizon, by account of `now`.

    now: with `with_forecast`. Where there is nothing to learn from, the forecast stands.
    """
    # The level is that of accounts which are quick enough to show it, as those learnt from are.
    quick = now.features[:, FEATURES.index("gap")] <= np.log1p(7.0 * horizon_weeks / CYCLES)
    model = Blend.fit(
        past,
        now.take(quick),
        horizon_days=7 * horizon_weeks,
        step_days=STEP_DAYS,
        prior_folds=None,
        with_trees=False,
    )
    return model.p(now)
