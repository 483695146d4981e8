"""`log_visit`: a visit is shown as a draft first, and written down when its code comes back.

What is written is checked by the form of the page, and written by its service: the same rights, the same
sentences when something can't be, the same row in the record of events.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import Field

from mainstay.api.assistants.at_risk import Arguments
from mainstay.api.assistants.models import Draft
from mainstay.api.assistants.sources import NotThere, account_of, of_fact, sight_of
from mainstay.api.assistants.types import Caller, Section, Statement
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.services import record
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care import services
from mainstay.desk.care.forms import VisitForm
from mainstay.desk.facts import words
from mainstay.desk.facts.changes import first_values
from mainstay.desk.facts.columns import COLUMNS
from mainstay.desk.facts.forms import LONGEST
from mainstay.desk.facts.rows import models_by_table

KEPT_HOURS = 24  # a draft that nobody agreed to
MOST_PEOPLE = 20
Typed = Annotated[str, Field(max_length=LONGEST)]


class Refused(MainstayError):
    """What was given can't be written down."""

    code = "refused"


class Part(Arguments):
    """A row that comes with a visit."""


class Wish(Part):
    text: Annotated[Typed, Field(min_length=1, description="What they asked for.")]
    kind: Literal["product", "custom_product", "service", "terms", "other"] | None = None
    answer_due_on: date | None = None


class Rival(Part):
    competitor: Annotated[str, Field(min_length=1, max_length=200)]
    what: Literal["price", "product", "service", "visit", "favours"] | None = None
    price: Annotated[float | None, Field(ge=0)] = None
    detail: Typed | None = None


class Word(Part):
    text: Annotated[Typed, Field(min_length=1, description="What was promised to them.")]
    kind: Literal["rebate", "reward", "credit", "price", "support", "other"] | None = None
    amount: Annotated[float | None, Field(ge=0)] = None
    due_on: date


class LogVisit(Arguments):
    draft: Annotated[
        str | None,
        Field(
            max_length=32,
            description="The code of a draft that the person has read and agreed to; then nothing else "
            "is given, and the draft is written down.",
        ),
    ] = None
    account_id: Annotated[str | None, Field(max_length=200)] = None
    on: Annotated[date | None, Field(description="The day of the visit; without it, today.")] = None
    kind: Literal["visit", "visited_us", "service_call", "call", "video", "message"] | None = (
        "visit"
    )
    met: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=MOST_PEOPLE, description="Names of their people; one of them may be new."),
    ] = []
    purpose: Annotated[str | None, Field(max_length=200)] = None
    notes: Annotated[Typed | None, Field(description="In the person's own words.")] = None
    mood: Annotated[int | None, Field(ge=-2, le=2, description="From -2 to 2.")] = None
    received_well: bool | None = None
    asked_for_opinion: bool | None = None
    next_on: Annotated[date | None, Field(description="When one meets again.")] = None
    request: Wish | None = None
    competitor: Rival | None = None
    promise: Word | None = None


def log_visit(caller: Caller, asked: LogVisit) -> dict[str, Any]:
    """A draft with its code; or, with the code of one, what was written."""
    sight = sight_of(caller)
    if asked.draft:
        if asked.model_fields_set - {"draft"}:
            raise Refused(
                gettext_noop(
                    "With the code of a draft nothing else can be given: write a new draft instead."
                )
            )
        return _write(caller, sight, asked.draft)
    if not asked.account_id:
        raise Refused(gettext_noop("Say which account was visited: account_id is missing."))
    account = account_of(sight, asked.account_id)
    given = asked.model_dump(mode="json", exclude_none=True, exclude={"draft", "account_id"})
    form = _checked(caller, account, given, once="")
    made = Draft.objects.create(
        code=secrets.token_urlsafe(12),
        user=caller.user,
        account_id=account.account_id,
        values=given,
    )
    record(
        caller.user,
        "assistant.draft",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"by": caller.by, "draft": made.code},
    )
    return {
        "written": False,
        "draft": made.code,
        "account_id": account.account_id,
        "account_name": {"quoted": account.name},
        "would_write": list(_shown(form)),
        "next": (
            "Nothing is written yet. Show the person what would be written. Only when they agree, call "
            "log_visit again with this draft code and nothing else."
        ),
    }


def forget_drafts(now: datetime) -> None:
    """Drafts so old that nobody can agree to them any more."""
    Draft.objects.filter(made_at__lt=now - timedelta(hours=KEPT_HOURS)).delete()


def _checked(caller: Caller, account: Account, given: Mapping[str, Any], once: str) -> VisitForm:
    """The page's form, filled. Raises: Refused"""
    user = caller.user
    me = (user.staff_id, user.name)
    form = VisitForm(account.account_id, initial=first_values(user, "visits"), me=me)
    data = _typed(form, given, user.staff_id, once)
    form = VisitForm(account.account_id, data, initial=first_values(user, "visits"), me=me)
    if not form.is_valid():
        raise Refused(
            gettext_noop("This can't be written down: {troubles}"), troubles=_troubles(form)
        )
    return form


def _typed(form: VisitForm, given: Mapping[str, Any], me: str, once: str) -> QueryDict:
    """What was given, by the names of the form's fields."""
    data = QueryDict(mutable=True)
    data["once"], data["staff_id"] = once, me
    data["on"] = given.get("on") or timezone.localdate().isoformat()
    for name in ("kind", "purpose", "notes", "mood", "next_on"):
        data[name] = str(given.get(name, ""))
    for name in ("received_well", "asked_for_opinion"):
        data[name] = str(given[name]) if name in given else ""
    codes, new = _people(form, given.get("met", []))
    data.setlist("contacts", codes)
    data["new_contact"] = new
    data["request-owner_id"], data["seen-source"] = me, "contact"
    for part, prefix in (("request", "request"), ("competitor", "seen"), ("promise", "promise")):
        for name, value in given.get(part, {}).items():
            data[f"{prefix}-{name}"] = str(value)
    return data


def _people(form: VisitForm, met: list[str]) -> tuple[list[str], str]:
    """Codes of those who are known, and the name of who is new. Raises: Refused"""
    by_name = {name.casefold(): code for code, name in form.known.items()}
    codes, new = [], []
    for name in met:
        code = name if name in form.known else by_name.get(name.strip().casefold())
        if code is None:
            new.append(name)
        elif code not in codes:
            codes.append(code)
    if len(new) > 1:
        raise Refused(
            gettext_noop(
                "Of the people met, only one can be new at a time; not known there are: {names}."
            ),
            names=", ".join(new),
        )
    return codes, new[0] if new else ""


def _troubles(form: VisitForm) -> str:
    said = []
    for one in (form, *form.sections.values()):
        for name, errors in one.errors.items():
            label = one.fields[name].label if name in one.fields else ""
            said += [f"{label}: {error}" if label else str(error) for error in errors]
    return " ".join(said)


def _shown(form: VisitForm) -> Iterator[dict[str, Any]]:
    """Each row as it would be written, by its headings."""
    visit = form.values()
    people = [form.known[code] for code in form.cleaned_data["contacts"]]
    if new := form.cleaned_data["new_contact"]:
        people.append(_("{name} (new)").format(name=new))
    row = _row("visits", visit)
    if people:
        row[words.label("visits", "contacts")] = ", ".join(people)
    yield {"table": "visits", "quoted": row}
    for model, values in form.rows():
        yield {"table": model.TABLE, "quoted": _row(model.TABLE, values)}


def _row(table: str, values: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        if value is None or value == "":
            continue
        column = COLUMNS.get(name, name)
        shown = (
            words.YES_NO[value] if isinstance(value, bool) else words.choice(table, column, value)
        )
        found[words.label(table, column)] = str(shown)
    return found


@transaction.atomic
def _write(caller: Caller, sight: Sight, code: str) -> dict[str, Any]:
    """Write a draft down, once. Raises: NotThere, Refused, NotAllowed"""
    drafts = Draft.objects.select_for_update().filter(user=caller.user)
    fresh = timezone.now() - timedelta(hours=KEPT_HOURS)
    draft = drafts.filter(code=code, made_at__gte=fresh).first()
    if draft is None:
        raise NotThere(
            gettext_noop(
                "There is no such draft of yours, or it is older than {hours} hours; write a new one."
            ),
            hours=KEPT_HOURS,
        )
    account = account_of(sight, draft.account_id)
    before = bool(draft.written)
    if not before:
        form = _checked(caller, account, draft.values, once=f"draft-{draft.code}")
        made = services.record_visit(caller.user, account.account_id, form, sight.currency)
        draft.written = [[fact.TABLE, fact.key] for fact in made]
        draft.values = {}
        draft.save(update_fields=["written", "values"])
        record(
            caller.user,
            "assistant.write",
            object_kind="account",
            object_id=account.account_id,
            label=account.name,
            after={"by": caller.by, "draft": draft.code, "rows": draft.written},
        )
    heading = _("Written down before") if before else pgettext("assistant", "Written down")
    nothing = _("It was written down, and taken back since.")
    section = Section(heading, list(_written(caller, draft)), nothing)
    return {"written": True, "account_id": account.account_id, "sections": [section]}


def _written(caller: Caller, draft: Draft) -> Iterator[Statement]:
    for table, key in draft.written:
        fact: Any = models_by_table()[table]._default_manager.filter(key=key).first()
        if fact is not None:
            yield Statement(words.one(table), of_fact(caller, fact))
