"""The tables of what is done about accounts: cases with their steps, money that is asked for, runs of plays,
what is put off, own plays."""

from __future__ import annotations

from mainstay.ledger.table_types import TOMORROW, TWENTY_YEARS, Table
from mainstay.ledger.table_types import noted as _table

PLAYS: tuple[Table, ...] = (
    # What was done about whom, written by the application; play “nothing” where it was chosen to do
    # nothing. `chosen`: by the rule, by a coin with that probability, or by a person.
    _table(
        "play_runs",
        "account_id* play* from:date* to:date staff_id chosen:rule|coin|person "
        "probability:number result",
        "account_id play from",
        happened="from",
        span=("from", "to"),
        not_negative=("probability",),
        shares=("probability",),
    ),
    # `from_plan`: the plan that proposed it; empty = somebody opened it by hand. `reason`: of its end.
    _table(
        "cases",
        "case_id* account_id* opened_on:date* opened_by from_plan play owner_id "
        "state:open|closed* outcome:kept|partly_kept|lost|won_back|natural closed_on:date reason",
        "case_id",
        happened="opened_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("opened_on", "closed_on"),
        past=("closed_on",),
    ),
    _table(
        "case_steps",
        "step_id* case_id* account_id* n:integer* what* owner_id due_on:date done_on:date note",
        "step_id",
        not_negative=("n",),
        past=("done_on",),
    ),
    _table(
        "case_comments",
        "comment_id* case_id* account_id* on:date* by_id text*",
        "comment_id",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
    ),
    # What a coin chose for whom, taken or not: outcomes are told by what was drawn. Written by the
    # application; play “nothing” where it chose to do nothing.
    _table(
        "coins",
        "account_id* on:date* play* probability:number*",
        "account_id on",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        not_negative=("probability",),
        shares=("probability",),
    ),
    # Who gets a play and who waits for it, decided before anything happens; `to`: its last day, `held`:
    # the share that goes without. Written by the application, as is what was drawn.
    _table(
        "designs",
        "design* kind:order|managers|hold_out* play* begins:date* to:date* waves:integer "
        "weeks_between:integer held:number on:date* by_id off_on:date off_by reason",
        "design",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("begins", "to"),
        past=("off_on",),
        not_negative=("waves", "weeks_between", "held"),
        shares=("held",),
    ),
    # `unit`: what was drawn, the account or its manager; `probability`: of this arm and wave; `draw`:
    # the number that decided.
    _table(
        "design_draws",
        "design* account_id* play* unit* arm:begins|held* wave:integer probability:number* "
        "draw:number* from:date* to:date* on:date*",
        "design account_id",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("from", "to"),
        not_negative=("wave", "probability", "draw"),
        shares=("probability",),
    ),
    # The effects of plays that plans may not go by: what they believed before stands, until somebody lets
    # the change go. Written by the application.
    _table(
        "held_effects",
        "play* on:date* by_id held:yes_no* reason",
        "play on",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
    ),
    # From when a lost account is to be called, as somebody set it on a day, and the reason.
    _table(
        "win_backs",
        "account_id* call_on:date* reason* staff_id set_on:date*",
        "account_id",
        happened="set_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
    ),
    # Nothing is proposed for an account until a day; dismissed: not for the same change of state.
    _table(
        "snoozes",
        "account_id* on:date* until:date* kind:snooze|dismiss* reason",
        "account_id on",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("on", "until"),
    ),
    # Money that somebody asks to give, and what somebody else decided; `kind`: the pool it comes from.
    # `incentive_id`: the incentive that it became.
    _table(
        "approvals",
        "approval_id* account_id* case_id* play "
        "kind:discount|joint_promotion|sales_contest|rebate|goods asked_on:date* asked_by "
        "amount:money* currency in_return_for stops_on:date reason "
        "state:asked|approved|refused|withdrawn* decided_on:date decided_by approved_amount:money "
        "answer incentive_id",
        "approval_id",
        happened="asked_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("asked_on", "stops_on"),
        in_order=(("asked_on", "decided_on"),),
        past=("decided_on",),
        not_negative=("amount", "approved_amount"),
    ),
    # The company's own plays: `definition` as JSON, empty = the built-in one of that name.
    _table("plays", "play* definition in_service:yes_no", "play"),
)
