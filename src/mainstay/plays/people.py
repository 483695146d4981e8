"""Who can do what: the people of each account, and the hours that each has in the week and after it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.ledger.ledger import Ledger
from mainstay.plays.play import ROLES

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WEEK_DAYS, AFTER_DAYS = 7, 28  # this week; and the three after it
NOBODY = -1
# What the words of the table `staff` call those who do a role's work; the first that fits counts.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("senior", ("director", "head", "chief", "leader", "總監", "总监", "主管", "本部長", "본부장", "이사", "임원", "팀장")),
    ("quality", ("quality", "production", "品質", "质量", "品保", "品控", "生產", "生产", "품질", "생산")),
    ("supply", ("supply", "logistic", "planning", "供應", "供应", "物流", "計劃", "计划", "공급", "물류")),
    ("finance", ("finance", "accounting", "accountant", "財務", "财务", "會計", "会计", "재무", "회계")),
    ("service", ("service", "support", "客服", "服務", "服务", "서비스", "고객지원")),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One of ours: hours in the week from the date, and in the three weeks after it.

    away: on leave for all of the week
    """

    staff_id: str
    name: str
    role: str
    reports_to: str | None
    week: float
    later: float
    away: bool = False


@dataclass(frozen=True)
class Team:
    """Our people as of a date, and who of them does each role's work for each account.

    who: by role, int array (n_accounts,) of places in `people`; NOBODY = there is none
    """

    people: tuple[Person, ...]
    who: Mapping[str, Longs]

    def of(self, account: int) -> dict[str, str | None]:
        """Of one account, the code of whoever does each role's work; None = nobody."""
        found = {role: int(places[account]) for role, places in self.who.items()}
        return {role: self.people[i].staff_id if i != NOBODY else None for role, i in found.items()}

    @property
    def ids(self) -> list[str]:
        return [person.staff_id for person in self.people]

    def place(self) -> dict[str, int]:
        return {person.staff_id: i for i, person in enumerate(self.people)}


# The rows of one of our tables as they were known: staff, assignments, absences, hours.
Known = Callable[[str], list[dict[str, Any]]]


def team_at(
    ledger: Ledger,
    account_id: Sequence[str],
    *,
    as_of: date,
    known_until: Any = None,
    usual_hours: float,
    hours: float | Mapping[str, float] | None = None,
) -> Team:
    """Our people as they were known at a date.

    usual_hours: a week, of whom the table `hours` does not name
    hours: a week, in the place of that table: of everybody, or by staff_id
    """

    def known(name: str) -> list[dict[str, Any]]:
        return _rows(ledger, name, as_of, known_until)

    given = _hours(known("hours"), as_of, usual_hours, hours)
    main_of = ledger.joins_at(known_until or as_of).main_of
    return _team(known, account_id, as_of, given, main_of)


def team_of(known: Known, account_id: Sequence[str], *, as_of: date) -> Team:
    """Who does each role's work for some accounts, by rows that the caller has at hand; hours are not
    asked for.

    known: the rows of staff, assignments (by the accounts' own codes) and absences
    """
    return _team(known, account_id, as_of, lambda _: 0.0, str)


def _team(
    known: Known,
    account_id: Sequence[str],
    as_of: date,
    weekly_hours: Callable[[str], float],
    main_of: Callable[[str], str],
) -> Team:
    away = _absences(known("absences"))
    people = []
    for row in _there(known("staff"), as_of):
        days = away.get(row["staff_id"], [])
        week = _present(days, as_of, as_of + timedelta(days=WEEK_DAYS))
        begins, ends = as_of + timedelta(days=WEEK_DAYS), as_of + timedelta(days=AFTER_DAYS)
        ends = min(ends, row["left_on"] or ends)
        weekly = weekly_hours(row["staff_id"])
        people.append(
            Person(
                row["staff_id"],
                row["name"] or row["staff_id"],
                role_of(row["role"]),
                row["reports_to"],
                weekly * week,
                weekly * 3 * (_present(days, begins, ends) if ends > begins else 0.0),
                week == 0,
            )
        )
    return Team(tuple(people), _who(people, known("assignments"), account_id, main_of, as_of))


def staff_at(ledger: Ledger, as_of: date, known_until: Any = None) -> list[dict[str, Any]]:
    """The rows of those who are with us on a day, by their code."""
    return _there(_rows(ledger, "staff", as_of, known_until), as_of)


def _there(rows: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    def there(row: dict[str, Any]) -> bool:
        gone = row["left_on"] is not None and row["left_on"] <= as_of
        return not gone and (row["joined_on"] is None or row["joined_on"] <= as_of)

    return sorted(filter(there, rows), key=lambda row: str(row["staff_id"]))


def _rows(ledger: Ledger, name: str, as_of: date, known_until: Any) -> list[dict[str, Any]]:
    """Recorded by then, also of days to come: leave that is entered ahead, who is about to go."""
    known = ledger.table(name, None, as_of if known_until is None else known_until)
    return list(known.to_pylist())


def role_of(word: str | None) -> str:
    """The role that a word of the table `staff` stands for; manager where it stands for no other."""
    said = (word or "").casefold()
    return next((role for role, words in WORDS if any(w in said for w in words)), "manager")


def _hours(
    rows: list[dict[str, Any]],
    as_of: date,
    usual: float,
    instead: float | Mapping[str, float] | None,
) -> Callable[[str], float]:
    if isinstance(instead, int | float):
        return lambda _: float(instead)
    known: dict[str, tuple[date, float]] = {}
    for row in rows:
        over = row["to"] is not None and row["to"] < as_of
        if row["from"] > as_of or over:
            continue
        if row["staff_id"] not in known or row["from"] >= known[row["staff_id"]][0]:
            known[row["staff_id"]] = (row["from"], float(row["weekly_hours"]))
    given = dict(instead or {})
    return lambda who: given.get(who, known.get(who, (as_of, usual))[1])


def _absences(rows: list[dict[str, Any]]) -> dict[str, list[tuple[date, date]]]:
    found: dict[str, list[tuple[date, date]]] = {}
    for row in rows:
        span = (row["from"], row["to"] or date.max)
        found.setdefault(row["staff_id"], []).append(span)
    return found


def _present(away: list[tuple[date, date]], first: date, after: date) -> float:
    """Share of the weekdays in [first, after) on which somebody is there; weekends are no work."""
    days = [first + timedelta(days=i) for i in range((after - first).days)]
    weekdays = [day for day in days if day.weekday() < 5]
    if not weekdays:
        return 0.0
    gone = sum(any(a <= day <= b for a, b in away) for day in weekdays)
    return 1 - gone / len(weekdays)


def _who(
    people: list[Person],
    assignments: list[dict[str, Any]],
    account_id: Sequence[str],
    main_of: Callable[[str], str],
    as_of: date,
) -> dict[str, Longs]:
    place = {person.staff_id: i for i, person in enumerate(people)}
    at = {account: i for i, account in enumerate(account_id)}
    n = len(account_id)
    assigned = {role: np.full(n, NOBODY, np.int64) for role in ("manager", "service", "deputy")}
    since: dict[tuple[str, int], date] = {}
    for row in assignments:
        over = row["to"] is not None and row["to"] < as_of
        i, person = at.get(main_of(row["account_id"])), place.get(row["staff_id"])
        if i is None or person is None or over or row["from"] > as_of:
            continue
        key = (row["role"], i)
        if key not in since or row["from"] >= since[key]:
            since[key] = row["from"]
            assigned[row["role"]][i] = person
    return _with_others(people, place, assigned, account_id)


def _with_others(
    people: list[Person],
    place: dict[str, int],
    assigned: dict[str, Longs],
    account_id: Sequence[str],
) -> dict[str, Longs]:
    """For whoever is away or not there, the next who can do it."""
    away = np.array([person.away for person in people] + [True])  # the last: nobody
    manager, deputy = assigned["manager"], assigned["deputy"]
    manager = np.where((away[manager] | (manager == NOBODY)) & ~away[deputy], deputy, manager)
    service = assigned["service"]
    who = {"manager": manager, "service": np.where(away[service], manager, service)}
    above = np.array([_above(people, place, i) for i in range(len(people))] + [NOBODY])
    top = _shared(people, "senior", account_id)
    senior = np.where(above[manager] == NOBODY, top, above[manager])
    # In a company without anybody above, the manager is the senior one.
    who["senior"] = np.where(senior == NOBODY, manager, senior)
    for role, otherwise in (("quality", who["service"]), ("supply", manager), ("finance", manager)):
        shared = _shared(people, role, account_id)
        who[role] = np.where(shared == NOBODY, otherwise, shared)
    return {role: who[role].astype(np.int64) for role in ROLES}


def _above(people: list[Person], place: dict[str, int], start: int) -> int:
    """The nearest above somebody who is there this week."""
    seen = {start}
    at = start
    while (up := people[at].reports_to) in place and place[str(up)] not in seen:
        at = place[str(up)]
        seen.add(at)
        if not people[at].away:
            return at
    return NOBODY


def _shared(people: list[Person], role: str, account_id: Sequence[str]) -> Longs:
    """Accounts shared out by their code among all who do a role's work and are there."""
    some = [i for i, person in enumerate(people) if person.role == role and not person.away]
    if not some:
        return np.full(len(account_id), NOBODY, np.int64)
    return np.array([some[zlib.crc32(a.encode()) % len(some)] for a in account_id], np.int64)
