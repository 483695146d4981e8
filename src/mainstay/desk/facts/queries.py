"""Reads of what people know: one table, narrowed to an account, page by page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404

from mainstay.desk.access.rights import sight_key
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.facts import words
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.forms import OWN_CODES, STAFF_CODES, contact_names, staff_names
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import columns_of, models_by_table
from mainstay.desk.paging import Numbered

PAGE = 50
FAR = 10_000  # rows before a page; where more are, their number is worth a question
FRESH_SECONDS = 60


@dataclass(frozen=True)
class Cell:
    """One value as a page shows it; kind as in the schema."""

    label: str
    value: Any
    kind: str


@dataclass(frozen=True)
class Page(Numbered):
    """Rows with their cells; `further` where there are more."""

    rows: list[tuple[Any, list[Cell]]]
    number: int
    further: bool


def model_of(table: str) -> type[Fact]:
    """Raises: Http404"""
    try:
        return models_by_table()[table]
    except KeyError:
        raise Http404 from None


def one(user: Any, table: str, pk: int) -> Any:
    """A row that this user may see.

    Raises: Http404
    """
    found = visible(user, model_of(table)).filter(pk=pk).select_related("recorded_by").first()
    if found is None:
        raise Http404
    return found


def page(user: Any, table: str, *, account_id: str | None, number: int) -> Page:
    """A page of a table's rows, the newest first where it has days."""
    model = model_of(table)
    rows = visible(user, model)
    if account_id is not None and has_account(model):
        rows = rows.filter(account_id=account_id)
    else:
        rows = rows.order_by(*model.LISTED) if model.LISTED else rows
    start = (max(1, number) - 1) * PAGE
    # A minute old at most: rows written since then move a page far behind by as many places.
    total = _total(user, rows, account_id) if start >= FAR else 0
    keys = _keys(rows, start, total)
    by_key = model._default_manager.select_related("recorded_by").in_bulk(keys[:PAGE])
    found = [by_key[key] for key in keys if key in by_key]
    names = _names(found)
    shown = [(row, cells(row, names, account=account_id is None)) for row in found]
    return Page(shown, max(1, number), len(keys) > PAGE)


def _keys(rows: QuerySet[Any], start: int, total: int) -> list[int]:
    """Keys of a page, and of one row more where there is one.

    Keys first: of a page far behind only the index is walked, from the nearer end where the total is known.
    """
    keys = rows.values_list("pk", flat=True)
    if not total or start <= total // 2:
        return list(keys[start : start + PAGE + 1])
    left = max(0, total - start)
    return list(keys.reverse()[max(0, left - PAGE - 1) : left])[::-1]


def _total(user: Any, rows: QuerySet[Any], account_id: str | None) -> int:
    asked = f"{rows.model._meta.db_table}|{account_id}|{sight_key(user)}"
    key = hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()
    found: int = cache.get_or_set(f"facts:total:{key}", rows.order_by().count, FRESH_SECONDS)
    return found


def has_account(model: type[Fact]) -> bool:
    return any(field.name == "account_id" for field in model._meta.fields)


def cells(fact: Fact, names: dict[str, dict[str, str]], *, account: bool = True) -> list[Cell]:
    """A row's values in words, those that are known; names of accounts, staff and contacts for codes."""
    found = []
    held = words.held_back(fact)
    for column in columns_of(type(fact)):
        value = getattr(fact, field_of(column.name))
        own = column.name == OWN_CODES.get(fact.TABLE)
        skip = own or column.name in held or (column.name == "account_id" and not account)
        if value is None or value == "" or skip:
            continue
        if column.name == "contacts":
            value = ", ".join(names["contact"].get(c, c) for c in str(value).split(";"))
        elif (fact.TABLE, column.name) in words.CHOICES:
            value = words.choice(fact.TABLE, column.name, value)
        elif column.kind == "yes_no":
            value = words.YES_NO[bool(value)]
        elif column.name == "account_id":
            value = names["account"].get(value, value)
        elif column.name.endswith("contact_id"):
            value = names["contact"].get(value, value)
        elif column.name in STAFF_CODES:
            value = names["staff"].get(value, value)
        found.append(Cell(words.label(fact.TABLE, column.name), value, column.kind))
    return found


def _names(rows: list[Any]) -> dict[str, dict[str, str]]:
    """The names behind the codes of some rows, in three queries."""
    accounts = {a for row in rows if (a := getattr(row, "account_id", None))}
    known = Account.objects.filter(assessment_id=latest_id(), account_id__in=accounts)
    contacts: set[str] = set()
    for row in rows:
        for name in ("contact_id", "by_contact_id", "contacts"):
            if value := getattr(row, name, None):
                contacts.update(str(value).split(";"))
    people = models_by_table()["contacts"]._default_manager.filter(contact_id__in=contacts)
    return {
        "account": dict(known.values_list("account_id", "name")),
        "contact": dict(people.values_list("contact_id", "name")),
        "staff": staff_names(),
    }


def names_at(account_id: str) -> dict[str, dict[str, str]]:
    """The names that an account's page needs."""
    return {
        "account": {},
        "contact": contact_names(account_id, also_left=True),
        "staff": staff_names(),
    }
