"""The sentences of a quarterly review, from its figures alone: a rule for each, no word that nobody counted.

Nothing is said to be because of anything: what was drawn alone has effects, and these come with their interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.quarter.review import Review
from mainstay.engine.quarter.told_done import plays, promises, reviews, share_kept
from mainstay.engine.quarter.told_losses import causes, losses
from mainstay.engine.quarter.told_shared import clearest, concentration, fairness

Bullet = list[Text]  # sentences that belong together
PAGES = ("losses", "causes", "reviews", "plays", "promises", "concentration", "fairness")

SO_FAR = gettext_noop(
    "The quarter lasts until {last_on}: this is what is known so far, and part of a quarter beside whole ones."
)
LATE = gettext_noop(
    "Nobody looked back at the end of this quarter: it is seen from {as_of_on}, with what was known by then."
)
KNOWN = gettext_noop("What was known on {as_of_on}; nothing that was recorded later.")


def pages(review: Review) -> dict[str, list[Bullet]]:
    """By page, in their order; `first`: five sentences of the quarter."""
    told = {
        "losses": losses(review),
        "causes": causes(review),
        "reviews": reviews(review),
        "plays": plays(review),
        "promises": promises(review),
        "concentration": concentration(review),
        "fairness": fairness(review),
    }
    return {"first": _first(review, told), **told}


def seen_from(review: Review) -> list[Text]:
    """From when the quarter is looked back upon."""
    as_of = {"as_of_on": str(review.as_of)}
    if review.so_far:
        last = review.quarter.over.toordinal() - 1
        told = Text(SO_FAR, {"last_on": str(type(review.as_of).fromordinal(last))})
        return [told, Text(KNOWN, as_of)]
    return [Text(LATE if review.late else KNOWN, as_of)]


def _first(review: Review, told: Mapping[str, list[Bullet]]) -> list[Bullet]:
    """Who was lost, to whom, what was kept of what we promised, what was done, and what stands out."""
    work = "reviews" if _wrote(review, "reviews") or not _wrote(review, "plays") else "plays"
    last = clearest(review) or told["concentration"][0]
    heads = [told[page][0] for page in ("losses", "causes", "promises", work)]
    return [*heads, last]


def _wrote(review: Review, part: str) -> bool:
    figures = review.now(part)
    return bool(figures and figures["written"])


def number_first(review: Review) -> dict[str, Any]:
    """The number that matters: money a year of the accounts that were lost; None = not known."""
    now = review.now("losses")
    if now is None:
        kept = share_kept(review.now("promises"))
        return {"what": "kept", "value": kept}
    return {"what": "lost", "value": now["kinds"]["lost"]["money"]}
