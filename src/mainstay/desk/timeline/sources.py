"""Where the moments of a timeline come from: one question to the database for all tables together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    F,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, TruncDate

from mainstay.desk.accounts.models import StateAt
from mainstay.desk.care.models import (
    Agreement,
    Complaint,
    Incentive,
    Notice,
    Promise,
    Request,
    Visit,
)
from mainstay.desk.facts.models import CompanyEvent, Wallet
from mainstay.desk.relations.models import Contact, Criterion, Goal, RelationshipLevel, Sighting
from mainstay.desk.reviews.models import Review
from mainstay.desk.team.models import Assignment


@dataclass(frozen=True)
class Source:
    """One kind of moment, and where its words are.

    what: its code, e.g. complaint_solved
    family: what a reader shows or hides together
    on: the field with its day, of which `moment` tells that it is a time
    kind, text, person, contact: fields with a choice, a text, one of ours, one of theirs
    """

    what: str
    family: str
    model: Any
    on: str
    kind: str = ""
    text: str = ""
    person: str = ""
    contact: str = ""
    moment: bool = False

    @property
    def table(self) -> str:
        return getattr(self.model, "TABLE", "")

    def moments(
        self, account_id: str, assessment_id: str | None, until: date
    ) -> QuerySet[Any, Any]:
        """Those of an account up to a day, that day included."""
        asked: dict[str, Any] = {"day__lte": until}
        if self.model is StateAt:
            asked["assessment_id"] = assessment_id
        if self.model is not CompanyEvent:
            asked["account_id"] = account_id
        return self._rows.filter(**asked)

    @cached_property
    def _rows(self) -> QuerySet[Any, Any]:
        """Of all accounts, never read as it is; made once, since a page asks for all kinds of moments."""
        rows = self.model._default_manager.order_by().filter(**{f"{self.on}__isnull": False})
        day = TruncDate(self.on) if self.moment else Cast(F(self.on), DateField())
        return rows.annotate(
            day=day,
            told_by=Value(self.what, CharField()),
            row=Cast("id", BigIntegerField()),
            one=_text(self.kind),
            two=_text(self.text),
            who=_text(self.person),
            them=_text(self.contact),
        ).values_list("day", "told_by", "row", "one", "two", "who", "them")


def _text(name: str) -> Any:
    return Cast(F(name) if name else Value(None, TextField()), TextField())


SOURCES = (
    Source("state", "warnings", StateAt, "on", kind="state"),
    Source("notice", "warnings", Notice, "on", kind="kind", text="text", contact="by_contact_id"),
    Source("visit", "visits", Visit, "on", kind="kind", text="notes", person="staff_id", contact="contacts"),
    Source("request", "requests", Request, "raised_on", kind="kind", text="text", person="owner_id"),
    Source("request_answered", "requests", Request, "answered_on", kind="kind", text="outcome", person="owner_id"),
    Source("complaint", "complaints", Complaint, "opened_at", kind="kind", text="text", person="owner_id", contact="contact_id", moment=True),
    Source("complaint_solved", "complaints", Complaint, "solved_at", kind="kind", text="root_cause", person="owner_id", moment=True),
    Source("promise", "promises", Promise, "made_on", kind="kind", text="text", person="by_id"),
    Source("promise_due", "promises", Promise, "due_on", kind="kind", text="text", person="by_id"),
    Source("promise_kept", "promises", Promise, "kept_on", kind="kind", text="text", person="by_id"),
    Source("incentive", "terms", Incentive, "from_on", kind="kind", text="in_return_for", person="owner_id"),
    Source("agreement", "terms", Agreement, "from_on", text="rebate_rule"),
    Source("agreement_ended", "terms", Agreement, "to_on", text="rebate_rule"),
    Source("wallet", "relationship", Wallet, "on", kind="yearly_purchases", text="source"),
    Source("level", "relationship", RelationshipLevel, "on", kind="level", text="why"),
    Source("criterion", "relationship", Criterion, "assessed_on", kind="criterion", text="source"),
    Source("goal", "relationship", Goal, "recorded_at", kind="period", text="common_goal", moment=True),
    Source("contact", "people", Contact, "from_on", kind="name", text="title"),
    Source("contact_left", "people", Contact, "left_on", kind="name", text="title"),
    Source("assigned", "people", Assignment, "from_on", kind="role", person="staff_id"),
    Source("unassigned", "people", Assignment, "to_on", kind="role", person="staff_id"),
    Source("sighting", "competitors", Sighting, "on", kind="what", text="detail", contact="contact_id"),
    Source("review", "reviews", Review, "opened_on", kind="kind"),
    Source("review_confirmed", "reviews", Review, "confirmed_on", kind="root_cause", text="prevention"),
    Source("review_changed", "reviews", Review, "changed_on", text="change_text", person="change_owner_id"),
    Source("event", "company", CompanyEvent, "on", kind="kind", text="text"),
)  # fmt: skip
BY_WHAT = {source.what: source for source in SOURCES}


def moments_of(
    account_id: str,
    assessment_id: str | None,
    families: frozenset[str],
    *,
    until: date,
    most: int | None = None,
    elsewhere: Sequence[int] = (),
) -> list[tuple[Any, ...]]:
    """day, what, row, one, two, who, them of all moments of some families, the newest first.

    until: the last day, inclusive; most: the newest alone, so many
    elsewhere: company events that did not concern the account
    """
    chosen = [s for s in SOURCES if s.family in families]
    if not chosen:
        return []
    parts = []
    for source in chosen:
        rows = source.moments(account_id, assessment_id, until)
        ours = elsewhere and source.model is CompanyEvent
        parts.append(rows.exclude(pk__in=elsewhere) if ours else rows)
    together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    if most is not None:
        together = together.order_by("-day")[:most]
    return sorted(together, key=lambda row: (row[0], row[2]), reverse=True)
