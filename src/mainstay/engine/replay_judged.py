"""The eligible accounts of one date, as they were assessed, in line with what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.aftermath import NONE, PERIODS
from mainstay.defection.peers import Said
from mainstay.engine.assessment import Assessment
from mainstay.engine.replay_figures import Cut
from mainstay.engine.replay_tables import OURS
from mainstay.engine.replay_warnings import LOOK_DAYS, Fate, Look
from mainstay.engine.since import day
from mainstay.standing.history import days_of

Columns = dict[str, npt.NDArray[Any]]
YEAR_WEEKS = 52


@dataclass(frozen=True)
class Came:
    """What came after a date.

    after: what `defection.aftermath` says of each account
    partly: whether an account partly left; those of which that can't be told are not in it
    treated: accounts that something was done about within the horizon
    end: the day after the last of the data
    """

    after: pa.Table
    partly: Mapping[str, bool]
    treated: frozenset[str]
    end: date


@dataclass(frozen=True)
class Judged:
    """The eligible accounts of one date, as assessed, in line with what became of them."""

    result: Assessment
    rows: list[dict[str, Any]]
    after: Columns
    came: Came
    horizon_weeks: int

    @classmethod
    def of(cls, result: Assessment, came: Came, horizon_weeks: int) -> Judged:
        found = came.after
        eligible = result.accounts.filter(result.accounts["eligible"])
        place = pc.index_in(eligible["account_id"], value_set=found["account_id"].combine_chunks())
        rows = found.drop_columns(["account_id"]).take(place)
        after = {n: rows[n].to_numpy() for n in rows.column_names if n != "history"}
        history = rows["history"].combine_chunks().flatten().to_numpy()
        after["history"] = history.reshape(rows.num_rows, PERIODS)
        names = [
            "account_id",
            "name",
            "manager_id",
            "state",
            "state_since",
            "money_at_risk",
            "p_complete",
            "p_partial",
            "amount_13",
            "amount_13_last_year",
            "amount_52",
            "amount_prev_52",
            "baseline_52",
            "money_at_risk_low",
            "money_at_risk_high",
            "horizon_baseline",
            "horizon_loss_low",
            "horizon_loss_high",
        ]
        return cls(result, eligible.select(names).to_pylist(), after, came, horizon_weeks)

    def column(self, name: str) -> npt.NDArray[np.object_]:
        values = np.empty(len(self.rows), object)
        values[:] = [row[name] for row in self.rows]
        return values

    @property
    def account_id(self) -> npt.NDArray[np.object_]:
        return self.column("account_id")

    @property
    def p_complete(self) -> npt.NDArray[np.float64]:
        return self.column("p_complete").astype(float)

    @property
    def orders_365(self) -> npt.NDArray[np.int64]:
        return self.after["order_days_365"]

    @property
    def treated(self) -> npt.NDArray[np.bool_]:
        """Whom something was done about within the horizon."""
        return np.array([a in self.came.treated for a in self.account_id], bool)

    @property
    def left(self) -> npt.NDArray[np.bool_]:
        """No order day within the horizon."""
        end = days_of(self.result.as_of) + 7 * self.horizon_weeks
        return np.asarray(self.after["next_order_on"] >= end)

    @property
    def money(self) -> npt.NDArray[np.float64]:
        """What each account brought in as many weeks of the year before."""
        return np.asarray(self.after["amount_52"] * self.horizon_weeks / YEAR_WEEKS)

    @property
    def short(self) -> npt.NDArray[np.float64]:
        """Of it, what did not come within the horizon."""
        return np.maximum(np.maximum(self.money, 0.0) - self.after["amount_after"], 0.0)

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Whether the loss of the next 52 weeks lay within its 80% interval; empty where these weeks
        have not passed."""
        if self.result.as_of + timedelta(weeks=YEAR_WEEKS) > self.came.end:
            return np.zeros(0, bool)
        names = "money_at_risk_low", "money_at_risk_high", "baseline_52"
        return self._held(names, self.after["amount_after_52"])

    @property
    def covered_soon(self) -> npt.NDArray[np.bool_]:
        """The same of the loss within the horizon, which has passed at every date."""
        names = "horizon_loss_low", "horizon_loss_high", "horizon_baseline"
        return self._held(names, self.after["amount_after"])

    def _held(
        self, names: tuple[str, str, str], came: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.bool_]:
        low, high, baseline = (self.column(name).astype(float) for name in names)
        loss = baseline - came
        cent = 0.01 + 1e-9 * np.abs(loss)  # what is told exactly is met exactly
        return np.asarray((low - cent <= loss) & (loss <= high + cent))

    def complete(self, said: dict[str, Said]) -> Cut:
        """The outcome “no order day within the horizon”."""
        return Cut(
            outcome="complete",
            as_of=self.result.as_of,
            account_id=self.account_id,
            manager_id=self.column("manager_id"),
            happened=self.left,
            money=self.money,
            lost=np.where(self.left, self.short, 0.0),
            report_weeks=self.after["report_weeks"],
            said=said,
            treated=self.treated,
        )

    def partial(self) -> Cut:
        """The outcome “far less money than was to be expected”, of accounts for which it can be told."""
        told = np.array([row["account_id"] in self.came.partly for row in self.rows], bool)
        rows = np.flatnonzero(told & ~np.isnan(self.column("p_partial").astype(float)))
        account_id = self.account_id[rows]
        happened = np.array([self.came.partly[a] for a in account_id], bool)
        p = self.column("p_partial").astype(float)[rows]
        return Cut(
            outcome="partial",
            as_of=self.result.as_of,
            account_id=account_id,
            manager_id=self.column("manager_id")[rows],
            happened=happened,
            money=self.money[rows],
            lost=np.where(happened, self.short[rows], 0.0),
            report_weeks=self.after["report_weeks"][rows],
            said={
                OURS: Said(p, p),
                **self.fall("report", "amount_13", "amount_13_last_year", rows),
                **self.fall("growth", "amount_52", "amount_prev_52", rows),
            },
            treated=self.treated[rows],
        )

    def fall(
        self, method: str, now: str, before: str, rows: npt.NDArray[np.int64]
    ) -> dict[str, Said]:
        """Money now over money before, as a rule of a report goes by; accounts of which one is not
        known count as unchanged. Nothing where that is most of them, for want of older data."""
        ratio = np.ones(len(rows))
        a, b = (self.column(name).astype(float)[rows] for name in (now, before))
        known = (b > 0) & ~np.isnan(a)
        np.divide(a, b, out=ratio, where=known)
        return {method: Said(-ratio)} if 2 * known.sum() > len(rows) else {}

    def look(self, before: Look | None) -> Look:
        """What the states said; before: the look before, else the assessment's own memory."""
        result = self.result
        accounts = result.accounts
        states = dict(
            zip(accounts["account_id"].to_pylist(), accounts["state"].to_pylist(), strict=True)
        )
        earlier = before.states if before else _states_before(result)
        last = self.after["last_order_on"].astype(np.int64)
        silent_at_end = days_of(self.came.end) - 1 - last
        gone = self.left & (self.after["next_order_on"] == NONE)
        gone &= silent_at_end > self.after["longest_gap"]
        fates = {
            row["account_id"]: Fate(
                name=row["name"],
                manager_id=row["manager_id"],
                state=row["state"],
                since=row["state_since"],
                state_before=earlier.get(row["account_id"]),
                money_at_risk=row["money_at_risk"],
                p=row["p_complete"],
                last_order_on=day(int(last[i])) or result.as_of,
                complete=bool(self.left[i]),
                gone=bool(gone[i]),
                partial=self.came.partly.get(row["account_id"]),
                lost=float(self.short[i]),
                report_weeks=float(self.after["report_weeks"][i]),
                history=self.after["history"][i],
                treated=row["account_id"] in self.came.treated,
            )
            for i, row in enumerate(self.rows)
        }
        return Look(result.as_of, states, fates)


def _states_before(result: Assessment) -> dict[str, str]:
    """The states four weeks before, as they would have been seen then."""
    latest = result.as_of - timedelta(days=LOOK_DAYS)
    rows = [row for row in result.history.to_pylist() if row["on"] <= latest]
    return {row["account_id"]: row["state"] for row in rows}  # dates rise: the last one stays
