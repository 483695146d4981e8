"""Where each account stands on the day of a plan: what is at risk, why, what is there now, what is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.catalogue import catalogue as signal_catalogue
from mainstay.causes.families import CAUSE_NAMES, UNKNOWN
from mainstay.core.texts import Text
from mainstay.ledger.ledger import Ledger
from mainstay.plays.approvals import ASKED, held_back
from mainstay.plays.pools import Taken, by_pool
from mainstay.plays.trials import NO_TRIALS, Trials

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RECENT_DAYS = 182  # what happened is there for half a year, unless it lasts or ended
YEAR_DAYS = 364
NOTHING = "nothing"
LIKELY = 0.5


@dataclass(frozen=True)
class Incentives:
    """What each account was given; arrays (n_accounts,).

    bare_last: the latest was given without a return
    bare_year: how many without one in the last 52 weeks
    spent: by pool, since the year began, in the reporting currency; also what is approved or asked for
    unrated: currencies of money that is not in `spent`, since no rate of them was known
    """

    bare_last: Bools
    bare_year: Longs
    spent: Mapping[str, float]
    unrated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """A play under way, or waiting for an approval: whose (place of the account), since when, who leads it."""

    account: int
    play: str
    begins: date
    staff_id: str | None


@dataclass(frozen=True)
class Situation:
    """All accounts on a day; arrays (n_accounts,) but for `causes`.

    risk, baseline: money of the next 52 weeks, at risk and to be expected if nothing changed, as assessed
    gone: net sales a year that it has taken away already, whenever that was
    causes: of what happened, float array (n_accounts, n_causes + 1), CAUSE_NAMES and last "not known"
    looming: share of the next 52 weeks' money that each cause is expected to take, arranged as `causes`
    there: by signal, who has it now
    favours: an improper favour of a competitor is what the evidence says
    natural: surely closed, moved or changed trade
    snoozed: put off until a day
    drawn: a coin was thrown for them within the horizon
    call_from: of lost accounts, the day from which they are to be won back (plays.comebacks), and why then
    notices: what each told us last, of those that did, as the table's kind
    waits, begins: in trials (plays.trials), the play that it waits for and until when, and the play that it was drawn to begin
    """

    as_of: date
    account_id: Sequence[str]
    name: Sequence[str]
    tier: npt.NDArray[np.object_]
    size: npt.NDArray[np.object_]
    state: npt.NDArray[np.object_]
    since: Sequence[date | None]
    risk: Floats
    baseline: Floats
    gone: Floats
    causes: Floats
    looming: Floats
    there: Mapping[str, Bools]
    favours: Bools
    natural: Bools
    incentives: Incentives
    runs: tuple[Run, ...] = ()
    snoozed: Mapping[int, date] = field(default_factory=dict)
    drawn: frozenset[int] = frozenset()
    call_from: Mapping[int, date] = field(default_factory=dict)
    season_told: Mapping[int, tuple[Text, ...]] = field(default_factory=dict)
    notices: Mapping[int, str] = field(default_factory=dict)
    waits: Mapping[int, tuple[str, date]] = field(default_factory=dict)
    begins: Mapping[int, str] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.account_id)


def situation(
    ledger: Ledger,
    accounts: pa.Table,
    explained: Mapping[str, pa.Table] | None,
    *,
    as_of: date,
    known_until: Any = None,
    snoozed: Mapping[str, date] | None = None,
    drawn: Iterable[str] = (),
    trials: Trials = NO_TRIALS,
) -> Situation:
    """From the tables of an assessment and of its explanation, and what was known then.

    explained: falls, causes, outlook and signals; None = no explanation was made, every cause is unknown
    snoozed: accounts that nothing is to be said of until a day
    drawn: accounts for which no coin is to be thrown again
    trials: who waits for a play, and who is to begin it
    """
    ids = accounts["account_id"].combine_chunks()
    place = {account: i for i, account in enumerate(ids.to_pylist())}
    main_of = ledger.joins_at(known_until or as_of).main_of

    def where(account: str | None) -> int | None:
        return place.get(main_of(account)) if account else None

    def rows(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ledger.table(name, as_of, known_until).to_pylist()
        return found

    told = explained or {}
    causes = causes_of(ids, told.get("causes"))
    there = _there(ids, told.get("signals"), as_of)

    def column(name: str) -> npt.NDArray[np.object_]:
        return np.array(accounts[name].to_pylist(), object)

    def money(name: str) -> Floats:
        values = pc.fill_null(accounts[name], 0.0).to_numpy()
        return np.nan_to_num(np.asarray(values, np.float64), posinf=0.0, neginf=0.0)

    # Of those that were written down by then, also what began since the last order line.
    begun = ledger.table("play_runs", None, known_until or as_of).to_pylist()
    asked = ledger.table("approvals", None, known_until or as_of).to_pylist()
    bare_last, bare_year, taken = _incentives(rows("incentives"), asked, where, len(place), as_of)
    ends = [CAUSE_NAMES.index(f"own_business.{what}") for what in ("closed", "moved")]
    return Situation(
        as_of=as_of,
        account_id=list(place),
        name=accounts["name"].to_pylist(),
        tier=column("tier"),
        size=column("size_class"),
        state=column("state"),
        since=accounts["state_since"].to_pylist(),
        risk=money("money_at_risk"),
        baseline=money("baseline_52"),
        gone=gone_of(ids, told.get("falls")),
        causes=causes,
        looming=_by_cause(ids, told.get("outlook"), "loss"),
        there=there,
        favours=causes[:, CAUSE_NAMES.index("competitor.favours")] >= LIKELY,
        natural=causes[:, ends].sum(axis=1) >= 0.8,
        incentives=Incentives(bare_last, bare_year, *by_pool(ledger, taken, as_of)),
        runs=(*_runs(begun, where, as_of), *_asked(asked, where)),
        snoozed={
            i: until
            for account, until in (snoozed or {}).items()
            if until > as_of and (i := where(account)) is not None
        },
        drawn=frozenset(i for account in drawn if (i := where(account)) is not None),
        notices=_notices(rows("notices"), where),
        waits={i: what for a, what in trials.waits.items() if (i := where(a)) is not None},
        begins={i: play for a, play in trials.begins.items() if (i := where(a)) is not None},
    )


def _notices(
    rows: list[dict[str, Any]], where: Callable[[str | None], int | None]
) -> dict[int, str]:
    latest = sorted(rows, key=lambda row: (row["on"], row["kind"]))
    return {i: row["kind"] for row in latest if (i := where(row["account_id"])) is not None}


def causes_of(ids: pa.Array, table: pa.Table | None) -> Floats:
    """P(cause) of each account; what no cause has is not known."""
    p = _by_cause(ids, table, "p")
    total = p.sum(axis=1)
    p /= np.maximum(total, 1.0)[:, None]
    p[:, -1] = np.maximum(1 - total, 0.0)
    return p


def _by_cause(ids: pa.Array, table: pa.Table | None, column: str) -> Floats:
    """Accounts × causes, the last what nobody recorded."""
    found = np.zeros((len(ids), len(CAUSE_NAMES) + 1))
    if table is not None and table.num_rows:
        account = pc.fill_null(pc.index_in(table["account_id"], value_set=ids), -1).to_numpy()
        names = pa.array([*CAUSE_NAMES, UNKNOWN])
        cause = pc.fill_null(pc.index_in(table["cause"], value_set=names), -1).to_numpy()
        known = (account >= 0) & (cause >= 0)
        np.add.at(found, (account[known], cause[known]), table[column].to_numpy()[known])
    return found


def gone_of(ids: pa.Array, table: pa.Table | None) -> Floats:
    """Net sales a year that accounts take less than before they fell, of those that count as fallen."""
    gone = np.zeros(len(ids))
    if table is not None and table.num_rows:
        fell = table.filter(table["counts"])
        account = pc.fill_null(pc.index_in(fell["account_id"], value_set=ids), -1).to_numpy()
        known = account >= 0
        gone[account[known]] = np.maximum(fell["lost_52"].to_numpy()[known], 0.0)
    return gone


def _there(ids: pa.Array, table: pa.Table | None, as_of: date) -> dict[str, Bools]:
    """By signal, who has it on the day: it lasts, or was within half a year, and has not ended."""
    there: dict[str, Bools] = {}
    if table is None or not table.num_rows:
        return there
    lasting = {name for name, one in signal_catalogue().items() if one.lasting}
    since = table["since"].cast(pa.int32())
    day = (as_of - date(1970, 1, 1)).days
    recent = pc.greater_equal(since, day - RECENT_DAYS)
    lasts = pc.is_in(table["signal"], value_set=pa.array(sorted(lasting), pa.string()))
    goes_on = pc.fill_null(pc.greater_equal(table["until"], pa.scalar(as_of)), True)
    now = pc.and_(pc.or_(recent, lasts), goes_on)
    some = table.filter(now)
    account = pc.fill_null(pc.index_in(some["account_id"], value_set=ids), -1).to_numpy()
    signals = some["signal"].combine_chunks().dictionary_encode()
    codes = signals.indices.to_numpy()
    for code, name in enumerate(signals.dictionary.to_pylist()):
        mine = account[(codes == code) & (account >= 0)]
        there[name] = np.zeros(len(ids), bool)
        there[name][mine] = True
    return there


def _incentives(
    rows: list[dict[str, Any]],
    asked: list[dict[str, Any]],
    where: Callable[[str | None], int | None],
    n: int,
    as_of: date,
) -> tuple[Bools, Longs, list[Taken]]:
    """bare_last and bare_year of `Incentives`, and what is taken off the pools of the year."""
    last: dict[int, tuple[date, bool]] = {}
    bare_year = np.zeros(n, np.int64)
    counted = {row["incentive_id"] for row in rows if where(row["account_id"]) is not None}
    taken = held_back(asked, counted, as_of)
    year = date(as_of.year, 1, 1)
    for row in rows:
        i = where(row["account_id"])
        if i is None:
            continue
        bare = not (row["in_return_for"] or "").strip()
        begins = row["from"]
        if i not in last or begins >= last[i][0]:
            last[i] = (begins, bare)
        if bare and begins >= as_of - timedelta(days=YEAR_DAYS):
            bare_year[i] += 1
        if begins >= year and row["kind"]:
            over = row["to"] is not None and row["to"] < as_of
            given, planned = float(row["spent"] or 0), float(row["budget"] or 0)
            money = given if over else max(given, planned)
            taken.append(Taken(row["kind"], money, row["currency"], begins))
    bare_last = np.zeros(n, bool)
    for i, (_, bare) in last.items():
        bare_last[i] = bare
    return bare_last, bare_year, taken


def _asked(
    rows: list[dict[str, Any]], where: Callable[[str | None], int | None]
) -> tuple[Run, ...]:
    """Plays that wait for an approval: their account and their hours are taken."""
    return tuple(
        Run(i, row["play"], row["asked_on"], row["asked_by"])
        for row in rows
        if row["state"] == ASKED and row["play"] and (i := where(row["account_id"])) is not None
    )


def _runs(
    rows: list[dict[str, Any]], where: Callable[[str | None], int | None], as_of: date
) -> tuple[Run, ...]:
    """Plays that have begun and have not ended."""
    return tuple(
        Run(i, row["play"], row["from"], row["staff_id"])
        for row in rows
        if (row["to"] is None or row["to"] >= as_of) and (i := where(row["account_id"])) is not None
    )
