"""From the rows that prove something to the pages that show them.

A row is [table, key…] as the ledger's schema has it; order lines are [order_lines, from, to, product].
Rows that people wrote have a page each, those of machines one page of all that prove the same.
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
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.addresses import lines_url
from mainstay.desk.causes.records import records_url
from mainstay.desk.facts import words as facts
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import key_of, models_by_table
from mainstay.desk.imports import words as files

LINES = "order_lines"
BY_MONTH = ("account_volumes", "market")  # of which a fall is told beside the year before
YEAR_BEFORE = timedelta(days=400)
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
    proofs = [(str(row[0]), list(row[1:])) for row in rows if _is_row(row)]
    found: list[Link] = []
    for table, key in proofs:
        if table == LINES:
            found.append(_lines(account_id, key, named=sum(one[0] == LINES for one in proofs) > 1))
        elif table in engine.MACHINE_ROWS:
            found.append(_machine(account_id, table, [k for name, k in proofs if name == table]))
        else:
            found.append(_person(account_id, table, key, on))
    if not found and on is not None:
        found = [Link(_("What happened then"), around(account_id, on))]
    return list({link.href: link for link in found}.values())


def _is_row(row: Any) -> bool:
    return isinstance(row, list | tuple) and len(row) > 1 and isinstance(row[0], str)


def _lines(account_id: str, key: Sequence[Any], *, named: bool) -> Link:
    """named: with its days, since there are others beside it"""
    first, last, product = _day(_text(key, 0)), _day(_text(key, 1)), _text(key, 2)
    href = lines_url(account_id, first, last, product=product or None)
    if not named or first is None or last is None:
        return Link(_("Order lines"), href)
    days = {"first": account_words.day(first), "last": account_words.day(last)}
    return Link(_("Order lines {first} – {last}").format(**days), href)


def _machine(account_id: str, table: str, keys: Sequence[Sequence[Any]]) -> Link:
    """All rows of one table together; of figures by month those with which they are compared too."""
    words = str(files.TABLES.get(table, table))
    if table in BY_MONTH:
        months = [on for key in keys for part in key if (on := _day(_part(part)))]
        if not months:
            return Link(words, records_url(account_id, table))
        first, last = _around(min(months), -YEAR_BEFORE), _around(max(months), AROUND)
        return Link(words, records_url(account_id, table, first=first, last=last))
    return Link(words, records_url(account_id, table, keys=keys))


def _person(account_id: str, table: str, key: Sequence[Any], on: date | None) -> Link:
    if table not in models_by_table():
        return Link(str(files.TABLES.get(table, table)), around(account_id, on))
    query = [("key", _part(part)) for part in key]
    query += [("on", on.isoformat())] if on else []
    address = reverse("causes:row", args=[account_id, table])
    return Link(str(facts.one(table)), f"{address}?{urlencode(query)}")


def around(account_id: str, on: date | None) -> str:
    """The timeline of an account around a day."""
    address = reverse("timeline:page", args=[account_id])
    until = on and _around(on, AROUND)
    return f"{address}?until={until}" if until else address


def _around(on: date, span: timedelta) -> date | None:
    """A day so long after another; None beyond the calendar's end."""
    try:
        return on + span
    except OverflowError:
        return None


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
    own = {"complaints": "complaints:show", "reviews": "reviews:show"}.get(table)
    if own:
        return reverse(own, args=[pk])
    return reverse("facts:change", args=[table, pk])


def _value(kind: str, text: str) -> Any:
    """A key's value as `key_of` reads it: days and codes are texts there, counts are not."""
    if kind == "integer" and text.isascii() and text.isdecimal():
        return int(text)
    return text or None


def _text(key: Sequence[Any], place: int) -> str:
    return str(key[place]) if len(key) > place and key[place] else ""


def _part(part: Any) -> str:
    return "" if part is None else str(part)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
