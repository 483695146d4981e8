"""Between a model's fields and the store's columns: rows, and what names a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps

from mainstay import engine
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Fact

# What is personal, by table: the record of events, from which nothing can be erased, does not hold it.
PERSONAL: dict[str, tuple[str, ...]] = {
    "contacts": ("name", "title", "email", "phone"),
    "reviews": ("customer_text",),
    "opinions": ("text",),
}
# By what the record of events names rows whose own name is a text that somebody typed.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "requests": ("raised_on", "request_id"),
    "promises": ("made_on", "promise_id"),
    "criteria": ("assessed_on",),
    "goals": ("goal_id",),
    "plan_reviews": ("on",),
    "competitor_sightings": ("on", "sighting_id"),
    "designs": ("on", "kind", "play"),
    "design_draws": ("on", "play"),
    "held_effects": ("on", "play"),
}
HIDDEN = "•"
ERASED = "–"  # where a name was that is erased


@cache
def models_by_table() -> dict[str, type[Fact]]:
    """The model of each table from people that the desk keeps."""
    return {m.TABLE: m for m in apps.get_models() if issubclass(m, Fact)}


def columns_of(model: type[Fact]) -> list[engine.TableColumn]:
    return engine.columns_of(model.TABLE)


def row_of(fact: Fact) -> dict[str, Any]:
    """A fact's values by the names of the store's columns."""
    return {c.name: getattr(fact, field_of(c.name)) for c in columns_of(type(fact))}


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """What names a row of a table, in 32 letters whatever its codes are.

    row: values by column, of which the table's key is taken
    """
    parts = [plain(row.get(name)) for name in engine.fact_table(table).key]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items()}


def audited(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the record of events may hold it."""
    return {
        name: HIDDEN if value is not None and name in PERSONAL.get(table, ()) else plain(value)
        for name, value in row.items()
    }


def named(fact: Fact) -> str:
    """What the record of events calls a row, for good: by its code or day, in no words of people."""
    table = fact.TABLE
    columns = NAMED_BY.get(table) or (engine.fact_table(table).key[:1] if table in PERSONAL else ())
    if not columns:
        return str(fact)
    return " ".join(str(plain(getattr(fact, field_of(name)))) for name in columns)
