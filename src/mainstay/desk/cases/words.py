"""The words of cases, their steps and what is put off."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

STATES: dict[str, Any] = {
    "open": pgettext_lazy("case", "Under way"),
    "closed": pgettext_lazy("case", "Closed"),
}
OUTCOMES: dict[str, Any] = {
    "kept": pgettext_lazy("outcome of case", "Kept"),
    "partly_kept": pgettext_lazy("outcome of case", "Partly kept"),
    "won_back": pgettext_lazy("outcome of case", "Won back"),
    "lost": pgettext_lazy("outcome of case", "Lost"),
    "natural": pgettext_lazy("outcome of case", "Natural: they closed, moved or changed trade"),
}
KINDS: dict[str, Any] = {
    "snooze": pgettext_lazy("snooze", "Put off"),
    "dismiss": pgettext_lazy("snooze", "Dismissed"),
}
# What is said once it is kept.
PUT_OFF: dict[str, Any] = {
    "snooze": gettext_lazy("Put off: it is not proposed until that day."),
    "dismiss": gettext_lazy(
        "Dismissed: it is proposed again when the account's state changes, at the latest after half a year."
    ),
}
CHOSEN: dict[str, Any] = {
    "rule": pgettext_lazy("play was chosen", "By the plan"),
    "coin": pgettext_lazy("play was chosen", "By a coin"),
    "person": pgettext_lazy("play was chosen", "By a person"),
}
ASKED: dict[str, Any] = {
    "asked": pgettext_lazy("money asked for", "Waits for approval"),
    "approved": pgettext_lazy("money asked for", "Approved"),
    "refused": pgettext_lazy("money asked for", "Refused"),
    "withdrawn": pgettext_lazy("money asked for", "Taken back"),
}
# The pools of money that is given, as `incentives.kind` has them.
POOLS: dict[str, Any] = {
    "discount": pgettext_lazy("kind of incentive", "Discount"),
    "joint_promotion": pgettext_lazy("kind of incentive", "Joint promotion"),
    "sales_contest": pgettext_lazy("kind of incentive", "Sales contest"),
    "rebate": pgettext_lazy("kind of incentive", "Rebate"),
    "goods": pgettext_lazy("kind of incentive", "Goods"),
}
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("cases", "Under way"),
    "overdue": pgettext_lazy("cases", "With a step overdue"),
    "closed": pgettext_lazy("cases", "Closed"),
}
ROLES: dict[str, Any] = {
    "manager": pgettext_lazy("role in a play", "Manager"),
    "service": pgettext_lazy("role in a play", "Service"),
    "senior": pgettext_lazy("role in a play", "Somebody senior"),
    "quality": pgettext_lazy("role in a play", "Quality"),
    "supply": pgettext_lazy("role in a play", "Supply"),
    "finance": pgettext_lazy("role in a play", "Finance"),
}
SUITS = pgettext_lazy("plays", "For accounts as this one stands")
OTHERS = pgettext_lazy("plays", "Others")
# How it is drawn who waits for a play, and what was drawn.
TRIALS: dict[str, Any] = {
    "order": pgettext_lazy("kind of trial", "Random order"),
    "managers": pgettext_lazy("kind of trial", "Managers in turn"),
    "hold_out": pgettext_lazy("kind of trial", "A share goes without"),
}
ARMS: dict[str, Any] = {
    "begins": pgettext_lazy("drawn in a trial", "Begins"),
    "held": pgettext_lazy("drawn in a trial", "Goes without"),
}
CHOICES: dict[tuple[str, str], dict[Any, Any]] = {
    ("cases", "state"): STATES,
    ("cases", "outcome"): OUTCOMES,
    ("snoozes", "kind"): KINDS,
    ("play_runs", "chosen"): CHOSEN,
    ("designs", "kind"): TRIALS,
    ("design_draws", "arm"): ARMS,
    ("approvals", "state"): ASKED,
    ("approvals", "kind"): POOLS,
    ("incentives", "kind"): POOLS,
}


def told(wording: str | None) -> str:
    """A wording of the catalogue in the reader's language; what users wrote, as it stands."""
    return gettext(wording) if wording else ""
