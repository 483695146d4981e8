"""Reads of the plays: each as it stands, what was believed of it at first, and what was learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.models import OwnPlay
from mainstay.desk.plays import words
from mainstay.desk.reviews.words import FAMILIES, WORDINGS

LEAST = 10  # cases, to say what was learnt
SUITS = 4  # causes named in the list


@dataclass(frozen=True)
class Effect:
    """What is thought of a play: the share of the loss that remains, or that comes back, with its 80%.

    told: whether the interval keeps clear of “no effect”, from enough cases
    """

    middle: float
    low: float
    high: float
    cases: int = 0

    @property
    def told(self) -> bool:
        return self.cases >= LEAST and (self.high < 1 or self.low > 1)


@dataclass(frozen=True)
class Listed:
    """A play as the list shows it.

    play: as the engine reads it; None where it can't, and trouble says why
    row: of the table `plays`; None where the built-in one stands as it is
    """

    name: str
    play: Any
    row: OwnPlay | None
    title: str
    origin: str
    trouble: str = ""
    suits: tuple[tuple[str, float], ...] = ()
    first: Effect | None = None
    learnt: Effect | None = None

    @property
    def in_service(self) -> bool:
        return self.row is None or self.row.in_service is not False


def plays(sight: Sight) -> list[Listed]:
    """All plays: first those of the company's own, then the built-in ones in their order."""
    rows = {row.play: row for row in OwnPlay.objects.all()}
    built_in = engine.play_catalogue()
    beliefs = beliefs_of(sight)
    names = [*(name for name in rows if name not in built_in), *built_in]
    return [one(name, rows.get(name), beliefs) for name in names]


def beliefs_of(sight: Sight) -> Mapping[str, Any]:
    """What the latest plan believes of each play, by name."""
    plan = cases.plan_of(sight)
    found: Mapping[str, Any] = plan.meta.get("beliefs", {}) if plan is not None else {}
    return found


def one(name: str, row: OwnPlay | None, beliefs: Mapping[str, Any]) -> Listed:
    """One play, whether or not it can be read. Raises: KeyError where there is none of that name"""
    built_in = engine.play_catalogue()
    edited = row is not None and bool(row.definition)
    origin = "own" if name not in built_in else "edited" if edited else "built_in"
    try:
        play = _read(name, row, built_in)
    except MainstayError as error:
        said = account_words.sentence(error.text)
        return Listed(name, None, row, name, origin, trouble=said)
    first = engine.Belief(float(np.log(play.effect.median)), play.effect.spread)
    return Listed(
        name,
        play,
        row,
        case_words.told(play.title),
        origin,
        suits=_suits(play),
        first=_effect(first),
        learnt=_learnt(beliefs.get(name)),
    )


def _read(name: str, row: OwnPlay | None, built_in: Mapping[str, Any]) -> Any:
    if row is None:
        return built_in[name]
    return engine.own_play(
        {"play": name, "definition": row.definition, "in_service": row.in_service}
    )


def _effect(belief: Any) -> Effect:
    low, high = belief.interval
    return Effect(float(np.exp(belief.mean)), low, high, belief.cases)


def _learnt(kept: Any) -> Effect | None:
    if not isinstance(kept, Mapping) or not kept.get("cases"):
        return None
    return _effect(engine.Belief(kept["mean"], kept["spread"], kept["cases"]))


def _suits(play: Any) -> tuple[tuple[str, float], ...]:
    """The causes that it suits best, in words."""
    best = sorted(play.fits.items(), key=lambda item: -item[1])
    return tuple((cause_word(name), fit) for name, fit in best[:SUITS] if fit > 0)


def cause_word(name: str) -> str:
    return str(WORDINGS.get(name) or FAMILIES.get(name) or name)


def shown(found: list[Listed], show: str) -> list[Listed]:
    """Those that a list is to show; what can't be read stands in each."""
    if show == "all":
        return found
    if show == "out":
        return [p for p in found if not p.in_service or p.trouble]
    if show == "ours":
        return [p for p in found if p.origin != "built_in" or p.trouble]
    return [p for p in found if p.in_service or p.trouble]


def counts(found: list[Listed]) -> dict[str, int]:
    return {show: len(shown(found, show)) for show in words.SHOWS}
