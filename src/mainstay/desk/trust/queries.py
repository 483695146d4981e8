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

WARNING_ROWS, MISSED_ROWS = 25, 12
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
class Shown:
    """A replay as the page shows it.

    meta: the engine's; own: only the accounts of one manager
    warnings, missed: the first rows, most money first; n_missed: how many there are
    curve, scores: of the complete outcome; scores with the gain over each method
    """

    id: str
    meta: dict[str, Any]
    own: bool
    summary: Any
    dates: list[PerDate]
    warnings: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    n_missed: int
    curve: list[dict[str, Any]]
    scores: list[dict[str, Any]]


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
    return sight.kept(f"replay {identity}", lambda: _shown(sight))


def _shown(sight: Sight) -> Shown:
    found = replay_of(sight)
    warnings = found.warnings.to_pylist()
    ranked = sorted(warnings, key=lambda row: -(row["money_at_risk"] or 0.0))[:WARNING_ROWS]
    missed = found.missed
    there = _there(sight, [*(r["account_id"] for r in ranked), *missed["account_id"].to_pylist()])
    return Shown(
        id=found.id,
        meta=found.meta,
        own=not sight.user.sees_all_accounts,
        summary=engine.summary_of(found),
        dates=[_per_date(on, warnings) for on in reversed(found.as_of)],
        warnings=[row | {"there": row["account_id"] in there} for row in ranked],
        missed=[
            row | {"there": row["account_id"] in there}
            for row in missed.slice(0, MISSED_ROWS).to_pylist()
        ],
        n_missed=missed.num_rows,
        curve=[row for row in found.curve.to_pylist() if row["outcome"] == "complete"],
        scores=_scores(found),
    )


def _there(sight: Sight, accounts: Iterable[str]) -> set[str]:
    """Of these accounts, those that have a page now."""
    wanted = list(dict.fromkeys(accounts))[: WARNING_ROWS + MISSED_ROWS]
    found = sight.accounts.filter(account_id__in=wanted)
    return set(found.values_list("account_id", flat=True))


def _per_date(on: Any, warnings: list[dict[str, Any]]) -> PerDate:
    mine = [row["right"] for row in warnings if row["as_of"] == on]
    return PerDate(on, len(mine), sum(r is True for r in mine), sum(r is False for r in mine))


def _scores(found: Any) -> list[dict[str, Any]]:
    """Each method over all dates, ours first, with what ours gains in AUC over it."""
    gains = {
        row["method"]: row
        for row in found.differences.to_pylist()
        if row["as_of"] is None and row["measure"] == "auc" and row["outcome"] == "complete"
    }
    rows = [row for row in found.overall.to_pylist() if row["outcome"] == "complete"]
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
