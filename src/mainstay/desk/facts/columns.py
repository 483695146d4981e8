"""Model fields for the columns of a table from people, in short notation."""

from __future__ import annotations

from typing import Any

from django.db import models

# Django knows names of its own where a column's name is a word of Python.
FIELDS = {"from": "from_on", "to": "to_on"}
COLUMNS = {field: column for column, field in FIELDS.items()}


def field_of(column: str) -> str:
    return FIELDS.get(column, column)


def beginning(name: str) -> models.Func:
    """The first hundred letters of a text, for indexes and the orders that walk them.

    PostgreSQL refuses an index of texts that may be longer than some thousand bytes. The numbers stand in
    the statement itself: SQLite knows its index again by the same words alone.
    """
    return models.Func(
        models.F(name), template="SUBSTR(%(expressions)s, 1, 100)", output_field=models.TextField()
    )


def code(*, index: bool = True) -> models.CharField[str, str]:
    """A code of the user's own that the row must have."""
    return models.CharField(db_index=index)


def note(**options: Any) -> models.TextField[Any, Any]:
    return models.TextField(null=True, blank=True, **options)


def choice(*, required: bool = False) -> models.CharField[Any, Any]:
    """One of the words that the schema lists for the column."""
    return models.CharField(max_length=40, null=not required, blank=not required)


def day(*, required: bool = False) -> models.DateField[Any, Any]:
    return models.DateField(null=not required, blank=not required)


def moment(*, required: bool = False) -> models.DateTimeField[Any, Any]:
    return models.DateTimeField(null=not required, blank=not required)


def money(*, required: bool = False) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        max_digits=18, decimal_places=4, null=not required, blank=not required
    )


def number(*, required: bool = False) -> models.FloatField[Any, Any]:
    return models.FloatField(null=not required, blank=not required)


def whole(*, required: bool = False) -> models.BigIntegerField[Any, Any]:
    return models.BigIntegerField(null=not required, blank=not required)


def yes_no(*, required: bool = False) -> models.BooleanField[Any, Any]:
    return models.BooleanField(null=not required, blank=not required)
