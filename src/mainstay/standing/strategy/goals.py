"""The common goals as they are written, with what of them can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from mainstay.core import goal_terms
from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.choice_words import said_as
from mainstay.ledger.people_tables import LEDGER_MEASURES
from mainstay.standing.known import Known

MEASURES = tuple(LEDGER_MEASURES.split("|"))
OWN_WORDS = gettext_noop("It is measured in words of your own: write down how far it is.")
NO_CODE = gettext_noop("It does not say of which category or product.")

# trouble: why it can't be measured, a `Text` as JSON; null where it can be
GOALS = pa.schema(
    [
        ("goal", pa.int64()),  # its place in this table
        ("account_id", pa.string()),
        ("goal_id", pa.string()),
        ("period", pa.string()),
        ("common_goal", pa.string()),
        ("target", pa.string()),
        ("told", pa.string()),  # what people wrote of how far it is
        ("owner_id", pa.string()),
        ("measure", pa.string()),  # of LEDGER_MEASURES; null = in words
        ("measure_of", pa.string()),
        ("measure_words", pa.string()),
        ("benefit_ours", pa.string()),
        ("benefit_theirs", pa.string()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("aim", pa.float64()),  # the target's figure
        ("change", pa.bool_()),  # whether it is a change against the year before
        ("trouble", pa.string()),
    ]
)


def read(known: Known) -> pa.Table:
    """Rows of GOALS, by account: those that run, lie ahead, or ended within two years.

    A goal whose period can't be read is kept, with why.
    """
    rows = known.table("goals").sort_by([("account_id", "ascending"), ("goal_id", "ascending")])
    earliest = known.as_of - timedelta(days=goal_terms.KEPT_DAYS)
    found = [one for row in rows.to_pylist() if (one := _read(row, earliest)) is not None]
    return pa.Table.from_pylist([{"goal": n, **one} for n, one in enumerate(found)], GOALS)


def _read(row: Mapping[str, Any], earliest: date) -> dict[str, Any] | None:
    first, last, trouble = _period(row["period"] or "")
    if last is not None and last < earliest:
        return None
    measure = row["ledger_measure"] or _named(row["measure"] or "")
    aim, change = None, False
    if measure is None:
        trouble = trouble or _said(Text(OWN_WORDS))
    elif measure in goal_terms.OF_CODE and not row["measure_of"]:
        trouble = trouble or _said(Text(NO_CODE))
    else:
        aim, change, wrong = _target(row["target"], measure)
        trouble = trouble or wrong
    return {
        **{name: row.get(name) for name in GOALS.names if name in row},
        "told": row["reached"],
        "measure": measure,
        "measure_words": row["measure"],
        "first_on": first,
        "last_on": last,
        "aim": aim,
        "change": change,
        "trouble": trouble,
    }


@cache
def _words() -> dict[str, str]:
    """Measures by what people call them, in small letters; those that need no code."""
    named = [one for one in MEASURES if one not in goal_terms.OF_CODE]
    return {word: one for one in reversed(named) for word in said_as(one)}


def _named(words: str) -> str | None:
    """The measure of rows that say it in words alone: “Sales”, 新品占比."""
    return _words().get("_".join(words.lower().split()))


@cache
def _period(text: str) -> tuple[date | None, date | None, str | None]:
    try:
        return *goal_terms.period(text), None
    except MainstayError as error:
        return None, None, _said(error.text)


@cache
def _target(text: str | None, measure: str) -> tuple[float | None, bool, str | None]:
    try:
        found = goal_terms.target(text, measure)
    except MainstayError as error:
        return None, False, _said(error.text)
    return found.value, found.change, None


def _said(text: Text) -> str:
    return json.dumps(text.to_json(), ensure_ascii=False)
