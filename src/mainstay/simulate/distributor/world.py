"""What all mechanisms share: who there is, what is felt, what is written down, what day it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor import demand, makeup, response
from mainstay.simulate.distributor.arranged import Arranged
from mainstay.simulate.distributor.book import DAY, DRAWS, NEVER, NOTICED_DAYS, Book, Fact
from mainstay.simulate.distributor.company import Company
from mainstay.simulate.distributor.dice import Dice
from mainstay.simulate.distributor.makeup import YEAR, Bools, C, Floats, Longs
from mainstay.simulate.distributor.temper import Tempers

ALL_OF_IT = -1


@dataclass(frozen=True)
class Impulse:
    """Disappointments of a week for one reason; arrays (m,).

    category: ALL_OF_IT = in all
    known: when what tells of it was recorded, NEVER = nowhere; below 0: −1 − the place in
        `World.sources` of what tells of all of a longer course, its beginning too
    happened: False where it is only written down, and never was
    """

    week: int
    reason: int
    account: Longs
    size: Floats
    category: Longs
    known: Longs
    happened: bool = True


class World:
    """The company and its accounts as they are in a week."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, self.dice, self.week = company, Dice(seed), 0
        self.products = makeup.make_products(company, self.dice)
        self.accounts = makeup.make_accounts(company, self.dice, self.products)
        self.staff = makeup.make_staff(company, self.dice)
        self.book = Book(company.records)
        self.tempers = Tempers(self.accounts.traits, company.temper)
        self.arranged = Arranged(len(self.accounts))
        self.impulses: list[Impulse] = []
        self.sources: list[int] = []
        self.n = len(self.accounts)
        self.everybody = np.arange(self.n)
        self.conceded = np.zeros((self.n, C))  # of their prices
        able = self.dice("custom").random((self.n, C))
        self.arranged.can_make = able < response.CAN_MAKE
        self.here = self.accounts.begins <= 0
        self.closed = np.zeros(self.n, bool)
        self.by_country, self.by_category = demand.season(company, company.weeks + 2 * YEAR)
        self.sales_of_year = np.zeros(self.n)

    @property
    def monday(self) -> int:
        """The first day of the week, as an ordinal."""
        return self.company.begin.toordinal() + 7 * self.week

    def rng(self, name: str) -> np.random.Generator:
        return self.dice(name, self.week)

    def happens(self, rng: np.random.Generator, yearly: float | Floats) -> Bools:
        """To which accounts something happens this week, that happens so often a year; (n,)."""
        return np.asarray((rng.random(self.n) < np.asarray(yearly) / YEAR) & self.active)

    @property
    def active(self) -> Bools:
        """Accounts that are there and have not closed."""
        return np.asarray(self.here & ~self.closed)

    def draws(self, rng: np.random.Generator) -> Floats:
        """What writing down a fact takes, for each account; (n, DRAWS)."""
        return np.asarray(rng.random((self.n, DRAWS)))

    def feel(
        self,
        reason: int,
        account: Longs,
        size: Floats,
        *,
        category: Longs | None = None,
        known: Longs | None = None,
    ) -> None:
        """Disappoint accounts.

        known: when what tells of it was recorded; None = it stands in what machines record
        """
        if not len(account):
            return
        size = self.arranged.felt(reason, account, size, self.week)
        self.tempers.feel(reason, account, size, category)
        self._remember(reason, account, size, category, known, True)

    def feel_fact(
        self, reason: int, account: int, size: float, fact: Fact, category: int | None = None
    ) -> None:
        """Disappoint one account by something that somebody may have written down."""
        known = fact.recorded if fact.true else NEVER
        self.feel(
            reason,
            np.array([account]),
            np.array([size]),
            category=None if category is None else np.array([category]),
            known=np.array([known]),
        )
        self.seems(reason, fact, size)

    def note(self, table: str, account: int, row: dict, on: int, draws: Floats) -> Fact:  # type: ignore[type-arg]
        """Somebody may write down a fact of an account; now and then it lands on another's page too."""
        fact = self.book.note(table, {"account_id": self.accounts.ids[account], **row}, on, draws)
        other = self.neighbour(account, float(draws[2]))
        if other != account:
            at = self.book.stray(table, fact.row, on, self.accounts.ids[other], draws)
            fact.stray = (other, at) if at < NEVER else None
        return fact

    def neighbour(self, account: int, draw: float) -> int:
        """Another account of the same country; itself where there is none."""
        others = np.flatnonzero(
            (self.accounts.country == self.accounts.country[account]) & self.here
        )
        return int(others[int(draw * len(others))]) if len(others) else account

    def seems(self, reason: int, fact: Fact, size: float) -> None:
        """What a stray fact says of the other account, until somebody notices."""
        if fact.stray is None or self.monday > fact.stray[1] // DAY + NOTICED_DAYS:
            return
        account, at = fact.stray
        self._remember(reason, np.array([account]), np.array([size]), None, np.array([at]), False)

    def _remember(
        self,
        reason: int,
        account: Longs,
        size: Floats,
        category: Longs | None,
        known: Longs | None,
        happened: bool,
    ) -> None:
        m = len(account)
        end_of_week = (self.monday + 7) * DAY
        self.impulses.append(
            Impulse(
                self.week,
                reason,
                np.asarray(account),
                np.asarray(np.broadcast_to(size, m), float),
                np.full(m, ALL_OF_IT) if category is None else np.asarray(category),
                np.full(m, end_of_week) if known is None else np.asarray(known, np.int64),
                happened,
            )
        )

    def source(self) -> int:
        """A new longer course of things of which nothing is recorded yet, as `known` names it."""
        self.sources.append(NEVER)
        return -len(self.sources)

    def told(self, source: int, fact: Fact) -> None:
        """A fact tells of a longer course."""
        if fact.true:
            self.sources[-1 - source] = min(self.sources[-1 - source], fact.recorded)
