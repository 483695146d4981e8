"""The engine's one door: ledger → assessment. Desk, API and command line import from here alone."""

from mainstay.engine.assessment import Assessment
from mainstay.engine.home import (
    assess_home,
    export,
    load_assessment,
    new_id,
    open_ledger,
    to_bytes,
)
from mainstay.engine.imports import (
    ImportOptions,
    Mapping,
    Proposal,
    ReadOptions,
    Report,
    plan_import,
    run_import,
)
from mainstay.engine.run import assess
from mainstay.engine.story import account_lines, account_story
from mainstay.engine.tables import ACCOUNTS, CATEGORIES, HISTORY, LEAVING, STATES
from mainstay.ledger.ledger import Ledger
from mainstay.standing.story import AccountStory, CategoryStory, OrderDay, StateOn

__all__ = [
    "ACCOUNTS",
    "CATEGORIES",
    "HISTORY",
    "LEAVING",
    "STATES",
    "AccountStory",
    "Assessment",
    "CategoryStory",
    "ImportOptions",
    "Ledger",
    "Mapping",
    "OrderDay",
    "Proposal",
    "ReadOptions",
    "Report",
    "StateOn",
    "account_lines",
    "account_story",
    "assess",
    "assess_home",
    "export",
    "load_assessment",
    "new_id",
    "open_ledger",
    "plan_import",
    "run_import",
    "to_bytes",
]
