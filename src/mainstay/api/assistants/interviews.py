"""`draft_interview`: what to ask an account about why it fell, from what the records leave open.

A draft of questions and nothing more: nobody is asked by it. Each question says which record makes one ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import Field

from mainstay.api.assistants.at_risk import Arguments
from mainstay.api.assistants.explaining import evidence
from mainstay.api.assistants.sources import account_of, of_assessment, of_fact, sight_of
from mainstay.api.assistants.types import Caller, Section, Source, Statement
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.causes import queries as causes
from mainstay.desk.causes import words as cause_words
from mainstay.desk.facts import words as facts
from mainstay.desk.reviews import survey_words
from mainstay.desk.reviews import words as review_words
from mainstay.desk.reviews.forms import COLUMNS, is_filled
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.proposals import kind_of
from mainstay.desk.reviews.queries import of_account
from mainstay.desk.reviews.rights import ASKED_BY_OWN, code_of, own_managers

# The steps of a review that a talk with them fills, and what of them is a question.
ASKED = {"interview": ("customer_reason", "customer_text"), "whys": ("why_1", "why_2", "why_3")}
ASKED_OF_NEW = ("former_supplier_reason",)


class Interview(Arguments):
    account_id: Annotated[
        str, Field(min_length=1, max_length=200, description="The account's code.")
    ]


def draft_interview(caller: Caller, asked: Interview) -> dict[str, Any]:
    """Questions in the order in which one would ask them, and who had better not ask them."""
    sight = sight_of(caller)
    account = account_of(sight, asked.account_id)
    review = next((one for one in of_account(account) if one.confirmed_on is None), None)
    kind = review.kind if review else kind_of(account) or "healthy"
    return {
        "account_id": account.account_id,
        "draft": True,
        "kind": str(review_words.KINDS[kind]),
        "sections": [
            Section(
                pgettext("interview", "Who asks"),
                list(_who(caller, account, review)),
                _("You may ask yourself."),
            ),
            Section(_("Open questions to begin with"), _open(caller, account, kind), ""),
            _of_causes(caller, sight, account),
            _of_review(caller, review),
        ],
    }


def _who(caller: Caller, account: Account, review: Review | None) -> Iterator[Statement]:
    """That who looks after them had better not ask (R12)."""
    sold_by = review.salesperson_id if review else None
    if code_of(caller.user) in own_managers(account.account_id, sold_by):
        source = of_fact(caller, review) if review else of_assessment(caller, account)
        yield Statement(in_words(NotAllowed(ASKED_BY_OWN)), source)


def _open(caller: Caller, account: Account, kind: str) -> list[Statement]:
    """The questions that surveys ask too; nothing of ours is put into their mouth yet."""
    questions = survey_words.QUESTIONS.get(kind, survey_words.QUESTIONS["lost"])
    source = Source(
        "reviews",
        ("questions", kind),
        caller.page(reverse("reviews:list")),
        as_of=account.assessment.as_of,
    )
    return [Statement(str(question), source) for question in questions]


def _of_causes(caller: Caller, sight: Sight, account: Account) -> Section:
    """What part each suspected cause played, and what of it nobody wrote down."""
    heading = _("Questions that our records leave open")
    found = causes.why_of(sight, account)
    if not isinstance(found, causes.Why):
        return Section(heading, [], _("Nothing is recorded that would explain a fall."))
    source = of_assessment(caller, account, "explanation")
    said: list[Statement] = []
    for suspect in found.suspects:
        word = suspect.reason or suspect.family
        said.append(
            Statement(
                _("What part did this play for you: {cause}?").format(cause=word),
                source,
                because=[
                    _("Our records say: {likely}").format(likely=cause_words.likely(suspect.p))
                ],
                values={"probability": suspect.p, "confirmed": suspect.confirmed or None},
            )
        )
        told = [*suspect.speaks_for, *suspect.against]
        said += [evidence(caller, source, one, _("To know before one asks")) for one in told]
    for missing in found.helpful:
        says = _("How was this for you: {causes}? Nothing is recorded in “{table}”.").format(
            causes=", ".join(missing.families), table=facts.many(missing.table)
        )
        said.append(Statement(says, source))
    return Section(heading, said, _("Nothing is recorded that would explain a fall."))


def _of_review(caller: Caller, review: Review | None) -> Section:
    """What the open review still waits for."""
    heading = _("What the review still waits for")
    if review is None:
        return Section(heading, [], _("No review of this account is open."))
    source = of_fact(caller, review)
    said = []
    for step in COLUMNS[review.kind]:
        names = ASKED_OF_NEW if review.kind == "new" else ASKED.get(step, ())
        if step not in ASKED or is_filled(review, step):
            continue
        said += [Statement(str(review_words.LABELS[name]), source) for name in names]
    return Section(heading, said, _("The review has all that it asks of them."))
