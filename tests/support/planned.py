"""Accounts and people to plan for: each stands well and has nothing until a test says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from mainstay.causes.families import CAUSE_NAMES
from mainstay.plays.catalogue import catalogue
from mainstay.plays.effects import priors
from mainstay.plays.gains import Rates
from mainstay.plays.people import Person, Team
from mainstay.plays.plan import Made, Rules, make
from mainstay.plays.play import ROLES
from mainstay.plays.situation import Incentives, Run, Situation

MONDAY = date(2026, 3, 2)
RULES = Rules(Rates(0.25, 1.0, 40.0), 5, 0.5, 2, {"rebate": 1e6, "discount": 1e6, "goods": 1e6})
DIRECTOR, MARIA, ZHENG, SERVICE = "S0", "S1", "S2", "S3"


@dataclass
class One:
    """One account; causes by name with their probability, looming with the share that they may take."""

    state: str = "slipping"
    risk: float = 100_000.0
    baseline: float = 200_000.0
    gone: float = 0.0
    looming: dict[str, float] = field(default_factory=dict)
    causes: dict[str, float] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    tier: str = "B"
    size: str = "large"
    manager: str = MARIA
    since: date = date(2026, 1, 5)
    bare_last: bool = False
    bare_year: int = 0


def person(staff_id: str, role: str = "manager", week: float = 20.0, later: float = 60.0) -> Person:
    above = None if staff_id == DIRECTOR else DIRECTOR
    return Person(staff_id, f"Name of {staff_id}", role, above, week, later, away=week == 0)


PEOPLE = (
    person(DIRECTOR, "senior"),
    person(MARIA),
    person(ZHENG),
    person(SERVICE, "service"),
)


def situation(accounts: list[One], runs: tuple[Run, ...] = (), **changes: Any) -> Situation:
    n = len(accounts)
    causes = np.zeros((n, len(CAUSE_NAMES) + 1))
    for i, one in enumerate(accounts):
        for name, p in one.causes.items():
            causes[i, CAUSE_NAMES.index(name)] = p
    causes[:, -1] = 1 - causes.sum(axis=1)
    looming = np.zeros_like(causes)
    for i, one in enumerate(accounts):
        for name, share in one.looming.items():
            looming[i, CAUSE_NAMES.index(name)] = share
    names = {name for one in accounts for name in one.signals}
    ends = [CAUSE_NAMES.index(f"own_business.{what}") for what in ("closed", "moved")]
    given: dict[str, Any] = {
        "as_of": MONDAY,
        "account_id": [f"A{i:03}" for i in range(n)],
        "name": [f"Account {i}" for i in range(n)],
        "tier": np.array([one.tier for one in accounts], object),
        "size": np.array([one.size for one in accounts], object),
        "state": np.array([one.state for one in accounts], object),
        "since": [one.since for one in accounts],
        "risk": np.array([one.risk for one in accounts]),
        "baseline": np.array([one.baseline for one in accounts]),
        "gone": np.array([one.gone for one in accounts]),
        "causes": causes,
        "looming": looming,
        "there": {
            name: np.array([name in one.signals for one in accounts]) for name in sorted(names)
        },
        "favours": causes[:, CAUSE_NAMES.index("competitor.favours")] >= 0.5,
        "natural": causes[:, ends].sum(axis=1) >= 0.8,
        "incentives": Incentives(
            np.array([one.bare_last for one in accounts]),
            np.array([one.bare_year for one in accounts]),
            {},
        ),
        "runs": runs,
    }
    return Situation(**{**given, **changes})


def team(accounts: list[One], people: tuple[Person, ...] = PEOPLE) -> Team:
    place = {one.staff_id: i for i, one in enumerate(people)}
    manager = np.array([place.get(one.manager, -1) for one in accounts], np.int64)
    who = dict.fromkeys(ROLES, manager)
    who["senior"] = np.full(len(accounts), place.get(DIRECTOR, -1), np.int64)
    for role in ("service", "quality", "supply"):
        who[role] = np.full(len(accounts), place.get(SERVICE, -1), np.int64)
    return Team(people, who)


def plan(
    accounts: list[One],
    *,
    people: tuple[Person, ...] = PEOPLE,
    only: tuple[str, ...] | None = None,
    rules: Rules = RULES,
    seed: str = "plan",
    **changes: Any,
) -> Made:
    """What `plays.plan.make` makes of it; `only`: with these plays alone."""
    plays = catalogue()
    if only is not None:
        plays = {name: plays[name] for name in only}
    seen = situation(accounts, **changes)
    return make(seen, team(accounts, people), plays, priors(plays), rules, seed=seed)


def of(made: Made) -> dict[str, dict[str, Any]]:
    """The planned rows by account."""
    return {row["account_id"]: row for row in made.plan.to_pylist()}


def kept_out(made: Made, account: str) -> dict[str, tuple[str, str | None]]:
    """Of one account, what kept each play out, and who or what."""
    rows = made.options.to_pylist()
    return {r["play"]: (r["kept_out"], r["by"]) for r in rows if r["account_id"] == account}
