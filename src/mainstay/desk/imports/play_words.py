"""The desk's words for the columns of cases, of money that is asked for, of what was put off and of own plays; a part of `words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

COLUMNS_OF_PLAYS: dict[str, Any] = {
    "case_id": pgettext_lazy("column of a file", "Case number"),
    "cases.opened_on": pgettext_lazy("column of a file", "Case opened on"),
    "opened_by": pgettext_lazy("column of a file", "Opened by"),
    "from_plan": pgettext_lazy("column of a file", "From plan"),
    "cases.state": pgettext_lazy("column of a file", "Case state"),
    "cases.outcome": pgettext_lazy("column of a file", "Outcome of case"),
    "cases.closed_on": pgettext_lazy("column of a file", "Case closed on"),
    "step_id": pgettext_lazy("column of a file", "Step number"),
    "n": pgettext_lazy("column of a file", "Order of step"),
    "case_steps.what": pgettext_lazy("column of a file", "What is to be done"),
    "case_steps.due_on": pgettext_lazy("column of a file", "Step due on"),
    "done_on": pgettext_lazy("column of a file", "Done on"),
    "note": pgettext_lazy("column of a file", "Note"),
    "comment_id": pgettext_lazy("column of a file", "Comment number"),
    "win_backs.call_on": pgettext_lazy("column of a file", "Call from"),
    "win_backs.set_on": pgettext_lazy("column of a file", "Date set on"),
    "until": pgettext_lazy("column of a file", "Put off until"),
    "approval_id": pgettext_lazy("column of a file", "Approval number"),
    "approvals.kind": pgettext_lazy("column of a file", "Pool"),
    "asked_on": pgettext_lazy("column of a file", "Asked on"),
    "asked_by": pgettext_lazy("column of a file", "Asked by"),
    "approvals.amount": pgettext_lazy("column of a file", "Sum asked for"),
    "stops_on": pgettext_lazy("column of a file", "Stop date"),
    "approvals.state": pgettext_lazy("column of a file", "State of request"),
    "decided_on": pgettext_lazy("column of a file", "Decided on"),
    "decided_by": pgettext_lazy("column of a file", "Decided by"),
    "approved_amount": pgettext_lazy("column of a file", "Sum approved"),
    "approvals.answer": pgettext_lazy("column of a file", "Answer of the approver"),
    "definition": pgettext_lazy("column of a file", "Play definition"),
    "in_service": pgettext_lazy("column of a file", "In service"),
    "plan_id": pgettext_lazy("column of a file", "Season plan number"),
    "opening_stock": pgettext_lazy("column of a file", "Opening stock"),
    "agreed_on": pgettext_lazy("column of a file", "Agreed on"),
    "agreed_by": pgettext_lazy("column of a file", "Agreed by"),
    "season_plans.state": pgettext_lazy("column of a file", "Plan state"),
    "confirmation_id": pgettext_lazy("column of a file", "Confirmation number"),
    "by_role": pgettext_lazy("column of a file", "Confirmed by department"),
    "ready_on": pgettext_lazy("column of a file", "Ready on"),
}
