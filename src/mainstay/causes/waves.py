"""Causes seen in the portfolio as a whole: money by cause, over time, by part; waves of falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.answers import Answer
from mainstay.causes.families import FAMILIES, UNKNOWN
from mainstay.causes.purchases import PERIOD_DAYS, PERIODS
from mainstay.causes.view import View

Floats = npt.NDArray[np.float64]
AFTER_WEEKS = 16  # within which a wave follows what happened
SURELY = 0.01  # chance of as many falls without a wave
LEAST_FALLS = 5.0
LEAST_CASES = 10.0  # of a manager, to say anything


@dataclass(frozen=True)
class Wave:
    """More falls after a day than chance gives.

    falls: how many began within AFTER_WEEKS; expected: as many had nothing happened
    p: probability of so many by chance
    """

    on: date
    kind: str
    text: str
    scope: str
    falls: float
    expected: float
    p: float


def waves(view: View, answer: Answer) -> list[Wave]:
    """After which events of the company more accounts fell than chance gives."""
    events = view.table("company_events").to_pylist()
    found = []
    for event in sorted(events, key=lambda e: (e["on"], e["event_id"])):
        wave = _wave(view, answer, event)
        if wave.p < SURELY and wave.falls >= LEAST_FALLS:
            found.append(wave)
    return found


def _wave(view: View, answer: Answer, event: dict[str, Any]) -> Wave:
    from scipy.stats import poisson

    begins = answer.bought.begins_on
    there = (
        np.arange(PERIODS) >= np.maximum(answer.bought.begun, answer.bought.data_begin)[:, None] + 1
    )
    day = event["on"]
    after = np.array([day - timedelta(days=PERIOD_DAYS // 2) <= b for b in begins])
    after &= np.array([b < day + timedelta(weeks=AFTER_WEEKS) for b in begins])
    before = np.array([b < day - timedelta(days=PERIOD_DAYS // 2) for b in begins])
    inside = in_scope(view, event["scope"])[:, None]
    falls = float((answer.by_period * (after & inside)).sum())
    rate = (answer.by_period * (before & inside)).sum() / max((there & before & inside).sum(), 1)
    # As careful where little is known of before: half a fall more.
    expected = float(rate * (there & after & inside).sum()) + 0.5
    p = float(poisson.sf(max(np.floor(falls) - 1, 0), expected)) if falls >= 1 else 1.0
    return Wave(day, event["kind"], event["text"] or "", event["scope"] or "", falls, expected, p)


def in_scope(view: View, scope: str | None) -> npt.NDArray[np.bool_]:
    """Which accounts a scope names: `region: North; segment: schools`; empty = all.

    What it names of products and categories limits no account.
    """
    n = view.accounts.num_rows
    found = np.ones(n, bool)
    for part in (scope or "").replace("；", ";").split(";"):
        name, _, words = part.replace("：", ":").replace("=", ":").partition(":")
        name = name.strip().lower()
        if name in ("region", "segment", "country") and words.strip():
            wanted = {w.strip() for w in words.replace("，", ",").split(",")}
            found &= np.array([v in wanted for v in view.accounts[name].to_pylist()], bool)
    return found


def by_cause(falls: pa.Table, causes: pa.Table, accounts: pa.Table) -> list[dict[str, Any]]:
    """Per family, and for what is unknown: how many fell by it, and the money of that, the most first.

    lost: money a year that no longer comes; at_risk: money at risk of accounts that still buy
    """
    risk = _at_risk(accounts)
    lost_52 = dict(zip(falls["account_id"].to_pylist(), falls["lost_52"].to_pylist(), strict=True))
    rows = {
        name: {"family": name, "falls": 0.0, "lost": 0.0, "at_risk": 0.0}
        for name in (*FAMILIES, UNKNOWN)
    }
    shares = [
        *zip(*(causes[c].to_pylist() for c in ("account_id", "family", "p")), strict=True),
        *(
            (a, UNKNOWN, p)
            for a, p in zip(
                falls["account_id"].to_pylist(), falls["p_unknown"].to_pylist(), strict=True
            )
        ),
    ]
    for account, family, p in shares:
        rows[family]["falls"] += p
        rows[family]["lost"] += p * lost_52[account]
        rows[family]["at_risk"] += p * risk.get(account, 0.0)
    return sorted(rows.values(), key=lambda row: -row["lost"] - row["at_risk"])


def _at_risk(accounts: pa.Table) -> dict[str, float]:
    money = [max(m or 0.0, 0.0) for m in accounts["money_at_risk"].to_pylist()]
    return dict(zip(accounts["account_id"].to_pylist(), money, strict=True))
