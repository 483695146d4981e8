"""A plain rule list, one rule a cause, as a good analyst would write it: the peer of the cause network.

Written, and frozen, before anything was measured with it. It reads the same signals: those that began
within half a year before the account's purchases fell, or in the four weeks after; the first rule that
holds names the family, from what is said and what is sure to what is vague.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa

BEFORE, AFTER = timedelta(weeks=26), timedelta(weeks=4)
# family, signals, how many instances, how strong one of them must be
RULES: tuple[tuple[str, tuple[str, ...], int, float], ...] = (
    ("own_business", ("account_closed",), 1, 0.0),
    ("own_business", ("sisters_leaving",), 1, 0.5),
    ("product", ("discontinued_theirs",), 1, 0.3),
    ("people", ("leader_left", "manager_left"), 1, 0.5),
    ("money", ("credit_hold", "promise_overdue"), 1, 0.3),
    ("service", ("complaint_not_accepted", "complaint_open"), 1, 0.5),
    ("product", ("complaint_repeated", "returns_up"), 1, 0.5),
    ("delivery", ("stock_out_met", "delivery_short", "urgent_order_refused"), 1, 0.5),
    ("delivery", ("delivery_late",), 3, 0.3),
    ("money", ("price_up", "discount_lost"), 1, 0.5),
    ("competitor", ("competitor_seen", "criterion_in_alarm", "notice_given"), 1, 0.3),
    ("own_business", ("business_shrinking", "contact_left"), 1, 0.5),
    ("turmoil", ("company_event",), 1, 0.5),
    ("money", ("terms_harsher", "attention_below_share", "rebate_tier_missed"), 1, 0.5),
    ("courtesy", ("discourtesies",), 1, 0.3),
    ("people", ("manager_changed",), 1, 0.5),
    ("service", ("complaint_slow",), 1, 0.3),
    ("drift", ("visit_overdue", "request_unanswered"), 1, 0.5),
)
UNKNOWN = "unknown"


def by_rules(signals: pa.Table, began: Mapping[str, date]) -> dict[str, str]:
    """The family that the rules name for each account.

    signals: the table SIGNALS; began: when each account's purchases fell
    """
    strengths: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    columns = (signals[c].to_pylist() for c in ("account_id", "signal", "since", "strength"))
    for account, name, since, strength in zip(*columns, strict=True):
        fell = began.get(account)
        if fell is not None and fell - BEFORE <= since <= fell + AFTER:
            strengths[account][name].append(strength)
    return {account: _first(strengths[account]) for account in began}


def _first(found: Mapping[str, list[float]]) -> str:
    for family, names, times, least in RULES:
        seen = [s for name in names for s in found.get(name, ())]
        if len(seen) >= times and max(seen) >= least:
            return family
    return UNKNOWN
