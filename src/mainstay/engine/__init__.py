"""The engine's one door: ledger → assessment. Desk, API and command line import from here alone."""

from typing import TYPE_CHECKING

from mainstay.core.lazily import names_of

if TYPE_CHECKING:
    from mainstay.causes.beginnings import NAMED_FELL
    from mainstay.causes.catalogue import catalogue as signal_catalogue
    from mainstay.causes.explanation import CAUSES, FALLS
    from mainstay.causes.families import BY_NAME as CAUSES_BY_NAME
    from mainstay.causes.families import FAMILIES, UNKNOWN, WHOSE
    from mainstay.causes.figures import FIRST
    from mainstay.causes.managers import LEAST_CASES
    from mainstay.causes.scope import scope_key
    from mainstay.causes.types import SIGNALS
    from mainstay.defection.reasons import notice_text
    from mainstay.engine.allocating import allocate_home, allocation, day_to_allocate
    from mainstay.engine.answering import (
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
    from mainstay.engine.concerning import Judged, concerned
    from mainstay.engine.design_outlook import Outlook as TrialOutlook
    from mainstay.engine.design_outlook import basis as trial_basis
    from mainstay.engine.design_outlook import outlook as trial_outlook
    from mainstay.engine.designs import COULD_HAVE, day_of_plan, design_of, rows_of_draws
    from mainstay.engine.exchanging import exchange
    from mainstay.engine.explaining import (
        Explanation,
        cause_figures,
        explain,
        explanation_of,
        explanations,
        money_lost,
        with_causes,
    )
    from mainstay.engine.facts import (
        fact_table,
        facts_known,
        facts_of_import,
        forget_facts,
        imports_of_facts,
        record_facts,
        table_names,
        versions_of,
    )
    from mainstay.engine.files import Sheet, book
    from mainstay.engine.home import (
        ASKED,
        assess_home,
        dates_to_replay,
        export,
        load_assessment,
        load_replay,
        new_id,
        open_ledger,
        plan_home,
        replay_home,
        stages_of,
        to_bytes,
    )
    from mainstay.engine.identifying import (
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
        TableColumn,
        columns_of,
        correct,
        forget_set_aside,
        import_list,
        import_report,
        set_aside_file,
        set_aside_rows,
    )
    from mainstay.engine.learning import cases_of
    from mainstay.engine.learnt import learnt_of
    from mainstay.engine.machines import MACHINE_ROWS, OF_PRODUCT, RowsAsked, machine_rows
    from mainstay.engine.measuring import Measured, measured
    from mainstay.engine.planning import (
        Plan,
        Wishes,
        coins,
        coins_for_nothing,
        plan,
        plan_of,
        plans,
        play_catalogue,
    )
    from mainstay.engine.prices import PriceChange, price_changes
    from mainstay.engine.quarter import Quarter
    from mainstay.engine.quarter.review import known_quarters, look_back
    from mainstay.engine.quarter.told import number_first, seen_from
    from mainstay.engine.quarter.told import pages as quarter_pages
    from mainstay.engine.replay_put_off import PutOff, put_off_of
    from mainstay.engine.replay_summary import (
        Limits,
        Summary,
        Verdicts,
        category_summary_of,
        least_money_for,
        only,
        summary_of,
        under,
        verdicts_of,
    )
    from mainstay.engine.replay_tables import NAMED, OURS, OUTCOMES, Replay
    from mainstay.engine.replaying import EVERY_WEEKS, LEAST_KNOWN_WEEKS, replay, replay_dates
    from mainstay.engine.results import results_of
    from mainstay.engine.run import assess, day_of
    from mainstay.engine.seasons import (
        SeasonAsked,
        SeasonMade,
        check_season,
        follow_season,
        load_season,
        make_season,
        season_months,
    )
    from mainstay.engine.standing import CARDS, standing_of
    from mainstay.engine.story import account_lines, account_story, sums_by_currency
    from mainstay.engine.tables import ACCOUNTS, CATEGORIES, HISTORY, LEAVING, STATES
    from mainstay.learning.designs import DRAWS
    from mainstay.ledger.confirmations import contradicting
    from mainstay.ledger.copying import OTHER_STORE, Belonging, Where, belonging
    from mainstay.ledger.frozen import rows as assessment_rows
    from mainstay.ledger.frozen import write_table as write_parquet
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.people_tables import FAR_ONSET_DAYS
    from mainstay.ledger.schema import LARGEST
    from mainstay.ledger.spark_session import needed as spark_needed
    from mainstay.plays.alerts import ALERTS
    from mainstay.plays.approvals import waiting_steps
    from mainstay.plays.comebacks import LOST
    from mainstay.plays.effects import Belief
    from mainstay.plays.own import own_play, plays_known
    from mainstay.plays.people import WEEK_DAYS, team_of
    from mainstay.plays.plan_tables import KEPT_OUT, LIMITS, OPTIONS, PLAN
    from mainstay.plays.play import Play
    from mainstay.plays.restraint import SENTENCES as RESTRAINT
    from mainstay.plays.returning import GROUPS as LEFT_FOR
    from mainstay.plays.snoozes import still_put_off
    from mainstay.standing.card import CARD, GUARANTEES
    from mainstay.standing.story import AccountStory, CategoryStory, OrderDay, StateOn
    from mainstay.supply.broken import broken as broken_by_hand
    from mainstay.supply.by_hand import Anew, anew
    from mainstay.supply.reasons import sentences as allocation_reasons
    from mainstay.supply.sheet import LINES as ALLOCATION_LINES
    from mainstay.supply.sheet import PRODUCTS as ALLOCATION_PRODUCTS
    from mainstay.supply.sheet import Sheet as AllocationSheet
    from mainstay.supply.stock_plan import in_lots
    from mainstay.supply.types import RULES as ALLOCATION_RULES
    from mainstay.supply.units import Lots

__all__ = [
    "ACCOUNTS",
    "ALERTS",
    "ALLOCATION_LINES",
    "ALLOCATION_PRODUCTS",
    "ALLOCATION_RULES",
    "ASKED",
    "CARD",
    "CARDS",
    "CATEGORIES",
    "CAUSES",
    "CAUSES_BY_NAME",
    "COULD_HAVE",
    "DRAWS",
    "EVERY_WEEKS",
    "FALLS",
    "FAMILIES",
    "FAR_ONSET_DAYS",
    "FIRST",
    "GUARANTEES",
    "HISTORY",
    "KEPT_OUT",
    "LARGEST",
    "LEAST_CASES",
    "LEAST_KNOWN_WEEKS",
    "LEAVING",
    "LEFT_FOR",
    "LIMITS",
    "LOST",
    "MACHINE_ROWS",
    "NAMED",
    "NAMED_FELL",
    "OF_PRODUCT",
    "OPTIONS",
    "OTHER_STORE",
    "OURS",
    "OUTCOMES",
    "PLAN",
    "RESTRAINT",
    "SIGNALS",
    "STATES",
    "UNKNOWN",
    "WEEK_DAYS",
    "WHOSE",
    "AccountStory",
    "AllocationSheet",
    "Anew",
    "Assessment",
    "Belief",
    "Belonging",
    "CategoryStory",
    "Code",
    "Correction",
    "Explanation",
    "Identities",
    "ImportOptions",
    "Judged",
    "Ledger",
    "Limits",
    "Lots",
    "Mapping",
    "Measured",
    "OrderDay",
    "Plan",
    "Play",
    "PriceChange",
    "Proposal",
    "PutOff",
    "Quarter",
    "ReadOptions",
    "Replay",
    "Report",
    "RowsAsked",
    "Said",
    "SeasonAsked",
    "SeasonMade",
    "Sheet",
    "StateOn",
    "Suggestion",
    "Summary",
    "TableColumn",
    "TrialOutlook",
    "Verdicts",
    "Where",
    "Wishes",
    "account_lines",
    "account_story",
    "accounts_of",
    "allocate_home",
    "allocation",
    "allocation_reasons",
    "anew",
    "answer",
    "answers",
    "assess",
    "assess_home",
    "assessment_rows",
    "belonging",
    "book",
    "broken_by_hand",
    "cases_of",
    "category_summary_of",
    "cause_figures",
    "check_season",
    "coins",
    "coins_for_nothing",
    "columns_of",
    "concerned",
    "contradicting",
    "correct",
    "dates_to_replay",
    "day_of",
    "day_of_plan",
    "day_to_allocate",
    "design_of",
    "exchange",
    "explain",
    "explanation_of",
    "explanations",
    "export",
    "fact_table",
    "facts_known",
    "facts_of_import",
    "find_codes",
    "follow_season",
    "forget_facts",
    "forget_set_aside",
    "identities",
    "import_list",
    "import_report",
    "imports_of_facts",
    "in_lots",
    "join",
    "join_all",
    "keep_apart",
    "known_quarters",
    "learnt_of",
    "least_money_for",
    "load_assessment",
    "load_replay",
    "load_season",
    "look_back",
    "machine_rows",
    "make_season",
    "measured",
    "money_lost",
    "new_id",
    "notice_text",
    "number_first",
    "only",
    "open_ledger",
    "own_play",
    "plan",
    "plan_home",
    "plan_import",
    "plan_of",
    "plans",
    "play_catalogue",
    "plays_known",
    "price_changes",
    "put_off_of",
    "quarter_pages",
    "record_facts",
    "replay",
    "replay_dates",
    "replay_home",
    "results_of",
    "rows_of_draws",
    "run_import",
    "scope_key",
    "season_months",
    "seen_from",
    "set_aside_file",
    "set_aside_rows",
    "set_group",
    "signal_catalogue",
    "spark_needed",
    "stages_of",
    "standing_of",
    "still_put_off",
    "suggestion",
    "summary_of",
    "sums_by_currency",
    "table_names",
    "take_apart",
    "team_of",
    "to_bytes",
    "trial_basis",
    "trial_outlook",
    "under",
    "verdicts_of",
    "versions_of",
    "waiting_steps",
    "with_causes",
    "write_parquet",
]

__getattr__ = names_of(__name__, __file__)
