"""The words of the pages of quality."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.accounts import words as account_words

STATES: dict[str, Any] = {
    "out": pgettext_lazy("control chart", "Out of control"),
    "better": pgettext_lazy("control chart", "Better than usual"),
    "usual": pgettext_lazy("control chart", "As usual"),
    "unjudged": pgettext_lazy("control chart", "Too little known"),
}
# How a state looks: as a standing does.
LOOKS = {"out": "poor", "better": "good", "usual": "good", "unjudged": "unknown"}
SIGNALS: dict[str, Any] = {
    "high": pgettext_lazy("control chart", "Above the limit"),
    "low": pgettext_lazy("control chart", "Below the limit"),
    "run_high": pgettext_lazy("control chart", "Eight months above usual"),
    "run_low": pgettext_lazy("control chart", "Eight months below usual"),
}
KINDS: dict[str, Any] = {
    "complaint": pgettext_lazy("case of quality", "Complaint"),
    "return": pgettext_lazy("case of quality", "Return"),
}
DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "size_class": pgettext_lazy("download", "Size"),
    "standing": pgettext_lazy("download", "Standing"),
    "urgency": pgettext_lazy("download", "Urgency"),
    "quarter": pgettext_lazy("download", "Quarter from"),
    "accounts": pgettext_lazy("download", "Accounts"),
    "cases": pgettext_lazy("download", "Complaints and returns"),
    "complaints": pgettext_lazy("download", "Complaints"),
    "units": pgettext_lazy("download", "Units"),
    "rate": pgettext_lazy("download", "Per 1,000 units"),
    "returned": pgettext_lazy("download", "Units that came back"),
    "cases_before": pgettext_lazy("download", "Complaints and returns, half a year before"),
    "rate_before": pgettext_lazy("download", "Per 1,000 units, half a year before"),
    "peers": pgettext_lazy("download", "Per 1,000 units, peers"),
    "hits": pgettext_lazy("download", "Complaints in 52 weeks"),
    "hit_product": pgettext_lazy("download", "Product complained of most"),
    "hit_same": pgettext_lazy("download", "Complaints of it"),
    "last_on": pgettext_lazy("download", "Latest"),
    "first_on": pgettext_lazy("download", "First"),
    "money_at_risk": pgettext_lazy("download", "Money at risk"),
    "product_id": pgettext_lazy("download", "Product code"),
    "category": pgettext_lazy("download", "Category"),
    "state": pgettext_lazy("download", "State"),
    "signal": pgettext_lazy("download", "Signal"),
    "excess": pgettext_lazy("download", "More than usual, three months"),
    "month": pgettext_lazy("download", "Month"),
    "centre": pgettext_lazy("download", "Usual, per 1,000 units"),
    "low": pgettext_lazy("download", "Lower limit, per 1,000 units"),
    "high": pgettext_lazy("download", "Upper limit, per 1,000 units"),
    "expected": pgettext_lazy("download", "Expected"),
    "batch": pgettext_lazy("download", "Batch"),
    "limit": pgettext_lazy("download", "At most by chance"),
    "beyond": pgettext_lazy("download", "More than chance"),
    "on": pgettext_lazy("download", "Date"),
    "kind": pgettext_lazy("download", "Kind"),
    "complaint_id": pgettext_lazy("download", "Complaint"),
    "severity": pgettext_lazy("download", "Severity"),
    "action_id": pgettext_lazy("download", "Corrective action"),
    "asked_on": pgettext_lazy("download", "Asked on"),
    "owner_id": pgettext_lazy("download", "Who answers"),
    "answer_due_on": pgettext_lazy("download", "Answer due"),
    "answered_on": pgettext_lazy("download", "Answered on"),
    "root_cause": pgettext_lazy("download", "Root cause"),
    "lesson": pgettext_lazy("download", "Lesson"),
    "closed_on": pgettext_lazy("download", "Closed on"),
    "lines": pgettext_lazy("download", "Lines"),
}


def month_before(as_of: date, back: int) -> date:
    """The first of the month so many months before that of the day before as_of."""
    last = date.fromordinal(as_of.toordinal() - 1)
    n = last.year * 12 + last.month - 1 - back
    return date(n // 12, n % 12 + 1, 1)


def month(as_of: date, back: int) -> str:
    return account_words.month(month_before(as_of, back))


def out_until(row: dict[str, Any], as_of: date) -> str:
    """The newest month in which a product was out of control that is so no more; "" where it was not."""
    back = row.get("out_until")
    return month(as_of, back) if back is not None else ""


def state_told(row: dict[str, Any], as_of: date) -> str:
    """How a product stands, in one sentence."""
    if row["state"] == "unjudged":
        return _(
            "Too little is known to judge: it takes twelve months in which units and complaints are known."
        )
    if row["signal"] is None and (until := out_until(row, as_of)):
        return _(
            "It was out of control until {month}. The last three months, which the state goes by, lie within "
            "what is usual."
        ).format(month=until)
    if row["signal"] is None:
        return _("The last three months lie within what is usual.")
    when = month(as_of, row["signal_month"])
    said = {
        "high": _("In {month} there were more complaints and returns than chance explains."),
        "low": _("In {month} there were fewer complaints and returns than chance explains."),
        "run_high": _("Up to {month}, eight months in a row or more lie above what is usual."),
        "run_low": _("Up to {month}, eight months in a row or more lie below what is usual."),
    }
    return said[row["signal"]].format(month=when)
