"""Rows of machines' tables behind what is said of an account, as a page shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts import words as facts
from mainstay.desk.imports import words as files
from mainstay.desk.paging import Numbered

PAGE = 100
MOST_KEYS = 60  # of rows that one address names
_HIDDEN = {"account_id"}


def records_url(
    account_id: str,
    table: str,
    *,
    keys: Sequence[Sequence[Any]] = (),
    first: date | None = None,
    last: date | None = None,
    order: str | None = None,
) -> str:
    """The rows of a machine's table that concern an account: those of some keys, some days, or an order."""
    asked = [("row", json.dumps([_part(part) for part in key], ensure_ascii=False)) for key in keys]
    asked += [("from", first.isoformat())] if first else []
    asked += [("to", last.isoformat())] if last else []
    asked += [("order", order)] if order else []
    address = reverse("causes:records", args=[account_id, table])
    return f"{address}?{urlencode(asked)}" if asked else address


def _part(part: Any) -> str:
    return "" if part is None else str(part)


class RecordsForm(forms.Form):
    """Which rows: days, product and order."""

    from_ = forms.DateField(required=False)
    to = forms.DateField(required=False)
    product = forms.CharField(required=False, max_length=500)
    order = forms.CharField(required=False, max_length=500)


def asked(query: QueryDict) -> engine.RowsAsked:
    """What an address asks for; what makes no sense in it is left out."""
    form = RecordsForm(
        {
            "from_": query.get("from"),
            "to": query.get("to"),
            "product": query.get("product"),
            "order": query.get("order"),
        }
    )
    form.is_valid()
    known = form.cleaned_data
    keys = (_key(text) for text in query.getlist("row")[:MOST_KEYS])
    return engine.RowsAsked(
        known.get("from_"),
        known.get("to"),
        known.get("product") or None,
        tuple(key for key in keys if key),
        known.get("order") or None,
    )


def _key(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    fine = isinstance(found, list) and all(isinstance(part, str) for part in found)
    return tuple(found) if fine else ()


def rows(account: Account, table: str, wanted: engine.RowsAsked) -> pa.Table:
    """The rows, the newest first, without columns that say nothing."""
    found = engine.machine_rows(evidence.ledger(), table, evidence.judged(account), wanted)
    if not found.num_rows:
        return found
    said = [n for n in found.schema.names if found[n].null_count < found.num_rows]
    return found.select([name for name in said if name not in _HIDDEN])


@dataclass(frozen=True)
class RecordsPage(Numbered):
    """One page of rows: cells as (heading, text, whether it is a number), the day first."""

    headings: list[tuple[str, bool]]
    rows: list[list[tuple[str, str, bool]]]
    total: int
    number: int
    pages: int


def page_of(table: str, found: pa.Table, number: int) -> RecordsPage:
    pages = max(1, -(-found.num_rows // PAGE))
    number = min(max(1, number), pages)
    kinds = {column.name: column.kind for column in engine.columns_of(table)}
    days = engine.MACHINE_ROWS[table]
    place = {
        name: i for i, name in enumerate(days)
    }  # what rows are found and ordered by comes first
    names = sorted(found.schema.names, key=lambda name: place.get(name, len(days)))
    headings = {
        name: (files.column(name, table), kinds[name] in ("number", "money", "integer"))
        for name in names
    }
    part = found.slice((number - 1) * PAGE, PAGE).to_pylist()
    shown = [
        [(headings[n][0], _cell(table, n, kinds[n], row[n]), headings[n][1]) for n in names]
        for row in part
    ]
    return RecordsPage(list(headings.values()), shown, found.num_rows, number, pages)


def _cell(table: str, name: str, kind: str, value: Any) -> str:
    if value is None:
        return numbers.NOTHING
    if kind == "date":
        return account_words.month(value) if name == "month" else account_words.day(value)
    if kind == "money":
        return numbers.exact_money(value, "")
    if kind == "yes_no":
        return str(account_words.ANSWERS["yes" if value else "no"])
    if isinstance(value, int | float):
        return numbers.share(value) if (table, name) == ("supply", "available") else _exact(value)
    return facts.choice(table, name, value)


def _exact(value: float) -> str:
    """A number with all its digits: these are the books."""
    digits = Decimal(repr(value)).normalize().as_tuple().exponent
    return str(number_format(value, max(0, -int(digits)), use_l10n=True, force_grouping=True))


def headings(table: str, found: pa.Table) -> dict[str, str]:
    """Of a file of these rows."""
    return {name: files.column(name, table) for name in found.schema.names}
