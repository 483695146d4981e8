"""The card of how each account stands: one row for each guarantee and consistency that something is known of.

    quality, service, delivery, value (R16 to R19), needs, strategy (R14, R15)

Every area of `standing` gives rows of `CARD` beside its own tables; the card of an account is its rows, what is
most urgent first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.sql import quoted

Guarantee = Literal["quality", "service", "delivery", "value", "needs", "strategy"]
GUARANTEES: tuple[str, ...] = get_args(Guarantee)
# good: as promised or as usual among peers; watch: a little below, or falling; poor: clearly below
STANDINGS = ("good", "watch", "poor", "unknown")
# Shares of 1; hours of working time; per 1,000 units; money of the reporting currency; a level 1..3.
UNITS = ("share", "hours", "per_1000", "money", "level", "days")

# measure, before (the same measure, of the half year before that which it is of), peers (the median of
# accounts of its size class; of quality the rate of all of them together), promised (what we promised it);
# less: less is better; urgency: 0 = nothing to mend .. 1; told: one sentence on how it stands; mend: what to
# mend first, one sentence (both `Text` as JSON).
CARD = pa.schema(
    [
        ("account_id", pa.string()),
        ("guarantee", pa.string()),
        ("standing", pa.string()),
        ("measure", pa.float64()),
        ("unit", pa.string()),
        ("less", pa.bool_()),
        ("before", pa.float64()),
        ("peers", pa.float64()),
        ("promised", pa.float64()),
        ("urgency", pa.float64()),
        ("told", pa.string()),
        ("mend", pa.string()),
    ]
)


def text_sql(template: str, **places: str) -> str:
    """SQL of a `Text` as JSON; places: by name, SQL of what belongs there."""
    data = ", ".join(f"'{name}', {value}" for name, value in places.items())
    return f"json_object('template', {quoted(template)}, 'data', json_object({data}))::varchar"


@dataclass(frozen=True)
class Standing:
    """What an area found as of a date.

    tables: by name, each with what its module says; those with `account_id` in its order
    card: rows of CARD, one an account at most
    """

    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    card: pa.Table = field(default_factory=CARD.empty_table)


def card_of(found: Mapping[str, Standing]) -> pa.Table:
    """The cards of all accounts, by account, what is most urgent first.

    found: by area; an area's name is the guarantee of its rows
    Raises: ValueError where an area gives an account two rows, or those of another
    """
    for area, one in found.items():
        card = one.card.cast(CARD)
        if set(card["guarantee"].unique().to_pylist()) - {area}:
            raise ValueError(f"{area} gives rows of another guarantee")
        if pc.count_distinct(card["account_id"]).as_py() != card.num_rows:
            raise ValueError(f"{area} gives an account more than one row")
    rows = pa.concat_tables([one.card.cast(CARD) for one in found.values()] or [CARD.empty_table()])
    return rows.sort_by(
        [("account_id", "ascending"), ("urgency", "descending"), ("guarantee", "ascending")]
    ).combine_chunks()
