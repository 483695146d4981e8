"""The words of the page of lost accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from mainstay import engine
from mainstay.desk.causes.words import family

SHOWS: dict[str, Any] = {
    "": pgettext_lazy("lost accounts", "To call now"),
    "soon": pgettext_lazy("lost accounts", "Within a quarter"),
    "later": pgettext_lazy("lost accounts", "Later"),
    "waits": pgettext_lazy("lost accounts", "In a trial"),
}
LIVES: dict[str, Any] = {
    "": pgettext_lazy("second lives", "Back again"),
    "leaving": pgettext_lazy("second lives", "Leaving again"),
}
PRICE = pgettext_lazy("why they left", "The price")
CAUSES: tuple[str, ...] = engine.LEFT_FOR
LEAST_CASES = 5  # returns, from which on a cause is told apart (learning.returns)
LOST_DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account"),
    "name": pgettext_lazy("download", "Name"),
    "manager": pgettext_lazy("download", "Manager"),
    "cause": pgettext_lazy("download", "Why it left"),
    "p_cause": pgettext_lazy("download", "How sure"),
    "lost_since": pgettext_lazy("download", "Lost since"),
    "season_on": pgettext_lazy("download", "Next season"),
    "call_from": pgettext_lazy("download", "Call from"),
    "gone": pgettext_lazy("download", "Sales gone, a year"),
    "chance": pgettext_lazy("download", "Back within a year"),
    "chance_low": pgettext_lazy("download", "80% interval, from"),
    "chance_high": pgettext_lazy("download", "80% interval, to"),
    "margin_year": pgettext_lazy("download", "Margin a year, if back"),
    "years": pgettext_lazy("download", "Years that it stays"),
    "value": pgettext_lazy("download", "Expected margin"),
    "play": pgettext_lazy("download", "Play"),
}
BACK_DOWNLOAD: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account"),
    "name": pgettext_lazy("download", "Name"),
    "manager": pgettext_lazy("download", "Manager"),
    "cause": pgettext_lazy("download", "Why it had left"),
    "p_cause": pgettext_lazy("download", "How sure"),
    "left_on": pgettext_lazy("download", "Last order before"),
    "back_on": pgettext_lazy("download", "Back since"),
    "times": pgettext_lazy("download", "Times back"),
    "before": pgettext_lazy("download", "Sales a year, before"),
    "now": pgettext_lazy("download", "Sales a year, now"),
    "state": pgettext_lazy("download", "State"),
    "play": pgettext_lazy("download", "Play before it came back"),
    "play_from": pgettext_lazy("download", "Begun on"),
    "by_id": pgettext_lazy("download", "Led by"),
}
DOWNLOADS = {"lost": LOST_DOWNLOAD, "back": BACK_DOWNLOAD}


def cause(name: str) -> str:
    """Why accounts left, in a few words."""
    return str(PRICE) if name == engine.LEFT_FOR[0] else family(name)


def causes() -> list[tuple[str, str]]:
    return [(name, cause(name)) for name in CAUSES]
