"""What the learners of complete defection are given: slices of the past, and the accounts of today."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mainstay.defection.blend import Blend
from mainstay.defection.past import STEP_DAYS
from mainstay.defection.rhythm_forecast import Forecast, History, forecast
from mainstay.defection.slices import GROUPS, Examples, Labelled, by_group, examples
from mainstay.defection.states import is_eligible
from mainstay.engine.awake import Unsupplied, awake, unsupplied
from mainstay.engine.panel import Panel, Slice
from mainstay.standing.history import days_of
from mainstay.standing.loading import with_loading
from mainstay.standing.rhythm import Gaps, Rhythm, rhythm
from mainstay.standing.season import Season
from mainstay.standing.sisters import Chains, Silences, Sisters, sisters
from mainstay.standing.supply import Supply
from mainstay.standing.treated import Treatments

RHYTHM_WORTH_FOLDS = 4.0  # the rhythm model's word on how many leave, beside what came in folds
LEAST_DELIVERED = 0.5  # of what it usually buys, within the horizon, for its outcome to count
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Learnt:
    """The judgement on complete defection at one date; arrays follow the slice.

    now: the eligible accounts as the learner saw them
    speaks: what each group of features adds to the log-odds, (n, len(GROUPS)); NaN = not judged
    p_complete: the rhythm model's where an account is not eligible, or has something on order
    p_alive, expected_orders: made to agree with p_complete
    """

    model: Blend
    now: Examples
    speaks: Floats
    p_complete: Floats
    p_alive: Floats
    expected_orders: Floats


def season_weeks(season: Season, horizon_weeks: int) -> float:
    """The horizon in season-adjusted weeks: more than the calendar's before a busy time."""
    return float(season.coming(horizon_weeks).sum())


def eligible_of(cut: Slice) -> npt.NDArray[np.bool_]:
    """Who is eligible in a slice."""
    silent = days_of(cut.on) - 1 - cut["last_day"].astype(np.int64)
    return is_eligible(cut["order_days"], silent)


def labelled(
    past: Panel,
    seasons: list[Season],
    horizon_weeks: int,
    *,
    chains: Chains | None = None,
    supply: Supply | None = None,
    treated: Treatments | None = None,
) -> list[Labelled]:
    """Slices with what became of their accounts, everything fitted afresh at each.

    past: with the columns of `PastSlices`
    seasons: as they could be known at each slice
    chains: whose sister an account was, as could be known at each slice; None = nobody's
    supply: what accounts could not buy of us; None = nothing
    treated: whom something was done about; such accounts are left out of the slices whose horizon it
        touches
    """
    short = unsupplied(supply, past.account_id)
    found = []
    before: Forecast | None = None
    for cut, season in zip(past.slices, seasons, strict=True):
        if not len(cut.who):
            continue
        woken = awake(cut, season, short)
        future = forecast(
            History.at(cut.on, woken.cut), season_weeks(season, horizon_weeks), before=before
        )
        before = future
        own = rhythm_of(cut, season, short)
        near = sisters_of(past, cut, own, chains) if chains else None
        seen = examples_of(woken.cut, future, woken.rhythm(own), near)
        at, days = days_of(cut.on), 7 * horizon_weeks
        if short is not None:
            # Who could not buy of us for most of the time tells nothing of who leaves.
            left = short.left(seen.who, at, np.full(len(seen), float(days)))
            seen = seen.take(left >= LEAST_DELIVERED)
        if treated:
            seen = seen.take(~treated.between(at, at + days)[seen.who])
        found.append(Labelled(seen, cut["next_order_day"][seen.rows] >= at + days))
    return found


def rhythm_of(cut: Slice, season: Season, short: Unsupplied | None = None) -> Rhythm:
    """The rhythm of each account of a slice, with what it has stocked up, and could not buy of us."""
    own = with_loading(rhythm(Gaps.of(cut), season=season), cut)
    if short is None:
        return own
    return replace(own, late_after_days=own.late_after_days + short.silent(cut))


def sisters_of(panel: Panel, cut: Slice, own: Rhythm, chains: Chains) -> Sisters:
    """What became of the sister accounts of each account of a slice."""
    code = chains.codes(panel.account_id, cut.on)[cut.who]
    return sisters(code, Silences.of(cut.on, cut, own.late_after_days))


def examples_of(cut: Slice, future: Forecast, own: Rhythm, near: Sisters | None = None) -> Examples:
    """The eligible accounts of a slice for which the rhythm model has a word."""
    usable = eligible_of(cut) & ~np.isnan(future.p_alive)
    return examples(
        cut.on,
        cut.who,
        cut.columns,
        future,
        own,
        eligible=usable,
        sisters_gone=near.gone_share if near else None,
    )


def learn(
    past: list[Labelled],
    cut: Slice,
    future: Forecast,
    own: Rhythm,
    *,
    near: Sisters,
    open_order: npt.NDArray[np.bool_],
    horizon_weeks: int,
) -> Learnt:
    """Fit on the past and judge the accounts of a slice.

    open_order: bool, by the slice; whoever has something on order is not silent
    """
    now = examples_of(cut, future, own, near)
    model = Blend.fit(
        past,
        now,
        horizon_days=7 * horizon_weeks,
        step_days=STEP_DAYS,
        prior_folds=RHYTHM_WORTH_FOLDS,
    )
    p_complete = future.p_complete.copy()
    p_complete[now.rows] = model.p(now)
    p_complete = np.where(open_order, future.p_complete, p_complete)
    # P(alive) × P(an order | alive) = 1 − p_complete; the second factor stays the rhythm model's.
    p_alive = future.p_alive * (1.0 - p_complete) / np.maximum(1.0 - future.p_complete, 1e-12)
    parts = by_group(model.contributions(now))
    parts[:, list(GROUPS).index("silence")] += model.prior_contribution(now)
    speaks = np.full((len(cut.who), len(GROUPS)), np.nan)
    speaks[now.rows] = parts
    p_alive = np.clip(p_alive, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        as_alive = np.where(future.p_alive > 0, p_alive / future.p_alive, 0.0)
    # Who orders at all with some probability is expected to order that often at least.
    orders = np.maximum(future.expected_orders * as_alive, 1.0 - p_complete)
    return Learnt(model, now, speaks, p_complete, p_alive, orders)
