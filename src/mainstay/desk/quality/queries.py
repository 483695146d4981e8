"""Reads of the pages of quality: what was measured with the assessment, and what production answers as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db.models import F, Q, QuerySet

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints.repeated import product_names
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.facts.rights import of_account as of_account_rows
from mainstay.desk.facts.rights import visible
from mainstay.desk.guarantees.queries import Cell, cell
from mainstay.desk.quality.models import CorrectiveAction

SHOWN = 10
ACCOUNTS_SHOWN = 20
CASES_SHOWN = 50
LESSON_DAYS = 364
ALL = ""  # in the place of a product: all together


def kept(assessment_id: str) -> Any:
    """What was measured of quality; None where it was not, or where nothing of it is known."""
    found = engine.standing_of(settings.HOME.store, assessment_id)
    return found if found is not None and "quality" in found.tables else None


@dataclass(frozen=True)
class Answer:
    """One answer that production was asked for; days: until it is due, below 0 = overdue since then."""

    action: CorrectiveAction
    product: str
    days: int

    @property
    def waiting(self) -> bool:
        return self.action.answered_on is None and self.action.closed_on is None

    @property
    def overdue(self) -> bool:
        return self.days < 0 and self.waiting


@dataclass(frozen=True)
class Answers:
    """due: what waits for an answer, the longest overdue first; open: answered, the lesson not closed yet;
    closed: lessons closed within 52 weeks, the newest first; n_…: how many there are of each in all"""

    due: list[Answer]
    open: list[Answer]
    closed: list[Answer]
    n_due: int
    n_overdue: int
    n_open: int
    n_closed: int

    @property
    def any(self) -> bool:
        return bool(self.due or self.open or self.closed)


def answers(user: Any, today: date, about: Q | None = None) -> Answers:
    """about: of which rows; of all that one may see where it is None"""
    rows = _actions(user).filter(about) if about is not None else _actions(user)
    waiting = Q(answered_on__isnull=True, closed_on__isnull=True)
    since = today - timedelta(days=LESSON_DAYS)
    parts = {
        "due": rows.filter(waiting).order_by("answer_due_on", "id"),
        "open": rows.filter(answered_on__isnull=False, closed_on__isnull=True).order_by(
            "-answered_on", "-id"
        ),
        "closed": rows.filter(closed_on__gte=since).order_by(F("closed_on").desc(), "-id"),
    }
    found = {name: list(part[: SHOWN + 1]) for name, part in parts.items()}
    n = {
        name: len(found[name]) if len(found[name]) <= SHOWN else part.count()
        for name, part in parts.items()
    }
    late = sum(one.answer_due_on < today for one in found["due"])
    if late > SHOWN:
        late = parts["due"].filter(answer_due_on__lt=today).count()
    names = product_names(one.product_id or "" for part in found.values() for one in part)

    def shown(part: str) -> list[Answer]:
        return [
            Answer(one, names.get(one.product_id or "", ""), (one.answer_due_on - today).days)
            for one in found[part][:SHOWN]
        ]

    return Answers(
        due=shown("due"),
        open=shown("open"),
        closed=shown("closed"),
        n_due=n["due"],
        n_overdue=late,
        n_open=n["open"],
        n_closed=n["closed"],
    )


def _actions(user: Any) -> QuerySet[CorrectiveAction]:
    found: QuerySet[CorrectiveAction] = visible(user, CorrectiveAction).order_by()
    return found


@dataclass(frozen=True)
class Hit:
    """An account that complained of quality twice within a year; row: of table quality"""

    account: Account
    row: Mapping[str, Any]

    @property
    def same(self) -> bool:
        return bool(self.row["hit_same"] > 1)


def hit_twice(sight: Sight, found: Any) -> tuple[list[Hit], int]:
    """Those that one sees, the most money at risk first; and how many there are."""
    rows = twice(sight, found)
    first = rows.slice(0, SHOWN).to_pylist()
    accounts = _accounts(sight, (row["account_id"] for row in first))
    hits = [Hit(accounts[r["account_id"]], r) for r in first if r["account_id"] in accounts]
    return hits, rows.num_rows


def twice(sight: Sight, found: Any) -> pa.Table:
    """Rows of the accounts that were hit twice, the most money at risk first."""
    return mine(sight, found.table("quality_twice")).sort_by(
        [("money_at_risk", "descending"), ("hits", "descending"), ("account_id", "ascending")]
    )


def mine(sight: Sight, rows: pa.Table) -> pa.Table:
    """Rows of the accounts that one sees."""
    names = set(rows["account_id"].unique().to_pylist())
    seen = sight.accounts.order_by()
    if not sight.user.sees_all_accounts:
        ids = set(seen.values_list("account_id", flat=True))
    elif sight.hidden:
        ids = names & set(seen.values_list("account_id", flat=True))
    else:
        return rows
    return rows.filter(pc.is_in(rows["account_id"], value_set=pa.array(sorted(ids), pa.string())))


def _accounts(sight: Sight, ids: Iterable[str]) -> dict[str, Account]:
    found = sight.accounts.filter(account_id__in=set(ids))
    return {one.account_id: one for one in found}


@dataclass(frozen=True)
class Size:
    """A size class in half a year; rates per 1,000 units."""

    name: str
    accounts: int
    cases: int
    rate: float | None
    before: float | None


@dataclass(frozen=True)
class Portfolio:
    """Figures over all accounts, for those who see all.

    whole: the row of all products; months: of its chart; products, batches: the first SHOWN
    """

    whole: dict[str, Any]
    months: list[dict[str, Any]]
    sizes: list[Size]
    products: list[dict[str, Any]]
    n_products: int
    n_out: int
    batches: list[dict[str, Any]]
    n_batches: int
    doubts: list[dict[str, Any]]


def portfolio(found: Any) -> Portfolio:
    products, batches = found.table("quality_products"), found.table("quality_batches")
    return Portfolio(
        whole=found.table("quality_whole").to_pylist()[0],
        months=months(found, ALL),
        sizes=_sizes(found),
        products=products.slice(0, SHOWN).to_pylist(),
        n_products=products.num_rows,
        n_out=pc.sum(pc.equal(products["state"], "out"), min_count=0).as_py(),
        batches=batches.slice(0, SHOWN).to_pylist(),
        n_batches=batches.num_rows,
        doubts=found.table("quality_doubts").to_pylist(),
    )


def months(found: Any, product_id: str) -> list[dict[str, Any]]:
    """The months of a chart, the oldest first."""
    rows: list[dict[str, Any]] = found.rows(
        "quality_months", product_id, by="product_id"
    ).to_pylist()
    return rows


def _rows_of(found: Any, name: str, product_id: str) -> list[dict[str, Any]]:
    table = found.table(name)
    rows: list[dict[str, Any]] = table.filter(pc.equal(table["product_id"], product_id)).to_pylist()
    return rows


def has_batch(sight: Sight, found: Any, product_id: str, batch: str) -> bool:
    """Whether an account that one sees complained of this batch, or sent it back."""
    table = found.table("quality_cases")
    of_it = pc.and_(pc.equal(table["product_id"], product_id), pc.equal(table["batch"], batch))
    return bool(mine(sight, table.filter(of_it)).num_rows)


def _sizes(found: Any) -> list[Size]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found.table("quality_sizes").to_pylist():
        rows.setdefault(row["size_class"], []).append(row)
    return [_size(name, rows[name]) for name in ("all", *SIZES) if name in rows]


def _size(name: str, rows: Sequence[Mapping[str, Any]]) -> Size:
    now, before = (
        [row for row in rows if row["quarter"] in quarters] for quarters in ((0, 1), (2, 3))
    )
    return Size(
        name,
        max((row["accounts"] for row in now), default=0),
        sum(row["cases"] for row in now),
        _rate(now),
        _rate(before),
    )


def _rate(rows: Sequence[Mapping[str, Any]]) -> float | None:
    units = sum(row["units"] or 0 for row in rows)
    return 1000 * sum(row["cases"] for row in rows) / units if units else None


@dataclass(frozen=True)
class Product:
    """One product: how it stands, its months and batches for who sees all; its cases at the accounts that one sees."""

    row: dict[str, Any]
    months: list[dict[str, Any]]
    batches: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    n_cases: int
    hit: list[tuple[Account, int]]
    names: dict[str, str]


def product(sight: Sight, found: Any, product_id: str) -> Product | None:
    """None where nothing of it was complained of, or nothing that the reader may know of."""
    rows = _rows_of(found, "quality_products", product_id)
    table = found.table("quality_cases")
    cases = mine(sight, table.filter(pc.equal(table["product_id"], product_id)))
    cases = cases.sort_by([("on", "descending"), ("account_id", "ascending")])
    if not rows or not (sight.user.sees_all_accounts or cases.num_rows):
        return None
    counts: dict[str, int] = {}
    for one in cases["account_id"].to_pylist():
        counts[one] = counts.get(one, 0) + 1
    shown = cases.slice(0, CASES_SHOWN).to_pylist()
    most = sorted(counts, key=lambda one: (-counts[one], one))[:ACCOUNTS_SHOWN]
    accounts = _accounts(sight, {*most, *(row["account_id"] for row in shown)})
    whole = sight.user.sees_all_accounts
    return Product(
        row=rows[0],
        months=months(found, product_id) if whole else [],
        batches=_rows_of(found, "quality_batches", product_id) if whole else [],
        cases=shown,
        n_cases=cases.num_rows,
        hit=[(accounts[one], counts[one]) for one in most if one in accounts],
        names={code: one.name for code, one in accounts.items()},
    )


@dataclass(frozen=True)
class OfAccount:
    """One account: table quality (None where it bought nothing and nothing was wrong), its card, quarters and cases."""

    row: dict[str, Any] | None
    card: Cell | None
    quarters: dict[int, dict[str, Any]]
    peers: dict[int, dict[str, Any]]
    cases: list[dict[str, Any]]
    n_cases: int
    products: dict[str, str]


def of_account(sight: Sight, found: Any, account: Account) -> OfAccount:
    rows = found.rows("quality", account.account_id).to_pylist()
    quarters = found.rows("quality_quarters", account.account_id).to_pylist()
    cases = cases_of(found, account)
    shown = cases.slice(0, CASES_SHOWN).to_pylist()
    size = rows[0]["size_class"] if rows else None
    peers = [row for row in found.table("quality_sizes").to_pylist() if row["size_class"] == size]
    return OfAccount(
        row=rows[0] if rows else None,
        card=_card(sight, found, account.account_id),
        quarters={row["quarter"]: row for row in quarters},
        peers={row["quarter"]: row for row in peers},
        cases=shown,
        n_cases=cases.num_rows,
        products=product_names(row["product_id"] or "" for row in shown),
    )


def cases_of(found: Any, account: Account) -> pa.Table:
    """The complaints and returns of an account in three years, the newest first."""
    rows: pa.Table = found.rows("quality_cases", account.account_id)
    return rows.sort_by([("on", "descending"), ("complaint_id", "ascending")])


def about_product(sight: Sight, product_id: str) -> Q:
    """The answers on a product: asked about it, or about a complaint of it."""
    complaints = Seen.by(sight.user).complaints.filter(product_id=product_id).order_by()
    return Q(product_id=product_id) | Q(complaint_id__in=complaints.values("complaint_id"))


def of_complaint(complaint: Complaint, today: date) -> list[Answer]:
    """The answers on a complaint that the reader was found to see, the newest first; one query."""
    rows = CorrectiveAction.objects.filter(complaint_id=complaint.complaint_id)[:SHOWN]
    return [Answer(one, "", (one.answer_due_on - today).days) for one in rows]


def about_account(account: Account) -> Q:
    """The answers on complaints of an account."""
    complaints = of_account_rows(account, Complaint).order_by()
    return Q(complaint_id__in=complaints.values("complaint_id"))


def complaint_pages(sight: Sight, cases: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The complaints of some cases that one sees: the key of each one's page, by its code."""
    codes = {row["complaint_id"] for row in cases if row["complaint_id"]}
    rows = Seen.by(sight.user).complaints.filter(complaint_id__in=codes).order_by()
    return dict(rows.values_list("complaint_id", "pk"))


def _card(sight: Sight, found: Any, account_id: str) -> Cell | None:
    try:
        cards = found.rows(engine.CARDS, account_id).to_pylist()
    except NotFound:
        return None
    row = next((card for card in cards if card["guarantee"] == "quality"), None)
    return cell(row, sight.currency) if row else None
