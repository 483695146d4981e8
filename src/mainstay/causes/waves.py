"""Waves: more falls after something that happened at our company than chance gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.causes.answers import Answer
from mainstay.causes.purchases import PERIOD_DAYS
from mainstay.causes.view import View

Floats = npt.NDArray[np.float64]
AFTER_WEEKS = 16  # within which a wave follows what happened
SURELY = 0.01  # chance of as many falls without a wave
LEAST_FALLS = 5.0


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
    there = answer.bought.can_fall
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
