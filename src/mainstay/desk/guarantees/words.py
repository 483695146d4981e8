"""The words of how accounts stand."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts.words import sentence

GUARANTEES: dict[str, Any] = {
    "quality": pgettext_lazy("guarantee", "Product quality"),
    "service": pgettext_lazy("guarantee", "Service"),
    "delivery": pgettext_lazy("guarantee", "Delivery"),
    "value": pgettext_lazy("guarantee", "Value"),
    "needs": pgettext_lazy("guarantee", "Product needs"),
    "strategy": pgettext_lazy("guarantee", "Strategy"),
}
# Addresses of the page of a guarantee, and of the same of one account.
PAGES: dict[str, str] = {
    "quality": "quality:portfolio",
    "service": "service:portfolio",
    "delivery": "delivery:portfolio",
    "value": "value:portfolio",
    "needs": "needs:portfolio",
    "strategy": "strategy:portfolio",
}
ACCOUNT_PAGES: dict[str, str] = {
    "quality": "quality:account",
    "service": "service:account",
    "delivery": "delivery:account",
    "value": "value:account",
    "needs": "needs:account",
    "strategy": "strategy:account",
}
# Pages that look ahead, beside those of the guarantees.
AHEAD: dict[str, Any] = {
    "seasons:list": gettext_lazy("Season stock"),
    "allocation:list": pgettext_lazy("navigation", "Short stock"),
}
STANDINGS: dict[str, Any] = {
    "poor": pgettext_lazy("standing", "Poor"),
    "watch": pgettext_lazy("standing", "Watch"),
    "good": pgettext_lazy("standing", "Good"),
    "unknown": pgettext_lazy("standing", "Not known"),
}


def measured(value: float | None, unit: str, currency: str = "") -> str:
    """A measure as the reader writes it, with its unit."""
    if value is None:
        return numbers.NOTHING
    if unit == "share":
        return numbers.share(value)
    if unit == "money":
        return numbers.money(value, currency)
    shown = numbers.plain(value)
    if unit == "hours":
        return ngettext("%(n)s hour", "%(n)s hours", 1 if shown == "1" else 2) % {"n": shown}
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", 1 if shown == "1" else 2) % {"n": shown}
    if unit == "per_1000":  # most are far below one
        return _("%(n)s per 1,000") % {"n": numbers.rate(value)}
    return shown


def said(stored: str | None, currency: str = "") -> str:
    """A sentence of a card, in the reader's language."""
    return sentence(json.loads(stored), currency) if stored else ""
