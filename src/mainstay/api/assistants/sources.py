"""Sources of what is told: rows of people's tables, of the assessment and of what is frozen with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from mainstay import engine
from mainstay.api.assistants.types import Caller, Source
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.accounts.addresses import account_url
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, one_account
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.rows import models_by_table

# Rows with a page of their own; of all others the page of the table shows them.
_PAGES = {"complaints": "complaints:show", "reviews": "reviews:show", "cases": "cases:show"}


class NotThere(MainstayError):
    """What was asked about is not among what this person sees, or nowhere."""

    code = "not_there"


def sight_of(caller: Caller) -> Sight:
    """What the person sees, as on the pages.

    Raises: NotThere where nothing is assessed yet
    """
    sight = Sight.of(caller.user)
    if sight.assessment is None:
        raise NotThere(gettext_noop("Nothing is assessed yet; import order lines first."))
    return sight


def account_of(sight: Sight, account_id: str) -> Account:
    """Raises: NotThere"""
    found = one_account(sight, account_id.replace("\0", ""))
    if found is None:
        raise NotThere(
            gettext_noop(
                "Among the accounts that you see there is none with the code “{account}”; look for it "
                "by its name with find_account."
            ),
            account=account_id[:100],
        )
    return found


def of_assessment(caller: Caller, account: Account, table: str = "assessment") -> Source:
    """What an assessment says of an account."""
    assessment = account.assessment
    return Source(
        table,
        (assessment.pk, account.account_id),
        caller.page(account_url(account.account_id)),
        recorded_at=assessment.made_at,
        as_of=assessment.as_of,
    )


def of_fact(caller: Caller, fact: Any) -> Source:
    """A row that people wrote."""
    names = engine.fact_table(fact.TABLE).key
    key = [getattr(fact, field_of(name)) for name in names]
    return Source(
        fact.TABLE, key, caller.page(page_of(fact.TABLE, fact.pk)), recorded_at=fact.recorded_at
    )


def page_of(table: str, pk: int) -> str:
    own = _PAGES.get(table)
    return reverse(own, args=[pk]) if own else reverse("facts:change", args=[table, pk])


def facts_by_row(rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Rows of people's tables by table and number, in one query a table."""
    wanted: dict[str, list[int]] = {}
    for table, pk in rows:
        wanted.setdefault(table, []).append(pk)
    known = models_by_table()
    return {
        (table, fact.pk): fact
        for table, keys in wanted.items()
        if table in known
        for fact in known[table]._default_manager.filter(pk__in=keys)
    }


def pages(caller: Caller, hrefs: Sequence[str]) -> list[str]:
    return [caller.page(href) for href in hrefs]
