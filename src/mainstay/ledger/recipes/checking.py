"""A recipe against its database: each query is asked for a row, and the database itself says what is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mainstay.ledger.recipes.running import Order, answers
from mainstay.ledger.recipes.types import Recipe


@dataclass(frozen=True)
class Checked:
    """A query that the database understands.

    columns: ours, that it fills
    any_rows: whether it gave a row
    """

    query: str
    table: str
    columns: tuple[str, ...]
    any_rows: bool


def check_recipe(recipe: Recipe, order: Order, *, now: dt.datetime) -> list[Checked]:
    """What each query fills.

    Raises: RecipeBroken, with file and line, for the first that does not fit
    """
    return [
        Checked(query.name, query.table, tuple(answer.mapping.columns), answer.rows > 0)
        for query, answer in answers(recipe, order, now=now, rows=1)
    ]
