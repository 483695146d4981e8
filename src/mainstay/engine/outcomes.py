"""What became of accounts that something was done about: how much was expected to be lost, and how much was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.engine.assessment import Assessment
from mainstay.engine.comebacks import chances, returning_measured
from mainstay.engine.explain import explanation_of
from mainstay.engine.standing import standing_of
from mainstay.ledger.ledger import Ledger
from mainstay.plays.effects import Horizon, Outcome, outcome
from mainstay.plays.gains import LOST_STATE, fit_of
from mainstay.plays.play import Play
from mainstay.plays.situation import NOTHING, causes_of, gone_of

MOST_DAYS_BEFORE = 35  # an older assessment says too little of the day on which a play began
WEEKS_OF_YEAR = 52


@dataclass(frozen=True)
class _Run:
    account: str
    play: str
    begins: date
    probability: float | None


def outcomes_of(
    ledger: Ledger,
    store: Path,
    plays: Mapping[str, Play],
    *,
    as_of: date,
    known_until: Any = None,
) -> tuple[Outcome, ...]:
    """The outcomes of plays that began, or that a coin drew, a horizon or more before a date.

    What a coin drew tells an outcome whether it was taken or not (`coins`): who leaves a drawn play undone
    has a reason, and what is left would not be alike any more. What began at such an account within the
    horizon is part of that outcome and tells none of its own.

    Expected: what the last assessment before the play said would be lost within its horizon, of what
    was to be expected if nothing changed. Lost: of the same, what did not come within the horizon from
    the day of the play. Plays without such an assessment, or without anything to lose, tell nothing.
    store: where assessments and explanations are kept (`Home.store`)
    """
    kept = dates_of(ledger)
    weeks_of = {one.id: int(one.meta["horizon_weeks"]) for one in ledger.assessments.all()}
    runs = _runs(ledger, plays, as_of, known_until)
    drawn = _drawn(ledger, plays, as_of, known_until)
    runs = _by_intention(runs, drawn, lambda on: weeks_of.get(last_before(on, kept) or "", 0))
    if not runs:
        return ()
    found: list[Outcome] = []
    lines = net_money(ledger, sorted({run.account for run in runs}), as_of, known_until)
    for identity, mine in _by_assessment(runs, kept).items():
        judged = Assessment.load(ledger.assessments, identity)
        weeks = int(judged.meta["horizon_weeks"])
        over = [run for run in mine if run.begins + timedelta(weeks=weeks) <= as_of]
        if over:
            share = ledger.margin_share(as_of) if judged.meta["amount"] == "margin" else 1.0
            found += _of(judged, over, plays, store, _Came(lines, weeks, share))
    return tuple(found)


def _runs(ledger: Ledger, plays: Mapping[str, Play], as_of: date, known_until: Any) -> list[_Run]:
    main_of = ledger.joins_at(known_until or as_of).main_of
    rows = ledger.table("play_runs", as_of, known_until).to_pylist()
    return [
        _Run(
            main_of(row["account_id"]),
            row["play"],
            row["from"],
            row["probability"] if row["chosen"] == "coin" else None,
        )
        for row in rows
        if row["play"] in plays or row["play"] == NOTHING
    ]


def _drawn(ledger: Ledger, plays: Mapping[str, Play], as_of: date, known_until: Any) -> list[_Run]:
    """What coins drew, as if it had been done."""
    main_of = ledger.joins_at(known_until or as_of).main_of
    rows = ledger.table("coins", as_of, known_until).to_pylist()
    return [
        _Run(main_of(row["account_id"]), row["play"], row["on"], row["probability"])
        for row in rows
        if row["play"] in plays or row["play"] == NOTHING
    ]


def _by_intention(
    runs: list[_Run], drawn: list[_Run], weeks_at: Callable[[date], int]
) -> list[_Run]:
    """The first coin of each account and horizon, and what began where none was thrown before.

    weeks_at: of the horizon on a day
    """
    coins: dict[str, list[_Run]] = {}
    for coin in sorted(drawn, key=lambda one: one.begins):
        if not _within(coin, coins, weeks_at):
            coins.setdefault(coin.account, []).append(coin)
    others = [run for run in runs if not _within(run, coins, weeks_at)]
    return [*(one for mine in coins.values() for one in mine), *others]


def _within(run: _Run, coins: Mapping[str, list[_Run]], weeks_at: Callable[[date], int]) -> bool:
    """Whether a coin had been thrown for the account within the horizon before."""
    return any(
        coin.begins <= run.begins < coin.begins + timedelta(weeks=weeks_at(coin.begins))
        for coin in coins.get(run.account, ())
    )


def _by_assessment(runs: list[_Run], kept: Mapping[str, date]) -> dict[str, list[_Run]]:
    """Runs by the last assessment of their day or shortly before it."""
    found: dict[str, list[_Run]] = {}
    for run in runs:
        identity = last_before(run.begins, kept)
        if identity is not None:
            found.setdefault(identity, []).append(run)
    return found


def dates_of(ledger: Ledger) -> dict[str, date]:
    """The dates of the kept assessments, by their names."""
    return {one.id: date.fromisoformat(one.meta["as_of"]) for one in ledger.assessments.all()}


def last_before(begins: date, kept: Mapping[str, date]) -> str | None:
    """The last assessment of a day or shortly before it; None where there is none.

    kept: the dates of assessments, by their names
    """
    before = [
        (day, name)
        for name, day in kept.items()
        if timedelta(0) <= begins - day <= timedelta(days=MOST_DAYS_BEFORE)
    ]
    return max(before)[1] if before else None


def money_since(lines: pa.Table, begins: date, weeks: int) -> float:
    """Money of all these lines within so many weeks from a day on."""
    day = lines["ordered_on"]
    over_on = begins + timedelta(weeks=weeks)
    within = pc.and_(pc.greater_equal(day, pa.scalar(begins)), pc.less(day, pa.scalar(over_on)))
    return float(pc.sum(lines.filter(within)["amount"]).as_py() or 0.0)


@dataclass(frozen=True)
class _Came:
    """Lines of the accounts; share: of net sales, what the assessment counts."""

    lines: pa.Table
    weeks: int
    share: float

    def after(self, account: str, begins: date) -> float:
        """Money of the horizon from a day on."""
        mine = self.lines.filter(pc.equal(self.lines["account_id"], account))
        return money_since(mine, begins, self.weeks) * self.share


def net_money(ledger: Ledger, accounts: list[str], as_of: date, known_until: Any) -> pa.Table:
    """The order lines of some accounts before a date in the reporting currency, without fees."""
    columns = ["account_id", "ordered_on", "amount", "cost", "currency", "kind"]
    lines = ledger.order_lines(accounts, as_of, columns, known_until=known_until)
    lines = ledger.in_reporting_currency(lines, as_of)
    return lines.filter(pc.fill_null(pc.not_equal(lines["kind"], "fee"), True))


def _of(
    judged: Assessment, runs: list[_Run], plays: Mapping[str, Play], store: Path, came: _Came
) -> list[Outcome]:
    ids = judged.accounts["account_id"].combine_chunks()
    place = {account: i for i, account in enumerate(ids.to_pylist())}
    columns = ["state", "horizon_baseline", "horizon_loss"]
    known = judged.accounts.select(columns).to_pylist()
    try:
        kept = explanation_of(store, judged.id)
        causes, falls = causes_of(ids, kept.table("causes")), gone_of(ids, kept.table("falls"))
    except NotFound:
        causes, falls = causes_of(ids, None), gone_of(ids, None)
    # Net sales of a year, as money of the horizon in what the assessment counts.
    gone = falls * came.share * came.weeks / WEEKS_OF_YEAR
    # As a plan counts with it (gains.coming_back): some come back more readily than others, played for or not.
    returning = returning_measured(standing_of(store, judged.id))
    beside = chances(judged.accounts, causes, returning).beside_all if returning else None
    found = []
    for run in runs:
        i = place.get(run.account)
        expected = None if i is None else to_be_expected(known[i])
        if i is None or expected is None:
            continue
        play = plays.get(run.play)
        fit = float(causes[i] @ fit_of(play)) if play else 1.0
        if play and play.returns and beside is not None and known[i]["state"] == LOST_STATE:
            fit *= float(beside[i])
        money = Horizon(*expected, came.after(run.account, run.begins), float(gone[i]))
        found.append(outcome(run.play, money, fit, run.probability))
    return [one for one in found if one is not None]


def to_be_expected(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Of an account as assessed: the horizon's money if nothing changed, and what of it would be lost.

    None where it is not known; of a lost account nothing more was to come.
    """
    baseline, loss = row["horizon_baseline"], row["horizon_loss"]
    if baseline is None or loss is None:
        return (0.0, 0.0) if row["state"] == LOST_STATE else None
    return float(baseline), float(loss)
