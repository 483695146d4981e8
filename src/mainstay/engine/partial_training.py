"""What the learner of partial defection is given, and what it says of the accounts of today.

It begins as the changepoint's word on whether an account's money has fallen, and reads the same
measures as the learner of complete defection. Its outcome is that of MODELS.md: far less money in
the horizon than the account would bring if nothing changed, while it still orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.blend import Blend
from mainstay.defection.outcomes import CYCLES, FACTS, PARTIAL, Pace, outcomes
from mainstay.defection.past import STEP_DAYS
from mainstay.defection.ridge import expit
from mainstay.defection.risk import YEAR_WEEKS
from mainstay.defection.slices import FEATURES, Examples, Labelled, log_odds
from mainstay.engine.panel import Panel, Slice, panel
from mainstay.standing.history import days_of
from mainstay.standing.season import Season

Floats = npt.NDArray[np.float64]
LITTLE, VAGUE = 0.6, 0.15  # of the last year's pace: what counts as little, and how sharply
SURE = (0.005, 0.995)


@dataclass(frozen=True)
class PastChanges:
    """What else is known of the past slices: tables with account_id and date_index.

    changes: FIGURES of partial.py; paces: FACTS of outcomes.py
    """

    changes: pa.Table
    paces: pa.Table


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
    measures = {cut.on: cut for cut in past.slices}
    season_at = dict(zip(dates, seasons, strict=True))
    found = []
    for one in complete:
        on = one.examples.on
        pace, season = paces[on], season_at[on]
        at = days_of(on)
        facts = Pace(*(np.asarray(pace[name], np.float64) for name in FACTS))
        exposure = (season.clock(at + facts.window_days) - season.clock(np.float64(at))) / 7.0
        came = outcomes(facts, exposure) == PARTIAL
        told = facts.window_days <= 7 * horizon_weeks
        # Who is eligible by orders of long ago has no pace in the last two years.
        paced = np.flatnonzero(np.isin(one.examples.who, pace.who))
        place = np.searchsorted(pace.who, one.examples.who[paced])
        place, chosen = place[told[place]], paced[told[place]]
        seen = with_changes(one.examples, measures[on], changes[on])
        found.append(Labelled(_only(seen, chosen), came[place]))
    return [one for one in found if len(one.examples)]


def with_changes(examples: Examples, cut: Slice, changes: Slice) -> Examples:
    """The same accounts with what the changepoint says of them, which is where learning begins.

    cut: their measures; changes: FIGURES of partial.py; both at the date, of these and other accounts
    """
    at = np.searchsorted(cut.who, examples.who)
    place = np.searchsorted(changes.who, examples.who)
    p_fell, now = (np.asarray(changes[name], float)[place] for name in ("p_fell", "rate_now"))
    year, whole = (np.asarray(cut[name], float)[at] for name in ("amount_52", "amount_total"))
    weeks = np.maximum(days_of(cut.on) - np.asarray(cut["first_day"], float)[at], 7.0) / 7.0
    usual = np.where(np.isnan(year), whole / np.minimum(weeks, YEAR_WEEKS), year / YEAR_WEEKS)
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where((now > 0) & (usual > 0), np.log(now / usual), 0.0)
    pace = np.clip(pace, -3.0, 3.0)
    # A fall that the last year is made of already will not be a fall once more.
    p_prior = p_fell * expit((np.log(LITTLE) - pace) / VAGUE)
    odds = log_odds(np.clip(p_prior, *SURE))
    features = np.column_stack([examples.features, log_odds(np.clip(p_fell, *SURE)), pace])
    return replace(examples, features=features, prior_odds=odds, p_prior=p_prior)


def learn_partial(past: list[Labelled], now: Examples, horizon_weeks: int) -> Floats:
    """The probability of partial defection within the horizon, by account of `now`.

    now: with `with_changes`. Where there is nothing to learn from, the changepoint's word stands.
    """
    # The level is that of accounts which are quick enough to show it, as those learnt from are.
    quick = now.features[:, FEATURES.index("gap")] <= np.log1p(7.0 * horizon_weeks / CYCLES)
    model = Blend.fit(
        past,
        _only(now, quick),
        horizon_days=7 * horizon_weeks,
        step_days=STEP_DAYS,
        prior_folds=None,
        with_trees=False,
    )
    return model.p(now)


def _only(examples: Examples, chosen: npt.NDArray[Any]) -> Examples:
    return Examples(
        examples.on,
        *(
            getattr(examples, name)[chosen]
            for name in ("who", "rows", "features", "prior_odds", "p_prior")
        ),
    )
