"""An allocation of all short products on a day: by priority, and beside it first come and pro rata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import summed
from mainstay.core.texts import Text, gettext_noop
from mainstay.standing.known import Known
from mainstay.supply import lots
from mainstay.supply.accounts_of import accounts_of
from mainstay.supply.allocation import Allocation, allocate
from mainstay.supply.contracts import owed
from mainstay.supply.floors import largest_share
from mainstay.supply.open_lines import OpenLines, open_lines
from mainstay.supply.reasons import why_codes
from mainstay.supply.types import RULES, SIZES, SMALL, TINY, Floats, Longs, Rules, Shelf, Wanted
from mainstay.supply.value_of_supply import POINTS, Stakes, coefficients

# One row an open line of a short product. Quantities in the product's own unit, money in the reporting currency.
LINES = pa.schema(
    [
        ("n", pa.int64()),  # its place in the sheet: by product, then as ordered
        ("product_id", pa.string()),
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("size_class", pa.string()),  # large, medium, small; of accounts not judged yet: small
        ("core", pa.bool_()),
        ("manager_id", pa.string()),
        ("order_id", pa.string()),
        ("line", pa.string()),
        ("ordered_on", pa.date32()),
        ("wanted_on", pa.date32()),
        ("promised_on", pa.date32()),
        ("unit", pa.string()),  # the product's own, in which quantities are; null = it has no name
        ("wanted", pa.float64()),
        ("given", pa.float64()),  # by priority
        ("first_come", pa.float64()),
        ("pro_rata", pa.float64()),
        ("money", pa.float64()),  # net sales of what is wanted
        ("lost", pa.float64()),  # expected margin lost by what is missing: by priority
        ("lost_first_come", pa.float64()),
        ("lost_pro_rata", pa.float64()),
        ("step", pa.float64()),
        ("least", pa.float64()),
        ("owed", pa.float64()),
        ("a", pa.float64()),  # lost(m) = a · m + b · m²
        ("b", pa.float64()),
        ("favour", pa.float64()),
        ("here", pa.float64()),  # what one unit more would save here
        (
            "price",
            pa.float64(),
        ),  # and where the last one went, of its own group where a floor holds
        ("before", pa.float64()),  # points of fill rate missed in the last half year, fading
        ("deliveries", pa.int64()),  # that this rests on
        ("p_delivery", pa.float64()),
        ("contract", pa.string()),  # quota, exclusive; null = none
        ("promised", pa.bool_()),  # for a day before more arrives
        ("why", pa.string()),  # reasons.WHY
        ("why_not", pa.string()),  # reasons.WHY_NOT
    ]
)
PRODUCTS = pa.schema(
    [
        ("product_id", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("on", pa.date32()),  # of the count
        ("on_hand", pa.float64()),
        ("inbound", pa.float64()),
        ("inbound_on", pa.date32()),
        ("available", pa.float64()),
        ("wanted", pa.float64()),
        ("accounts", pa.int64()),
        ("given", pa.float64()),
        ("lost", pa.float64()),
        ("lost_first_come", pa.float64()),
        ("lost_pro_rata", pa.float64()),
        ("price", pa.float64()),  # what one unit more of the product would save
        ("small_wanted", pa.float64()),
        ("small_given", pa.float64()),
        ("floor_short", pa.float64()),  # by how much floors ask for more than there is
        ("owed_short", pa.float64()),  # by how much contracts do
        ("floor_possible", pa.float64()),  # the largest share that the floor can be; 0 to 1
        ("saved", pa.float64()),  # as it counts in the choice, and what none can save more than
        ("bound", pa.float64()),
    ]
)
# One row a rule × size class: what was wanted (money), the share of it that is delivered, what is lost.
SIZE_ROWS = pa.schema(
    [
        ("rule", pa.string()),
        ("size_class", pa.string()),
        ("accounts", pa.int64()),
        ("wanted", pa.float64()),
        ("fill", pa.float64()),
        ("lost", pa.float64()),
    ]
)
FLOOR_SHORT = gettext_noop(
    "Of {product}, contracts and the floor of {floor_share} for small accounts ask for {short} units more "
    "than there are. The smallest change that makes it possible: a floor of {possible_share} for this product."
)
OWED_SHORT = gettext_noop(
    "Of {product}, contracts alone ask for {short} units more than there are; all of them get the same "
    "share of what is owed, and nothing is left for a floor."
)
ALL_FLOORS = gettext_noop(
    "With a floor of {possible_share} at most, all floors and contracts could be held together."
)


@dataclass(frozen=True)
class Sheet:
    """lines, products, sizes: LINES, PRODUCTS, SIZE_ROWS; aside: open lines that don't count, with `why`
    meta: as_of, rules, gap, what each rule loses, said (texts as JSON)"""

    lines: pa.Table
    products: pa.Table
    sizes: pa.Table
    aside: pa.Table
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> list[Text]:
        return [Text.from_json(text) for text in self.meta["said"]]


def sheet(
    known: Known,
    rules: Rules,
    *,
    amount_is_margin: bool,
    likely: pa.Table | None = None,
    product_ids: frozenset[str] | None = None,
) -> Sheet:
    """Who gets what of all short products, as of a date.

    amount_is_margin: of the assessment's money; else `rules.margin_share` of it is margin
    likely: accounts_of.LIKELY
    product_ids: these alone
    """
    found = open_lines(known, rules, product_ids)
    accounts = accounts_of(known, found.ordered, likely)
    of = pc.index_in(
        found.lines["account_id"], value_set=accounts["account_id"].combine_chunks()
    ).combine_chunks()
    rows = accounts.take(of)
    contracts = owed(known, found.lines, rows)
    wanted, promised = _wanted(found, rows, contracts, rules, amount_is_margin)
    shelf = _shelf(found.products, wanted, rules)
    made = allocate(wanted, shelf)
    given = {
        "priority": made.given,
        "first_come": lots.first_come(wanted, shelf.available),
        "pro_rata": lots.pro_rata(wanted, shelf.available),
    }
    lines = _lines(found.lines, rows, wanted, made, given, contracts.kind, promised)
    products = _products(found.products, wanted, shelf, made, given)
    said = [*found.said, *_floors_said(products, rules)]
    meta = {
        "as_of": str(known.as_of),
        "rules": {"small_share": rules.small_share, "days": rules.days},
        "gap": made.gap,
        "lost": {rule: float(wanted.lost(given[rule]).sum()) for rule in RULES},
        "said": [text.to_json() for text in said],
    }
    return Sheet(lines, products, _sizes(lines, given), found.aside, meta)


def _floats(column: pa.ChunkedArray, missing: float = 0.0) -> Floats:
    return np.asarray(pc.fill_null(column, missing).to_numpy(), np.float64)


def _places(lines: pa.Table, products: pa.Table) -> Longs:
    place = pc.index_in(lines["product_id"], value_set=products["product_id"].combine_chunks())
    return np.asarray(place.to_numpy(), np.int64)


def _wanted(
    found: OpenLines, rows: pa.Table, contracts: Any, rules: Rules, amount_is_margin: bool
) -> tuple[Wanted, np.ndarray]:
    lines = found.lines
    product, wanted = _places(lines, found.products), _floats(lines["wanted"])
    money = np.maximum(_floats(lines["money"]), 0.0)
    cost = _floats(lines["cost"], np.nan)
    margin = np.where(np.isnan(cost), rules.margin_share * money, money - cost)
    price = money / np.maximum(wanted, TINY)
    quarter = np.maximum(_floats(rows["quarter"]), TINY)
    share = 1.0 if amount_is_margin else rules.margin_share
    future = np.maximum(
        np.where(
            rows["expected_52"].is_null().to_numpy(zero_copy_only=False)
            if isinstance(rows["expected_52"], pa.Array)
            else pc.is_null(rows["expected_52"]).to_numpy(),
            rules.margin_share * quarter,
            share * _floats(rows["expected_52"]) / 4,
        ),
        0.0,
    )
    inbound = pc.take(found.products["inbound_on"], pa.array(product))
    promised = pc.fill_null(
        pc.and_(
            pc.is_valid(lines["promised_on"]),
            pc.fill_null(pc.less(lines["promised_on"], inbound), True),
        ),
        False,
    ).to_numpy()
    missed = _missed_elsewhere(rows, product, wanted, price, found.products)
    stakes = Stakes(
        price=price,
        margin=margin / np.maximum(wanted, TINY),
        quarter=quarter,
        future=future,
        before=_floats(rows["before"]) + missed / quarter * POINTS,
        p_delivery=np.clip(_floats(rows["p_delivery"]), 0.0, 1.0),
        promised=promised,
        risk=_floats(rows["risk"], 1.0),
        wanted=wanted,
    )
    a, b = coefficients(stakes)
    core = np.asarray(rows["core"].to_numpy(), bool)
    small = np.asarray(pc.equal(rows["size_class"], SMALL).to_numpy(), bool)
    made = Wanted(
        product,
        wanted,
        _floats(lines["step"]),
        _floats(lines["least"]),
        np.arange(len(wanted)),
        contracts.units,
        small,
        a,
        b,
        np.where(core, 1 + rules.core_first, 1.0),
    )
    return made, promised


def _missed_elsewhere(
    rows: pa.Table, product: Longs, wanted: Floats, price: Floats, products: pa.Table
) -> Floats:
    """Money that each line's account would miss of the other short products, were all treated alike."""
    asked, there = _floats(products["wanted"]), _floats(products["available"])
    missing = wanted * price * np.maximum(1 - there / np.maximum(asked, TINY), 0.0)[product]
    account = np.asarray(
        rows["account_id"].combine_chunks().dictionary_encode().indices.to_numpy(), np.int64
    )
    if not len(account):
        return missing
    own = account * (int(product.max(initial=0)) + 1) + product
    _, place = np.unique(own, return_inverse=True)
    of_product = np.bincount(place, missing)[place]
    return np.asarray(np.bincount(account, missing)[account] - of_product)


def _shelf(products: pa.Table, wanted: Wanted, rules: Rules) -> Shelf:
    small = np.bincount(wanted.product, wanted.wanted * wanted.small, products.num_rows)
    floor = np.asarray(rules.small_share * small, np.float64)
    return Shelf(_floats(products["available"]), floor)


def _lines(
    lines: pa.Table,
    rows: pa.Table,
    wanted: Wanted,
    made: Allocation,
    given: dict[str, Floats],
    contract: pa.Array,
    promised: np.ndarray,
) -> pa.Table:
    why, why_not = why_codes(wanted, made, contract, promised, _floats(rows["before"]))
    own = {
        "n": np.arange(len(wanted)),
        "given": given["priority"],
        "first_come": given["first_come"],
        "pro_rata": given["pro_rata"],
        "lost": wanted.lost(given["priority"]),
        "lost_first_come": wanted.lost(given["first_come"]),
        "lost_pro_rata": wanted.lost(given["pro_rata"]),
        "owed": made.least.owed,
        "a": wanted.a,
        "b": wanted.b,
        "favour": wanted.favour,
        "here": made.marginal,
        "price": made.price_of(wanted),
        "contract": contract,
        "promised": promised,
        "why": why,
        "why_not": why_not,
    }
    columns = []
    for one in LINES:
        if one.name in own:
            columns.append(pa.array(own[one.name]).cast(one.type))
        else:
            source = rows if one.name in rows.column_names and one.name != "account_id" else lines
            columns.append(source[one.name].cast(one.type))
    return pa.table(dict(zip(LINES.names, columns, strict=True)), schema=LINES)


def _products(
    products: pa.Table, wanted: Wanted, shelf: Shelf, made: Allocation, given: dict[str, Floats]
) -> pa.Table:
    p = products.num_rows

    def sums(values: Floats) -> Floats:
        return summed(wanted.product, values, p)

    own = {
        "given": sums(made.given),
        "lost": sums(wanted.lost(given["priority"])),
        "lost_first_come": sums(wanted.lost(given["first_come"])),
        "lost_pro_rata": sums(wanted.lost(given["pro_rata"])),
        "price": made.price,
        "small_wanted": sums(wanted.wanted * wanted.small),
        "small_given": sums(made.given * wanted.small),
        "floor_short": made.least.floor_short,
        "owed_short": made.least.owed_short,
        "floor_possible": largest_share(wanted, shelf, made.least),
        "saved": made.saved,
        "bound": made.bound,
    }
    columns = {
        one.name: pa.array(own[one.name]) if one.name in own else products[one.name].cast(one.type)
        for one in PRODUCTS
    }
    return pa.table(columns, schema=PRODUCTS)


def _sizes(lines: pa.Table, given: dict[str, Floats]) -> pa.Table:
    size = np.array(lines["size_class"].to_pylist(), object)
    account = np.array(lines["account_id"].to_pylist(), object)
    money, wanted = _floats(lines["money"]), _floats(lines["wanted"])
    found = []
    for rule in RULES:
        lost = _floats(lines["lost" if rule == "priority" else f"lost_{rule}"])
        for one in SIZES:
            here = size == one
            total = float(money[here].sum())
            came = float((money * given[rule] / np.maximum(wanted, TINY))[here].sum())
            found.append(
                {
                    "rule": rule,
                    "size_class": one,
                    "accounts": len(set(account[here])),
                    "wanted": total,
                    "fill": came / total if total > 0 else None,
                    "lost": float(lost[here].sum()),
                }
            )
    return pa.Table.from_pylist(found, SIZE_ROWS)


def _floors_said(products: pa.Table, rules: Rules) -> list[Text]:
    said, possible = [], []
    for row in products.to_pylist():
        if row["owed_short"] > TINY:
            data = {"product": row["name"], "short": round(row["owed_short"], 2)}
            said.append(Text(OWED_SHORT, data))
        if rules.small_share > 0 and row["floor_short"] > TINY:
            if row["owed_short"] <= TINY:  # else not even contracts could be held
                possible.append(row["floor_possible"])
            said.append(
                Text(
                    FLOOR_SHORT,
                    {
                        "product": row["name"],
                        "short": round(row["floor_short"] + row["owed_short"], 2),
                        "floor_share": rules.small_share,
                        "possible_share": row["floor_possible"],
                    },
                )
            )
    if len(possible) > 1:
        said.append(Text(ALL_FLOORS, {"possible_share": min(possible)}))
    return said
