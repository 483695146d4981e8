"""What reviews say beside the causes, and what of it waits until we have said what we think (R10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from mainstay.desk.accounts.queries import Sight
from mainstay.desk.reviews.models import Review as ReviewRow
from mainstay.desk.reviews.queries import disagree
from mainstay.desk.reviews.rights import held_from
from mainstay.desk.reviews.words import FAILURES
from mainstay.desk.reviews.words import cause as cause_word


@dataclass(frozen=True)
class Review:
    """The newest review of an account's loss: our reason and theirs side by side, empty = not said."""

    href: str
    done: bool
    ours: str
    theirs: str
    differ: bool


def held(sight: Sight, reviews: list[ReviewRow]) -> frozenset[str]:
    """The reviews of which the reader is not told yet what they say (R10)."""
    return frozenset(one.review_id for one in reviews if held_from(sight.user, one))


def tells(proofs: list[Any], held: frozenset[str]) -> bool:
    """Whether what these rows prove comes from a review that is held back."""
    return any(proof[0] == "reviews" and proof[1] in held for proof in proofs if len(proof) > 1)


def newest(sight: Sight, reviews: list[ReviewRow]) -> Review | None:
    """What they say waits until we have said what we think (R10), as on the review's own page."""
    of_losses = (one for one in reviews if one.kind in FAILURES)
    review = next(of_losses, None)
    if review is None:
        return None
    ours = review.salesperson_reason
    theirs = None if held_from(sight.user, review) else review.customer_reason
    return Review(
        reverse("reviews:show", args=[review.pk]),
        review.confirmed_on is not None,
        cause_word(ours) if ours else "",
        cause_word(theirs) if theirs else "",
        disagree(ours, theirs),
    )
