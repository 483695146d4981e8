"""What stands around the goals of a plan: the level and the step up, the people of both sides, the risks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.causes import queries as causes
from mainstay.desk.facts.rights import of_account
from mainstay.desk.facts.words import choice
from mainstay.desk.relations import levels, queries, words
from mainstay.desk.relations.findings import findings
from mainstay.desk.relations.models import RelationshipLevel
from mainstay.desk.relations.types import People
from mainstay.desk.strategy.queries import Plan

MOST_FINDINGS, MOST_CAUSES, MOST_KNOWN = 3, 3, 4


@dataclass(frozen=True)
class Member:
    """One of ours in the team of an account; knows: whom of theirs, names with their title."""

    staff_id: str
    name: str
    role: str
    knows: list[str]


@dataclass(frozen=True)
class Level:
    """The level as it was set last, and what the next one lacks; now: 0 where nobody has said it.

    since: from when on it is this level
    """

    now: int
    word: Any
    since: date | None
    next_word: Any
    missing: list[str]


@dataclass(frozen=True)
class Around:
    level: Level
    team: list[Member]
    deciders: list[str]
    findings: list[str]
    causes: list[tuple[str, str]]


def of(sight: Sight, account: Account, plan: Plan, today: date) -> Around:
    """account: as it was found for the reader"""
    people = queries.people(account, today)
    why = causes.why_of(sight, account)
    suspects = why.suspects[:MOST_CAUSES] if isinstance(why, causes.Why) else []
    names = people.names
    return Around(
        level=_level(account, plan, people, today),
        team=_team(people),
        deciders=[_named(one) for one in people.there if one.power == "decides"],
        findings=[words.sentence(one, names) for one in findings(people)[:MOST_FINDINGS]],
        causes=[(one.family, one.reason) for one in suspects],
    )


def _level(account: Account, plan: Plan, people: People, today: date) -> Level:
    rows = tuple(of_account(account, RelationshipLevel)[:10])
    goals = tuple(one.goal for one in (*plan.goals, *plan.past))
    known = queries.Known(rows, (), goals, (), queries.seen(account, today))
    now = rows[0].level if rows else 0
    steps = levels.steps(queries.evidence(people, known, today))
    above = max(now, 1) + 1
    lacks = [step for step in steps if step.level <= above and not step.met]
    same = [row for n, row in enumerate(rows) if all(one.level == now for one in rows[: n + 1])]
    return Level(
        now,
        words.LEVELS.get(now),
        same[-1].on if same else None,
        words.LEVELS.get(above),
        words.conditions(lacks) if above in levels.LEVELS else [],
    )


def _team(people: People) -> list[Member]:
    """Those who look after the account first, then who knows somebody there."""
    known: dict[str, list[str]] = {}
    for one in people.there:
        for staff_id in people.known_by.get(one.contact_id, ()):
            known.setdefault(staff_id, []).append(_named(one))
    return [
        Member(
            one.staff_id,
            one.name,
            choice("assignments", "role", one.looks_after) if one.looks_after else one.role,
            known.get(one.staff_id, [])[:MOST_KNOWN],
        )
        for one in people.here
        if one.looks_after or one.staff_id in known
    ]


def _named(one: Any) -> str:
    if not one.title:
        return str(one.name)
    return pgettext("a person and their title", "%(name)s (%(title)s)") % {
        "name": one.name,
        "title": one.title,
    }
