"""Which company events concerned an account: their scopes, read against what there is and what it buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from mainstay.causes.scope import by_plain, read_scope
from mainstay.core.errors import NotFound
from mainstay.engine.story import account_lines
from mainstay.ledger.frozen import Frozen
from mainstay.ledger.ledger import Ledger

PLACES = ("region", "segment")
GOODS = ("category", "product_id")
BOUGHT_DAYS = 2 * 364  # before an event: what an account bought since then is what it buys


@dataclass(frozen=True)
class Judged:
    """An account as an assessment has it."""

    assessment_id: str
    account_id: str
    region: str | None
    segment: str | None


def concerned(
    ledger: Ledger, account: Judged, events: Sequence[tuple[date, str | None]]
) -> list[bool]:
    """Of each event, whether it concerned the account.

    events: day and scope as written. A region or a segment must be the account's, of categories and
        products it must have bought one; a scope that names nothing we know may concern anybody
    """
    if not any((scope or "").strip() for _on, scope in events):
        return [True] * len(events)
    known = _known(ledger, account)
    named = [read_scope(scope or "", known) for _on, scope in events]
    bought = (
        _bought(ledger, account.account_id)
        if any(dimension in GOODS for one in named for dimension, _value in one)
        else {}
    )
    return [
        _concerns(account, one, bought, on) for one, (on, _scope) in zip(named, events, strict=True)
    ]


def _concerns(
    account: Judged,
    named: Sequence[tuple[str, str]],
    bought: Mapping[tuple[str, str], date],
    on: date,
) -> bool:
    for place in PLACES:
        values = {value for dimension, value in named if dimension == place}
        if values and getattr(account, place) not in values:
            return False
    goods = [one for one in named if one[0] in GOODS]
    since = on - timedelta(days=BOUGHT_DAYS)
    return not goods or any(bought.get(one, date.min) >= since for one in goods)


def _known(ledger: Ledger, account: Judged) -> dict[str, dict[str, str]]:
    """By dimension, the values that there are, by their plain form."""
    accounts, products = ledger.table("accounts"), ledger.table("products")
    judged = _of_assessment(str(ledger.assessments.folder), account.assessment_id)
    columns = {
        "region": [*_values(accounts, "region"), account.region, *judged["region"]],
        "segment": [*_values(accounts, "segment"), account.segment, *judged["segment"]],
        "category": [*_values(products, "category"), *judged["category"]],
        "product_id": _values(products, "product_id"),
    }
    return {name: by_plain(values) for name, values in columns.items()}


@lru_cache(maxsize=2)
def _of_assessment(folder: str, assessment_id: str) -> dict[str, list[str | None]]:
    """Regions, segments and categories of an assessment; read once, since it never changes."""
    kept = Frozen(Path(folder, assessment_id))
    try:
        accounts = kept.table("accounts", PLACES)
        categories = kept.table("categories", ["category"])
    except NotFound:
        return {name: [] for name in (*PLACES, "category")}
    return {name: _values(accounts, name) for name in PLACES} | {
        "category": _values(categories, "category")
    }


def _values(table: pa.Table, column: str) -> list[str | None]:
    found: list[str | None] = table[column].unique().to_pylist()
    return found


def _bought(ledger: Ledger, account_id: str) -> dict[tuple[str, str], date]:
    """The day on which an account last bought each category and product."""
    lines = account_lines(ledger, [account_id])
    found: dict[tuple[str, str], date] = {}
    for name in GOODS:
        last = lines.group_by(name).aggregate([("ordered_on", "max")])
        days = zip(last[name].to_pylist(), last["ordered_on_max"].to_pylist(), strict=True)
        found |= {(name, value): on for value, on in days if value}
    return found
