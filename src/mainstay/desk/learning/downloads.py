"""Tables of what was learnt as files, in the reader's words; each download is on record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import queries as of_cases
from mainstay.desk.learning import queries, words

DIGITS = 4
TABLES: dict[str, tuple[str, ...]] = {
    "effects": (
        *("play", "cause", "view", "with_play", "without", "ratio", "low", "high", "p_harm"),
        *("verdict", "basis", "naive", "naive_low", "naive_high"),
    ),
    "needed": ("play", "had", "cases", "a_quarter", "loss", "ratio"),
    "moves": ("play", "before", "now", "used", "cases", "new_cases", "held", "held_reason"),
    "put_off": (
        *("account_id", "name", "on", "kind", "reason", "manager_id"),
        *("baseline", "expected", "lost", "fell", "treated"),
    ),
    "guesses": ("account_id", "opened_on", "confirmed_on", "guessed", "p", "said", "confirmed"),
    "forecasts": ("as_of", "weeks", "alone", "accounts", "baseline", "expected", "low", "high", "lost", "inside"),
}  # fmt: skip
OF_ACCOUNTS = ("put_off", "guesses")
CASES = (
    *("account_id", "drawn", "done", "cause", "expected", "lost", "probability", "design"),
    *("first", "last", "began", "tells"),
)


def table(sight: Sight, found: Any, name: str, kind: str) -> HttpResponse:
    """name: one of TABLES"""
    rows = found.table(name)
    some = queries.own(sight, rows) if name in OF_ACCOUNTS else rows.to_pylist()
    if name == "moves":
        some = [row | _believed(row) for row in some]
    return _file(sight, f"learnt-{name}", TABLES[name], some, kind)


def cases(sight: Sight, found: Any, play: str, kind: str) -> HttpResponse:
    rows = queries.cases_of(sight, found, play)
    return _file(sight, f"cases-{play[:60]}", CASES, rows, kind)


def _believed(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        "before": math.exp(row["before_mean"]),
        "now": math.exp(row["mean"]),
        "used": math.exp(row["used_mean"]),
    }


def _file(
    sight: Sight, name: str, columns: tuple[str, ...], rows: list[Any], kind: str
) -> HttpResponse:
    titles = of_cases.catalogue()
    made = pa.table(
        {column: [_said(column, row.get(column), titles) for row in rows] for column in columns}
    )
    assert sight.assessment is not None  # noqa: S101  # something was kept of one
    record(
        sight.user,
        "learning.download",
        about=sight.assessment,
        after={"table": name, "rows": made.num_rows, "kind": kind},
    )
    headings = {column: str(words.DOWNLOAD[column]) for column in columns}
    return as_file(made, f"{name}-{sight.assessment.as_of}", kind, headings)


_WORDS: dict[str, Mapping[str, Any]] = {
    "view": words.VIEWS,
    "verdict": words.VERDICTS,
    "basis": words.BASES,
    "kind": words.KINDS,
}


def _said(column: str, value: Any, titles: Mapping[str, Any]) -> Any:
    """A value in the reader's words."""
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    if not isinstance(value, str):
        return value
    if column in ("play", "drawn", "done"):
        return words.title(titles, value)
    if column in ("cause", "guessed", "said", "confirmed"):
        return words.cause(value)
    return str(_WORDS.get(column, {}).get(value, value))
