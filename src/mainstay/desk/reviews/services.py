"""Writes of reviews: opening one, its steps, confirming, what is changed, surveys and their answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.services import ThereAlready, entry
from mainstay.desk.reviews.models import OPEN, Review, Survey
from mainstay.desk.reviews.rights import code_of, may_ask, may_confirm, may_review
from mainstay.desk.reviews.words import FAILURES

VALID_DAYS = 30  # of a survey's link
SCOPES = {"lost": "complete", "slipping": "partial"}


class NotYet(MainstayError):
    """Something that a review is not ready for."""

    code = "not_yet"


class LinkClosed(MainstayError):
    """A survey that was answered, has expired, or was closed."""

    code = "link_closed"


def open_review(user: User, account: Account, kind: str, *, today: date) -> Review:
    """Open a review of an account, prefilled with what is known.

    Raises: NotAllowed, ThereAlready while one of this account is open
    """
    if Review.objects.filter(OPEN, account_id=account.account_id).exists():
        raise ThereAlready(gettext_noop("A review of this account is open already."))
    failed = kind in FAILURES
    with entry(user) as book:
        made: Any = book.add(
            Review(
                # By account and day: two who tap at once open one.
                review_id=f"{account.account_id} {today:%Y%m%d} {kind}",
                account_id=account.account_id,
                opened_on=today,
                kind=kind,
                scope=SCOPES.get(account.state or "") if failed else None,
                onset_on=_onset(account) if failed else None,
                salesperson_id=account.manager_id,
            )
        )
    return made


def _onset(account: Account) -> date | None:
    """When it began, as Why says; where nothing is said there, as far as orders tell: the day on which the
    next order failed to come, or their rate fell; never after the day on which the state was seen."""
    if account.fell_on is not None or account.state in ("steady", "growing"):
        return account.fell_on
    seen, last = account.state_since, account.last_order_on
    if account.state == "slipping" or seen is None or last is None:
        return seen
    return min(seen, last + timedelta(days=round(account.rhythm_days or 0)))


def write(
    user: User, review: Review, values: Mapping[str, Any], *, seen: int, once: str = ""
) -> Review:
    """Write one step of a review.

    once: what the form carried
    Raises: NotAllowed, ChangedMeanwhile, SentBefore
    """
    with entry(user, once=once) as book:
        done: Any = book.change(review, with_nature(values), seen=seen)
    return done


def with_nature(values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the cause where nobody said otherwise: no firm that closed could have been kept."""
    found = dict(values)
    cause = engine.CAUSES_BY_NAME.get(found.get("root_cause") or "")
    if cause is not None and "natural" in found:
        if found["natural"] is None:
            found["natural"] = not cause.curable
        if found["curable"] is None:
            found["curable"] = cause.curable and not found["natural"]
    return found


def confirm(user: User, review: Review, *, seen: int, today: date, once: str = "") -> Review:
    """Say that this is what it was; the review is done, and its survey closed.

    Raises: NotAllowed, NotYet, ChangedMeanwhile, SentBefore
    """
    _may_confirm(user)
    if not review.found:
        raise NotYet(gettext_noop("Say first what it was, or that no cause could be found."))
    _contradicts_none(review, today)
    with entry(user, once=once) as book:
        done: Any = book.change(
            review, {"confirmed_on": today, "confirmed_by": code_of(user)}, seen=seen
        )
        for survey in _running(review):
            _close(survey, book.at)
    return done


def _contradicts_none(review: Review, today: date) -> None:
    """Raises: NotYet, where another cause of the same loss is confirmed"""
    if review.kind not in FAILURES:
        return
    columns = ("account_id", "opened_on", "onset_on", "root_cause", "second_cause", "nothing_found")
    mine = {name: getattr(review, name) for name in columns} | {"confirmed_on": today}
    others = Review.objects.filter(
        account_id=review.account_id, kind__in=FAILURES, confirmed_on__isnull=False
    ).exclude(pk=review.pk)
    if mine in engine.contradicting([*others.values(*columns, "confirmed_on"), mine]):
        raise NotYet(
            gettext_noop(
                "Another cause of this loss is confirmed already, by an earlier review of this account. "
                "Open that one again, or name the same cause here."
            )
        )


def reopen(user: User, review: Review, *, seen: int, once: str = "") -> Review:
    """Raises: NotAllowed, ChangedMeanwhile, SentBefore"""
    _may_confirm(user)
    with entry(user, once=once) as book:
        done: Any = book.change(review, {"confirmed_on": None, "confirmed_by": None}, seen=seen)
    return done


def _may_confirm(user: User) -> None:
    if not may_confirm(user):
        raise NotAllowed(gettext_noop("A director or an administrator confirms reviews."))


def changed(user: User, review: Review, on: date, *, seen: int, once: str = "") -> Review:
    """Say that what was to change is changed: the owner may, whatever their role and accounts.

    Raises: NotAllowed, ChangedMeanwhile, SentBefore
    """
    own = review.change_owner_id == code_of(user)
    if not own and not may_review(user):
        raise NotAllowed(gettext_noop("Only who owns this change may say that it is done."))
    with entry(user, once=once, trusted=own) as book:
        done: Any = book.change(review, {"changed_on": on}, seen=seen)
    return done


# Surveys


def _running(review: Review) -> Any:
    return Survey.objects.filter(
        review_key=review.key, closed_at__isnull=True, answered_at__isnull=True
    )


def _close(survey: Survey, at: datetime) -> None:
    survey.closed_at = at
    survey.save(update_fields=["closed_at"])


@transaction.atomic
def make_survey(user: User, review: Review, *, now: datetime) -> Survey:
    """Make a link for them to answer; one that was made before is closed.

    Raises: NotAllowed, NotYet where the review is done
    """
    _may_ask(user, review)
    if review.confirmed_on:
        raise NotYet(gettext_noop("This review is done; open it again to ask them once more."))
    for before in _running(review):
        _close(before, now)
    made = Survey.objects.create(
        review_key=review.key,
        token=secrets.token_urlsafe(32),
        made_by=user,
        made_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    _told(user, "reviews.survey", review)
    return made


@transaction.atomic
def close_survey(user: User, review: Review, *, now: datetime) -> None:
    """Raises: NotAllowed"""
    _may_ask(user, review)
    for survey in _running(review):
        _close(survey, now)
        _told(user, "reviews.survey_close", review)


def _may_ask(user: User, review: Review) -> None:
    if not may_ask(user, review):
        raise NotAllowed(gettext_noop("A survey is sent by somebody who does not look after them."))


def _told(user: User | None, verb: str, review: Review, actor_name: str = "") -> None:
    record(
        user,
        verb,
        object_kind=review.TABLE,
        object_id=review.key,
        label=f"{review.account_id} {review.review_id}",
        actor_name=actor_name,
    )


@dataclass(frozen=True)
class Answer:
    """What somebody answered, from a page that anybody with its address can send.

    reason: one of the words that the form offers
    """

    reason: str
    happened: str = ""
    different: str = ""
    may_call: bool | None = None
    language: str = ""

    @property
    def text(self) -> str | None:
        """In their own words, as the review keeps them."""
        return "\n\n".join(part for part in (self.happened, self.different) if part) or None


def answer(survey: Survey, given: Answer, *, said_by: str, now: datetime) -> None:
    """Keep an answer, and bring it to the review where nobody has heard them yet.

    said_by: under which name the record of events has it
    Raises: LinkClosed
    """
    with entry(survey.made_by, said_by=said_by, trusted=True) as book:
        locked = Survey.objects.select_for_update().get(pk=survey.pk)
        review = Review.objects.filter(key=locked.review_key).first()
        if review is None or not is_open(locked, review, now):
            raise LinkClosed(gettext_noop("This link was used, or is no longer valid. Thank you."))
        locked.answered_at, locked.language = now, given.language
        locked.reason, locked.may_call = given.reason, given.may_call
        locked.happened, locked.different = given.happened, given.different
        locked.save()
        _told(None, "reviews.survey_answer", review, said_by)
        if not review.heard:
            book.change(review, _heard(review, given, now), seen=review.version)


def _heard(review: Review, given: Answer, now: datetime) -> dict[str, Any]:
    reason = "former_supplier_reason" if review.kind == "new" else "customer_reason"
    return {
        reason: given.reason,
        "customer_text": given.text,
        "interview_way": "survey",
        "interviewed_on": timezone.localdate(now),
    }


def is_open(survey: Survey, review: Review, now: datetime) -> bool:
    over = survey.closed_at or survey.answered_at or review.confirmed_on
    return not over and now < survey.expires_at
