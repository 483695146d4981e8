"""From the measures of one date to what the models of defection read."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.changepoint import estimate_prior
from mainstay.defection.course import Memory
from mainstay.defection.notices import Word
from mainstay.defection.partial import LONGEST_WEEKS, Setting
from mainstay.defection.rhythm_forecast import Forecast
from mainstay.defection.risk import YEAR_WEEKS, Outlook
from mainstay.defection.states import Seen, lost_after_days, year_fell, year_kept
from mainstay.engine.judged import Moved
from mainstay.engine.panel import Slice
from mainstay.engine.parts import Changed, Ended
from mainstay.engine.training import Learnt
from mainstay.standing.facts import Told
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Gaps, Rhythm, pooled_regularity
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
QUARTER_WEEKS = 13


def change_setting(cut: Slice, season: Season, supply: Supply | None = None) -> Setting:
    """The changepoint's priors for one date: how often accounts order, and how regularly."""
    weeks = (days_of(cut.on) - cut["first_day"].astype(np.int64)) / 7
    prior = estimate_prior(cut["order_days"], np.maximum(weeks, 1.0))
    exposure = season.exposure(cut.on, LONGEST_WEEKS)
    shape, rate = float(prior.shape), float(prior.rate)
    regular = pooled_regularity(Gaps.of(cut))
    return Setting(cut.on, exposure, shape, rate, *regular, supply=supply)


def sight_of(
    cut: Slice,
    moved: Slice,
    future: Forecast,
    own: Rhythm,
    told: Told,
    memory: Memory,
    *,
    share_fall: Floats,
    delivered: Floats | float = 1.0,
) -> Seen:
    """What the rules of the states look at, for one date.

    share_fall: by how much our share of what each account buys fell; in the order of the slice
    delivered: of what each usually buys, the share that we could deliver in the last 52 weeks
    """
    at, who = days_of(cut.on), cut.who
    last_day = cut["last_day"].astype(np.int64)
    silent = at - 1 - last_day
    far = silent > lost_after_days(own.usual_late_after_days)
    return Seen(
        order_days=cut["order_days"].astype(np.int64),
        days_silent=silent,
        days_known=at - cut["first_day"].astype(np.int64),
        left_truncated=cut["left_truncated"],
        late_after_days=own.late_after_days,
        was_silent_last_year=cut["silent_same_weeks_last_year"],
        returned_after_loss=memory.returned(who, last_day, at),
        open_order=told.open_order[who],
        p_alive=future.p_alive_where(far),
        p_fell=moved["p_fell"],
        p_rose=moved["p_rose"],
        year_fell=year_fell(
            cut["amount_52"], cut["amount_prev_52"] * delivered, cut["order_days_52_last_year"]
        ),
        year_kept=year_kept(cut["amount_52"], cut["amount_prev_52"]),
        state_before=memory.state[who],
        share_fall=share_fall,
        closed=told.closed[who],
        noticed=told.noticed[who],
        quiet=told.quiet[who],
        stocked_up=own.stocked_up,
    )


def outlook_of(
    living: dict[str, npt.NDArray[Any]],
    cut: Slice,
    learnt: Learnt,
    survival: Floats,
    *,
    word: Word,
    leaving: npt.NDArray[np.bool_],
    own: Rhythm,
    ended: Ended | None = None,
) -> Outlook:
    """The money that each account of the last slice is expected to bring.

    living: how it buys while it lives; own: its rhythm; leaving: whether its state says that it leaves or has left
    ended: what went with products that we discontinued, which is no risk any more
    """
    rate_now = living["rate_now"] * _no_more_than_it_brought(living["rate_now"], cut, leaving)
    rate = rate_now * word.still_buys
    stays = np.nan_to_num(survival, nan=1.0)
    # How often and how much are told apart; together they shall not promise more than the better of
    # the two years there were, where both are known.
    better = np.maximum(cut["amount_52"], cut["amount_prev_52"])
    baseline = np.fmin(living["rate_before"] * YEAR_WEEKS, np.maximum(better, 0.0))
    now = rate_now * YEAR_WEEKS * stays
    if ended is not None:
        money, altogether = ended.money[cut.who], ended.altogether[cut.who]
        # What it buys now is free of what we discontinued, unless it stopped with that altogether.
        now = np.maximum(now - np.where(altogether, money, 0.0), 0.0)
        baseline = np.maximum(baseline - money, np.minimum(baseline, now))
    # Who grew before leaving is missed with what it had grown to: no leaving account is a gain.
    grown = np.where(leaving, now, 0.0)
    # What its orders are worth in the mean is known from those of two years alone.
    days = np.asarray(cut["order_days"], float)
    order = np.maximum(np.asarray(cut["amount_total"], float), 0.0) / np.maximum(days, 1.0)
    years = np.nan_to_num(cut["order_days_52"], nan=0.0)
    years = np.where(years > 0, years + np.nan_to_num(cut["order_days_52_last_year"]), days)
    grain = living["grain"]
    spread = np.where(order > 0, grain / np.maximum(order, 1e-9) - 1.0, 0.0)
    vague = 1.0 / living["shape"] + np.maximum(spread, 0.0) / np.maximum(years, 1.0)
    return Outlook(
        baseline=np.maximum(baseline, grown),
        rate=rate,
        rate_shape=1.0 / vague,
        grain=grain,
        order=np.where(order > 0, np.minimum(order, grain), grain),
        regularity=np.nan_to_num(own.shape, nan=1.0),
        p_alive=np.nan_to_num(learnt.p_alive, nan=1.0) * word.stays,
        survival=stays,
    )


def _no_more_than_it_brought(rate: Floats, cut: Slice, leaving: npt.NDArray[np.bool_]) -> Floats:
    """What is left of the rate of accounts that leave or have been silent for a quarter: a few orders
    within some weeks are no year of them, and no such account brings more than its better year did."""
    at = days_of(cut.on)
    weeks = np.clip((at - cut["first_day"].astype(np.int64)) / 7.0, QUARTER_WEEKS, YEAR_WEEKS)
    total = np.asarray(cut["amount_total"], float) * YEAR_WEEKS / weeks
    years = np.fmax(cut["amount_52"], cut["amount_prev_52"])
    most = np.where(weeks < YEAR_WEEKS, total, np.where(np.isnan(years), total, years))
    silent = at - 1 - cut["last_day"].astype(np.int64) > 7 * QUARTER_WEEKS
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.maximum(most, 0.0) / np.maximum(rate * YEAR_WEEKS, 1e-9)
    return np.where(leaving | silent, np.minimum(left, 1.0), 1.0)


def last_move(changed: Changed) -> Moved:
    last = changed.slices[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return Moved(last["since"], last["rate_now"] / last["rate_before"], last["p_fell"])
