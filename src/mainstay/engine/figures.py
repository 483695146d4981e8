"""From what was judged to the tables of an assessment: one row an account, one a category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.settings import Settings
from mainstay.core.texts import texts_to_json
from mainstay.defection.blend import Blend
from mainstay.defection.reasons import Case, reasons
from mainstay.defection.rhythm_forecast import Forecast
from mainstay.defection.risk import AtRisk
from mainstay.defection.slices import GROUPS
from mainstay.defection.states import SHARE_FALL, SHARE_FALL_STAYS
from mainstay.engine.panel import Panel, Slice
from mainstay.engine.since import day, state_since
from mainstay.engine.tables import ACCOUNTS, LEAVING
from mainstay.engine.wallets import Wallets, wallet_columns
from mainstay.portfolio.concentration import (
    classes_by_amount,
    classes_by_share,
)
from mainstay.portfolio.core_accounts import Evidence, core_accounts, core_reasons
from mainstay.portfolio.targets import targets_at
from mainstay.standing.facts import AccountFacts
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.wallet import Wallet

Floats = npt.NDArray[np.float64]
EPOCH = date(1970, 1, 1)
GROWTH_KNOWN_DAYS = 2 * 364 - 91  # an account's age, for its growth to be told
SIZES = ("large", "medium", "small")


@dataclass(frozen=True)
class Moved:
    """When each account's money changed, and how: arrays in the order of the last slice.

    since: days since 1970-01-01, −1 = it did not; ratio: rate now / rate before
    """

    since: npt.NDArray[np.int32]
    ratio: Floats


@dataclass(frozen=True)
class Judged:
    """What the models said; arrays follow the slice of the last date.

    states: per date, object array in the order of that date's slice
    eligible: whether a figure of risk is given
    p_alive, p_complete, p_partial: as the learners see it; notices are in p_complete alone
    speaks: what each of the learners' GROUPS adds to the log-odds, (n, n_groups); NaN = not judged
    learnt: what they are made of, for the record
    baseline: money in 52 weeks if nothing changed
    share_fall: by how much our share of what it buys fell within the year; NaN = not known
    by_share: slipping for that alone
    """

    states: tuple[npt.NDArray[np.object_], ...]
    eligible: npt.NDArray[np.bool_]
    forecast: Forecast
    p_alive: Floats
    p_complete: Floats
    p_partial: Floats
    speaks: Floats
    learnt: Blend
    rhythm: Rhythm
    changes: Moved
    baseline: Floats
    risk: AtRisk
    was_silent_last_year: npt.NDArray[np.bool_]
    share_fall: Floats
    by_share: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """All that the row of an account is made of.

    lost_categories: per account the categories it dropped, with a year's money of each
    n_categories: per account, how many it ever bought from
    begin: first day of the data
    margins: margin over net sales by account; {} where amounts are net sales
    wallet: what accounts buy from everybody, where nothing else is known as estimated
    wallets: evidence of it alone, at each date
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

    risky = judged.eligible
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
        "days_silent": spread((on - EPOCH).days - 1 - last["last_day"].astype(np.int64), -1),
        "rhythm_days": spread(judged.rhythm.usual_days),
        "late_after_days": spread(judged.rhythm.late_after_days),
        "categories_52": _or_all(
            spread(last["categories_52"]), [found.n_categories[a] for a in seen.account_id]
        ),
        "categories_lost": spread(np.nan_to_num(last["categories_dropped"]).astype(np.int64), 0),
        "open_orders": facts.open_orders,
        "pays_on_time": facts.pays_on_time,
        "eligible": spread(risky, False),
        "p_alive": spread(judged.p_alive),
        "p_complete": spread(np.where(risky, judged.p_complete, np.nan)),
        "p_partial": spread(np.where(risky, judged.p_partial, np.nan)),
        "expected_orders": spread(np.where(risky, judged.forecast.expected_orders, np.nan)),
        "baseline_52": spread(np.where(risky, judged.baseline, np.nan)),
        "expected_52": spread(np.where(risky, judged.risk.expected, np.nan)),
        "money_at_risk": spread(np.where(risky, judged.risk.money, np.nan)),
        "money_at_risk_low": spread(np.where(risky, judged.risk.low, np.nan)),
        "money_at_risk_high": spread(np.where(risky, judged.risk.high, np.nan)),
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
        (on - EPOCH).days - columns["first_order_on"],
    )
    columns |= wallet_columns(found.wallet, found.wallets.before)
    columns |= _states(found)
    columns |= _classes(columns, found, settings, on)
    columns |= _targets(seen.account_id, targets, on)
    columns |= _why(columns, found)
    table = _as_table(columns)
    ours = np.array([answer != "not_ours" for answer in facts.answer], bool)
    return table.filter(pa.array(ours)) if n else table


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
        "core_reasons": _core_reasons(evidence),
    }


def _core_reasons(evidence: Evidence) -> list[str]:
    """As JSON; made once for all the accounts of which the same is known."""
    kept: dict[tuple[float, ...], str] = {}
    found = []
    known = (evidence.pays_on_time, evidence.wallet_share, evidence.relative_margin)
    columns = [np.nan_to_num(values, nan=-1.0).round(3).tolist() for values in known]
    weeks = evidence.tenure_weeks.astype(np.int64)
    firsts = (evidence.tier, evidence.buys_regularly, evidence.leaving, weeks)
    columns += [values.tolist() for values in firsts]
    for i, key in enumerate(zip(*columns, strict=True)):
        if key not in kept:
            kept[key] = texts_to_json(core_reasons(evidence, i))
        found.append(kept[key])
    return found


def _evidence(
    columns: dict[str, Any], found: Found, tier: npt.NDArray[np.int8], on: date
) -> Evidence:
    facts = found.facts
    first = columns["first_order_on"].astype(float)
    since = [(d - EPOCH).days if d is not None else np.inf for d in facts.attribute("since")]
    begun = np.minimum(np.where(first < 0, np.inf, first), np.array(since, float))
    tenure = np.where(np.isinf(begun), 0.0, ((on - EPOCH).days - begun) / 7)
    leaving = np.isin(columns["state"].astype(str), (*LEAVING, "lost"))
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


def _why(columns: dict[str, Any], found: Found) -> dict[str, Any]:
    seen, judged, facts = found.seen, found.judged, found.facts
    place = np.full(len(seen.account_id), -1, np.int64)
    last = seen.slices[-1]
    place[last.who] = np.arange(len(last.who))
    closed_on = facts.attribute("closed_on")
    why, told = [], []
    figures = _figures(columns)
    measures = _measures(last)
    for i, account in enumerate(seen.account_id):
        j = int(place[i])
        since = day(judged.changes.since[j]) if j >= 0 else None
        notice = facts.notice[i]
        case = Case(
            figures=next(figures),
            fell_since=since,
            now_share=float(judged.changes.ratio[j]) if j >= 0 else None,
            lost_categories=found.lost_categories.get(account, ()),
            speaks=dict(zip(GROUPS, judged.speaks[j].tolist(), strict=True)) if j >= 0 else {},
            measures=measures(j) if j >= 0 else {},
            told={
                "closed_on": str(closed_on[i]),
                "back_on": str(facts.back_on[i]),
                "notice": notice[0] if notice else None,
                "told_on": str(notice[1]) if notice else None,
                "silent_last_year": j >= 0 and bool(judged.was_silent_last_year[j]),
                "left_truncated": j >= 0 and bool(last["left_truncated"][j]),
                "begin_on": str(found.begin),
                **(_share_fall(found, i, j) if j >= 0 else {}),
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


def _measures(last: Slice) -> Callable[[int], dict[str, Any]]:
    """What the learners' reasons speak of and the account's row does not hold, by its place."""
    names = ("gap_mean", "gap_mean_26", "order_days_13", "order_days_13_last_year")
    listed = [np.asarray(last[name], float).tolist() for name in names]
    return lambda j: {
        name: None if values[j] != values[j] else values[j]
        for name, values in zip(names, listed, strict=True)
    }


_DAYS = ("first_order_on", "last_order_on")
_READ = [
    "state",
    "eligible",
    "p_complete",
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


def _as_table(columns: dict[str, Any]) -> pa.Table:
    arrays = []
    for field in ACCOUNTS:
        values = columns[field.name]
        if pa.types.is_date32(field.type) and isinstance(values, np.ndarray):
            arrays.append(pa.array(values.astype(np.int32), mask=values < 0).view(pa.date32()))
        elif pa.types.is_floating(field.type):
            numbers = np.array([np.nan if v is None else v for v in values], float)
            arrays.append(pa.array(numbers, mask=np.isnan(numbers)))
        elif field.name == "days_silent":
            arrays.append(pa.array(values, mask=values < 0))
        else:
            arrays.append(pa.array(list(values), field.type))
    return pa.table(arrays, schema=ACCOUNTS)
