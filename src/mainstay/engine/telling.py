"""Why each account is in its state: its reasons, from what was judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mainstay.core.texts import texts_to_json
from mainstay.defection.case import Case
from mainstay.defection.reasons import reasons
from mainstay.defection.slices import GROUPS
from mainstay.defection.states import SHARE_FALL, SHARE_FALL_STAYS
from mainstay.engine.judged import Found
from mainstay.engine.panel import row_by_row
from mainstay.engine.since import day
from mainstay.standing.history import date_of

# What reasons speak of and the account's row does not hold.
SPOKEN = (
    *("gap_mean", "gap_mean_26", "order_days_13", "order_days_13_last_year"),
    "last_order_times",
)


def reasons_of(columns: dict[str, Any], found: Found, *, horizon_weeks: int) -> dict[str, Any]:
    seen, judged, facts = found.seen, found.judged, found.facts
    place = np.full(len(seen.account_id), -1, np.int64)
    last = seen.slices[-1]
    place[last.who] = np.arange(len(last.who))
    closed_on = facts.attribute("closed_on")
    why, told = [], []
    figures = _figures(columns)
    near = judged.sisters
    spoken = {name: last[name] for name in SPOKEN}
    spoken |= {"sisters": near.count, "sisters_gone": near.gone}
    spoken |= {"stocked_up": judged.rhythm.stocked_up, "idle_days": judged.idle_days}
    measures = row_by_row(spoken)
    for i, account in enumerate(seen.account_id):
        j = int(place[i])
        since = day(judged.changes.since[j]) if j >= 0 else None
        notice = facts.notice[i]
        case = Case(
            figures=next(figures),
            fell_since=since,
            now_share=float(judged.changes.ratio[j]) if j >= 0 else None,
            lost_categories=found.lost_categories.get(account, ()),
            ended_categories=found.ended_categories.get(account, ()),
            speaks=dict(zip(GROUPS, judged.speaks[j].tolist(), strict=True)) if j >= 0 else {},
            measures=measures(j) if j >= 0 else {},
            horizon_weeks=horizon_weeks,
            told={
                "closed_on": str(closed_on[i]),
                "back_on": str(facts.back_on[i]),
                "notice": notice[0] if notice else None,
                "told_on": str(notice[1]) if notice else None,
                "silent_last_year": j >= 0 and bool(judged.was_silent_last_year[j]),
                "left_truncated": j >= 0 and bool(last["left_truncated"][j]),
                "begin_on": str(found.begin),
                **(_share_fall(found, i, j) if j >= 0 else {}),
                **_short(found, account),
            },
        )
        texts = reasons(case)
        why.append(str(texts[0]))
        told.append(texts_to_json(texts))
    return {"why": why, "reasons": told}


def _share_fall(found: Found, i: int, j: int) -> dict[str, Any]:
    """Whether our share of what an account buys fell, worth saying; i: its place, j: in the slice."""
    judged = found.judged
    slips = judged.states[-1][j] == "slipping"
    if not judged.share_fall[j] >= (SHARE_FALL_STAYS if slips else SHARE_FALL):
        return {}
    growth = float(found.wallets.growth[i])
    return {
        "share_fell": True,
        "by_share": bool(judged.by_share[j]),
        "bought_growth": growth if np.isfinite(growth) else None,
    }


def _short(found: Found, account: str) -> dict[str, Any]:
    """What of its usual purchases we could not deliver."""
    told = found.supply.told.get(account) if found.supply else None
    if told is None:
        return {}
    return {
        "short": {
            "products": ", ".join(told.products),
            "usual_share": told.share,
            "short_weeks": told.weeks,
            "since_on": str(date_of(told.since)),
        }
    }


_DAYS = ("first_order_on", "last_order_on")
_READ = [
    "state",
    "eligible",
    "p_complete",
    "money_at_risk",
    "order_days_52",
    "categories_52",
    "order_days",
    "days_silent",
    "rhythm_days",
    "late_after_days",
    "growth",
    "amount_52",
    "amount_prev_52",
    "amount_13",
    "amount_13_last_year",
    "open_orders",
    "share_of_wallet",
    "share_of_wallet_before",
    "first_order_on",
    "last_order_on",
]


def _figures(columns: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What reasons are made of, account by account, as plain values; None = not known."""
    listed = []
    for name in _READ:
        values = np.asarray(columns[name]).tolist()
        plain = (
            [day(v) for v in values] if name in _DAYS else [v if v == v else None for v in values]
        )
        listed.append(plain)
    for values in zip(*listed, strict=True):
        yield dict(zip(_READ, values, strict=True))
