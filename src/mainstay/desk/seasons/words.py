"""The words of the pages of season stock."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

SHOWS: dict[str, Any] = {
    "": pgettext_lazy("season stock", "All"),
    "off": pgettext_lazy("season stock", "Off what was agreed"),
    "running": pgettext_lazy("season stock", "Running"),
    "before": pgettext_lazy("season stock", "To come"),
    "open": pgettext_lazy("season stock", "Not confirmed"),
}
STATES: dict[str, Any] = {
    "before": pgettext_lazy("state of season stock", "To come"),
    "early": pgettext_lazy("state of season stock", "Too early to tell"),
    "on": pgettext_lazy("state of season stock", "As agreed"),
    "below": pgettext_lazy("state of season stock", "Ordered too little"),
    "above": pgettext_lazy("state of season stock", "Ordered more"),
    "over": pgettext_lazy("state of season stock", "Over, as agreed"),
}
MODELS: dict[str, Any] = {
    "naive": pgettext_lazy("forecast model", "the same month of the year before"),
    "half": pgettext_lazy("forecast model", "half the year before, half the year's mean"),
    "level_3": pgettext_lazy("forecast model", "mean of 3 months by season"),
    "level_6": pgettext_lazy("forecast model", "mean of 6 months by season"),
    "level_12": pgettext_lazy("forecast model", "mean of 12 months by season"),
    "smooth": pgettext_lazy("forecast model", "exponential smoothing"),
    "theta": pgettext_lazy("forecast model", "Theta"),
    "sparse": pgettext_lazy("forecast model", "Croston's, for rare orders"),
}
SHEETS: dict[str, Any] = {
    "account_id": pgettext_lazy("season sheet", "Account code"),
    "product_id": pgettext_lazy("season sheet", "Product"),
    "name": pgettext_lazy("season sheet", "Name"),
    "category": pgettext_lazy("season sheet", "Category"),
    "month": pgettext_lazy("season sheet", "Month"),
    "unit": pgettext_lazy("season sheet", "Unit"),
    "expected": pgettext_lazy("season sheet", "Expected need"),
    "low": pgettext_lazy("season sheet", "Low"),
    "high": pgettext_lazy("season sheet", "High"),
    "opening": pgettext_lazy("season sheet", "Stock at the beginning"),
    "delivery": pgettext_lazy("season sheet", "Delivery"),
    "closing": pgettext_lazy("season sheet", "Stock at the end"),
    "safety": pgettext_lazy("season sheet", "of which safety stock"),
    "deliver_by": pgettext_lazy("season sheet", "Deliver by"),
    "ship_by": pgettext_lazy("season sheet", "Ship by"),
    "produce_by": pgettext_lazy("season sheet", "Begin production by"),
    "available": pgettext_lazy("season sheet", "We have by then"),
    "short": pgettext_lazy("season sheet", "Missing"),
}
FOLLOWED: dict[str, Any] = {
    "account_id": pgettext_lazy("season sheet", "Account code"),
    "plan_id": pgettext_lazy("season sheet", "Plan"),
    "product_id": pgettext_lazy("season sheet", "Product"),
    "name": pgettext_lazy("season sheet", "Name"),
    "category": pgettext_lazy("season sheet", "Category"),
    "unit": pgettext_lazy("season sheet", "Unit"),
    "first": pgettext_lazy("season sheet", "From"),
    "last": pgettext_lazy("season sheet", "To"),
    "state": pgettext_lazy("season sheet", "How it goes"),
    "agreed": pgettext_lazy("season sheet", "Agreed so far"),
    "low": pgettext_lazy("season sheet", "Low"),
    "high": pgettext_lazy("season sheet", "High"),
    "ordered": pgettext_lazy("season sheet", "Ordered so far"),
    "delivered": pgettext_lazy("season sheet", "Delivered so far"),
    "whole": pgettext_lazy("season sheet", "Agreed for the season"),
    "produced": pgettext_lazy("season sheet", "Confirmed by production"),
    "carried": pgettext_lazy("season sheet", "Confirmed by transport"),
}
NO_QUANTITIES = gettext_lazy("The orders of this account tell no quantities.")
