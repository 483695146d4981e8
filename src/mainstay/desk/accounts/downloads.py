"""Lists and order lines as files, written by the engine's export; each download is on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext_lazy

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.access.services import record
from mainstay.desk.accounts import evidence, queries, words
from mainstay.desk.accounts.filters import Asked
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.pictures import LINE_WORDS
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.causes import words as causes

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# What somebody wants in a spreadsheet; every column there is comes with `mainstay assess --out`.
COLUMNS: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "tier": pgettext_lazy("download", "Tier"),
    "state": pgettext_lazy("download", "State"),
    "state_since": pgettext_lazy("download", "State since"),
    "previous_state": pgettext_lazy("download", "State a week before"),
    "money_at_risk": pgettext_lazy("download", "Money at risk, 52 weeks"),
    "money_at_risk_low": pgettext_lazy("download", "At risk, low"),
    "money_at_risk_high": pgettext_lazy("download", "At risk, high"),
    "reasons": pgettext_lazy("download", "Why"),
    "cause_first": pgettext_lazy("download", "Likeliest cause"),
    "cause_p": pgettext_lazy("download", "Its probability"),
    "cause_whose": pgettext_lazy("download", "Ours, a competitor's, nobody's"),
    "cause_category": pgettext_lazy("download", "Category that the cause concerns"),
    "fell_on": pgettext_lazy("download", "Began to fall"),
    "lost_52": pgettext_lazy("download", "Lost, a year"),
    "last_order_on": pgettext_lazy("download", "Last order"),
    "days_silent": pgettext_lazy("download", "Days silent"),
    "rhythm_days": pgettext_lazy("download", "Own rhythm, days"),
    "late_after_days": pgettext_lazy("download", "Late after, days"),
    "amount_52": pgettext_lazy("download", "Last 52 weeks"),
    "amount_prev_52": pgettext_lazy("download", "52 weeks before"),
    "growth": pgettext_lazy("download", "Growth"),
    "amount_13": pgettext_lazy("download", "Last 13 weeks"),
    "amount_13_last_year": pgettext_lazy("download", "Same 13 weeks a year ago"),
    "returns_52": pgettext_lazy("download", "Returned, 52 weeks"),
    "order_days_52": pgettext_lazy("download", "Order days, 52 weeks"),
    "categories_lost": pgettext_lazy("download", "Categories lost"),
    "baseline_52": pgettext_lazy("download", "Next 52 weeks if nothing changed"),
    "expected_52": pgettext_lazy("download", "Next 52 weeks expected"),
    "p_complete": pgettext_lazy("download", "Probability of no order"),
    "p_partial": pgettext_lazy("download", "Probability of far less money"),
    "p_fell": pgettext_lazy("download", "Probability that it buys less already"),
    "yearly_purchases": pgettext_lazy("download", "Purchases a year, from everybody"),
    "share_of_wallet": pgettext_lazy("download", "Share of wallet"),
    "share_of_wallet_low": pgettext_lazy("download", "Share of wallet, low"),
    "share_of_wallet_high": pgettext_lazy("download", "Share of wallet, high"),
    "wallet_source": pgettext_lazy("download", "Share of wallet, source"),
    "share_of_wallet_before": pgettext_lazy("download", "Share of wallet a year ago"),
    "size_class": pgettext_lazy("download", "Size"),
    "core": pgettext_lazy("download", "Core account"),
    "manager_id": pgettext_lazy("download", "Manager"),
    "segment": pgettext_lazy("download", "Segment"),
    "region": pgettext_lazy("download", "Region"),
    "country": pgettext_lazy("download", "Country"),
    "group_id": pgettext_lazy("download", "Group"),
}


# After the point, of figures that are no money; money has its currency's.
DIGITS = {"rhythm_days": 1, "late_after_days": 1}
DIGITS |= dict.fromkeys(("growth", "p_complete", "p_partial", "p_fell", "cause_p"), 4)
DIGITS |= {f"share_of_wallet{part}": 4 for part in ("", "_low", "_high", "_before")}
_UNSAFE = re.compile(r"[^\w.\- ]+")  # in the name of a file, on one system or another


def accounts(sight: Sight, asked: Asked, kind: str) -> HttpResponse:
    """The list as it was filtered and ordered, with words and reasons in the reader's language."""
    shown = _in_words(sight)
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    money = 0 if sight.currency in numbers.NO_CENTS else 2
    digits = {name: DIGITS.get(name, money) for name in COLUMNS}
    rows = queries.all_accounts(sight, asked).values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=5000):
        for name, value in zip(COLUMNS, row, strict=True):
            value = shown[name](value) if name in shown else value
            columns[name].append(round(value, digits[name]) if isinstance(value, float) else value)
    known = {field.name: field for schema in (engine.FIRST, engine.ACCOUNTS) for field in schema}
    fields = [known[name] for name in COLUMNS]
    table = pa.table(columns, schema=pa.schema(fields))
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    record(
        sight.user,
        "accounts.download",
        about=sight.assessment,
        after={"rows": table.num_rows, "filters": asked.key, "kind": kind},
    )
    return as_file(table, f"accounts-{sight.assessment.as_of}", kind, COLUMNS)


def _in_words(sight: Sight) -> dict[str, Callable[[Any], Any]]:
    def word(known: dict[str, Any]) -> Callable[[Any], Any]:
        return lambda code: str(known.get(code, code)) if code else None

    return {
        "state": word(words.STATES),
        "previous_state": word(words.STATES),
        "size_class": word(words.SIZES),
        "core": word(words.ANSWERS),
        "wallet_source": word(words.WALLET_SOURCES),
        "cause_first": lambda name: causes.family(name) if name else None,
        "cause_whose": word(causes.WHOSE),
        "reasons": lambda stored: " ".join(words.sentences(stored, sight.currency)) or None,
    }


def lines(sight: Sight, account: Account, asked: evidence.Asked, kind: str) -> HttpResponse:
    """The order lines behind a number."""
    table = evidence.lines(account.account_id, asked, sight.assessment)
    span = {"from": _iso(asked.first), "to": _iso(asked.last), "category": asked.category}
    span |= {"product": asked.product} if asked.product else {}
    record(
        sight.user,
        "lines.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"rows": table.num_rows, "kind": kind, **span},
    )
    table = table.select([name for name in LINE_WORDS if name in table.column_names])
    return as_file(table, f"order-lines-{account.account_id[:60]}", kind, LINE_WORDS)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def as_file(table: pa.Table, name: str, kind: str, headings: dict[str, Any]) -> HttpResponse:
    shown = {column: str(words) for column, words in headings.items()}
    content = engine.to_bytes(table, kind, shown, settings.TIME_ZONE)
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = (
        content_disposition_header(True, f"{_UNSAFE.sub('-', name)}.{kind}") or ""
    )
    return response
