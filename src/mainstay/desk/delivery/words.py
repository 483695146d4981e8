"""The words of the pages of delivery."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words

QUARTER_DAYS = 91
SHOWS: dict[str, Any] = {
    "": pgettext_lazy("lines of deliveries", "Not on time in full"),
    "late": pgettext_lazy("lines of deliveries", "Late"),
    "short": pgettext_lazy("lines of deliveries", "Short"),
    "all": pgettext_lazy("lines of deliveries", "All"),
}
KINDS: dict[str, Any] = {
    "all": pgettext_lazy("bad deliveries", "Late, short or refused"),
    "late": pgettext_lazy("bad deliveries", "More than two days late"),
    "short": pgettext_lazy("bad deliveries", "More than 5% short, or refused"),
}
DOUBTS: dict[str, Any] = {
    "before_order": gettext_lazy(
        "Delivered before they were ordered: neither on time nor lead time is counted."
    ),
    "units": gettext_lazy(
        "Ordered and delivered in units that don't convert: quantities are not counted. Say in the table of "
        "units and packs how many of one are in the other."
    ),
    "nothing_ordered": gettext_lazy("A quantity of 0 was ordered: quantities are not counted."),
    "no_product": gettext_lazy(
        "Of a product that is neither listed nor was ever sold; they count all the same."
    ),
    "no_day": gettext_lazy("Neither promised nor asked for a day: on time is not counted."),
    "no_quantity": gettext_lazy(
        "The quantity ordered or delivered is not told: in full is not counted."
    ),
    "no_account": gettext_lazy("Neither account nor known order is named: they count nowhere."),
}
BY: dict[str, Any] = {
    "promised": pgettext_lazy("the day that counts", "promised"),
    "requested": pgettext_lazy("the day that counts", "asked for"),
}
_SHARE, _DAYS = "share", "days"
DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "size_class": pgettext_lazy("download", "Size"),
    "standing": pgettext_lazy("download", "Standing"),
    "urgency": pgettext_lazy("download", "Urgency"),
    "quarter": pgettext_lazy("download", "Quarter from"),
    "product_id": pgettext_lazy("download", "Product code"),
    "category": pgettext_lazy("download", "Category"),
    "orders": pgettext_lazy("download", "Orders"),
    "lines": pgettext_lazy("download", "Lines"),
    "otif": pgettext_lazy("download", "On time in full"),
    "otif_before": pgettext_lazy("download", "On time in full, half a year before"),
    "peers_otif": pgettext_lazy("download", "On time in full, peers"),
    "otif_promised": pgettext_lazy("download", "On time in full promised"),
    "on_time": pgettext_lazy("download", "On time"),
    "on_request": pgettext_lazy("download", "On the day they asked for"),
    "in_full": pgettext_lazy("download", "In full"),
    "fill": pgettext_lazy("download", "Fill rate"),
    "fill_promised": pgettext_lazy("download", "Fill rate promised"),
    "urgent": pgettext_lazy("download", "Urgent orders"),
    "urgent_met": pgettext_lazy("download", "Urgent orders met"),
    "refused": pgettext_lazy("download", "Refused"),
    "overdue": pgettext_lazy("download", "Overdue lines"),
    "lead_median": pgettext_lazy("download", "Lead time, days, median"),
    "lead_q10": pgettext_lazy("download", "Lead time, days, one in ten is shorter"),
    "lead_q90": pgettext_lazy("download", "Lead time, days, one in ten is longer"),
    "kind": pgettext_lazy("download", "Bad deliveries"),
    "cases": pgettext_lazy("download", "Bad delivery days"),
    "accounts": pgettext_lazy("download", "Accounts"),
    "change": pgettext_lazy("download", "Bought against usual"),
    "peers_change": pgettext_lazy("download", "The same after good deliveries"),
    "effect": pgettext_lazy("download", "Difference"),
    "low": pgettext_lazy("download", "Difference, low"),
    "high": pgettext_lazy("download", "Difference, high"),
    "doubt": pgettext_lazy("download", "What can't be so"),
    "order_id": pgettext_lazy("download", "Order number"),
    "delivery_id": pgettext_lazy("download", "Delivery number"),
    "ordered_on": pgettext_lazy("download", "Ordered on"),
    "due_on": pgettext_lazy("download", "Due on"),
    "by": pgettext_lazy("download", "Due as"),
    "requested_on": pgettext_lazy("download", "Asked for"),
    "delivered_on": pgettext_lazy("download", "Delivered on"),
    "days_late": pgettext_lazy("download", "Days late"),
    "lead_days": pgettext_lazy("download", "Lead time, days"),
    "wanted": pgettext_lazy("download", "Quantity ordered"),
    "came": pgettext_lazy("download", "Quantity delivered"),
}


def quarter(as_of: date, number: int) -> str:
    """A quarter of 13 weeks by the month in which it ends: an axis has room for no more."""
    return account_words.month(as_of - timedelta(days=1 + QUARTER_DAYS * number))


def afterwards(row: dict[str, Any]) -> str:
    """What one bad delivery was followed by; never that it was the cause."""
    if not row["over"]:
        return _("The 13 weeks afterwards are not over yet.")
    change = row["change"]
    if change is None:
        return _("What they usually buy in these weeks is not known.")
    if abs(change) < 0.05:
        return _("Afterwards they bought about what they usually do.")
    if change <= -0.995:
        return _("Afterwards they bought nothing for 13 weeks.")
    if change < 0:
        return _("Afterwards they bought {share} less than they usually do.").format(
            share=numbers.share(-change)
        )
    if change >= 2:
        return _("Afterwards they bought three times what they usually do, or more.")
    return _("Afterwards they bought {share} more than they usually do.").format(
        share=numbers.share(change)
    )


def peers_then(row: dict[str, Any]) -> str:
    """The same of accounts of its size at that time, after good deliveries."""
    if row["peers_change"] is None or row["change"] is None:
        return ""
    return _(
        "Accounts of its size whose goods came well at the time: {change} ({n} deliveries)."
    ).format(change=numbers.change(row["peers_change"]), n=row["peers_n"])
