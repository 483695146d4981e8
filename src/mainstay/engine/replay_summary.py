"""A replay in a handful of figures: how often right, how early, at what price; and under other limits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.engine.replay_figures import curve_of
from mainstay.engine.replay_tables import CATEGORY_SAYS, CURVE, OUTCOMES, SAYS, Replay

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Limits:
    """Below which a change of state is not announced.

    money: at risk; probability: of leaving, for those that are called leaving
    """

    money: float = 0.0
    probability: float = 0.0


@dataclass(frozen=True)
class Summary:
    """What the warnings of the replayed dates were worth.

    warnings: all; of them `treated` of accounts that something was done about, which are neither right
        nor wrong; of the others `called` said that the account leaves, of whom `right` had gone by the end
        of the horizon and `wrong` had ordered; the others speak of partial defection
    lead_weeks: of the right ones, before the sales report showed it, in the middle; None = not known
    left: accounts that left for good; named: of them those announced; missed: the others
    named_lead_weeks: of the named ones, in the middle; below 0: the sales report showed it first
    lost, lost_missed: money that did not come within the horizon, of all that left and of the missed
    per_month: warnings a manager and month; false_alarms: of them wrong ones
    """

    warnings: int
    treated: int
    called: int
    right: int
    wrong: int
    lead_weeks: float | None
    left: int
    named: int
    missed: int
    named_lead_weeks: float | None
    lost: float
    lost_missed: float
    per_month: float
    false_alarms: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def summary_of(found: Replay, limits: Limits | None = None) -> Summary:
    """The figures under these limits: who is not announced under them counts as missed."""
    warnings = under(found.warnings, limits or Limits())
    silenced = _announced(found.warnings, warnings)
    left = [
        row | {"missed": row["missed"] or row["account_id"] in silenced}
        for row in found.left.to_pylist()
    ]
    return _summary(warnings, left, _called(), share_of_months(found))


def category_summary_of(found: Replay) -> Summary:
    """The same of categories that were left while the account still bought; `called` are all of the
    warnings of which it can be told."""
    warnings, left = found.category_warnings, found.category_left.to_pylist()
    return _summary(warnings, left, list(CATEGORY_SAYS), share_of_months(found))


def _summary(
    warnings: pa.Table, left: list[dict[str, Any]], calling: list[str], months: float
) -> Summary:
    """calling: the states whose warnings are counted as right or wrong one by one"""
    rows = warnings.select(["state", "right", "lead_weeks", "treated"]).to_pylist()
    judged = [r for r in rows if r["right"] is not None and not r["treated"]]
    called = [r for r in judged if r["state"] in calling]
    right = [r for r in called if r["right"]]
    missed = [row for row in left if row["missed"]]
    return Summary(
        warnings=len(rows),
        treated=sum(bool(r["treated"]) for r in rows),
        called=len(called),
        right=len(right),
        wrong=len(called) - len(right),
        lead_weeks=_middle([r["lead_weeks"] for r in right]),
        left=len(left),
        named=len(left) - len(missed),
        missed=len(missed),
        named_lead_weeks=_middle([row["lead_weeks"] for row in left if not row["missed"]]),
        lost=sum(row["lost"] for row in left),
        lost_missed=sum(row["lost"] for row in missed),
        per_month=len(rows) / months,
        false_alarms=sum(not r["right"] for r in judged) / months,
    )


@dataclass(frozen=True)
class Verdicts:
    """One outcome in figures: what was said of it, and what came.

    judged, happened: of all dates; warnings: that said it, of which `right`, `wrong` and `open`; all of
        these without accounts that something was done about
    treated, treated_happened: judgements of those, and how many of them came about all the same
    """

    outcome: str
    judged: int
    happened: int
    warnings: int
    right: int
    wrong: int
    open: int
    per_month: float
    false_alarms: float
    treated: int
    treated_happened: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def verdicts_of(found: Replay, limits: Limits | None = None) -> list[Verdicts]:
    """Of each outcome that was judged. No warning stands under two of them."""
    warnings, months = under(found.warnings, limits or Limits()), share_of_months(found)
    saying = pa.array([SAYS.get(state) for state in warnings["state"].to_pylist()], pa.string())
    rows = []
    known = set(found.judged["outcome"].unique().to_pylist())
    for outcome in (one for one in OUTCOMES if one in known):
        every = found.judged.filter(pc.equal(found.judged["outcome"], outcome))
        treated = pc.fill_null(every["treated"], False)
        judged, done = every.filter(pc.invert(treated)), every.filter(treated)
        said = found.category_warnings
        if outcome != "category":
            said = warnings.filter(pc.equal(saying, outcome))
        right = said.filter(pc.invert(pc.fill_null(said["treated"], False)))["right"].to_pylist()
        wrong = sum(r is False for r in right)
        rows.append(
            Verdicts(
                outcome=outcome,
                judged=len(judged),
                happened=pc.sum(judged["happened"]).as_py() or 0,
                warnings=len(right),
                right=sum(r is True for r in right),
                wrong=wrong,
                open=sum(r is None for r in right),
                per_month=len(right) / months,
                false_alarms=wrong / months,
                treated=len(done),
                treated_happened=pc.sum(done["happened"]).as_py() or 0,
            )
        )
    return rows


def share_of_months(found: Replay) -> float:
    """How many months of managers were replayed, together."""
    return max(float(found.meta["desks"]) * float(found.meta["months"]), 1e-9)


def under(warnings: pa.Table, limits: Limits) -> pa.Table:
    """The warnings that reach the limits; what somebody told us (notices) always does."""
    told = pc.equal(warnings["state"], "noticed")
    money = pc.greater_equal(pc.fill_null(warnings["money_at_risk"], 0.0), limits.money)
    called = pc.is_in(warnings["state"], value_set=pa.array(_called()))
    probable = pc.greater_equal(pc.fill_null(warnings["p_complete"], 0.0), limits.probability)
    enough = pc.and_(money, pc.or_(pc.invert(called), probable))
    if limits.money <= 0:
        enough = pc.or_(pc.invert(called), probable)
    return warnings.filter(pc.or_(told, enough))


def _called() -> list[str]:
    return [state for state, says in SAYS.items() if says == "complete"]


def _announced(all_: pa.Table, kept: pa.Table) -> set[str]:
    """Accounts that were announced, and under the limits are not."""
    return set(all_["account_id"].to_pylist()) - set(kept["account_id"].to_pylist())


def least_money_for(found: Replay, alerts_per_month: float, probability: float = 0.0) -> float:
    """The money at risk from which on there are no more warnings than a manager can look into."""
    some = under(found.warnings, Limits(0.0, probability))
    room = int(alerts_per_month * share_of_months(found))
    money = np.sort(np.nan_to_num(_floats(some["money_at_risk"])))[::-1]
    if len(money) <= room:
        return 0.0
    edge = float(money[room - 1]) if room else float(money[0]) + 1.0
    return max(edge, 0.0)


def only(found: Replay, accounts: set[str]) -> Replay:
    """The replay of some accounts alone, without the scores, which are of all of them."""
    mine = pa.array(sorted(accounts), pa.string())

    def some(table: pa.Table) -> pa.Table:
        return table.filter(pc.is_in(table["account_id"], value_set=mine))

    owned = some(found.judged)
    complete = pc.equal(owned["outcome"], "complete")
    every = pc.sum(pc.equal(found.judged["outcome"], "complete")).as_py() or 1
    part = (pc.sum(complete).as_py() or 0) / every
    meta = found.meta | {"desks": found.meta["desks"] * part}
    if found.meta.get("managers"):
        meta["desks"] = max(len(set(owned["manager_id"].to_pylist()) - {None}), 1)
    return Replay(
        scores=found.scores.slice(0, 0),
        curve=_curve(owned),
        differences=found.differences.slice(0, 0),
        judged=owned,
        warnings=some(found.warnings),
        left=some(found.left),
        partial_left=some(found.partial_left),
        category_warnings=some(found.category_warnings),
        category_left=some(found.category_left),
        assumed=found.assumed.slice(0, 0),
        put_off=some(found.put_off),
        meta=meta,
        id=found.id,
    )


def _curve(judged: pa.Table) -> pa.Table:
    tables = []
    for outcome in judged["outcome"].unique().to_pylist():
        mine = judged.filter(pc.equal(judged["outcome"], outcome))
        mine = mine.filter(pc.invert(pc.fill_null(mine["treated"], False)))
        happened = mine["happened"].to_numpy().astype(bool)
        tables.append(curve_of(outcome, happened, _floats(mine["p"])))
    return pa.concat_tables(tables) if tables else CURVE.empty_table()


def _floats(column: pa.ChunkedArray) -> Any:
    return np.array([np.nan if v is None else v for v in column.to_pylist()], float)


def _middle(values: list[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.median(known)) if known else None
