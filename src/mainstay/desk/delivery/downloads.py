"""Tables of delivery as files; each download is on record."""

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
from mainstay.desk.accounts.words import SIZES, SIZES_AND_ALL
from mainstay.desk.delivery import queries, words
from mainstay.desk.guarantees.words import STANDINGS

TABLES = ("accounts", "sizes", "products", "effects", "doubts")
_COLUMNS = {
    "accounts": (
        *("account_id", "name", "size_class", "standing", "urgency", "orders", "otif"),
        *("otif_before", "peers_otif", "otif_promised", "lines", "on_time", "on_request"),
        *("in_full", "fill", "fill_promised", "urgent", "urgent_met", "refused", "overdue"),
        *("lead_median", "lead_q10", "lead_q90"),
    ),
    "sizes": (
        *("size_class", "quarter", "orders", "otif", "lines", "on_time", "in_full", "fill"),
        *("urgent", "urgent_met", "lead_median", "lead_q10", "lead_q90"),
    ),
    "products": (
        *("product_id", "name", "category", "lines", "otif", "otif_before", "on_time"),
        *("in_full", "fill", "wanted", "came", "refused", "lead_median", "lead_q10", "lead_q90"),
    ),
    "effects": ("kind", "category", "cases", "accounts", "change", "peers_change", "effect", "low", "high"),
    "doubts": ("doubt", "lines", "order_id", "product_id"),
}  # fmt: skip
_LINES = (
    *("order_id", "delivery_id", "product_id", "category", "ordered_on", "requested_on"),
    *("due_on", "by", "delivered_on", "days_late", "lead_days", "wanted", "came"),
    *("on_time", "in_full", "otif", "urgent", "refused", "doubt"),
)


def table(sight: Sight, found: Any, name: str, kind: str) -> HttpResponse:
    """name: one of TABLES"""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    rows = _MAKE[name](sight, found)
    made = pa.table({column: rows[column] for column in _COLUMNS[name]})
    record(
        sight.user,
        "delivery.download",
        about=sight.assessment,
        after={"table": name, "rows": made.num_rows, "kind": kind},
    )
    headings = {column: words.DOWNLOAD[column] for column in made.schema.names}
    return as_file(made, f"delivery-{name}-{sight.assessment.as_of}", kind, headings)


def lines(
    sight: Sight, account: Account, found: Any, asked: queries.Asked, kind: str
) -> HttpResponse:
    """Lines of one account, as they are shown."""
    rows = queries.lines_of(found.rows(queries.LINES, account.account_id), asked.show)
    rows = _said(_said(rows.select(_LINES), "by", words.BY), "doubt", words.DOUBTS)
    record(
        sight.user,
        "lines.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"table": queries.LINES, "rows": rows.num_rows, "kind": kind},
    )
    headings = {column: words.DOWNLOAD[column] for column in rows.schema.names}
    return as_file(rows, f"delivery-{account.account_id[:60]}", kind, headings)


def _said(rows: pa.Table, name: str, known: dict[str, Any]) -> pa.Table:
    """A column of codes in the reader's words."""
    said = [None if code is None else str(known.get(code, code)) for code in rows[name].to_pylist()]
    at = rows.schema.get_field_index(name)
    return rows.set_column(at, name, pa.array(said, pa.string()))


def _accounts(sight: Sight, found: Any) -> pa.Table:
    """Of the accounts that one sees, what is most urgent first."""
    rows = found.table("delivery")
    seen = dict(sight.accounts.order_by().values_list("account_id", "name"))
    rows = rows.filter(pc.is_in(rows["account_id"], value_set=pa.array(list(seen), pa.string())))
    cards = found.table(engine.CARDS)
    cards = cards.filter(pc.equal(cards["guarantee"], "delivery"))
    place = pc.index_in(rows["account_id"], value_set=cards["account_id"].combine_chunks())
    for name in ("standing", "urgency"):
        rows = rows.append_column(name, cards[name].take(place))
    names = pa.array([seen[one] for one in rows["account_id"].to_pylist()], pa.string())
    rows = _said(rows.append_column("name", names), "size_class", SIZES)
    rows = _said(rows, "standing", STANDINGS)
    return rows.sort_by([("urgency", "descending"), ("account_id", "ascending")])


def _sizes(sight: Sight, found: Any) -> pa.Table:
    assert sight.assessment is not None  # noqa: S101
    rows = found.table("delivery_sizes")
    begin = [
        sight.assessment.as_of - timedelta(days=words.QUARTER_DAYS * (q + 1))
        for q in rows["quarter"].to_pylist()
    ]
    rows = rows.set_column(rows.schema.get_field_index("quarter"), "quarter", pa.array(begin))
    rows = _shares(rows, otif=("otif_orders", "otif_n"))
    return _said(rows, "size_class", SIZES_AND_ALL)


def _products(_sight: Sight, found: Any) -> pa.Table:
    rows = found.table("delivery_products")
    return _shares(rows, otif=("otif_lines", "otif_n"), otif_before=("before_lines", "before_n"))


def _shares(rows: pa.Table, **more: tuple[str, str]) -> pa.Table:
    parts = {
        "on_time": ("on_time_lines", "on_time_n"),
        "in_full": ("in_full_lines", "in_full_n"),
        "fill": ("fill_sum", "fill_n"),
        **more,
    }
    for name, (part, whole) in parts.items():
        n = pc.if_else(pc.equal(rows[whole], 0), None, rows[whole]).cast(pa.float64())
        rows = rows.append_column(name, pc.divide(rows[part].cast(pa.float64()), n))
    return rows


def _effects(_sight: Sight, found: Any) -> pa.Table:
    return _said(found.table("delivery_effects"), "kind", words.KINDS)


def _doubts(_sight: Sight, found: Any) -> pa.Table:
    return _said(found.table("delivery_doubts"), "doubt", words.DOUBTS)


_MAKE: dict[str, Callable[[Sight, Any], pa.Table]] = {
    "accounts": _accounts,
    "sizes": _sizes,
    "products": _products,
    "effects": _effects,
    "doubts": _doubts,
}
