"""Reads for the pages of causes: one account's, and the figures of all that one sees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from mainstay import engine
from mainstay.desk.access.models import Role
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.accounts.filters import AT_RISK
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import sentence
from mainstay.desk.causes import heard, words
from mainstay.desk.causes.published import kept
from mainstay.desk.causes.rows import Link, links
from mainstay.desk.paging import Numbered
from mainstay.desk.reviews.queries import of_account as reviews_of_account

LEFT = (*AT_RISK, "lost", "closed")
CAUSES_SHOWN = 3
LEAST_SHOWN = 0.05  # probability of a cause worth a place on the page
LEAST_UNFOLDED = 0.15  # and of one whose evidence is shown at once
HELPING = 6  # kinds of records that are named
SURE = 0.9
PAGE = 100
LEARNT_SHOWN = 12


@dataclass(frozen=True)
class Said:
    """One sentence of evidence: when, what it says of a category, and the ways to its rows.

    also: less likely families that it says the same of
    rows: what proves it, each its table and key
    """

    kind: str
    text: str
    when: str
    about_when: bool
    category: str
    links: list[Link]
    also: tuple[str, ...] = ()
    rows: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Suspect:
    """One family of causes of an account's fall, with its likeliest reason.

    folded: hardly likely, so that its evidence waits to be asked for
    above: likelier families under which what speaks for this one too stands already
    """

    family: str
    reason: str
    whose: str
    p: float
    confirmed: bool
    speaks_for: list[Said]
    against: list[Said]
    folded: bool
    above: tuple[str, ...]


@dataclass(frozen=True)
class Helpful:
    """A kind of records that is not there, and the families of causes that it would tell of."""

    table: str
    families: list[str]


@dataclass(frozen=True)
class Why:
    """Why an account fell, as the explanation has it.

    first: family or unknown; sure_fell: None where its state says that it fell
    counts: as fallen, in all figures; else it may have fallen
    lost: money a year less than before
    """

    first: str
    p: float
    whose: str
    began_on: date
    sure_fell: float | None
    counts: bool
    lost: float
    reviewed: bool
    suspects: list[Suspect]
    helpful: list[Helpful]
    review: heard.Review | None


@dataclass(frozen=True)
class Unexplained:
    """That there is no explanation: none was made with the assessment, or it fell only since."""

    made: bool


def why_of(sight: Sight, account: Account) -> Why | Unexplained | None:
    """Why an account fell; None of one that did not."""
    left = account.state in LEFT
    explained = kept(account.assessment_id)
    if explained is None:
        return Unexplained(made=False) if left else None
    falls = explained.rows("falls", account.account_id).to_pylist()
    if not falls or falls[0]["p_fell"] < engine.NAMED_FELL:
        return Unexplained(made=True) if left else None
    fell = falls[0]
    counts = fell.get("counts") is not False
    causes = explained.rows("causes", account.account_id).to_pylist()
    causes = sorted(causes, key=lambda row: row["rank"])[:CAUSES_SHOWN]
    unknown = fell["first"] == words.UNKNOWN
    reviews = reviews_of_account(account)
    held = heard.held(sight, reviews)
    return Why(
        first=fell["first"],
        p=fell["p_first"],
        whose=words.whose(fell["first"]),
        began_on=fell["began_on"],
        sure_fell=fell["p_fell"] if fell["p_fell"] < SURE or not counts else None,
        counts=counts,
        lost=fell["lost_52"],
        reviewed=fell["reviewed"],
        suspects=_suspects(
            sight,
            account,
            [
                row
                for row in causes
                if row["p"] >= LEAST_SHOWN or (row["rank"] == 1 and not unknown)
            ],
            held,
        ),
        helpful=helpful(explained.document("portfolio"))[:HELPING] if unknown else [],
        review=heard.newest(sight, reviews),
    )


def _suspects(
    sight: Sight, account: Account, rows: Sequence[Mapping[str, Any]], held: frozenset[str]
) -> list[Suspect]:
    """The families, the likeliest first; what says the same of several stands under the first of them."""
    names = [words.family(row["family"]) for row in rows]
    speaks_for, above = _each_once([_evidence(row["speaks_for"], held) for row in rows], names)
    against, _under = _each_once([_evidence(row["against"], held) for row in rows], names)

    def told(found: list[dict[str, Any]]) -> list[Said]:
        return [_said(account.account_id, one, sight.currency) for one in found]

    return [
        Suspect(
            family=names[n],
            reason=words.reason(row["cause"]) if row.get("named") is not False else "",
            whose=words.whose(row["family"]),
            p=row["p"],
            confirmed=row.get("confirmed") or False,
            speaks_for=told(speaks_for[n]),
            against=told(against[n]),
            folded=n > 0 and row["p"] < LEAST_UNFOLDED and not row.get("confirmed"),
            above=above[n],
        )
        for n, row in enumerate(rows)
    ]


def _evidence(stored: str, held: frozenset[str]) -> dict[str, dict[str, Any]]:
    """What is told, by what makes it the same. Three lines of one order came late: one sentence, with the
    ways to all of them."""
    found: dict[str, dict[str, Any]] = {}
    for one in _listed(stored):
        if heard.tells(one.get("rows") or [], held):
            continue
        named = [one.get(name) for name in ("kind", "text", "weeks_before", "match")]
        known = found.setdefault(json.dumps(named, sort_keys=True), {**one, "rows": []})
        known["rows"] = [*known["rows"], *(one.get("rows") or [])]
    return found


def _each_once(
    evidence: Sequence[Mapping[str, dict[str, Any]]], names: Sequence[str]
) -> tuple[list[list[dict[str, Any]]], list[tuple[str, ...]]]:
    """The evidence of each family without what stands under a likelier one, which names the others; and
    under which ones that is."""
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    left: list[list[dict[str, Any]]] = []
    above: list[tuple[str, ...]] = []
    for name, found in zip(names, evidence, strict=True):
        again = [key for key in found if key in first]
        for key in again:
            first[key][1]["also"] = (*first[key][1].get("also", ()), name)
        above.append(tuple(dict.fromkeys(first[key][0] for key in again)))
        left.append([one for key, one in found.items() if key not in first])
        first |= {key: (name, one) for key, one in found.items() if key not in first}
    return left, above


def _said(account_id: str, one: Mapping[str, Any], currency: str) -> Said:
    on = _day(one.get("on"))
    return Said(
        kind=one.get("kind", ""),
        text=sentence(one["text"], currency),
        when=words.when(one.get("weeks_before")),
        about_when=one.get("kind") == "fact" and words.about_when(one.get("weeks_before")),
        category=one.get("match") or "",
        links=links(account_id, one.get("rows") or [], on),
        also=one.get("also", ()),
        rows=tuple(one.get("rows") or ()),
    )


def _listed(stored: str | None) -> list[Any]:
    try:
        found = json.loads(stored or "[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def helpful(portfolio: Mapping[str, Any]) -> list[Helpful]:
    """The kinds of records that are not there, those that would tell most first."""
    return [
        Helpful(row["table"], [words.family(name) for name in row["families"]])
        for row in portfolio.get("missing") or []
        if row["families"]
    ]


@dataclass(frozen=True)
class OneSignal:
    """One signal of an account as its page shows it; times: how often the same on the same days."""

    since: date
    until: date | None
    text: str
    direction: str
    strength: float
    money: float | None
    category: str
    links: list[Link]
    times: int


@dataclass(frozen=True)
class Signals(Numbered):
    """A page of signals, the newest first; counts: how many there are by direction."""

    rows: list[OneSignal]
    counts: dict[str, int]
    total: int
    number: int
    pages: int


def signals_of(sight: Sight, account: Account, direction: str, number: int) -> Signals | None:
    """A page of an account's signals; None where there is no explanation.

    direction: one of words.DIRECTIONS; empty = all
    """
    explained = kept(account.assessment_id)
    if explained is None:
        return None
    known = engine.signal_catalogue()
    held = heard.held(sight, reviews_of_account(account))
    # Of one that is no longer known there is no sentence.
    rows = _once(
        row
        for row in explained.rows("signals", account.account_id).to_pylist()
        if row["signal"] in known and not heard.tells(_listed(row["rows"]), held)
    )
    counts = dict.fromkeys(words.DIRECTIONS, 0)
    for row in rows:
        counts[known[row["signal"]].direction] += 1
    if direction:
        rows = [row for row in rows if known[row["signal"]].direction == direction]
    rows.sort(key=lambda row: row["signal"])
    rows.sort(key=lambda row: row["since"], reverse=True)
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(1, number), pages)
    part = rows[(number - 1) * PAGE : number * PAGE]
    shown = [_signal(sight, account, row, known[row["signal"]]) for row in part]
    return Signals(shown, counts, len(rows), number, pages)


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same sentence of the same days once: its money added up, its rows together."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        same = tuple(row[name] for name in ("signal", "since", "until", "data", "category"))
        proofs = _listed(row["rows"])
        known = found.get(same)
        if known is None:
            found[same] = row | {"rows": proofs, "times": 1}
            continue
        sums = [money for money in (known["money"], row["money"]) if money is not None]
        known["money"] = sum(sums) if sums else None
        known["strength"] = max(known["strength"], row["strength"])
        known["rows"] += proofs
        known["times"] += 1
    return list(found.values())


def _signal(sight: Sight, account: Account, row: Mapping[str, Any], known: Any) -> OneSignal:
    data = json.loads(row["data"] or "{}")
    text = {"template": known.wording_of(data), "data": data}
    return OneSignal(
        since=row["since"],
        until=row["until"],
        text=sentence(text, sight.currency),
        direction=known.direction,
        strength=row["strength"],
        money=row["money"],
        category=row["category"] or "",
        links=links(account.account_id, row["rows"], row["since"]),
        times=row["times"],
    )


@dataclass(frozen=True)
class Portfolio:
    """The causes of all accounts that the reader sees.

    figures: see engine.cause_figures; waves, learnt: of the company, for those who see all of it
    """

    figures: dict[str, Any]
    waves: list[dict[str, Any]]
    learnt: dict[str, Any]
    helpful: list[Helpful]
    managers: list[dict[str, Any]]

    def learnt_causes(self, *, whole: bool) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.learnt.get("causes") or []
        return rows if whole else rows[:LEARNT_SHOWN]


def portfolio_of(sight: Sight) -> Portfolio | None:
    """None where the assessment has no explanation."""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    explained = kept(sight.assessment.pk)
    if explained is None:
        return None
    document = explained.document("portfolio")
    all_of_it = sight.user.sees_all_accounts
    if all_of_it and not sight.hidden and not sight.told:
        figures = document
    else:
        figures = sight.kept("causes", lambda: _own_figures(sight, explained))
    return Portfolio(
        figures=figures,
        waves=_waves(document) if all_of_it else [],
        learnt=_learnt(explained.document("learnt")) if all_of_it else {},
        helpful=helpful(document),
        managers=_managers(sight, document),
    )


def _own_figures(sight: Sight, explained: Any) -> dict[str, Any]:
    """The figures of the accounts that are seen, by the engine's own way of counting them."""
    names = ("account_id", "region", "segment", "state", "money_at_risk")
    rows = sight.accounts.filter(fell_on__isnull=False).values_list(*names)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    types = [engine.ACCOUNTS.field(name) for name in names]
    accounts = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, types, strict=True)],
        schema=pa.schema(types),
    )
    causes = explained.table("causes", ["account_id", "family", "p", "category"])
    assert sight.assessment is not None  # noqa: S101
    return engine.cause_figures(explained.table("falls"), causes, accounts, sight.assessment.as_of)


def _waves(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [wave | {"on": _day(wave["on"])} for wave in document.get("waves") or []]


def _learnt(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was learnt of each cause from all that may bring it about, that of which most was seen first."""
    found: dict[str, dict[str, Any]] = {}
    for row in document.get("channels") or []:
        total = found.setdefault(
            row["cause"], {"expected": 0.0, "falls": 0.0, "exposed_years": 0.0}
        )
        total["expected"] += row["falls_a_year"] * row["exposed_years"]
        total["falls"] += row["falls"]
        total["exposed_years"] += row["exposed_years"]
    rows = [
        {
            "family": words.family(cause.partition(".")[0]),
            "reason": words.reason(cause),
            "falls_a_year": total["expected"] / total["exposed_years"],
            **total,
        }
        for cause, total in found.items()
        if total["exposed_years"] > 0  # else nothing could be seen of it
    ]
    rows.sort(key=lambda row: (-row["falls"], row["reason"]))
    return {"reviews": document.get("reviews") or 0, "causes": rows}


def _managers(sight: Sight, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lines of managers, in the order of their names: directors and administrators see all, a manager
    their own."""
    rows = document.get("by_manager") or []
    if sight.user.role == Role.MANAGER and sight.user.staff_id:
        rows = [row for row in rows if row["manager_id"] == sight.user.staff_id]
    elif sight.user.role not in SETTERS:
        return []
    names = manager_names([row["manager_id"] for row in rows])
    named = [row | {"name": names.get(row["manager_id"], row["manager_id"])} for row in rows]
    return sorted(named, key=lambda row: (row["name"], row["manager_id"]))
