"""Consistency with an account's strategy (R15, R20): the plan that is written with it, goals that follow
themselves, the level of the relationship, and when the plan is to be looked at again.

    goals as written ─► what the ledger says of them ─► how they stand ─► the plan of each account ─► card
"""

from __future__ import annotations

from mainstay.standing.card import Standing
from mainstay.standing.known import Known
from mainstay.standing.strategy.cards import cards
from mainstay.standing.strategy.following import followed
from mainstay.standing.strategy.goals import read
from mainstay.standing.strategy.plans import plans
from mainstay.standing.strategy.sales import sales


def measure(known: Known) -> Standing:
    """How accounts' plans stand, as of a date.

    tables: strategy (an account a row, `plans.PLANS`), strategy_goals (a goal a row, `following.FOLLOWED`),
        strategy_sales (`sales`)
    """
    goals = followed(known, read(known))
    found = plans(known, goals)
    tables = {"strategy": found, "strategy_goals": goals, "strategy_sales": sales(known, found)}
    return Standing(tables, cards(known, found, goals))
