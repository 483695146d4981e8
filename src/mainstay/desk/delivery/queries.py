"""Reads of the pages of delivery, from what was measured with the assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.delivery import words
from mainstay.desk.guarantees.queries import Cell, cell_of
from mainstay.desk.paging import Numbered, page_number

PAGE = 50
PRODUCTS_SHOWN = 20
QUARTERS = 8
LEAST_ORDERS = 5
LEAST_IN_QUARTER = 3
LINES = "delivery_lines"


def kept(assessment_id: str) -> Any:
    """What was measured of delivery; None where it was not, or where no delivery is known."""
    found = engine.standing_of(settings.HOME.store, assessment_id)
    return found if found is not None and "delivery_doubts" in found.tables else None


@dataclass(frozen=True)
class Figures:
    """Shares with how many they are of; None = nothing is known. spread: the middle 80% of lead times."""

    name: str
    orders: int
    lines: int
    otif: float | None
    before: float | None
    on_time: float | None
    in_full: float | None
    fill: float | None
    urgent: int
    urgent_met: int
    lead: float | None
    spread: float | None

    @property
    def change(self) -> float | None:
        return None if self.otif is None or self.before is None else self.otif - self.before


@dataclass(frozen=True)
class Portfolio:
    """Figures over all accounts: of all, by size class, by product, what came after, what can't be so."""

    whole: Figures | None
    sizes: list[Figures]
    quarters: Mapping[str, dict[int, dict[str, Any]]]
    products: list[dict[str, Any]]
    n_products: int
    effects: list[dict[str, Any]]
    doubts: list[dict[str, Any]]

    @property
    def effects_of_all(self) -> list[dict[str, Any]]:
        return [row for row in self.effects if row["category"] is None]

    @property
    def effects_by_category(self) -> list[dict[str, Any]]:
        """Of each category of all kinds together, those that are clearest below zero first."""
        rows = [r for r in self.effects if r["category"] is not None and r["kind"] == "all"]
        return sorted(rows, key=lambda r: (r["effect"] is None, r["effect"] or 0.0))


def portfolio(found: Any) -> Portfolio:
    """For those who see all accounts."""
    if "delivery" not in found.tables:
        return Portfolio(None, [], {}, [], 0, [], found.table("delivery_doubts").to_pylist())
    quarters: dict[str, dict[int, dict[str, Any]]] = {}
    for row in found.table("delivery_sizes").to_pylist():
        quarters.setdefault(row["size_class"], {})[row["quarter"]] = row
    products = found.table("delivery_products")
    missed = pc.subtract(products["otif_n"], products["otif_lines"])
    order = pc.sort_indices(
        pa.table({"missed": missed, "id": products["product_id"]}),
        [("missed", "descending"), ("id", "ascending")],
    )
    worst = products.take(order[:PRODUCTS_SHOWN]).to_pylist()
    return Portfolio(
        whole=_figures("all", quarters.get("all", {})),
        sizes=[one for size in SIZES if (one := _figures(size, quarters.get(size, {})))],
        quarters=quarters,
        products=[_product(row) for row in worst],
        n_products=products.num_rows,
        effects=found.table("delivery_effects").to_pylist(),
        doubts=found.table("delivery_doubts").to_pylist(),
    )


def _figures(name: str, quarters: Mapping[int, Mapping[str, Any]]) -> Figures | None:
    """Of the last two quarters; before: of the two before them. Lead times of the last quarter that has any."""
    now = [quarters[q] for q in (0, 1) if q in quarters]
    before = [quarters[q] for q in (2, 3) if q in quarters]
    if not now:
        return None
    led = next((row for row in now if row["lead_n"]), None)
    return Figures(
        name=name,
        orders=_sum(now, "orders"),
        lines=_sum(now, "lines"),
        otif=_share(now, "otif_orders", "otif_n"),
        before=_share(before, "otif_orders", "otif_n"),
        on_time=_share(now, "on_time_lines", "on_time_n"),
        in_full=_share(now, "in_full_lines", "in_full_n"),
        fill=_share(now, "fill_sum", "fill_n"),
        urgent=_sum(now, "urgent"),
        urgent_met=_sum(now, "urgent_met"),
        lead=led["lead_median"] if led else None,
        spread=led["lead_q90"] - led["lead_q10"] if led else None,
    )


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> Any:
    return sum(row[name] or 0 for row in rows)


def _share(rows: list[Mapping[str, Any]], part: str, whole: str) -> float | None:
    n = _sum(rows, whole)
    return _sum(rows, part) / n if n else None


def _product(row: dict[str, Any]) -> dict[str, Any]:
    def share(part: str, whole: str) -> float | None:
        return row[part] / row[whole] if row[whole] else None

    return {
        **row,
        "name": row["name"] or row["product_id"],
        "otif": share("otif_lines", "otif_n"),
        "before": share("before_lines", "before_n"),
        "missed": row["otif_n"] - row["otif_lines"],
        "on_time": share("on_time_lines", "on_time_n"),
        "in_full": share("in_full_lines", "in_full_n"),
        "fill": share("came", "wanted"),
    }


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    size: str = ""
    show: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        size, show = query.get("size", ""), query.get("show", "")
        return cls(
            size if size in SIZES else "", show if show in words.SHOWS else "", page_number(query)
        )


@dataclass(frozen=True)
class Page(Numbered):
    """A page of lines; total: of all that were asked for"""

    rows: list[dict[str, Any]]
    number: int
    further: bool
    total: int


@dataclass(frozen=True)
class OfAccount:
    """How we deliver to one account.

    row: table delivery, None where nothing was to be delivered; card: its row of the card
    after: bad deliveries, the newest first; leads: lead times of the last 52 weeks, in days
    """

    row: dict[str, Any] | None
    card: Cell | None
    quarters: dict[int, dict[str, Any]]
    peers: dict[int, dict[str, Any]]
    after: list[dict[str, Any]]
    lines: Page
    leads: list[int]
    products: dict[str, str]


def of_account(sight: Sight, found: Any, account: Account, asked: Asked) -> OfAccount:
    """From rows of one account alone, and the small table of size classes."""
    if "delivery" not in found.tables:
        return OfAccount(None, None, {}, {}, [], Page([], 1, False, 0), [], {})
    rows = found.rows("delivery", account.account_id).to_pylist()
    row = rows[0] if rows else None
    lines = found.rows(LINES, account.account_id)
    shown = _page(lines, asked)
    return OfAccount(
        row=row,
        card=cell_of(sight, found, account.account_id, "delivery"),
        quarters={
            one["quarter"]: one
            for one in found.rows("delivery_quarters", account.account_id).to_pylist()
        },
        peers=_peers(found, row["size_class"] if row else None),
        after=found.rows("delivery_after", account.account_id).to_pylist()[::-1],
        lines=shown,
        leads=[n for n in lines["lead_days"].to_pylist() if n is not None and n >= 0],
        products=_names(found, [one["product_id"] for one in shown.rows]),
    )


def _peers(found: Any, size: str | None) -> dict[int, dict[str, Any]]:
    table = found.table("delivery_sizes")
    rows = table.filter(pc.equal(table["size_class"], size or "")).to_pylist()
    return {row["quarter"]: row for row in rows}


def _names(found: Any, product_ids: list[str | None]) -> dict[str, str]:
    wanted = pa.array(sorted({one for one in product_ids if one}), pa.string())
    table = found.table("delivery_products", ["product_id", "name"])
    rows = table.filter(pc.is_in(table["product_id"], value_set=wanted)).to_pylist()
    return {row["product_id"]: row["name"] for row in rows if row["name"]}


def lines_of(lines: pa.Table, show: str) -> pa.Table:
    """Lines of an account, the newest first; show: one of words.SHOWS."""
    if show == "late":
        lines = lines.filter(pc.equal(lines["on_time"], False))
    elif show == "short":
        lines = lines.filter(pc.equal(lines["in_full"], False))
    elif show == "":
        # Known to be late or short; what is only half known is not held against us.
        late = pc.fill_null(pc.equal(lines["on_time"], False), False)
        short = pc.fill_null(pc.equal(lines["in_full"], False), False)
        lines = lines.filter(pc.or_(late, short))
    return lines.sort_by([("on", "descending"), ("order_id", "ascending")])


def _page(lines: pa.Table, asked: Asked) -> Page:
    found = lines_of(lines, asked.show)
    pages = max(1, -(-found.num_rows // PAGE))
    number = min(asked.page, pages)
    part = found.slice((number - 1) * PAGE, PAGE).to_pylist()
    return Page(part, number, number < pages, found.num_rows)


def quarters(as_of: date) -> list[tuple[int, str]]:
    """Number and name of the eight quarters, the earliest first."""
    return [(number, words.quarter(as_of, number)) for number in reversed(range(QUARTERS))]
