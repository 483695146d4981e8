"""Reads of short stock; lines begin at the accounts that the reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, QuerySet, Sum
from django.db.models.functions import Greatest

from mainstay import engine
from mainstay.core.texts import Text
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import sentence
from mainstay.desk.allocation.models import Sheet, SheetLine, ShortProduct
from mainstay.desk.paging import Numbered, page_number

PAGE = 50
MOST_SHEETS = 12


@dataclass(frozen=True)
class Shown:
    """One line with the words of its reasons. own: whether the reader may open its account's page"""

    row: SheetLine
    product: str
    reasons: list[str]
    own: bool

    @property
    def short(self) -> float:
        return self.row.wanted - self.row.given

    @property
    def fill(self) -> float:
        return self.row.given / self.row.wanted if self.row.wanted else 1.0


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Any]
    number: int
    further: bool


def newest() -> Sheet | None:
    return Sheet.objects.order_by("-made_at", "-id").first()


def sheets() -> list[Sheet]:
    """The newest sheets, with who approved them."""
    return list(
        Sheet.objects.select_related("approved_by", "made_by").order_by("-made_at", "-id")[
            :MOST_SHEETS
        ]
    )


def products(sheet: Sheet, query: Mapping[str, str]) -> Page:
    """What is short, the costliest first."""
    rows = ShortProduct.objects.filter(sheet=sheet).order_by("-lost", "id")
    return _page(rows, page_number(query))


def lines(sight: Sight, sheet: Sheet) -> QuerySet[SheetLine]:
    """The lines of a sheet that this reader may see."""
    rows = SheetLine.objects.filter(sheet=sheet)
    if sight.user.sees_all_accounts:
        return rows
    return rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))


def shown(sight: Sight, sheet: Sheet, rows: QuerySet[SheetLine], query: Mapping[str, str]) -> Page:
    """A page of lines, with their reasons in words."""
    found = _page(rows, page_number(query))
    named = {row.product_id for row in found.rows}
    names = dict(
        ShortProduct.objects.filter(sheet=sheet, product_id__in=named).values_list(
            "product_id", "name"
        )
    )
    accounts = {row.account_id for row in found.rows}
    seen = set(
        sight.accounts.filter(account_id__in=accounts)
        .order_by()
        .values_list("account_id", flat=True)
    )
    told = [
        Shown(
            row,
            names.get(row.product_id, row.product_id),
            reasons(row, sheet.currency),
            row.account_id in seen,
        )
        for row in found.rows
    ]
    return Page(told, found.number, found.further)


def reasons(row: SheetLine, currency: str) -> list[str]:
    """Why a line gets what it gets, and why not more."""
    columns = {name: getattr(row, name) for name in engine.ALLOCATION_LINES.names}
    given = columns | {"reason": row.hand_reason}
    return [sentence(text, currency) for text in engine.allocation_reasons(given)]


def _page(rows: QuerySet[Any], number: int) -> Page:
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(found[:PAGE], number, len(found) > PAGE)


@dataclass(frozen=True)
class Rule:
    """One of the three rules: what it loses, and the share of what is wanted that each size class gets.

    more: what it loses more than priority; below 0 where it keeps less of contracts, lots and the floor
    """

    code: str
    lost: float
    fills: list[tuple[str, float | None]]
    more: float = 0.0

    @property
    def differs(self) -> bool:
        """By a sum that is written as more than nothing."""
        return abs(self.more) >= 1

    @property
    def less(self) -> float:
        return -self.more


def rules(sheet: Sheet) -> list[Rule]:
    least = sheet.lost.get(engine.ALLOCATION_RULES[0], 0.0)
    return [
        Rule(
            code,
            sheet.lost.get(code, 0.0),
            [(one["size_class"], one["fill"]) for one in sheet.sizes if one["rule"] == code],
            sheet.lost.get(code, 0.0) - least,
        )
        for code in engine.ALLOCATION_RULES
    ]


BY_HAND = "by_hand"
_OF_BROKEN = ("product_id", "account_id", "name", "size_class", "owed", "promised", "promised_on")


def changed(sheet: Sheet) -> list[ShortProduct]:
    """The products of which somebody set something by hand."""
    moved = ShortProduct.objects.filter(sheet=sheet).exclude(lost=F("lost_by_rule"))
    found = {one.product_id: one for one in moved}
    if not found:
        return []
    by_hand = SheetLine.objects.filter(sheet=sheet, product_id__in=found, hand__isnull=False)
    set_ = by_hand.order_by("product_id").values_list("product_id", flat=True).distinct()
    return [found[product] for product in set_]


def with_hand(sheet: Sheet, products: list[ShortProduct]) -> Rule | None:
    """What the sheet loses and delivers as it stands, beside the three rules; None where all is by the rule.

    products: those that changed; the others stand as by priority
    """
    if not products:
        return None
    rows = SheetLine.objects.filter(
        sheet=sheet, product_id__in=[one.product_id for one in products]
    ).order_by()
    share = (F("given") - F("by_rule")) / Greatest(F("wanted"), 1e-9)
    sums = {
        one["size_class"]: one["came"] or 0.0
        for one in rows.values("size_class").annotate(
            came=Sum(F("money") * share, output_field=FloatField())
        )
    }
    fills = []
    for one in sheet.sizes:
        if one["rule"] == engine.ALLOCATION_RULES[0]:
            size, fill = one["size_class"], one["fill"]
            more = sums.get(size, 0.0) / one["wanted"] if fill is not None else 0.0
            fills.append((size, fill + more if fill is not None else None))
    more = sum(one.lost - one.lost_by_rule for one in products)
    return Rule(BY_HAND, sheet.lost.get(engine.ALLOCATION_RULES[0], 0.0) + more, fills, more)


def broken(sheet: Sheet, products: list[ShortProduct]) -> list[Text]:
    """What changes by hand break: floors, contracts and promised days, of the products that changed."""
    found: dict[str, list[dict[str, Any]]] = {one.product_id: [] for one in products}
    if not found:
        return []
    rows = SheetLine.objects.filter(sheet=sheet, product_id__in=found).order_by("n")
    for row in rows.values(*_OF_BROKEN, "by_rule", "given"):
        found[row["product_id"]].append(row)
    return [
        text
        for one in products
        for text in engine.broken_by_hand(floor_of(sheet, one), found[one.product_id])
    ]


def broken_if(
    sheet: Sheet, one: ShortProduct, lines: list[SheetLine], given: list[float]
) -> list[Text]:
    """The same of one product, if its lines got so much."""
    rows = [
        {name: getattr(row, name) for name in (*_OF_BROKEN, "by_rule")} | {"given": units}
        for row, units in zip(lines, given, strict=True)
    ]
    return engine.broken_by_hand(floor_of(sheet, one), rows)


def floor_of(sheet: Sheet, one: ShortProduct) -> dict[str, Any]:
    """A product with the floor of its small accounts, as far as there is enough for it; in units."""
    floor = sheet.small_share * one.small_wanted - one.floor_short
    return {"name": one.name, "floor": floor}


@dataclass(frozen=True)
class Sums:
    """What an account's lines ask for and get, in lines and in expected margin."""

    lines: int
    short: int
    lost: float
    lost_first_come: float
    lost_pro_rata: float


def sums(rows: list[SheetLine]) -> Sums:
    return Sums(
        len(rows),
        sum(1 for row in rows if row.given < row.wanted - 1e-6),
        sum(row.lost for row in rows),
        sum(row.lost_first_come for row in rows),
        sum(row.lost_pro_rata for row in rows),
    )
