"""From what was judged to the tables of an assessment: one row an account, one a category."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.settings import Settings
from mainstay.engine.judged import Found, Judged
from mainstay.engine.since import state_since
from mainstay.engine.tables import ACCOUNTS, LEAVING
from mainstay.engine.telling import reasons_of
from mainstay.engine.wallets import wallet_columns
from mainstay.portfolio.concentration import (
    classes_by_amount,
    classes_by_share,
)
from mainstay.portfolio.core_accounts import Evidence, core_accounts, core_reasons
from mainstay.portfolio.targets import targets_at
from mainstay.standing.history import days_of

Floats = npt.NDArray[np.float64]
GROWTH_KNOWN_DAYS = 2 * 364 - 91  # an account's age, for its growth to be told
SIZES = ("large", "medium", "small")


def accounts_table(found: Found, settings: Settings, targets: pa.Table) -> pa.Table:
    """The table ACCOUNTS, sorted by account; accounts that are none of ours are left out."""
    seen, judged, facts = found.seen, found.judged, found.facts
    last = seen.slices[-1]
    n = len(seen.account_id)
    on = last.on

    def spread(values: npt.NDArray[Any], fill: Any = np.nan) -> npt.NDArray[Any]:
        full = np.full(n, fill, dtype=values.dtype if fill is not np.nan else float)
        full[last.who] = values
        return full

    columns: dict[str, Any] = {
        "account_id": seen.account_id,
        "name": [
            name or account
            for name, account in zip(facts.attribute("name"), seen.account_id, strict=True)
        ],
        **{c: facts.attribute(c) for c in ("segment", "region", "country")},
        "group_id": [
            group or parent
            for group, parent in zip(
                facts.attribute("group_id"), facts.attribute("parent_id"), strict=True
            )
        ],
        "manager_id": facts.manager_id,
        "first_order_on": spread(last["first_day"], -1),
        "last_order_on": spread(last["last_day"], -1),
        "order_days": spread(last["order_days"].astype(np.int64), 0),
        "order_days_52": spread(_or_all(last["order_days_52"], last["order_days"]), 0),
        "days_silent": spread(days_of(on) - 1 - last["last_day"].astype(np.int64), -1),
        "rhythm_days": spread(judged.rhythm.usual_days),
        "late_after_days": spread(judged.rhythm.late_after_days),
        "categories_52": _or_all(
            spread(last["categories_52"]), [found.n_categories[a] for a in seen.account_id]
        ),
        "categories_lost": spread(np.nan_to_num(last["categories_dropped"]).astype(np.int64), 0),
        "open_orders": facts.open_orders,
        "pays_on_time": facts.pays_on_time,
        **_risks(judged, spread),
    }
    for name in [
        "amount_total",
        "amount_prev_52",
        "amount_13",
        "amount_13_last_year",
        "returns_52",
        "month_to_date",
        "year_to_date",
    ]:
        columns[name] = spread(last[name])
    # Where the data are younger than that, the last 52 weeks are what there is of them.
    columns["amount_52"] = np.where(
        np.isnan(full := spread(last["amount_52"])), spread(last["amount_total"]), full
    )
    columns["growth"] = _growth(
        columns["amount_52"],
        columns["amount_prev_52"],
        days_of(on) - columns["first_order_on"],
    )
    columns |= wallet_columns(found.wallet, found.wallets.before)
    columns |= _states(found)
    columns |= _classes(columns, found, settings, on)
    columns |= _targets(seen.account_id, targets, on)
    columns |= reasons_of(columns, found, horizon_weeks=settings.horizon_weeks)
    table = _as_table(columns)
    ours = np.array([answer != "not_ours" for answer in facts.answer], bool)
    return table.filter(pa.array(ours)) if n else table


def _risks(judged: Judged, spread: Callable[..., npt.NDArray[Any]]) -> dict[str, Any]:
    """What the models say; figures of risk only where an account is eligible."""
    risky = judged.eligible
    return {
        "eligible": spread(risky, False),
        "p_alive": spread(judged.p_alive),
        "p_complete": spread(np.where(risky, judged.p_complete, np.nan)),
        "p_partial": spread(np.where(risky, judged.p_partial, np.nan)),
        "p_fell": spread(np.where(risky, judged.changes.p_fell, np.nan)),
        "expected_orders": spread(np.where(risky, judged.expected_orders, np.nan)),
        "baseline_52": spread(np.where(risky, judged.baseline, np.nan)),
        "expected_52": spread(np.where(risky, judged.risk.expected, np.nan)),
        "money_at_risk": spread(np.where(risky, judged.risk.money, np.nan)),
        "money_at_risk_low": spread(np.where(risky, judged.risk.low, np.nan)),
        "money_at_risk_high": spread(np.where(risky, judged.risk.high, np.nan)),
        "horizon_baseline": spread(np.where(risky, judged.soon.baseline, np.nan)),
        "horizon_loss": spread(np.where(risky, judged.soon.money, np.nan)),
        "horizon_loss_low": spread(np.where(risky, judged.soon.low, np.nan)),
        "horizon_loss_high": spread(np.where(risky, judged.soon.high, np.nan)),
    }


def _or_all(year: npt.NDArray[Any], whole: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """A count of the last 52 weeks; of all there is, where the data are younger than that."""
    return np.where(np.isnan(year), whole, np.nan_to_num(year)).astype(np.int64)


def _growth(now: Floats, before: Floats, known_days: npt.NDArray[np.integer]) -> Floats:
    """Change against the year before; NaN for an account that was not there for most of that year,
    whose beginning would pass for growth."""
    there = (before > 0) & (known_days > GROWTH_KNOWN_DAYS)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there, now / before - 1, np.nan)


def _states(found: Found) -> dict[str, Any]:
    seen, judged = found.seen, found.judged
    n, last = len(seen.account_id), seen.slices[-1]
    state = np.full(n, "new", object)
    state[last.who] = judged.states[-1]
    before = np.full(n, None, object)
    if len(seen.slices) > 1:
        before[seen.slices[-2].who] = judged.states[-2]
    return {
        "state": state,
        "previous_state": before,
        "state_since": state_since(seen, judged, found.wallets.known_on),
    }


def _classes(columns: dict[str, Any], found: Found, settings: Settings, on: date) -> dict[str, Any]:
    facts = found.facts
    # The better of the last two years: who is leaving is as large as it was.
    amount = np.fmax(np.nan_to_num(columns["amount_52"]), columns["amount_prev_52"])
    if settings.tier_a_amount > 0:
        tier = classes_by_amount(amount, (settings.tier_a_amount, settings.tier_b_amount))
    else:
        tier = classes_by_share(amount, (settings.tier_a_share, settings.tier_b_share))
    given = facts.attribute("tier")
    tier = np.array(["ABC".index(g) if g else t for g, t in zip(given, tier, strict=True)], np.int8)
    size = classes_by_share(amount, (settings.size_large_share, settings.size_medium_share))
    evidence = _evidence(columns, found, tier, on)
    answers = core_accounts(evidence)
    return {
        "tier": ["ABC"[t] for t in tier],
        "size_class": [SIZES[s] for s in size],
        "core": answers.core,
        "loyal": answers.loyal,
        "values_us": answers.values_us,
        "worth_more_to_us": answers.worth_more_to_us,
        "core_reasons": core_reasons(evidence),
    }


def _evidence(
    columns: dict[str, Any], found: Found, tier: npt.NDArray[np.int8], on: date
) -> Evidence:
    facts = found.facts
    first = columns["first_order_on"].astype(float)
    since = [days_of(d) if d is not None else np.inf for d in facts.attribute("since")]
    begun = np.minimum(np.where(first < 0, np.inf, first), np.array(since, float))
    tenure = np.where(np.isinf(begun), 0.0, (days_of(on) - begun) / 7)
    leaving = np.logical_or.reduce([columns["state"] == word for word in (*LEAVING, "lost")])
    wallet = found.wallet
    return Evidence(
        tier=tier,
        buys_regularly=columns["order_days_52"] >= 4,
        leaving=leaving,
        tenure_weeks=np.maximum(tenure, 0),
        pays_on_time=facts.pays_on_time,
        wallet_share=np.where(wallet.is_evidence, wallet.share, np.nan),
        relative_margin=_relative_margin(found),
    )


def _relative_margin(found: Found) -> Floats:
    """Each account's margin rate over the middle one of all; NaN where costs are not known."""
    rates = np.array([found.margins.get(a, np.nan) for a in found.seen.account_id])
    middle = float(np.nanmedian(rates)) if found.margins else np.nan
    return rates / middle if middle > 0 else np.full(len(rates), np.nan)


def _targets(account_id: Sequence[str], targets: pa.Table, on: date) -> dict[str, Any]:
    found = targets_at(targets.to_pylist(), "account_id", on - timedelta(days=1))
    pairs = [found.get(a, (None, None)) for a in account_id]
    return {"target_month": [p[0] for p in pairs], "target_year": [p[1] for p in pairs]}


def _as_table(columns: dict[str, Any]) -> pa.Table:
    arrays = []
    for field in ACCOUNTS:
        values = columns[field.name]
        if pa.types.is_date32(field.type) and isinstance(values, np.ndarray):
            arrays.append(pa.array(values.astype(np.int32), mask=values < 0).view(pa.date32()))
        elif pa.types.is_floating(field.type):
            numbers = np.asarray(values, float)
            arrays.append(pa.array(numbers, mask=np.isnan(numbers)))
        elif field.name == "days_silent":
            arrays.append(pa.array(values, mask=values < 0))
        elif isinstance(values, np.ndarray):
            # Plain values: Arrow takes far longer over NumPy's own, one by one.
            plain = values if values.dtype.kind in "bi" else values.tolist()
            arrays.append(pa.array(plain, field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.table(arrays, schema=ACCOUNTS)
