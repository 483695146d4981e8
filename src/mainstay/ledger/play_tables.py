"""The tables of what is done about accounts: cases with their steps, runs of plays, what is put off, own plays."""

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
    # The company's own plays: `definition` as JSON, empty = the built-in one of that name.
    _table("plays", "play* definition in_service:yes_no", "play"),
)
