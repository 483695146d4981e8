"""Reads for the page: the newest replay, as far as its reader may see, in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache

from mainstay import engine
from mainstay.core.settings import Settings
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.jobs.models import Job, State

WARNING_ROWS, MISSED_ROWS, CATEGORY_ROWS = 25, 12, 10
FEW = 30  # of which “of 100” would promise more than is known
KIND = "replay"


@dataclass(frozen=True)
class PerDate:
    """The warnings of one date: how many were right, wrong, or can't be told."""

    on: Any
    warnings: int
    right: int
    wrong: int


@dataclass(frozen=True)
class Outcome:
    """One outcome as the page shows it.

    verdicts: the engine's; ours: the scores of our own forecast, {} in one manager's page
    curve, scores: rows of the tables; scores with the gain over each method
    """

    code: str
    verdicts: Any
    ours: dict[str, Any]
    curve: list[dict[str, Any]]
    scores: list[dict[str, Any]]


@dataclass(frozen=True)
class Rows:
    """The first rows of a table, most money first; n: how many there are."""

    rows: list[dict[str, Any]]
    n: int


@dataclass(frozen=True)
class Shown:
    """A replay as the page shows it.

    meta: the engine's; own: only the accounts of one manager
    warnings, missed: the first rows, most money first; n_missed: how many there are
    silenced: changes of state that the limits in force don't announce
    outcomes: complete first; partial_missed: who bought far less unnamed; category_warnings,
        category_missed: of categories
    put_off: what was put off or dismissed, by kind, and how much of it fell after all
    assumed: our figures with assumed facts and without; [] where there are none, or for one manager
    """

    id: str
    meta: dict[str, Any]
    own: bool
    summary: Any
    silenced: int
    dates: list[PerDate]
    warnings: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    n_missed: int
    outcomes: list[Outcome]
    partial_missed: Rows
    category_warnings: Rows
    category_missed: Rows
    assumed: list[dict[str, Any]]
    put_off: list[Any]

    @property
    def slipping(self) -> int:
        """How many of the warnings say that an account slips, not that it leaves."""
        return sum(one.verdicts.warnings for one in self.outcomes if one.code == "partial")

    @property
    def treated(self) -> Any:
        """Of the judgements about accounts, those of accounts that something was done about; None
        where there are none."""
        return next((o.verdicts for o in self.outcomes[:1] if o.verdicts.treated), None)

    @property
    def nothing(self) -> bool:
        """Whether none of one manager's accounts was judged."""
        return self.own and not any(one.verdicts.judged for one in self.outcomes)

    @property
    def complete(self) -> Outcome | None:
        return next((one for one in self.outcomes if one.code == "complete"), None)

    @property
    def others(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.code != "complete"]


def newest_id() -> str | None:
    """The name of the newest replay of the usual dates; None = there is none."""
    names = [p.parent.name for p in replays_folder().glob("[!.]*/meta.json")]
    return max((name for name in names if not name.endswith(engine.ASKED)), default=None)


def replays_folder() -> Path:
    return Path(settings.HOME.store) / "replays"


@lru_cache(maxsize=1)
def _loaded(store: Path, identity: str) -> Any:
    return engine.load_replay(store, identity)


def replay_of(sight: Sight) -> Any:
    """The newest replay, of the accounts that its reader may see; None = there is none."""
    identity = newest_id()
    if identity is None:
        return None
    found = _loaded(Path(settings.HOME.store), identity)
    if sight.user.sees_all_accounts:
        return found
    return engine.only(found, set(sight.accounts.values_list("account_id", flat=True)))


def shown(sight: Sight) -> Shown | None:
    identity = newest_id()
    if identity is None:
        return None
    limits, _ = limits_now()
    key = f"replay {identity} {limits.money} {limits.probability}"
    return sight.kept(key, lambda: _shown(sight, limits))


def _shown(sight: Sight, limits: Any) -> Shown:
    """limits: what is below them was not announced, here as in the comparison of budgets"""
    found = replay_of(sight)
    warnings = engine.under(found.warnings, limits).to_pylist()
    ranked = _ranked(warnings)[:WARNING_ROWS]
    missed = found.missed
    shelf = _ranked(found.category_warnings.to_pylist())
    gone = found.missed_categories.slice(0, CATEGORY_ROWS).to_pylist()
    first = missed.slice(0, MISSED_ROWS).to_pylist()
    less = found.missed_partial.slice(0, CATEGORY_ROWS).to_pylist()
    shelf_rows = shelf[:CATEGORY_ROWS]
    there = _there(
        sight, [row["account_id"] for row in [*ranked, *first, *less, *shelf_rows, *gone]]
    )

    def linked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"there": row["account_id"] in there} for row in rows]

    return Shown(
        id=found.id,
        meta=found.meta,
        own=not sight.user.sees_all_accounts,
        summary=engine.summary_of(found, limits),
        silenced=found.warnings.num_rows - len(warnings),
        dates=[_per_date(on, warnings) for on in reversed(found.as_of)],
        warnings=linked(ranked),
        missed=linked(first),
        n_missed=missed.num_rows,
        outcomes=[_outcome(found, verdicts) for verdicts in engine.verdicts_of(found, limits)],
        partial_missed=Rows(linked(less), found.missed_partial.num_rows),
        category_warnings=Rows(linked(shelf_rows), len(shelf)),
        category_missed=Rows(linked(gone), found.missed_categories.num_rows),
        assumed=_in_order(found.assumed.to_pylist()),
        put_off=engine.put_off_of(found),
    )


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (engine.OUTCOMES.index(row["outcome"]), not row["assumed"]))


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: -(row["money_at_risk"] or 0.0))


def _outcome(found: Any, verdicts: Any) -> Outcome:
    code = verdicts.outcome
    scores = _scores(found, code)
    return Outcome(
        code=code,
        verdicts=verdicts,
        ours=next((row for row in scores if row["method"] == engine.OURS), {}),
        curve=[row for row in found.curve.to_pylist() if row["outcome"] == code],
        scores=scores,
    )


def _there(sight: Sight, accounts: Iterable[str]) -> set[str]:
    """Of these accounts, those that have a page now."""
    wanted = list(dict.fromkeys(accounts))
    found = sight.accounts.filter(account_id__in=wanted)
    return set(found.values_list("account_id", flat=True))


def _per_date(on: Any, warnings: list[dict[str, Any]]) -> PerDate:
    mine = [None if row["treated"] else row["right"] for row in warnings if row["as_of"] == on]
    return PerDate(on, len(mine), sum(r is True for r in mine), sum(r is False for r in mine))


def _scores(found: Any, outcome: str) -> list[dict[str, Any]]:
    """Each method over all dates, ours first, with what ours gains in AUC over it."""
    gains = {
        row["method"]: row
        for row in found.differences.to_pylist()
        if row["as_of"] is None and row["measure"] == "auc" and row["outcome"] == outcome
    }
    rows = [row for row in found.overall.to_pylist() if row["outcome"] == outcome]
    return [row | {"against": gains.get(row["method"])} for row in rows]


def limits_now() -> tuple[Any, Settings]:
    """The limits in force, and all settings."""
    now = Settings.load(settings.HOME.folder)
    limits = engine.Limits(now.alert_least_money, now.alert_least_probability)
    return limits, now


@dataclass(frozen=True)
class Plan:
    """What last year would have been with so many warnings, beside what it would be as it is set.

    least_money: at risk, below which nothing is announced
    """

    alerts: int
    probability: float
    least_money: float
    now: Any
    then: Any
    changes: bool

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


def plan(sight: Sight, alerts: int | None, probability: float | None) -> Plan | None:
    """alerts: warnings a manager and month; None = as they are set"""
    found = replay_of(sight)
    if found is None:
        return None
    limits, now = limits_now()
    wanted = alerts if alerts is not None else now.alerts_per_month
    sure = probability if probability is not None else now.alert_least_probability
    asked = alerts is not None or probability is not None
    least = engine.least_money_for(found, wanted, sure) if asked else limits.money
    return Plan(
        alerts=wanted,
        probability=sure,
        least_money=least,
        now=engine.summary_of(found, limits),
        then=engine.summary_of(found, engine.Limits(least, sure)),
        changes=asked,
    )


def job_under_way() -> Job | None:
    jobs = Job.objects.filter(kind=KIND, state__in=(State.WAITING, State.RUNNING))
    return jobs.order_by("asked_at").first()


def job_failed(identity: str | None) -> Job | None:
    """The latest piece of work, where it failed and no replay has come since."""
    latest = Job.objects.filter(kind=KIND).order_by("-asked_at").first()
    if latest is None or latest.state != State.FAILED:
        return None
    return latest if identity is None or identity < latest.pk else None


def forget() -> None:
    """For tests, which make several replays under one name."""
    _loaded.cache_clear()
    cache.clear()
