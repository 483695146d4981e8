"""Why accounts of the made-up distributor buy less: families, their reasons, and how long each is felt.

The families and reasons are those of MODELS.md, section 6. Memories are published where they are:
fill rate fades in 3 months, service below promise in 12 (Starting priors there).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reason:
    """One reason.

    memory_weeks: after which a disappointment has faded to half
    by_category: felt in one category of goods alone
    """

    family: str
    name: str
    memory_weeks: float
    by_category: bool = False


ALL = (
    Reason("drift", "no_contact", 6),
    Reason("courtesy", "discourtesy", 26),
    Reason("courtesy", "slow_answers", 20),
    Reason("people", "manager_left", 30),
    Reason("people", "leader_left", 30),
    Reason("people", "manager_changed", 30),
    Reason("product", "quality", 26, True),
    Reason("product", "fit", 40, True),
    Reason("product", "age", 26, True),
    Reason("product", "discontinued", 52, True),
    Reason("service", "complaint_unsolved", 30),
    Reason("service", "service_slow", 30),
    Reason("delivery", "late", 16),
    Reason("delivery", "short", 13, True),
    Reason("delivery", "stock_out", 13, True),
    Reason("delivery", "refused", 26),
    Reason("money", "price_rise", 8),
    Reason("money", "promise_broken", 30),
    Reason("money", "credit_hold", 20),
    Reason("money", "harsh_terms", 52),
    Reason("money", "unbalanced", 20),
    Reason("turmoil", "company_event", 20),
    Reason("competitor", "price", 13, True),
    Reason("competitor", "product", 20, True),
    Reason("competitor", "service", 16, True),
    Reason("competitor", "favours", 13, True),
    Reason("own_business", "shrank", 52),
    Reason("own_business", "new_owner", 60),
    Reason("own_business", "chain_decision", 80),
    Reason("own_business", "closed", 52),
    Reason("own_business", "moved", 52),
)
PLACE = {(one.family, one.name): k for k, one in enumerate(ALL)}
FAMILIES = tuple(dict.fromkeys(one.family for one in ALL))
FAMILY_OF = np.array([FAMILIES.index(one.family) for one in ALL])
KEPT = np.array([0.5 ** (1 / one.memory_weeks) for one in ALL])  # of a disappointment, a week later
# What takes away the need itself and asks for no decision between us and others.
NEED = tuple(PLACE["own_business", name] for name in ("shrank", "closed", "moved"))


def place(family: str, name: str) -> int:
    """The row of a reason in all arrays that have one row a reason."""
    return PLACE[family, name]
