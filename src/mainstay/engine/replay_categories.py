"""One category of an account at one date: what was said of it, and what came of it.

The account itself must still buy: one that left altogether is a loss that is told there. So nothing
is counted twice, and neither is added to the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.aftermath import NONE, PERIODS
from mainstay.defection.category_outcomes import NOT_TOLD, category_outcomes
from mainstay.defection.outcomes import KEPT, PARTIAL
from mainstay.defection.peers import Said
from mainstay.engine.assessment import Assessment
from mainstay.engine.replay_figures import Cut
from mainstay.engine.replay_judged import Came
from mainstay.engine.replay_tables import BY_ACCOUNT, CATEGORY_SAYS, NAMED, OURS
from mainstay.engine.replay_warnings import TOLD, Fate, Key, Look
from mainstay.engine.since import day
from mainstay.ledger.sql import sql
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
YEAR_WEEKS = 52


@dataclass(frozen=True)
class Categories:
    """The categories of eligible accounts at one date, in line with what became of them.

    rows: a row an account × category with three order days of it, one of them in the last 365 days,
        that we didn't discontinue ourselves; columns of CATEGORIES and of `CategoryAftermath`
    came: int8 (n,), see `category_outcomes`
    states: of all categories that one names; BY_ACCOUNT where the account's own state does
    """

    result: Assessment
    rows: pa.Table
    came: npt.NDArray[np.int8]
    states: dict[Key, str]
    horizon_weeks: int
    came_of: Came

    @classmethod
    def of(
        cls,
        result: Assessment,
        found: pa.Table,
        came_of: Came,
        *,
        season: Season,
        supply: Supply | None,
        horizon_weeks: int,
    ) -> Categories:
        """found: of `CategoryAftermath`; came_of: what came of the accounts; supply: what they could
        not buy of us"""
        came = category_outcomes(
            found,
            on=result.as_of,
            until=came_of.end,
            horizon_weeks=horizon_weeks,
            season=season,
            supply=supply,
        )
        found = found.append_column("came", pa.array(came))
        found = found.set_column(
            found.schema.get_field_index("category"),
            "category",
            found["category"].cast(pa.string()),
        )
        rows = sql(_QUERY, said=result.categories, found=found, accounts=result.accounts)
        states = _naming(result)
        return cls(result, rows, rows["came"].to_numpy(), states, horizon_weeks, came_of)

    def column(self, name: str) -> Floats:
        """A column as numbers; NaN = not known."""
        values = self.rows[name].to_numpy(zero_copy_only=False)
        return np.asarray(values, np.float64)

    def names(self, name: str) -> npt.NDArray[np.object_]:
        values = np.empty(self.rows.num_rows, object)
        values[:] = self.rows[name].to_pylist()
        return values

    @property
    def money(self) -> Floats:
        """What the category brought in as many weeks of the year before."""
        return self.column("bought_52") * self.horizon_weeks / YEAR_WEEKS

    @property
    def short(self) -> Floats:
        """Of it, what did not come within the horizon."""
        return np.maximum(np.maximum(self.money, 0.0) - self.column("amount_after"), 0.0)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Whether the window lies within the data, and the account ordered in the horizon."""
        end = days_of(self.result.as_of) + self.column("window_days")
        return (end <= days_of(self.came_of.end)) & (self.column("orders_horizon") > 0)

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """No order of the category in its window, while the account still ordered."""
        return self.known & (self.column("window_orders") == 0)

    def cut(self) -> Cut:
        """The outcome “category”: left wholly or in part, while the account still buys."""
        some = np.flatnonzero(self.came != NOT_TOLD)
        happened = self.came[some] != KEPT
        account_id = self.names("account_id")[some]
        p = self.column("p_defection")[some]
        return Cut(
            outcome="category",
            as_of=self.result.as_of,
            account_id=account_id,
            manager_id=self.names("manager_id")[some],
            happened=happened,
            money=self.money[some],
            lost=np.where(happened, self.short[some], 0.0),
            report_weeks=self.column("report_weeks")[some],
            said={OURS: Said(p, p), **self._peers(some)},
            category=self.names("category")[some],
            treated=np.array([a in self.came_of.treated for a in account_id], bool),
        )

    def _peers(self, some: npt.NDArray[np.int64]) -> dict[str, Said]:
        silent = days_of(self.result.as_of) - 1 - self.column("last_day")[some]
        longest, orders = self.column("longest_gap")[some], self.column("order_days_365")[some]
        found = {
            "recency": Said(silent),
            "orders_365": Said(-orders),
            "hiatus": Said((silent + 1) / (longest + 1)),
        }
        now, before = self.column("amount_52")[some], self.column("amount_prev_52")[some]
        known = before > 0
        if 2 * known.sum() > len(some):
            ratio = np.ones(len(some))
            np.divide(now, before, out=ratio, where=known)
            found["growth"] = Said(-ratio)
        return found

    def look(self, before: Look | None) -> Look:
        """What the states of the categories said. The first date has no look before it, and so no
        news."""
        last = self.column("last_day").astype(np.int64)
        silent_at_end = days_of(self.came_of.end) - 1 - last
        gone = self.column("next_order_on") == NONE
        gone &= silent_at_end > self.column("longest_gap")
        gone &= self.silent & (self.column("still_buys") > 0)
        earlier = before.states if before else self.states
        short, report = self.short, self.column("report_weeks")
        silent, known = self.silent, self.known
        keys: list[Key] = list(
            zip(*(self.rows[n].to_pylist() for n in ("account_id", "category")), strict=True)
        )
        # Of most categories there is nothing to tell, at many dates.
        some = [i for i, key in enumerate(keys) if gone[i] or key in self.states]
        few = self.rows.take(pa.array(some, pa.int64()))
        history = few["history"].combine_chunks().flatten().to_numpy().reshape(-1, PERIODS)
        fates: dict[Key, Fate] = {
            keys[i]: Fate(
                name=row["name"],
                manager_id=row["manager_id"],
                state=self.states.get(keys[i], row["state"]),
                since=row["since"],
                state_before=earlier.get(keys[i]),
                money_at_risk=row["money_at_risk"],
                p=row["p_defection"],
                last_order_on=day(int(last[i])) or self.result.as_of,
                complete=bool(silent[i]) if known[i] else None,
                gone=bool(gone[i]),
                partial=None if self.came[i] == NOT_TOLD else bool(self.came[i] == PARTIAL),
                lost=float(short[i]),
                report_weeks=float(report[i]),
                history=history[place],
                treated=row["account_id"] in self.came_of.treated,
            )
            for place, (i, row) in enumerate(zip(some, few.to_pylist(), strict=True))
        }
        return Look(self.result.as_of, self.states, fates)


def _naming(result: Assessment) -> dict[Key, str]:
    """The states that name a category, or its account."""
    accounts = result.accounts.select(["account_id", "state"])
    named = accounts.filter(pc.is_in(accounts["state"], value_set=pa.array([*NAMED, *TOLD])))
    by_account = set(named["account_id"].to_pylist())
    of = pa.array(sorted(by_account), pa.string())
    said = result.categories.select(["account_id", "category", "state"])
    chosen = pc.or_(
        pc.is_in(said["account_id"], value_set=of),
        pc.is_in(said["state"], value_set=pa.array(list(CATEGORY_SAYS))),
    )
    return {
        (row["account_id"], row["category"]): (
            BY_ACCOUNT if row["account_id"] in by_account else row["state"]
        )
        for row in said.filter(chosen).to_pylist()
    }


_QUERY = """
    SELECT s.account_id, s.category, a.name, a.manager_id, s.state, s.since, s.p_defection,
           s.money_at_risk, s.amount_52, s.amount_prev_52, f.came,
           f.last_order_on AS last_day, f.next_order_on, f.longest_gap, f.order_days_365,
           f.amount_52 AS bought_52, f.amount_after, f.report_weeks, f.history, f.still_buys,
           f.window_days, f.window_orders, f.orders_horizon
    FROM said s JOIN found f USING (account_id, category) JOIN accounts a USING (account_id)
    WHERE a.eligible AND s.p_defection IS NOT NULL AND s.state <> 'discontinued'
          AND f.order_days_365 > 0
    ORDER BY s.account_id, s.category
"""
