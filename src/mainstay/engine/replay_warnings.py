"""What the warnings of the past would have been, which were right, and who left unnamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.engine.replay_tables import LEFT, NAMED, SAYS, WARNINGS

LOOK_DAYS = 28  # how far back the first look has another before it


@dataclass(frozen=True)
class Fate:
    """One eligible account at one date, with what came of it.

    state_before: at the look before; None = there was none
    complete: no order day within the horizon; gone: nor ever after, for longer than any gap before
    partial: None = not measured
    report_weeks (NaN = not known), history: see defection.aftermath
    """

    name: str
    manager_id: str | None
    state: str
    since: date | None
    state_before: str | None
    money_at_risk: float | None
    p_complete: float | None
    last_order_on: date
    complete: bool
    gone: bool
    partial: bool | None
    lost: float
    report_weeks: float
    history: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """One date of a replay: what was said of each account, by account.

    states: of all accounts; fates: of the eligible ones
    """

    as_of: date
    states: Mapping[str, str]
    fates: Mapping[str, Fate]


def warnings_table(looks: Sequence[Look]) -> pa.Table:
    """The table WARNINGS, by date, most money first."""
    rows = [
        _warning(look.as_of, account, fate)
        for look in looks
        for account, fate in look.fates.items()
        if is_news(fate.state, fate.state_before)
    ]
    rows.sort(key=lambda row: (row["as_of"], -(row["money_at_risk"] or 0.0), row["account_id"]))
    return pa.Table.from_pylist(rows, schema=WARNINGS)


def is_news(state: str, before: str | None) -> bool:
    """Whether a change of state says more of an account than was said before."""
    says, said = SAYS.get(state), SAYS.get(before or "")
    return says is not None and says != said and said != "complete"


def _warning(on: date, account: str, fate: Fate) -> dict[str, Any]:
    says = SAYS[fate.state]
    outcome = "complete" if fate.complete else "partial" if fate.partial else "kept"
    right: bool | None = fate.complete
    if says == "partial":
        right = None if fate.partial is None else fate.complete or fate.partial
    return {
        "as_of": on,
        "account_id": account,
        "name": fate.name,
        "manager_id": fate.manager_id,
        "state": fate.state,
        "since": fate.since,
        "money_at_risk": fate.money_at_risk,
        "p_complete": fate.p_complete,
        "outcome": outcome,
        "right": right,
        "lead_weeks": None if np.isnan(fate.report_weeks) else fate.report_weeks,
        "lost": fate.lost,
    }


def left_table(looks: Sequence[Look], horizon_weeks: int) -> pa.Table:
    """The table LEFT, most money first.

    Of accounts that left within one horizon of the last look nothing can be said yet: whether they
    would have been named needs the looks that follow.
    """
    rows = []
    for number, look in enumerate(looks):
        if look.as_of + timedelta(weeks=horizon_weeks) > looks[-1].as_of and len(looks) > 1:
            break
        before = looks[number - 1].as_of if number else look.as_of - timedelta(days=LOOK_DAYS)
        rows += [
            _leaver(looks, number, account)
            for account, fate in look.fates.items()
            if fate.gone and fate.last_order_on >= before and fate.state not in TOLD
        ]
    rows.sort(key=lambda row: (-row["lost"], row["account_id"]))
    return pa.Table.from_pylist(rows, schema=LEFT)


TOLD = ("closed", "quiet")  # said by people: no loss that a warning could have announced


def _leaver(looks: Sequence[Look], number: int, account: str) -> dict[str, Any]:
    look = looks[number]
    fate = look.fates[account]
    named = _named_on(looks, number, account)
    lead: float | None = None
    report: date | None = None
    if not np.isnan(fate.report_weeks):
        report = look.as_of + timedelta(weeks=int(fate.report_weeks))
        lead = (report - named).days / 7 if named else None
    return {
        "as_of": look.as_of,
        "account_id": account,
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


def _named_on(looks: Sequence[Look], number: int, account: str) -> date | None:
    """The first look of the spell in which the account's state named it; None = not by the last."""
    named: date | None = None
    for look in looks[number::-1]:  # named already: since the beginning of that spell
        if look.states.get(account) not in NAMED:
            break
        named = look.as_of
    if named:
        return named
    later = looks[number + 1 :]
    return next((look.as_of for look in later if look.states.get(account) in NAMED), None)
