"""Deliveries, payments and credit holds in a timeline: shown where they are asked for, since they are many."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts.models import Account
from mainstay.desk.causes.records import records_url
from mainstay.desk.timeline import words

log = logging.getLogger(__name__)
MOST_ROWS = 12  # that the way to a day's rows names
_DELIVERED = ("delivered_on", "refused_on", "promised_on")
_PAID = ("paid_on",)
Row = dict[str, Any]


@dataclass(frozen=True)
class Happened:
    """What machines wrote of one day, with the way to its rows."""

    on: date
    family: str
    what: str
    kind: str
    text: str
    href: str

    @property
    def title(self) -> str:
        return str(words.WHAT[self.what])


@dataclass(frozen=True)
class Asked:
    """Of which days: first..last, both included; no more than so many months in which there is something,
    the newest, where `months` is given."""

    first: date
    last: date
    months: int | None = None

    def of(self, rows: pa.Table, days: tuple[str, ...]) -> pa.Table:
        """The rows by the first of these days that they have; others are no concern of a page."""
        on = pc.coalesce(*(rows[name] for name in days))
        here = pc.and_(
            pc.greater_equal(on, pa.scalar(self.first)), pc.less_equal(on, pa.scalar(self.last))
        )
        rows, on = rows.filter(here), on.filter(here)
        if self.months is None or not rows.num_rows:
            return rows
        begun = pc.floor_temporal(on, unit="month")
        there = sorted(pc.unique(begun).to_pylist(), reverse=True)
        return rows.filter(pc.greater_equal(begun, pa.scalar(there[: self.months][-1])))


def happened(account: Account, families: frozenset[str], asked: Asked) -> list[Happened]:
    """Of those families of ON_REQUEST that are chosen; nothing where the store can't be read."""
    found: list[Happened] = []
    for table, (family, days, make) in _TABLES.items():
        if family not in families:
            continue
        try:
            rows = engine.machine_rows(
                evidence.ledger(), table, evidence.judged(account), engine.RowsAsked()
            )
        except MainstayError as error:
            log.warning("rows of %s can't be read for a timeline: %s", table, error)
            continue
        shown = asked.of(rows, days) if days else rows
        found += make(account.account_id, shown.to_pylist())
    return [one for one in found if asked.first <= one.on <= asked.last]


def _by_day(rows: Iterable[Row], *days: str) -> dict[date, list[Row]]:
    """Rows by the first of these days that they have."""
    found: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        on = next((row[name] for name in days if row[name]), None)
        if on:
            found[on].append(row)
    return found


def _deliveries(account_id: str, rows: list[Row]) -> Iterator[Happened]:
    for on, some in _by_day(rows, *_DELIVERED).items():
        came = sum(bool(row["delivered_on"]) for row in some)
        refused = sum(bool(row["refused_on"]) for row in some)
        late = sum(_late(row) for row in some)
        short = sum(_short(row) for row in some)
        said = [
            ngettext("%(n)s came", "%(n)s came", came) % {"n": came} if came else "",
            ngettext("%(n)s late", "%(n)s late", late) % {"n": late} if late else "",
            ngettext("%(n)s short", "%(n)s short", short) % {"n": short} if short else "",
            ngettext("%(n)s refused", "%(n)s refused", refused) % {"n": refused} if refused else "",
        ]
        waiting = len(some) - came - refused
        if waiting:
            said.append(_("%(n)s promised for that day") % {"n": waiting})
        reasons = "; ".join(dict.fromkeys(row["reason"] for row in some if row["reason"]))
        keys = [[row["delivery_id"]] for row in some[:MOST_ROWS]]
        href = records_url(account_id, "deliveries", keys=keys)
        yield Happened(on, "deliveries", "deliveries", ", ".join(filter(None, said)), reasons, href)


def _late(row: Row) -> bool:
    return bool(
        row["delivered_on"] and row["promised_on"] and row["delivered_on"] > row["promised_on"]
    )


def _short(row: Row) -> bool:
    ordered, came = row["quantity_ordered"], row["quantity_delivered"]
    return bool(row["delivered_on"] and ordered and came is not None and came < ordered)


def _payments(account_id: str, rows: list[Row]) -> Iterator[Happened]:
    for on, some in _by_day(rows, *_PAID).items():
        days = max((on - row["due_on"]).days for row in some)
        said = ngettext(
            "%(n)s day after the day due", "%(n)s days after the day due", days
        ) % {"n": days} if days > 0 else _("in time")  # fmt: skip
        sums = _sums(some)
        keys = [[account_id, row["due_on"], row["amount"]] for row in some[:MOST_ROWS]]
        href = records_url(account_id, "payments", keys=keys)
        yield Happened(on, "books", "payments", said, sums, href)


def _sums(rows: list[Row]) -> str:
    """The sum of each currency; those that name none stand without one, as in the books."""
    found: dict[str, Any] = defaultdict(int)
    for row in rows:
        found[row["currency"] or ""] += row["amount"]
    return " + ".join(numbers.exact_money(found[name], name) for name in sorted(found))


def _holds(account_id: str, rows: list[Row]) -> Iterator[Happened]:
    for row in rows:
        href = records_url(account_id, "credit_holds", keys=[[account_id, row["from"]]])
        reason = row["reason"] or ""
        yield Happened(row["from"], "books", "held", "", reason, href)
        if row["to"]:
            yield Happened(row["to"], "books", "held_no_more", "", reason, href)


Make = Callable[[str, list[Row]], Iterable[Happened]]
# By table: its family, the days of which the first tells when it happened (none: each row tells of
# several, and there are few), and what is said of it.
_TABLES: dict[str, tuple[str, tuple[str, ...], Make]] = {
    "deliveries": ("deliveries", _DELIVERED, _deliveries),
    "payments": ("books", _PAID, _payments),
    "credit_holds": ("books", (), _holds),
}
