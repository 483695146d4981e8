"""What we know of our own side of a season: lead times, stock, what comes in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.ledger import Ledger
from mainstay.ledger.sql import sql
from mainstay.supply.stock_plan import LEAST_DELIVERIES, Lead, Supplied

YEAR_DAYS = 364
MOST_LEAD = 365  # days; what took longer is a mistake or a story of its own


def supplied(
    ledger: Ledger,
    account_id: str,
    products: list[str],
    as_of: date,
    known_until: date | datetime | None = None,
) -> Supplied:
    """Of some products, as known at a date.

    Lead times: from the order to the delivery, of the last year's deliveries that were not urgent; the account's
    own where there are at least LEAST_DELIVERIES, else of all accounts, by product, else of all products.
    """
    until = known_until if known_until is not None else as_of
    stock = ledger.table("stock", as_of=as_of, known_until=until)
    stock = stock.filter(pc.is_in(stock["product_id"], pa.array(products, pa.string())))
    on_hand: dict[str, float] = {}
    inbound: dict[str, dict[date, float]] = {}
    for row in stock.sort_by("on").to_pylist():
        on_hand[row["product_id"]] = row["on_hand"]
        # Only what the newest row says is still to come.
        inbound[row["product_id"]] = (
            {row["inbound_on"] or row["on"]: row["inbound"]} if row["inbound"] else {}
        )
    coming = {
        product: tuple((max(on, as_of), q) for on, q in some.items())
        for product, some in inbound.items()
    }
    return Supplied(_leads(ledger, account_id, products, as_of, until), on_hand, coming)


def _leads(
    ledger: Ledger, account_id: str, products: list[str], as_of: date, until: date | datetime
) -> dict[str | None, Lead]:
    rows = ledger.table("deliveries", as_of=as_of, known_until=until)
    rows = rows.filter(pc.is_valid(rows["delivered_on"]))
    rows = rows.filter(
        pc.greater_equal(rows["delivered_on"], pa.scalar(as_of - timedelta(days=YEAR_DAYS)))
    )
    if not rows.num_rows:
        return {}
    ordered = ledger.order_lines(None, as_of, ["order_id", "ordered_on"], known_until=until)
    took = sql(
        "with o as (select order_id, min(ordered_on) as on_day from ordered where order_id is not null group by 1), "
        "d as (select d.product_id, d.account_id, date_diff('day', o.on_day, d.delivered_on) as days "
        "from told d join o using (order_id) where not coalesce(d.urgent, false)) "
        "select product_id, coalesce(account_id, '') as account_id, count(*) as n, avg(days) as mean, "
        "var_pop(days) as var from d where days between 0 and $most group by all",
        parameters={"most": MOST_LEAD},
        told=rows.select(["order_id", "account_id", "product_id", "delivered_on", "urgent"]),
        ordered=ordered.select(["order_id", "ordered_on"]),
    ).to_pylist()
    found: dict[str | None, Lead] = {}
    if (every := _pooled(took)) is not None:
        found[None] = every
    for product in products:
        here = [row for row in took if row["product_id"] == product]
        own = _pooled([row for row in here if row["account_id"] == account_id])
        lead = own or _pooled(here)
        if lead is not None:
            found[product] = lead
    return found


def _pooled(rows: list[dict[str, float]]) -> Lead | None:
    """Groups put together; None where they are too few."""
    n = sum(int(row["n"]) for row in rows)
    if n < LEAST_DELIVERIES:
        return None
    counts = np.array([row["n"] for row in rows], float)
    means, variances = (np.array([row[k] for row in rows], float) for k in ("mean", "var"))
    mean = float((counts * means).sum() / n)
    spread = float(np.sqrt((counts * (variances + (means - mean) ** 2)).sum() / n))
    return Lead(mean, spread, n)
