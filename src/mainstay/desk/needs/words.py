"""The words of the pages of product needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.words import CATEGORY_STATES, SIZES_AND_ALL
from mainstay.desk.facts import words as facts

QUARTER_DAYS = 91
SELDOM = 0.01  # began so: one says of how many one does, not a percentage
WHY: dict[str, Any] = {
    "open": gettext_lazy("Not known: ask."),
    "moved": gettext_lazy("They buy something else of the category from us."),
    "ours": gettext_lazy("We gave it up."),
}
# Which tables are files: of all, of the accounts that one sees, of one account.
OF_ALL = ("launches", "quarters", "shifts")
OF_ACCOUNTS = ("needs", "chances", "asked", "stopped", "outdated")
OF_ACCOUNT = ("mix", "new", "stopped", "outdated", "chances", "asked")
DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "account_name": pgettext_lazy("download", "Name"),
    "size_class": pgettext_lazy("download", "Size"),
    "money": pgettext_lazy("download", "Money"),
    "new_money": pgettext_lazy("download", "Of it new within two years"),
    "new_share": pgettext_lazy("download", "Share of new products"),
    "new_before": pgettext_lazy("download", "Share of new products, half a year before"),
    "peers_new": pgettext_lazy("download", "Share of new products, peers"),
    "newest_share": pgettext_lazy("download", "Share of the newest generation"),
    "moved": pgettext_lazy("download", "Moved to other categories"),
    "by_chance": pgettext_lazy("download", "Moved, by chance"),
    "shifted": pgettext_lazy("download", "Shifted beyond chance"),
    "stopped": pgettext_lazy("download", "Products stopped"),
    "stopped_money": pgettext_lazy("download", "Money of products stopped"),
    "overdue": pgettext_lazy("download", "Overdue"),
    "open": pgettext_lazy("download", "Waiting"),
    "category": pgettext_lazy("download", "Category"),
    "now": pgettext_lazy("download", "Share now"),
    "before": pgettext_lazy("download", "Share a year before"),
    "peers": pgettext_lazy("download", "Share, peers"),
    "money_before": pgettext_lazy("download", "Money a year before"),
    "state": pgettext_lazy("download", "State"),
    "product_id": pgettext_lazy("download", "Product code"),
    "item": pgettext_lazy("download", "Product or category"),
    "name": pgettext_lazy("download", "Product"),
    "launched_on": pgettext_lazy("download", "Launched on"),
    "told": pgettext_lazy("download", "Launch told"),
    "eligible": pgettext_lazy("download", "Accounts that buy the category"),
    "taken": pgettext_lazy("download", "Taken"),
    "first_on": pgettext_lazy("download", "First bought on"),
    "days": pgettext_lazy("download", "Days since the launch"),
    "peers_share": pgettext_lazy("download", "Share of peers that buy it"),
    "peers_days": pgettext_lazy("download", "Days since the launch, peers"),
    "quarter": pgettext_lazy("download", "Quarter from"),
    "accounts": pgettext_lazy("download", "Accounts"),
    "why": pgettext_lazy("download", "Why"),
    "ends_on": pgettext_lazy("download", "Ends on"),
    "heir": pgettext_lazy("download", "Successor"),
    "heir_name": pgettext_lazy("download", "Name of the successor"),
    "likely": pgettext_lazy("download", "Begun within half a year, of such"),
    "low": pgettext_lazy("download", "A year, low"),
    "high": pgettext_lazy("download", "A year, high"),
    "because_name": pgettext_lazy("download", "Goes with"),
    "share": pgettext_lazy("download", "Share now"),
    "share_before": pgettext_lazy("download", "Share a year before"),
    "less": pgettext_lazy("download", "Accounts that shifted away"),
    "more": pgettext_lazy("download", "Accounts that shifted to it"),
    "request_id": pgettext_lazy("download", "Request"),
    "kind": pgettext_lazy("download", "Kind"),
    "text": pgettext_lazy("download", "What they ask for"),
    "raised_on": pgettext_lazy("download", "Raised on"),
    "due_on": pgettext_lazy("download", "Due on"),
    "answered_on": pgettext_lazy("download", "Answered on"),
    "outcome": pgettext_lazy("download", "Outcome"),
    "waited_days": pgettext_lazy("download", "Days waited"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "needs": (
        *("account_id", "account_name", "size_class", "money", "new_share", "new_before", "peers_new"),
        *("newest_share", "moved", "by_chance", "shifted", "stopped", "stopped_money", "open", "overdue"),
    ),
    "mix": ("category", "now", "before", "peers", "money", "money_before", "state"),
    "new": (
        *("product_id", "name", "category", "launched_on", "taken", "first_on", "days"),
        *("peers_share", "peers_days", "money"),
    ),
    "stopped": ("item", "name", "quarter", "money", "why"),
    "outdated": ("product_id", "name", "ends_on", "heir", "heir_name", "taken", "money"),
    "chances": (
        *("item", "name", "likely", "peers_share", "money", "low", "high", "because_name"),
    ),
    "asked": (
        *("request_id", "kind", "text", "raised_on", "due_on", "answered_on", "outcome"),
        *("waited_days", "overdue"),
    ),
    "launches": (
        *("product_id", "name", "category", "launched_on", "told", "eligible", "taken", "days", "money"),
    ),
    "quarters": ("size_class", "quarter", "accounts", "money", "new_money"),
    "shifts": ("category", "money", "money_before", "share", "share_before", "accounts", "less", "more"),
}  # fmt: skip
CODES: dict[str, Any] = {
    "size_class": SIZES_AND_ALL,
    "why": WHY,
    "state": CATEGORY_STATES,
}


def quarter(as_of: date, number: int) -> str:
    """A quarter of 13 weeks by the month in which it ends."""
    return account_words.month(as_of - timedelta(days=1 + QUARTER_DAYS * number))


def kind(code: str) -> str:
    return facts.choice("requests", "kind", code)


def likely(share: float | None) -> str:
    """How often what fitted as well was begun within half a year."""
    if share is None:
        return numbers.NOTHING
    if share < SELDOM:
        return _("hardly ever")
    return numbers.share(share)
