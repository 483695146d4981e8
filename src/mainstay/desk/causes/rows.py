"""From the rows that prove something to the pages that show them.

A row is [table, key…] as the ledger's schema has it; order lines are [order_lines, from, to, product].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk.accounts.addresses import lines_url
from mainstay.desk.facts import words as facts
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import key_of, models_by_table
from mainstay.desk.imports import words as files

LINES = "order_lines"
AROUND = timedelta(days=31)  # the timeline ends so long after what happened


@dataclass(frozen=True)
class Link:
    """The way to a row, with the name of what it is."""

    words: str
    href: str


def links(account_id: str, rows: Sequence[Any], on: date | None = None) -> list[Link]:
    """The ways to rows that prove something of an account, each once; asks the database nothing.

    on: when it happened; what has no page of its own is looked at in the timeline of that time
    """
    found = [_link(account_id, row, on) for row in rows if _is_row(row)]
    if not found and on is not None:
        found = [Link(_("What happened then"), around(account_id, on))]
    return list({link.href: link for link in found}.values())


def _is_row(row: Any) -> bool:
    return isinstance(row, list | tuple) and len(row) > 1 and isinstance(row[0], str)


def _link(account_id: str, row: Sequence[Any], on: date | None) -> Link:
    table, *key = row
    if table == LINES:
        first, last, product = (_text(key, i) for i in range(3))
        href = lines_url(account_id, _day(first), _day(last), product=product or None)
        return Link(_("Order lines"), href)
    if table not in models_by_table():
        return Link(str(files.TABLES.get(table, table)), around(account_id, on))
    query: list[tuple[str, str]] = [("key", "" if part is None else str(part)) for part in key]
    query += [("on", on.isoformat())] if on else []
    address = reverse("causes:row", args=[account_id, table])
    return Link(str(facts.one(table)), f"{address}?{urlencode(query)}")


def around(account_id: str, on: date | None) -> str:
    """The timeline of an account around a day."""
    address = reverse("timeline:page", args=[account_id])
    try:
        return f"{address}?until={on + AROUND}" if on else address
    except OverflowError:
        return address


def page_of(user: Any, table: str, key: Sequence[str]) -> str | None:
    """The page of a fact's row; None where there is no such row, or not for this user.

    key: the values of the table's key, as texts
    """
    model = models_by_table().get(table)
    if model is None:
        return None
    kinds = {column.name: column.kind for column in engine.columns_of(table)}
    names = engine.fact_table(table).key
    if len(names) != len(key):
        return None
    row = {name: _value(kinds[name], text) for name, text in zip(names, key, strict=True)}
    found = visible(user, model).filter(key=key_of(table, row))
    pk = found.values_list("pk", flat=True).first()
    if pk is None:
        return None
    if table == "complaints":
        return reverse("complaints:show", args=[pk])
    return reverse("facts:change", args=[table, pk])


def _value(kind: str, text: str) -> Any:
    """A key's value as `key_of` reads it: days and codes are texts there, counts are not."""
    if kind == "integer" and text.isascii() and text.isdecimal():
        return int(text)
    return text or None


def _text(key: Sequence[Any], place: int) -> str:
    return str(key[place]) if len(key) > place and key[place] else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
