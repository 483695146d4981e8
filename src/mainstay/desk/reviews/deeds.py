"""Which steps of a review stand open to whom, each with its form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mainstay.desk.reviews import forms, queries
from mainstay.desk.reviews.rights import may_review

TAPS = frozenset({"confirm", "reopen", "survey", "close"})


@dataclass(frozen=True)
class Step:
    """One step as the page shows it.

    form: None where the reader can't write it (now); filled: whether something is written down
    waits: not shown before we have said ourselves what we think
    next: whether it is the first that nothing is written down of
    """

    name: str
    form: Any
    filled: bool
    waits: bool = False
    next: bool = False

    @property
    def heading(self) -> str:
        return forms.heading(self.name)

    @property
    def open(self) -> bool:
        return self.form is not None and (self.next or self.form.is_bound)

    def with_form(self, form: Any) -> Step:
        return replace(self, form=form, waits=False)


def open_to(user: Any, whole: queries.Whole) -> list[str]:
    """The steps that a user may write: none of an account that nobody knows, nor once it is confirmed, but
    what changes; what they say only where they may be asked."""
    if not may_review(user) or whole.account is None:
        return []
    names = list(forms.COLUMNS[whole.review.kind])
    if whole.review.confirmed_on:
        return [name for name in names if name == "change"]
    talks = whole.hears and whole.asks
    return [name for name in names if name != "interview" or talks]


def steps(user: Any, whole: queries.Whole) -> list[Step]:
    """The steps of a review in their order, the first empty one unfolded."""
    review, writable = whole.review, open_to(user, whole)
    people = queries.people() if writable else {}
    found, unfolded = [], False
    for name in forms.COLUMNS[review.kind]:
        filled = forms.is_filled(review, name)
        form = forms.StepForm(name, review, people) if name in writable else None
        is_next = not unfolded and not filled and form is not None and not review.confirmed_on
        unfolded = unfolded or is_next
        waits = name == "interview" and not whole.hears
        found.append(Step(name, form, filled and not waits, waits, is_next))
    return found
