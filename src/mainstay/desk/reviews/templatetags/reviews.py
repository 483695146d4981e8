"""What the pages of reviews need: causes in words, names, surveys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts.models import Account
from mainstay.desk.reviews import proposals, queries, survey_words, words
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.rights import may_review

register = template.Library()


@register.filter
def cause(name: str | None) -> str:
    """A cause in plain words."""
    return words.cause(name)


@register.filter
def cause_family(name: str | None) -> str:
    return words.family(name)


@register.filter
def former_cause(name: str | None) -> str:
    """Why a new account left its former supplier."""
    return str(words.CHOICES["former_supplier_reason"].get(name or "", name or "–"))


@register.filter
def said_cause(review: Review) -> str:
    """What they gave as their reason."""
    if review.kind == "new":
        return former_cause(review.former_supplier_reason)
    return words.cause(review.customer_reason)


@register.filter
def review_word(value: str | None, column: str) -> str:
    """A choice of a column of reviews, in words."""
    return str(words.CHOICES[column].get(value or "", value or ""))


@register.filter
def stage_word(stage: str) -> str:
    return str(words.STAGES.get(stage, stage))


@register.filter
def of_stage(counts: Mapping[str, int], stage: str) -> str:
    """How many reviews are at a stage, as a reader writes it."""
    return numbers.plain(counts.get(stage, 0))


@register.filter
def kind_of_review(kind: str) -> str:
    return str(words.KINDS.get(kind, kind))


@register.simple_tag
def review_heading(whole: queries.Whole) -> str:
    """Of which account a review is, of what kind, and how far it has come: alike in title and heading."""
    review, account = whole.review, whole.account
    return pgettext("heading of a review", "{account}: {kind}, {stage}").format(
        account=account.name if account else review.account_id,
        kind=kind_of_review(review.kind),
        stage=stage_word(whole.stage),
    )


@register.filter
def language_name(code: str) -> str:
    return survey_words.NAMES.get(code, code)


@register.filter
def unanswered(survey: Any) -> str:
    """For how long a survey has not been answered; nothing where it was, or is closed."""
    if survey is None or survey.answered_at or survey.closed_at:
        return ""
    return words.since((timezone.now() - survey.made_at).days)


@register.filter
def whys(review: Review) -> list[tuple[int, str, str]]:
    """The rungs of the ladder that are written: number, question, answer."""
    found = []
    for n in range(1, 6):
        text = getattr(review, f"why_{n}")
        if text:
            found.append((n, str(words.LABELS[f"why_{n}"]), text))
    return found


@register.simple_tag(takes_context=True)
def reviews_of(context: Mapping[str, Any], account: Account) -> dict[str, Any]:
    """What the account's page shows of its reviews, and as what one could be opened."""
    user = context["request"].user
    found = queries.of_account(account)
    kind = "" if any(r.confirmed_on is None for r in found) else proposals.kind_of(account)
    shown = queries.with_stages(found, timezone.now())
    return {"reviews": shown, "kind": kind if may_review(user) else ""}
