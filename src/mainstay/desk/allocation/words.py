"""The words of short stock."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

RULES: dict[str, Any] = {
    "priority": pgettext_lazy("allocation", "Priority"),
    "first_come": pgettext_lazy("allocation", "First come"),
    "pro_rata": pgettext_lazy("allocation", "Pro rata"),
    "by_hand": pgettext_lazy("allocation", "Priority, with changes by hand"),
}
STATES: dict[str, Any] = {
    "draft": pgettext_lazy("allocation", "Proposed, not decided yet"),
    "approved": pgettext_lazy("allocation", "Approved"),
}
# Of the file for the ERP; and what the columns are called.
EXPORT: dict[str, Any] = {
    "order_id": pgettext_lazy("column of a file", "Order number"),
    "line": pgettext_lazy("column of a file", "Line number"),
    "product_id": pgettext_lazy("column of a file", "Product code"),
    "account_id": pgettext_lazy("column of a file", "Account code"),
    "name": pgettext_lazy("column of a file", "Account name"),
    "wanted": pgettext_lazy("column of a file", "Quantity wanted"),
    "given": pgettext_lazy("column of a file", "Quantity allocated"),
    "unit": pgettext_lazy("column of a file", "Unit"),
    "by": pgettext_lazy("column of a file", "Allocated by"),
    "lost": pgettext_lazy("allocation", "Expected margin lost"),
    "reason": pgettext_lazy("column of a file", "Reason of allocation"),
}
BY: dict[str, Any] = {
    "rule": pgettext_lazy("allocation", "By the rule"),
    "hand": pgettext_lazy("allocation", "By hand"),
}
