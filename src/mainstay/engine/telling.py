"""Why each account is in its state: its reasons, from what was judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.cases import Cases, Flags, Short
from mainstay.defection.reasons import reasons
from mainstay.defection.slices import GROUPS
from mainstay.defection.states import SHARE_FALL, SHARE_FALL_STAYS
from mainstay.engine.judged import Found
from mainstay.standing.history import date_of

# What reasons speak of: columns of the account's row, and what is not among these.
_ROW = (
    *("state", "eligible", "p_complete", "money_at_risk", "order_days", "order_days_52"),
    *("categories_52", "days_silent", "rhythm_days", "late_after_days", "growth", "amount_52"),
    *("amount_prev_52", "amount_13", "amount_13_last_year", "open_orders", "share_of_wallet"),
    "share_of_wallet_before",
)
_DAYS = ("first_order_on", "last_order_on")
SPOKEN = (
    *("gap_mean", "gap_mean_26", "order_days_13", "order_days_13_last_year"),
    "last_order_times",
)


def reasons_of(columns: dict[str, Any], found: Found, *, horizon_weeks: int) -> dict[str, Any]:
    """The columns why and reasons."""
    seen = found.seen
    figures = {name: np.asarray(columns[name]) for name in _ROW}
    figures |= {name: _days(columns[name]) for name in _DAYS}
    figures |= _judged(found) | _facts(found)
    speaks = np.full((len(seen.account_id), len(GROUPS)), np.nan)
    speaks[seen.slices[-1].who] = found.judged.speaks
    why, all_of_them = reasons(
        Cases(
            figures=figures,
            speaks=speaks,
            lost_categories=[found.lost_categories.get(a, ()) for a in seen.account_id],
            ended_categories=[found.ended_categories.get(a, ()) for a in seen.account_id],
            short=_short(found),
            begin_on=np.datetime64(found.begin, "D"),
            horizon_weeks=horizon_weeks,
        )
    )
    return {"why": why, "reasons": all_of_them}


def _days(numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.datetime64]:
    """numbers: days since 1970-01-01, −1 = none"""
    days = numbers.astype("datetime64[D]")
    days[numbers < 0] = np.datetime64("NaT")
    return days


def _judged(found: Found) -> dict[str, npt.NDArray[Any]]:
    """What was measured and judged at the last date, one value an account."""
    judged, last = found.judged, found.seen.slices[-1]
    near, share_fell = judged.sisters, _share_fell(found)
    spoken = {name: last[name].astype(float) for name in SPOKEN} | {
        "sisters": near.count.astype(float),
        "sisters_gone": near.gone.astype(float),
        "stocked_up": judged.rhythm.stocked_up,
        "idle_days": judged.idle_days,
        "now_share": judged.changes.ratio,
        "bought_growth": found.wallets.growth[last.who],
        "fell_since": _days(judged.changes.since),
        "silent_last_year": judged.was_silent_last_year.astype(bool),
        "left_truncated": last["left_truncated"].astype(bool),
        "share_fell": share_fell,
        "by_share": share_fell & judged.by_share,
    }
    return {name: _spread(found, values) for name, values in spoken.items()}


_UNKNOWN = {"f": np.nan, "M": np.datetime64("NaT"), "b": False}


def _spread(found: Found, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """From the accounts of the last date to all of them."""
    full = np.full(len(found.seen.account_id), _UNKNOWN[values.dtype.kind], values.dtype)
    full[found.seen.slices[-1].who] = values
    return full


def _share_fell(found: Found) -> Flags:
    """Whether our share of what an account buys fell, worth saying."""
    judged = found.judged
    slips = judged.states[-1] == "slipping"
    return np.asarray(judged.share_fall >= np.where(slips, SHARE_FALL_STAYS, SHARE_FALL))


def _facts(found: Found) -> dict[str, npt.NDArray[Any]]:
    """What people and master data say."""
    facts = found.facts
    days = {
        "closed_on": facts.attribute("closed_on"),
        "back_on": facts.back_on,
        "told_on": [notice and notice[1] for notice in facts.notice],
    }
    notice = np.array([notice and notice[0] for notice in facts.notice], object)
    return {name: np.array(on, "datetime64[D]") for name, on in days.items()} | {"notice": notice}


def _short(found: Found) -> dict[int, Short]:
    """What of their usual purchases we could not deliver, by the account's place."""
    told = found.supply.told if found.supply else {}
    place = found.seen.place
    return {
        place[account]: (", ".join(one.products), one.share, one.weeks, date_of(one.since))
        for account, one in told.items()
        if account in place
    }
