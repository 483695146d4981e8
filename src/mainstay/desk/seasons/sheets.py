"""A season as an Excel workbook for the meeting, in the account's language; and lists as files."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts.downloads import _UNSAFE, KINDS, as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.words import day, month, sentence
from mainstay.desk.facts import languages
from mainstay.desk.seasons import queries, words

WIDE = ("name",)


def language_of(account: Account, asked: str, known: list[str]) -> str:
    """The language of what an account is given: that which is asked for, else the account's."""
    return asked if asked in known else languages.language_of(account) or "en"


def book(made: engine.SeasonMade, account: Account, language: str) -> HttpResponse:
    with translation.override(language):
        content = engine.book(_sheets(made, account))
    response = HttpResponse(content, content_type=KINDS["xlsx"])
    name = _UNSAFE.sub("-", f"season-{account.account_id}-{made.asked.first:%Y-%m}")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or ""
    return response


def _sheets(made: engine.SeasonMade, account: Account) -> list[engine.Sheet]:
    head = [
        _("Season stock: {name}").format(name=account.name),
        _("{first} to {last}, from what was known on {day}").format(
            first=month(made.asked.first), last=month(made.asked.last), day=day(made.meta["as_of"])
        ),
        *(sentence(text, made.meta["currency"]) for text in made.told),
    ]
    columns = [name for name in words.SHEETS if name != "account_id"]
    rows = [cell.row for product in queries.products(made) for cell in product.cells]
    plan = engine.Sheet(
        pgettext("season sheet", "Stock plan"),
        head,
        [str(words.SHEETS[name]) for name in columns],
        [[row[name] for name in columns] for row in rows],
        wide=[columns.index(name) for name in WIDE],
        marked=[i for i, row in enumerate(rows) if row["too_late"] or (row["short"] or 0) > 0],
    )
    names = ("month", "expected", "low", "high")
    ahead = [row for row in made.months.to_pylist() if row["expected"] is not None]
    total = engine.Sheet(
        pgettext("season sheet", "In money"),
        [head[0], _("All products together, {currency}").format(currency=made.meta["currency"])],
        [str(words.SHEETS[name]) for name in names],
        [[row[name] for name in names] for row in ahead],
        digits=0 if made.meta["currency"] in numbers.NO_CENTS else 2,
    )
    return [plan, total]


def followed(rows: Any, kind: str) -> HttpResponse:
    """What is agreed and how it goes, as a file."""
    columns: dict[str, list[Any]] = {name: [] for name in words.FOLLOWED}
    for one in rows.values(*words.FOLLOWED).iterator(chunk_size=2000):
        for name, values in columns.items():
            value = one[name]
            value = str(words.STATES.get(value, value)) if name == "state" else value
            values.append(round(value, 3) if isinstance(value, float) else value)
    types = {
        **dict.fromkeys(("first", "last"), pa.date32()),
        **dict.fromkeys(
            ("agreed", "low", "high", "ordered", "delivered", "whole", "produced", "carried"),
            pa.float64(),
        ),
    }
    table = pa.table(
        {name: pa.array(v, types.get(name, pa.string())) for name, v in columns.items()}
    )
    return as_file(table, "season-stock", kind, words.FOLLOWED)
