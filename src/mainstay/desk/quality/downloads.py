"""Tables of quality as files; each download is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpResponse

from mainstay import engine
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES_AND_ALL
from mainstay.desk.delivery.words import QUARTER_DAYS
from mainstay.desk.facts.rights import visible
from mainstay.desk.guarantees.words import STANDINGS
from mainstay.desk.quality import queries, words
from mainstay.desk.quality.models import CorrectiveAction

OWN = ("accounts", "twice", "answers")  # of what one sees; the others are for those who see all
TABLES = (*OWN, "sizes", "products", "batches", "doubts")
MOST_ANSWERS = 50_000
_COLUMNS = {
    "accounts": (
        *("account_id", "name", "size_class", "standing", "urgency", "cases", "complaints", "units"),
        *("rate", "cases_before", "rate_before", "peers", "returned", "hits"),
    ),
    "twice": (
        *("account_id", "name", "size_class", "hits", "hit_product", "hit_same", "last_on"),
        "money_at_risk",
    ),
    "answers": tuple(one.name for one in engine.columns_of("corrective_actions")),
    "sizes": ("size_class", "quarter", "accounts", "cases", "complaints", "units", "rate", "returned"),
    "products": (
        *("product_id", "name", "category", "state", "signal", "cases", "units", "rate"),
        *("cases_before", "rate_before", "expected", "excess", "accounts", "returned"),
    ),
    "batches": (
        *("product_id", "name", "batch", "cases", "accounts", "first_on", "last_on", "units", "rate"),
        *("expected", "limit", "beyond"),
    ),
    "doubts": ("product_id", "units", "lines"),
    "months": ("month", "cases", "units", "rate", "centre", "low", "high", "expected", "signal"),
    "cases": ("on", "kind", "complaint_id", "product_id", "batch", "severity", "returned"),
}  # fmt: skip
_SAID: dict[str, Any] = {
    "size_class": SIZES_AND_ALL,
    "standing": STANDINGS,
    "state": words.STATES,
    "signal": words.SIGNALS,
    "kind": words.KINDS,
}


def table(sight: Sight, found: Any, name: str, kind: str) -> HttpResponse:
    """name: one of TABLES"""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    made = _shown(name, _MAKE[name](sight, found))
    record(
        sight.user,
        "quality.download",
        about=sight.assessment,
        after={"table": name, "rows": made.num_rows, "kind": kind},
    )
    return as_file(made, f"quality-{name}-{sight.assessment.as_of}", kind, _headings(made))


def months(sight: Sight, found: Any, product_id: str, kind: str) -> HttpResponse:
    """The control chart of a product as a file."""
    assert sight.assessment is not None  # noqa: S101
    as_of = sight.assessment.as_of
    rows = found.table("quality_months")
    rows = _rated(rows.filter(pc.equal(rows["product_id"], product_id)))
    begin = [words.month_before(as_of, n) for n in rows["month"].to_pylist()]
    rows = rows.set_column(
        rows.schema.get_field_index("month"), "month", pa.array(begin, pa.date32())
    )
    made = _shown("months", rows)
    record(
        sight.user,
        "quality.download",
        about=sight.assessment,
        after={"table": "months", "product": product_id, "rows": made.num_rows, "kind": kind},
    )
    return as_file(made, f"quality-{product_id[:60]}", kind, _headings(made))


def cases(sight: Sight, account: Account, found: Any, kind: str) -> HttpResponse:
    """Complaints and returns of one account."""
    made = _shown("cases", queries.cases_of(found, account).rename_columns({"units": "returned"}))
    record(
        sight.user,
        "lines.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"table": "quality_cases", "rows": made.num_rows, "kind": kind},
    )
    return as_file(made, f"quality-{account.account_id[:60]}", kind, _headings(made))


def _headings(rows: pa.Table) -> dict[str, Any]:
    return {column: words.DOWNLOAD[column] for column in rows.schema.names}


def _shown(name: str, rows: pa.Table) -> pa.Table:
    """The columns of a file, codes in the reader's words."""
    return pa.table({column: _plain(column, rows[column]) for column in _COLUMNS[name]})


def _plain(name: str, column: Any) -> Any:
    if name in _SAID:
        known = _SAID[name]
        said = [None if c is None else str(known.get(c, c)) for c in column.to_pylist()]
        return pa.array(said, pa.string())
    return column


def _accounts(sight: Sight, found: Any) -> pa.Table:
    """What is most urgent first."""
    rows = queries.mine(sight, found.table("quality"))
    cards = found.table(engine.CARDS)
    cards = cards.filter(pc.equal(cards["guarantee"], "quality"))
    place = pc.index_in(rows["account_id"], value_set=cards["account_id"].combine_chunks())
    for name in ("standing", "urgency"):
        rows = rows.append_column(name, cards[name].take(place))
    return rows.sort_by([("urgency", "descending"), ("account_id", "ascending")])


def _answers(sight: Sight, _found: Any) -> pa.Table:
    """The answers asked of production, what is due first on top."""
    rows = visible(sight.user, CorrectiveAction).order_by("answered_on", "answer_due_on", "id")
    columns = _COLUMNS["answers"]
    schema = pa.schema(
        [(c, engine.fact_table("corrective_actions").arrow.field(c).type) for c in columns]
    )
    return pa.Table.from_pylist(list(rows.values(*columns)[:MOST_ANSWERS]), schema)


def _sizes(sight: Sight, found: Any) -> pa.Table:
    assert sight.assessment is not None  # noqa: S101
    rows = _rated(found.table("quality_sizes"))
    begin = [
        sight.assessment.as_of - timedelta(days=QUARTER_DAYS * (q + 1))
        for q in rows["quarter"].to_pylist()
    ]
    at = rows.schema.get_field_index("quarter")
    return rows.set_column(at, "quarter", pa.array(begin, pa.date32()))


def _rated(rows: pa.Table) -> pa.Table:
    units = pc.if_else(pc.equal(rows["units"], 0), None, rows["units"])
    rate = pc.divide(pc.multiply(rows["cases"].cast(pa.float64()), 1000.0), units)
    return rows.append_column("rate", rate)


def _frozen(name: str) -> Callable[[Sight, Any], pa.Table]:
    return lambda _sight, found: found.table(name)


_MAKE: dict[str, Callable[[Sight, Any], pa.Table]] = {
    "accounts": _accounts,
    "twice": queries.twice,
    "answers": _answers,
    "sizes": _sizes,
    "products": _frozen("quality_products"),
    "batches": _frozen("quality_batches"),
    "doubts": _frozen("quality_doubts"),
}
