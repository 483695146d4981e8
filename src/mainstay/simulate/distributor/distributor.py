"""A made-up distributor whose truth is known.

    world = Distributor(Company.usual(), seed=1)
    world.run()
    world.tables()["complaints"], world.truth()

Accounts' utility decides what share of their need they give us, by category (`temper`): stocks of
disappointment that fade, tolerance, unrest, reviews of suppliers, habit. What happens reaches the
tables late, in part or wrongly (`book`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from mainstay.core.home import Home
from mainstay.ledger.ledger import Ledger
from mainstay.simulate.distributor import loading, oracle, truth
from mainstay.simulate.distributor.actions import Action
from mainstay.simulate.distributor.columns import from_rows
from mainstay.simulate.distributor.company import Company
from mainstay.simulate.distributor.courses import Courses, Started, course
from mainstay.simulate.distributor.forks import forgotten
from mainstay.simulate.distributor.opinions import opinions
from mainstay.simulate.distributor.rationing import Policy, Rationing
from mainstay.simulate.distributor.shortage import scarcity
from mainstay.simulate.distributor.tables import machine_tables
from mainstay.simulate.distributor.weeks import Weeks

Progress = Callable[[int, int], None]


class Distributor:
    """One made-up company, run to its end or week by week; the same company and seed give the same."""

    def __init__(self, company: Company | None = None, *, seed: int = 0) -> None:
        self.company = company or Company()
        self.seed = seed
        self._weeks = Weeks(self.company, seed)
        self._courses = Courses()

    @property
    def today(self) -> date:
        """The Monday after the last week that has gone by."""
        return date.fromordinal(self._weeks.world.monday)

    @property
    def week(self) -> int:
        """How many weeks have gone by."""
        return self._weeks.world.week

    def step(self, actions: Iterable[Action] = ()) -> None:
        """A week goes by in which this is done.

        Raises: NotFound for an account, a person, a complaint… that there is none of (or not open)
        """
        self._weeks.step([*self._courses.due(self.week), *actions])

    def begin(
        self,
        play: str,
        account_id: str,
        staff_id: str | None = None,
        *,
        money: float | None = None,
        lasts: int | None = None,
    ) -> None:
        """A play of `courses` begins this week: its actions follow by themselves.

        staff_id: who leads it, None = their manager; money: what it costs besides hours, in the
            company's currency, None = what its course says
        lasts: weeks after which what is left of it stays undone; None = all of it is done
        Raises: NotFound for an account, a person or a play that there is none of
        """
        need = float(self._weeks.world.accounts.need[self._weeks.account(account_id)])
        if staff_id is not None:
            self._weeks.staff(staff_id)
        amount = course(play).money * need if money is None else money
        one = Started(play, account_id, staff_id, amount, self.week, lasts)
        self._weeks.spend(account_id, self._courses.begin(one))

    @property
    def under_way(self) -> list[Started]:
        """The plays that have actions to come."""
        return list(self._courses.running)

    def fork(self, seed: int | None = None) -> Distributor:
        """Another company that is as this one is today, and goes its own way from here.

        It remembers no order lines, rows or facts of before, so that it is light; its books go on.
        seed: of its chance from here on; None = the same, so that what differs is what is done
        """
        other = copy.deepcopy(self, forgotten(self._weeks))
        if seed is not None:
            other._weeks.world.dice.seed = seed
        return other

    def ration(self, policy: Policy) -> None:
        """From now on a policy decides who gets what of products that become `scarce`."""
        self._weeks.orders.rationing = Rationing(policy, self._weeks.world.n)

    def scarce(self, category: str, weeks: int, level: float) -> dict[str, float]:
        """The products of a category become short: of each there is so much as is needed in that many weeks, times
        `level`, and nothing arrives until they are over. Only where a policy decides (`ration`).

        Needed is what was wanted of it in the last 13 weeks.
        Returns: the piles, by product
        Raises: NotFound for a category that there is none of
        """
        return scarcity(self._weeks, category, weeks, level)

    def rationed(self) -> pa.Table:
        """What was asked of short products and given, since `ration`.

        Returns: account_id, size (0 large, 1 medium, 2 small: a tier), asked, given (money), margin_missed (of what
            was not given)
        """
        made, world = self._weeks.orders.rationing, self._weeks.world
        none = np.zeros(world.n)
        return pa.table(
            {
                "account_id": world.accounts.ids,
                "size": world.accounts.tier,
                "asked": made.asked if made else none,
                "given": made.given if made else none,
                "margin_missed": made.margin_missed if made else none,
            }
        )

    def write_down(self, table: str, row: Mapping[str, Any], at: datetime) -> None:
        """Somebody writes a row down in a table of people, or a further version of one.

        at: the moment (UTC), from today on; before it nobody knows of the row
        """
        plain = {
            name: value.toordinal() if isinstance(value, date) else value
            for name, value in row.items()
        }
        minute = at.hour * 60 + at.minute
        self._weeks.world.book.surely(table, plain, at.toordinal(), minute)

    def run(self, progress: Progress | None = None, *, until: int | None = None) -> Distributor:
        """Go on to the company's last week, or to an earlier one.

        progress: is told weeks done and in all; until: weeks that are to have gone by
        """
        last = self.company.weeks if until is None else until
        while self.week < last:
            self.step()
            if progress:
                progress(self.week, last)
        return self

    def tables(self) -> dict[str, pa.Table]:
        """What is recorded so far, by the names and columns of DATA.md.

        Tables of people hold all versions of their rows, in the order of `recorded_at` (UTC); what
        is recorded later than today is not in them. Open orders and stock are today's.
        """
        until = self._weeks.world.monday * 1440
        world = self._weeks.world
        rows: dict[str, Any] = dict(world.book.rows)
        asked = opinions(world.dice, rows.get("complaints", ()), rows.get("accounts", ()))
        rows |= {"opinions": asked} if asked else {}
        people = {
            name: from_rows(name, [row for row in versions if row[0] < until])
            for name, versions in rows.items()
        }
        return machine_tables(self._weeks) | people

    def truth(self, *, by_category: bool = False) -> pa.Table:
        """Who lost how much to what: a row an account and reason, or an account, category and reason.

        Returns: account_id, category (null unless asked for), family, reason, since (the day of
            onset), until (null = not over), lost_amount (in the company's currency, up to today),
            lost_share (of what it would have bought, in the quarter of the year in which it was
            worst), lost_share_now, main (the largest reason of the largest family)
        """
        return truth.truth(self._weeks, by_category=by_category)

    def balance(self) -> pa.Table:
        """What accounts would have bought of us and what they bought, by expectation.

        Returns: account_id, would, bought, lost; would = bought + lost
        """
        books = self._weeks.books
        return pa.table(
            {
                "account_id": self._weeks.world.accounts.ids,
                "would": books.would.sum(1),
                "bought": books.bought.sum(1),
                "lost": books.lost.sum((0, 2)),
            }
        )

    def earned(self) -> pa.Table:
        """What each account brought so far: its orders less what the goods cost, less money given.

        Returns: account_id, sales, margin (before money given), given (promises kept, incentives,
            what plays cost besides hours); in the company's currency
        """
        sales, margin, given = self._weeks.earned()
        return pa.table(
            {
                "account_id": self._weeks.world.accounts.ids,
                "sales": sales,
                "margin": margin,
                "given": given,
            }
        )

    def utility_losses(self, account_ids: Sequence[str], on: date) -> pa.Table:
        """What each reason takes from accounts' utility, going by what was recorded before a day.

        The generator's own equations, with the middle account's cares and tolerance. Machines' facts
        count from the end of their week; what stands on the wrong page counts there; what was
        written down as of another kind counts nowhere, and notices are no part of it.
        Returns: a row an account and reason: account_id, family, reason, utility_lost (now), utility_most
            (at any time until then), share_lost (of our share, the most that it would have lost until then)
        """
        return oracle.utility_losses(self._weeks, account_ids, on)

    def records(self) -> dict[str, float]:
        """What became of the facts that people could write down: happened, missing (both counts)."""
        book = self._weeks.world.book
        return {"happened": book.happened, "missing": book.missing}

    def write(self, home: Home, progress: Progress | None = None) -> None:
        """Load all of it into an installation, each fact as recorded when it was; the truth beside.

        Where an earlier week of it was loaded, what came since is added. The truth is in `home.folder / "truth.parquet"`, which the engine never reads.
        """
        made = loading.Made(self.tables(), self.truth(), self.company.currency, self.today)
        loading.write(home, made, progress)

    def ledger(self) -> Ledger:
        """A ledger of all of it, in a temporary folder as long as the ledger is there."""
        return loading.ledger(self.tables(), self.company.currency)
