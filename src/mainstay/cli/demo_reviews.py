"""Reviews of lost accounts in the made-up company: what the salesperson says first, and what is confirmed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mainstay.cli.demo_team import Look
    from mainstay.simulate import Distributor

REVIEWED = 0.5  # of the accounts that were lost lately
LATELY_DAYS = 56
RIGHT = 0.8  # of the causes that are confirmed
SAYS_PRICE, SAYS_RIGHT = 0.5, 0.3  # of what salespeople say first
PRICE = "competitor.price"


class Reviews:
    """Who was reviewed, and what was found."""

    def __init__(self, world: Distributor) -> None:
        self.world = world
        self.reviewed: set[str] = set()

    def of(self, look: Look) -> None:
        """Reviews of the accounts that an assessment finds lost lately."""
        self.rng = np.random.default_rng([self.world.seed, self.world.week, 1])
        accounts = look.assessed.accounts.select(["account_id", "state", "state_since"])
        true: dict[str, str] = {}
        others: dict[str, list[str]] = {}
        for row in self.world.truth().to_pylist():
            cause = f"{row['family']}.{row['reason']}"
            if row["main"]:
                true[row["account_id"]] = cause
            else:
                others.setdefault(row["account_id"], []).append(cause)
        for row in accounts.to_pylist():
            account, since = row["account_id"], row["state_since"] or date.min
            lately = row["state"] == "lost" and (look.day - since).days <= LATELY_DAYS
            if not lately or account in self.reviewed or account not in true:
                continue
            if self.rng.random() < REVIEWED:
                self.reviewed.add(account)
                self._review(look, account, true[account], others.get(account) or [PRICE])

    def _review(self, look: Look, account: str, true: str, others: list[str]) -> None:
        people = look.people[account]
        opened = look.day + timedelta(days=int(self.rng.integers(1, 5)))
        row = {
            "review_id": f"R{look.day:%y%m%d} {account}",
            "account_id": account,
            "opened_on": opened,
            "kind": "lost",
            "scope": "complete",
            "salesperson_reason": self._says(true, others),
            "salesperson_id": people["manager"],
        }
        self._write(row, opened)
        heard = opened + timedelta(days=int(self.rng.integers(4, 12)))
        confirmed = heard + timedelta(days=int(self.rng.integers(1, 10)))
        found = true if self.rng.random() < RIGHT else str(self.rng.choice(others))
        family = found.partition(".")[0]
        self._write(
            row
            | {
                "customer_reason": found,
                "interviewed_on": heard,
                "interviewed_by": people["senior"],
                "interview_way": "meeting",
                "why_1": "They order elsewhere now",
                "root_cause": found,
                "confirmed_on": confirmed,
                "confirmed_by": people["senior"],
                "natural": family == "own_business",
            },
            confirmed,
        )

    def _says(self, true: str, others: list[str]) -> str:
        number = self.rng.random()
        if number < SAYS_PRICE:
            return PRICE
        return true if number < SAYS_PRICE + SAYS_RIGHT else str(self.rng.choice(others))

    def _write(self, row: dict[str, Any], on: date) -> None:
        self.world.write_down("reviews", row, datetime.combine(on, time(15)))
