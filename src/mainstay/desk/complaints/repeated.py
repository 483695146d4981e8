"""What production has to answer: products and batches complained of again and again, and what is open of them.

Counted are complaints, not questions, that name a product, of the accounts that the reader sees.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import sight_key
from mainstay.desk.accounts.evidence import ledger
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints import queries
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.facts import words as fact_words
from mainstay.desk.facts.models import Product

log = logging.getLogger(__name__)
DAYS = 90
LEAST = 2  # complaints that are a repetition
MOST, ON_TOP = 100, 50  # products that are counted; of the table
MOST_ACCOUNTS = 60  # whose order lines are read for a share
SUGGESTED = 60
FRESH_SECONDS = 60
ON_PAGE, IN_FILE = 100, 20_000


@dataclass
class Batch:
    """How often a batch was complained of; batch: empty where none was named."""

    batch: str
    complaints: int = 0
    open: int = 0


@dataclass
class Repeated:
    """A product complained of at least twice.

    who: the accounts that complained
    orders: days on which they ordered it in that time; None where it is not known
    """

    product_id: str
    complaints: int = 0
    open: int = 0
    who: set[str] = field(default_factory=set)
    by_batch: dict[str, Batch] = field(default_factory=dict)
    name: str = ""
    last_at: datetime | None = None
    orders: int | None = None

    @property
    def accounts(self) -> int:
        return len(self.who)

    @property
    def batches(self) -> list[Batch]:
        return sorted(self.by_batch.values(), key=lambda b: (-b.complaints, -b.open, b.batch))

    @property
    def share(self) -> float | None:
        return min(1.0, self.complaints / self.orders) if self.orders else None


def _counted(seen: Seen, now: datetime) -> QuerySet[Complaint]:
    since = now - timedelta(days=DAYS)
    rows = seen.complaints.filter(opened_at__gte=since, product_id__isnull=False)
    return rows.filter(~Q(kind="question") | Q(kind__isnull=True)).order_by()


def repeated(seen: Seen, now: datetime) -> list[Repeated]:
    """The products complained of at least twice in DAYS, the most often first; a minute old at most."""
    who = hashlib.blake2b(sight_key(seen.user).encode(), digest_size=16).hexdigest()
    found: list[Repeated] = cache.get_or_set(
        f"complaints:repeated:{who}", lambda: _repeated(seen, now), FRESH_SECONDS
    )
    return found


def _repeated(seen: Seen, now: datetime) -> list[Repeated]:
    """In two walks along an index that has all they need: which products, then their batches and accounts."""
    counted: dict[str, Any] = {
        "n": Count("opened_at"),
        "open": Count("opened_at") - Count("solved_at"),
    }
    # Grouped by an expression: by the column, SQLite walks the products and fetches each row, which takes longer.
    rows = _counted(seen, now).annotate(product=Coalesce("product_id", Value("")))
    often = rows.values("product").annotate(**counted, last=Max("opened_at"))
    often = often.filter(n__gte=LEAST).order_by("-n", "-open", "product")[:MOST]
    found = {
        product: Repeated(product, n, is_open, last_at=last)
        for product, n, is_open, last in often.values_list("product", "n", "open", "last")
    }
    parts = rows.filter(product__in=list(found)).values("product", "batch", "account_id")
    parts = parts.annotate(**counted).values_list("product", "batch", "account_id", "n", "open")
    for product, batch, account, n, is_open in parts.iterator(chunk_size=5_000):
        one = found[product]
        named = one.by_batch.setdefault(batch or "", Batch(batch or ""))
        named.complaints += n
        named.open += is_open
        one.who.add(account)
    names = product_names(found)
    return [replace(one, name=names.get(one.product_id, "")) for one in found.values()]


def with_orders(found: list[Repeated], now: datetime) -> list[Repeated]:
    """The same with how often those who complained of a product had ordered it; reads order lines."""
    read: set[str] = set()
    for one in found:
        if len(read | one.who) <= MOST_ACCOUNTS:
            read |= one.who
    counts = _order_days(read, (now - timedelta(days=DAYS)).date())
    return [
        replace(one, orders=sum(counts.get((who, one.product_id), 0) for who in one.who))
        if one.who <= read
        else one
        for one in found
    ]


def _order_days(accounts: set[str], first: date) -> dict[tuple[str, str], int]:
    """On how many days each account ordered each product since then."""
    try:
        lines = engine.account_lines(ledger(), sorted(accounts), first) if accounts else None
    except MainstayError as error:
        log.warning("no order lines behind complaints: %s", error)
        return {}
    if lines is None or not lines.num_rows:
        return {}
    sold = lines.filter(pc.greater(lines["amount"], 0))
    days = sold.group_by(["account_id", "product_id"]).aggregate([("ordered_on", "count_distinct")])
    columns = (
        days[name].to_pylist() for name in ("account_id", "product_id", "ordered_on_count_distinct")
    )
    return {(account, product): n for account, product, n in zip(*columns, strict=True) if product}


@dataclass(frozen=True)
class Line:
    """One complaint that production answers.

    due_at: when what comes next is due; None where it is solved
    times: how often this product was complained of in DAYS; times_batch: this batch
    """

    complaint: Complaint
    product: str
    account: str
    due_at: datetime | None
    what: str
    times: int
    times_batch: int


def digest(
    seen: Seen, products: Iterable[Repeated], now: datetime, *, most: int = ON_PAGE
) -> list[Line]:
    """Open complaints that name a product, and all of repeated products; by product, batch, cause.

    products: the repeated ones
    """
    often = {one.product_id: one for one in products}
    # By the clocks as they run out, each looked up: joined, the database reads all of them and sorts.
    named = Complaint.objects.filter(pk=OuterRef("pk"), product_id__isnull=False)
    # "NOT waiting", as a bare False becomes, finds no index on SQLite.
    running = seen.clocks.filter(Exists(named.order_by()), waiting__in=[False])
    running = running.exclude(kind="question")
    first = list(running.order_by("next_due_at").values_list("pk", flat=True)[:most])
    clocks = Clock.objects.select_related("complaint").in_bulk(first)
    found = {clock.pk: clock.complaint for clock in clocks.values()}
    again = _counted(seen, now).filter(product_id__in=list(often))
    found |= {one.pk: one for one in again.order_by("-opened_at")[: max(0, most - len(found))]}
    accounts = queries.account_names(one.account_id for one in found.values())
    names = product_names(one.product_id or "" for one in found.values())
    lines = [
        Line(
            complaint=one,
            product=names.get(one.product_id or "", ""),
            account=accounts.get(one.account_id, one.account_id),
            due_at=clocks[pk].next_due_at if pk in clocks else None,
            what=str(queries.words.STEPS[clocks[pk].what]) if pk in clocks else "",
            times=often[one.product_id].complaints if one.product_id in often else 1,
            times_batch=_times(often.get(one.product_id or ""), one.batch),
        )
        for pk, one in found.items()
    ]
    return sorted(lines, key=_by_product)


def _times(product: Repeated | None, batch: str | None) -> int:
    if product is None:
        return 1
    named = product.by_batch.get(batch or "")
    return named.complaints if named else 1


def _by_product(line: Line) -> tuple[Any, ...]:
    one = line.complaint
    due = line.due_at or datetime.max.replace(tzinfo=one.opened_at.tzinfo)
    return (-line.times, one.product_id or "", one.batch or "", one.root_cause or "", due, one.pk)


HEADINGS: dict[str, Any] = {
    "product_id": pgettext_lazy("download", "Product"),
    "product": pgettext_lazy("download", "Name of the product"),
    "batch": pgettext_lazy("download", "Batch"),
    "root_cause": pgettext_lazy("download", "Root cause"),
    "complaint_id": pgettext_lazy("download", "Complaint"),
    "account_id": pgettext_lazy("download", "Account"),
    "name": pgettext_lazy("download", "Name"),
    "kind": pgettext_lazy("download", "Kind"),
    "severity": pgettext_lazy("download", "Severity"),
    "text": pgettext_lazy("download", "What they say"),
    "opened_at": pgettext_lazy("download", "Opened"),
    "next": pgettext_lazy("download", "Due next"),
    "due_at": pgettext_lazy("download", "Answer due"),
    "solved_at": pgettext_lazy("download", "Solved"),
    "times": pgettext_lazy("download", "Complaints of the product in 90 days"),
    "times_batch": pgettext_lazy("download", "Complaints of the batch in 90 days"),
}


def as_table(lines: Iterable[Line], local: Any) -> pa.Table:
    """The digest as a file has it; local: a moment as the desk's clock shows it."""
    rows = [
        {
            "product_id": line.complaint.product_id,
            "product": line.product or None,
            "batch": line.complaint.batch,
            "root_cause": line.complaint.root_cause,
            "complaint_id": line.complaint.complaint_id,
            "account_id": line.complaint.account_id,
            "name": line.account,
            "kind": fact_words.choice("complaints", "kind", line.complaint.kind or ""),
            "severity": line.complaint.severity,
            "text": line.complaint.text,
            "opened_at": local(line.complaint.opened_at),
            "next": line.what or None,
            "due_at": local(line.due_at),
            "solved_at": local(line.complaint.solved_at),
            "times": line.times,
            "times_batch": line.times_batch,
        }
        for line in lines
    ]
    whole = {"severity", "times", "times_batch"}
    schema = pa.schema([(n, pa.int64() if n in whole else pa.string()) for n in HEADINGS])
    return pa.Table.from_pylist(rows, schema=schema)


def product_names(ids: Iterable[str]) -> dict[str, str]:
    known = Product.objects.filter(product_id__in={one for one in ids if one})
    return {code: name for code, name in known.values_list("product_id", "name") if name}


@dataclass(frozen=True)
class Suggestions:
    """What a complaint may be about: products by code, and batches named before."""

    products: dict[str, str] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)


def suggestions(seen: Seen, account_id: str) -> Suggestions:
    """The products that an account ordered last, and the batches complained of among them."""
    products: dict[str, str] = {}
    try:
        lines = engine.account_lines(ledger(), [account_id])
    except MainstayError as error:
        log.warning("no products to suggest: %s", error)
    else:
        for line in lines.select(["product_id", "product_name"]).slice(0, 3_000).to_pylist():
            if line["product_id"] and len(products) < SUGGESTED:
                products.setdefault(line["product_id"], line["product_name"] or "")
    names = product_names(products)
    batches = seen.complaints.filter(product_id__in=list(products), batch__isnull=False)
    found = batches.order_by("-opened_at").values_list("batch", flat=True)[:200]
    return Suggestions(
        {code: names.get(code, name) for code, name in products.items()},
        list(dict.fromkeys(found))[:SUGGESTED],
    )
