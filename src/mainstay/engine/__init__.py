"""The engine's one door: ledger → assessment. Desk, API and command line import from here alone."""

from mainstay.engine.answers import (
    Said,
    answer,
    answers,
    join,
    join_all,
    keep_apart,
    set_group,
    take_apart,
)
from mainstay.engine.assessment import Assessment
from mainstay.engine.home import (
    assess_home,
    export,
    load_assessment,
    load_replay,
    new_id,
    open_ledger,
    replay_home,
    to_bytes,
)
from mainstay.engine.identities import (
    Code,
    Identities,
    Suggestion,
    accounts_of,
    find_codes,
    identities,
    suggestion,
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
from mainstay.engine.intake import (
    Correction,
    columns_of,
    correct,
    import_list,
    import_report,
    set_aside_file,
    set_aside_rows,
)
from mainstay.engine.replay import replay, replay_dates
from mainstay.engine.replay_tables import Replay
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
    "Code",
    "Correction",
    "Identities",
    "ImportOptions",
    "Ledger",
    "Mapping",
    "OrderDay",
    "Proposal",
    "ReadOptions",
    "Replay",
    "Report",
    "Said",
    "StateOn",
    "Suggestion",
    "account_lines",
    "account_story",
    "accounts_of",
    "answer",
    "answers",
    "assess",
    "assess_home",
    "columns_of",
    "correct",
    "export",
    "find_codes",
    "identities",
    "import_list",
    "import_report",
    "join",
    "join_all",
    "keep_apart",
    "load_assessment",
    "load_replay",
    "new_id",
    "open_ledger",
    "plan_import",
    "replay",
    "replay_dates",
    "replay_home",
    "run_import",
    "set_aside_file",
    "set_aside_rows",
    "set_group",
    "suggestion",
    "take_apart",
    "to_bytes",
]
