"""Waves: more falls after something that happened at our company than chance gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.causes.answers import Answer
from mainstay.causes.purchases import PERIOD_DAYS
from mainstay.causes.scope import by_plain, read_scope
from mainstay.causes.view import View
from mainstay.standing.history import days_of

Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
AFTER_WEEKS = 16  # within which a wave follows what happened
BEFORE_DAYS = 364  # that must be known before it, to say what is usual
SURELY = 0.01  # chance of as many falls without a wave
LEAST_FALLS = 5
PLACES = ("region", "segment")


@dataclass(frozen=True)
class Wave:
    """More falls after a day than chance gives.

    within: region and segment → the values that its scope names; {} = all accounts
    falls: how many accounts that count as fallen began within AFTER_WEEKS from that day on
    expected: as many had nothing happened
    p: probability of so many by chance
    """

    on: date
    kind: str
    text: str
    scope: str
    within: dict[str, list[str]]
    falls: int
    expected: float
    p: float


@dataclass(frozen=True)
class _Falls:
    """When accounts began to fall, and when they could have.

    counts: bool (n,); on: int (n,), days since 1970-01-01
    watched: bool (n, PERIODS), orders could show a fall that begins then, and it had not fallen yet
    begins: int (PERIODS,); first: the first day of the data
    """

    counts: Bools
    on: Longs
    watched: Bools
    begins: Longs
    first: int


def waves(view: View, answer: Answer) -> list[Wave]:
    """After which events of the company more accounts fell than chance gives."""
    events = view.table("company_events").to_pylist()
    if not events:
        return []
    counts = answer.fell.counts
    begins = answer.bought.begins
    yet = ~counts[:, None] | (begins <= answer.fell_on[:, None])
    falls = _Falls(
        counts,
        answer.fell_on,
        (answer.fallen.ratio > 0) & yet,
        begins,
        int(begins[min(answer.bought.data_begin, len(begins) - 1)]),
    )
    known = {name: by_plain(view.accounts[name].unique().to_pylist()) for name in PLACES}
    found = []
    for event in sorted(events, key=lambda e: (e["on"], e["event_id"])):
        if days_of(event["on"]) - falls.first < BEFORE_DAYS:
            continue
        wave = _wave(view, falls, event, within_of(event["scope"], known))
        if wave.p < SURELY and wave.falls >= LEAST_FALLS:
            found.append(wave)
    return found


def _wave(view: View, falls: _Falls, event: dict[str, Any], within: dict[str, list[str]]) -> Wave:
    from scipy.stats import poisson

    day = days_of(event["on"])
    end = days_of(event["on"] + timedelta(weeks=AFTER_WEEKS))
    inside = in_scope(view, within)
    fell = falls.counts & inside
    n = int((fell & (falls.on >= day) & (falls.on < end)).sum())
    # A period in which it happened is neither before nor after it.
    earlier = falls.begins + PERIOD_DAYS <= day
    usual = (fell & (falls.on + PERIOD_DAYS <= day)).sum()
    rate = usual / max((falls.watched[inside] & earlier).sum(), 1)
    then = (falls.begins >= day) & (falls.begins < end)
    # As careful where little is known of before: half a fall more.
    expected = float(rate * (falls.watched[inside] & then).sum()) + 0.5
    p = float(poisson.sf(n - 1, expected))
    text, scope = event["text"] or "", event["scope"] or ""
    return Wave(event["on"], event["kind"], text, scope, within, n, expected, p)


def within_of(scope: str | None, known: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """The regions and segments that a scope names. What it names of products limits no account, and
    one that names nothing we know may concern anybody.

    known: by dimension, the values that there are by their plain form
    """
    found: dict[str, list[str]] = {}
    for name, value in read_scope(scope or "", known):
        found.setdefault(name, []).append(value)
    return found


def in_scope(view: View, within: dict[str, list[str]]) -> Bools:
    """Which accounts are of these regions and segments; {} = all."""
    found = np.ones(view.accounts.num_rows, bool)
    for name, values in within.items():
        found &= np.array([v in values for v in view.accounts[name].to_pylist()], bool)
    return found
