"""What is known of an account's demand before a season, and of accounts beside it to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidHistory, NotFound
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.ledger import Ledger
from mainstay.standing.season import Season
from mainstay.supply.monthly import YEAR_MONTHS, Monthly, first_of, first_whole, month_of
from mainstay.supply.profiles import exposure
from mainstay.supply.units import Units

Floats = npt.NDArray[np.float64]
LEAST_MONTHS = 3  # of history, below which nothing is foretold
LEAST_TOLD = 0.9  # of the lines need a quantity
BESIDE_ACCOUNTS = 60


@dataclass(frozen=True)
class Demand:
    """What is known of the account, and of those beside it, before the first month.

    rows: `monthly.Monthly` of the account, product_id resolved, `pieces` in the product's own unit
    beside: the same of the others, without products
    span: the first month and the one after the last; busy: `profiles.exposure` of them and those ahead
    measured: "quantity", or "amount" where too few lines tell a quantity
    left_out: what could not be counted; names: of products, by code
    """

    rows: pa.Table
    beside: pa.Table
    span: tuple[int, int]
    busy: Floats
    units: Units
    measured: str
    left_out: tuple[Text, ...]
    names: dict[str, str]


def demand_of(
    ledger: Ledger,
    account_id: str,
    as_of: date,
    *,
    months: int,
    season: Season | None,
    known_until: date | datetime | None,
) -> Demand:
    """What was known of an account's demand at a date.

    Raises: NotFound where there is no such account, InvalidHistory where too little is known of it
    """
    until = known_until if known_until is not None else as_of
    end = month_of(as_of)
    kernel = Monthly(as_of)
    read: dict[str, Any] = {"columns": kernel.columns, "as_of": as_of, "known_until": until}
    rows = ledger.map_accounts(kernel, accounts=[account_id], **read)
    if not rows.num_rows and not _there(ledger, account_id, until):
        raise NotFound(gettext_noop("There is no account “{account}”."), account=account_id)
    span = ledger.span()
    first = first_whole(span[0]) if span else end
    sold = rows.filter(pc.greater(rows["orders"], 0))
    if not sold.num_rows or end - int(pc.min(sold["month"]).as_py()) < LEAST_MONTHS:
        raise InvalidHistory(
            gettext_noop(
                "Of {account} too little is known: a forecast needs {least} months of orders before {day}."
            ),
            account=account_id,
            least=LEAST_MONTHS,
            day=str(first_of(end)),
        )
    products = ledger.table("products", as_of=None, known_until=until)
    rows = _succeeded(ledger, rows, as_of, until)
    units = Units.of(ledger.table("unit_conversions", known_until=until), rows)
    rows, measured, left_out = _in_pieces(rows, units)
    beside = ledger.map_accounts(Monthly(as_of, with_products=False), **read)
    beside = _beside(ledger, beside, account_id, end, until)
    named = {row["product_id"]: row["name"] for row in products.to_pylist() if row["name"]}
    first = min(first, end - LEAST_MONTHS)
    busy = exposure(first, end - first + months, season)
    return Demand(rows, beside, (first, end), busy, units, measured, left_out, named)


def _there(ledger: Ledger, account_id: str, until: date | datetime) -> bool:
    """Whether anything names the account."""
    named = ledger.table("accounts", known_until=until)["account_id"]
    if pc.any(pc.equal(named, account_id)).as_py():
        return True
    return bool(ledger.order_lines([account_id], None, ["ordered_on"]).num_rows)


def _succeeded(ledger: Ledger, rows: pa.Table, as_of: date, until: date | datetime) -> pa.Table:
    """Products under the code of what took their place; those that ended without are left out."""
    assortment = ledger.assortment(as_of, until)
    codes = rows["product_id"].to_pylist()
    heirs = pa.array([assortment.successor.get(c, c) if c else None for c in codes], pa.string())
    kept = pa.array([c not in assortment.discontinued for c in codes], pa.bool_())
    rows = rows.set_column(rows.schema.get_field_index("product_id"), "product_id", heirs)
    return rows.filter(kept)


def _in_pieces(rows: pa.Table, units: Units) -> tuple[pa.Table, str, tuple[Text, ...]]:
    """Rows with `pieces`, in the product's own unit; in money where too few tell a quantity."""
    counts = np.asarray(rows["orders"], np.float64)
    told = ~np.isnan(np.asarray(rows["quantity"], np.float64))
    if counts.sum() and counts[told].sum() < LEAST_TOLD * counts.sum():
        return rows.append_column("pieces", rows["amount"]), "amount", ()
    pairs = zip(rows["product_id"].to_pylist(), rows["unit"].to_pylist(), strict=True)
    worth = [units.worth(product, unit) for product, unit in pairs]
    fits = np.array([one is not None for one in worth], bool)
    left_out: tuple[Text, ...] = ()
    if not fits.all():
        wrong = rows.filter(pa.array(~fits))
        left_out = (
            Text(
                gettext_noop(
                    "{n} order lines are left out, since their units ({units}) do not convert to those of their products."
                ),
                {
                    "n": int(pc.sum(wrong["orders"]).as_py() or 0),
                    "units": ", ".join(
                        sorted({unit or "–" for unit in wrong["unit"].to_pylist()})[:5]
                    ),
                },
            ),
        )
    factor = np.array([one or 0.0 for one in worth])
    pieces = np.nan_to_num(np.asarray(rows["quantity"], np.float64)) * factor
    rows = rows.append_column("pieces", pa.array(pieces)).filter(pa.array(fits & told))
    return rows, "quantity", left_out


def _beside(
    ledger: Ledger, rows: pa.Table, account_id: str, end: int, until: date | datetime
) -> pa.Table:
    """The rows of accounts to learn from: of its segment the largest first, then the largest of all."""
    accounts = ledger.table("accounts", known_until=until)
    segment = dict(
        zip(accounts["account_id"].to_pylist(), accounts["segment"].to_pylist(), strict=True)
    )
    year = rows.filter(pc.greater_equal(rows["month"], end - YEAR_MONTHS))
    sums = year.group_by("account_id").aggregate([("amount", "sum")]).to_pylist()
    mine = segment.get(account_id)
    ranked = sorted(
        (one for one in sums if one["account_id"] != account_id and one["amount_sum"] > 0),
        key=lambda one: (
            mine is None or segment.get(one["account_id"]) != mine,
            -one["amount_sum"],
            one["account_id"],
        ),
    )
    chosen_ones = [one["account_id"] for one in ranked[:BESIDE_ACCOUNTS]]
    return rows.filter(pc.is_in(rows["account_id"], pa.array(chosen_ones, pa.string())))
