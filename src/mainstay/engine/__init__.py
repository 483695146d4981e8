"""The engine's one door: ledger → assessment. Desk, API and command line import from here alone."""

from mainstay.engine.assessment import Assessment
from mainstay.engine.run import assess
from mainstay.engine.tables import ACCOUNTS, CATEGORIES, HISTORY, STATES
from mainstay.ledger.ledger import Ledger
from mainstay.standing.story import AccountStory, CategoryStory

__all__ = [
    "ACCOUNTS",
    "CATEGORIES",
    "HISTORY",
    "STATES",
    "AccountStory",
    "Assessment",
    "CategoryStory",
    "Ledger",
    "assess",
]
