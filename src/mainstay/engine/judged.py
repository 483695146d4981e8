"""What was judged of the accounts, before it becomes tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.blend import Blend
from mainstay.defection.rhythm_forecast import Forecast
from mainstay.defection.risk import AtRisk
from mainstay.engine.panel import Panel
from mainstay.engine.tables import HISTORY
from mainstay.engine.wallets import Wallets
from mainstay.standing.facts import AccountFacts
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.sisters import Sisters
from mainstay.standing.supply import Supply
from mainstay.standing.wallet import Wallet

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """When each account's money changed, and how: arrays in the order of the last slice.

    since: days since 1970-01-01, −1 = it did not; ratio: rate now / rate before
    p_fell: that it fell by 30% or more within the last year
    """

    since: npt.NDArray[np.int32]
    ratio: Floats
    p_fell: Floats


@dataclass(frozen=True)
class Judged:
    """What the models said; arrays follow the slice of the last date.

    states: per date, object array in the order of that date's slice
    eligible: whether a figure of risk is given
    p_alive, p_complete, p_partial: as the learners see it; notices are in p_complete alone
    speaks: what each of the learners' GROUPS adds to the log-odds, (n, n_groups); NaN = not judged
    learnt: what they are made of, for the record
    baseline: money in 52 weeks if nothing changed
    risk: over 52 weeks; soon: over the horizon
    share_fall: by how much our share of what it buys fell within the year; NaN = not known
    by_share: slipping for that alone
    idle_days: of each account's silence, the days that a feast or closed weeks took
    """

    states: tuple[npt.NDArray[np.object_], ...]
    eligible: npt.NDArray[np.bool_]
    forecast: Forecast
    p_alive: Floats
    expected_orders: Floats
    p_complete: Floats
    p_partial: Floats
    speaks: Floats
    learnt: Blend
    rhythm: Rhythm
    sisters: Sisters
    changes: Moved
    baseline: Floats
    risk: AtRisk
    soon: AtRisk
    was_silent_last_year: npt.NDArray[np.bool_]
    share_fall: Floats
    by_share: npt.NDArray[np.bool_]
    idle_days: Floats


@dataclass(frozen=True)
class Found:
    """All that the row of an account is made of.

    lost_categories: per account the categories it dropped, with a year's money of each
    n_categories: per account, how many it ever bought from
    begin: first day of the data
    margins: margin over net sales by account; {} where amounts are net sales
    wallet: what accounts buy from everybody, where nothing else is known as estimated
    wallets: evidence of it alone, at each date
    ended_categories: as lost_categories, of what we discontinued
    supply: what accounts could not buy of us; None = nothing
    """

    seen: Panel
    judged: Judged
    facts: AccountFacts
    lost_categories: dict[str, tuple[tuple[str, float], ...]]
    n_categories: Counter[str]
    begin: date
    margins: dict[str, float]
    wallet: Wallet
    wallets: Wallets
    ended_categories: dict[str, tuple[tuple[str, float], ...]]
    supply: Supply | None = None


def history_of(seen: Panel, judged: Judged, accounts: pa.Table) -> pa.Table:
    """The table HISTORY of the accounts that are in the result, by account and date."""
    from mainstay.standing.history_loops import order_by

    names = pa.array(seen.account_id, pa.string())
    ours = pc.is_in(names, value_set=accounts["account_id"].combine_chunks())
    who = np.concatenate([cut.who for cut in seen.slices])
    mine = ours.to_numpy(zero_copy_only=False)[who]
    _, rows = order_by(np.where(mine, who, -1), len(names))
    days = [np.full(len(cut.who), days_of(cut.on), np.int32) for cut in seen.slices]
    return pa.table(
        [
            names.take(pa.array(who[rows])),
            pa.array(np.concatenate(days)[rows]).view(pa.date32()),
            pa.array(np.concatenate(judged.states)[rows], pa.string()),
        ],
        schema=HISTORY,
    )
