"""What the warnings of the past would have been, which were right, and who left unnamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.engine.replay_tables import (
    BY_ACCOUNT,
    CATEGORY_LEFT,
    CATEGORY_SAYS,
    CATEGORY_WARNINGS,
    LEFT,
    NAMED,
    SAYS,
    WARNINGS,
)

LOOK_DAYS = 28  # how far back the first look has another before it
Key = str | tuple[str, str]  # an account, or a category of one


@dataclass(frozen=True)
class Fate:
    """One eligible account at one date, or one category of it, with what came of it.

    state_before: at the look before; None = there was none
    p: as it was said, of no order within the horizon; of a category, that it is left
    complete: no order day within the horizon (None = can't be told); gone: nor ever after, for longer than any gap before
    partial: None = not measured
    report_weeks (NaN = not known), history: see defection.aftermath
    treated: something was done about it within the horizon
    """

    name: str
    manager_id: str | None
    state: str
    since: date | None
    state_before: str | None
    money_at_risk: float | None
    p: float | None
    last_order_on: date
    complete: bool | None
    gone: bool
    partial: bool | None
    lost: float
    report_weeks: float
    history: npt.NDArray[np.float64]
    treated: bool = False


@dataclass(frozen=True)
class Look:
    """One date of a replay: what was said of each account, or of each category of each.

    states: of all accounts; fates: of the eligible ones
    """

    as_of: date
    states: Mapping[Key, str]
    fates: Mapping[Key, Fate]


@dataclass(frozen=True)
class Rule:
    """What the states say: of accounts, or of categories.

    says: by state that names one, what it says will come of it; others say nothing
    named: states under which a loss has been announced
    warnings, left: schemas of the tables
    """

    says: Mapping[str, str]
    named: Sequence[str]
    warnings: pa.Schema
    left: pa.Schema


OF_ACCOUNTS = Rule(SAYS, NAMED, WARNINGS, LEFT)
OF_CATEGORIES = Rule(CATEGORY_SAYS, (*CATEGORY_SAYS, BY_ACCOUNT), CATEGORY_WARNINGS, CATEGORY_LEFT)


def warnings_table(looks: Sequence[Look], rule: Rule = OF_ACCOUNTS) -> pa.Table:
    """The table WARNINGS (of categories: CATEGORY_WARNINGS), by date, most money first."""
    rows = [
        _warning(look.as_of, key, fate, rule)
        for look in looks
        for key, fate in look.fates.items()
        if is_news(fate.state, fate.state_before, rule.says)
    ]
    rows.sort(
        key=lambda row: (
            row["as_of"],
            -(row["money_at_risk"] or 0.0),
            row["account_id"],
            row.get("category", ""),
        )
    )
    return pa.Table.from_pylist(rows, schema=rule.warnings)


def is_news(state: str, before: str | None, says: Mapping[str, str] = SAYS) -> bool:
    """Whether a change of state says more of an account than was said before."""
    now, then = says.get(state), says.get(before or "")
    return now is not None and now != then and then != "complete"


def _warning(on: date, key: Key, fate: Fate, rule: Rule) -> dict[str, Any]:
    outcome = "complete" if fate.complete else "partial" if fate.partial else "kept"
    right: bool | None = fate.complete
    if rule.says[fate.state] != "complete":
        right = None if fate.partial is None else fate.complete or fate.partial
    return {
        "as_of": on,
        **_named(key),
        "name": fate.name,
        "manager_id": fate.manager_id,
        "state": fate.state,
        "since": fate.since,
        "money_at_risk": fate.money_at_risk,
        "p_complete": fate.p,
        "p_defection": fate.p,
        "outcome": None if fate.complete is None else outcome,
        "right": right,
        "lead_weeks": None if np.isnan(fate.report_weeks) else fate.report_weeks,
        "lost": fate.lost,
        "treated": fate.treated,
    }


def _named(key: Key) -> dict[str, str]:
    if isinstance(key, tuple):
        return {"account_id": key[0], "category": key[1]}
    return {"account_id": key}


def left_table(looks: Sequence[Look], horizon_weeks: int, rule: Rule = OF_ACCOUNTS) -> pa.Table:
    """The table LEFT (of categories: CATEGORY_LEFT), most money first.

    Of accounts that left within one horizon of the last look nothing can be said yet: whether they
    would have been named needs the looks that follow.
    """
    rows = []
    for number, look in enumerate(looks):
        if look.as_of + timedelta(weeks=horizon_weeks) > looks[-1].as_of and len(looks) > 1:
            break
        before = looks[number - 1].as_of if number else look.as_of - timedelta(days=LOOK_DAYS)
        rows += [
            _leaver(looks, number, key, rule.named)
            for key, fate in look.fates.items()
            if fate.gone and fate.last_order_on >= before and fate.state not in TOLD
        ]
    rows.sort(key=lambda row: (-row["lost"], row["account_id"], row.get("category", "")))
    return pa.Table.from_pylist(rows, schema=rule.left)


def partial_left_table(looks: Sequence[Look], horizon_weeks: int) -> pa.Table:
    """The same of accounts that bought far less while they still ordered; each once."""
    rows: dict[Key, dict[str, Any]] = {}
    for number, look in enumerate(looks):
        if look.as_of + timedelta(weeks=horizon_weeks) > looks[-1].as_of and len(looks) > 1:
            break
        for key, fate in look.fates.items():
            if fate.partial and key not in rows and fate.state not in TOLD:
                rows[key] = _leaver(looks, number, key, NAMED)
    ranked = sorted(rows.values(), key=lambda row: (-row["lost"], row["account_id"]))
    return pa.Table.from_pylist(ranked, schema=LEFT)


TOLD = ("closed", "quiet")  # said by people: no loss that a warning could have announced


def _leaver(looks: Sequence[Look], number: int, key: Key, naming: Sequence[str]) -> dict[str, Any]:
    look = looks[number]
    fate = look.fates[key]
    named = _named_on(looks, number, key, naming)
    lead: float | None = None
    report: date | None = None
    if not np.isnan(fate.report_weeks):
        report = look.as_of + timedelta(weeks=int(fate.report_weeks))
        lead = (report - named).days / 7 if named else None
    return {
        "as_of": look.as_of,
        **_named(key),
        "name": fate.name,
        "manager_id": fate.manager_id,
        "state": fate.state,
        "last_order_on": fate.last_order_on,
        "named_on": named,
        "report_on": report,
        "lead_weeks": lead,
        "history": fate.history.round(2).tolist(),
        "missed": named is None,
        "lost": fate.lost,
    }


def _named_on(looks: Sequence[Look], number: int, key: Key, naming: Sequence[str]) -> date | None:
    """The first look of the spell in which the state named it; None = not by the last."""
    named: date | None = None
    for look in looks[number::-1]:  # named already: since the beginning of that spell
        if look.states.get(key) not in naming:
            break
        named = look.as_of
    if named:
        return named
    later = looks[number + 1 :]
    return next((look.as_of for look in later if look.states.get(key) in naming), None)
