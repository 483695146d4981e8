"""Words of the quarterly review, and its sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from mainstay.core.texts import Text
from mainstay.desk.accounts.words import sentence
from mainstay.desk.cases import queries as cases
from mainstay.desk.causes import words as cause_words

TITLES: dict[str, Any] = {
    "first": gettext_lazy("The quarter in five sentences"),
    "losses": gettext_lazy("Accounts lost, slipping, returned"),
    "causes": gettext_lazy("Causes: ours, a competitor's, nobody's"),
    "reviews": gettext_lazy("Failure reviews, and what was promised in them"),
    "plays": gettext_lazy("Plays, and what they did"),
    "promises": gettext_lazy("Promises kept"),
    "concentration": gettext_lazy("How much hangs on how few"),
    "fairness": gettext_lazy("Fairness to small accounts"),
}
KINDS: dict[str, Any] = {
    "lost": pgettext_lazy("state", "Lost"),
    "slipping": pgettext_lazy("state", "Slipping"),
    "returned": pgettext_lazy("in a quarter", "Ordered again"),
    "closed": pgettext_lazy("state", "Closed"),
}
PROMISES: dict[str, Any] = {
    "promises": pgettext_lazy("kind of promise", "Promises"),
    "deliveries": pgettext_lazy("kind of promise", "Orders on time in full"),
    "complaints": pgettext_lazy("kind of promise", "Complaints solved in time"),
    "requests": pgettext_lazy("kind of promise", "Requests answered by their day"),
    "seasons": pgettext_lazy("kind of promise", "Season stock confirmed"),
}
MEASURES: dict[str, Any] = {
    **{kind: PROMISES[kind] for kind in ("deliveries", "complaints", "requests")},
    "answers": pgettext_lazy("kind of promise", "Complaints answered in time"),
    "stock": pgettext_lazy("kind of promise", "Short stock, of what was ordered"),
    "hours": pgettext_lazy("kind of promise", "Hours of visits and calls, each"),
}
OUTCOMES: dict[str, Any] = {
    "kept": pgettext_lazy("case ended", "Kept"),
    "partly_kept": pgettext_lazy("case ended", "Kept in part"),
    "won_back": pgettext_lazy("case ended", "Won back"),
    "lost": pgettext_lazy("case ended", "Lost"),
    "natural": pgettext_lazy("case ended", "Natural loss"),
    "none": pgettext_lazy("case ended", "Not said"),
}


def quarter(name: str) -> str:
    return cause_words.quarter(name)


def told(bullet: Iterable[Text], currency: str, plays: Any) -> str:
    """Sentences that belong together; Chinese has no space between two."""
    between = "" if (get_language() or "").startswith("zh") else " "
    return between.join(sentence(_named(text, plays), currency) for text in bullet)


def _named(text: Text, plays: Any) -> Text:
    """Codes of families and plays as they are called."""
    data = dict(text.data)
    if "family" in data:
        data["family"] = cause_words.family(data["family"])
    if "play" in data:
        data["play"] = cases.title(plays, data["play"])
    return Text(text.template, data)
