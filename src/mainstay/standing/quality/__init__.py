"""Quality (R16): complaints and returns per 1,000 units by product, batch and account, with control charts; accounts that
were hit twice; and the answers that production owes.

    units of order lines ─┐
    complaints, returns ──┴─► cases ─► charts (products, batches) and figures (accounts, sizes) ─► card
"""

from __future__ import annotations

import pyarrow.compute as pc

from mainstay.standing.card import Standing
from mainstay.standing.known import Known
from mainstay.standing.quality.cards import cards
from mainstay.standing.quality.cases import told_of
from mainstay.standing.quality.charts import ALL, batches_of, charts, months_of, products_of
from mainstay.standing.quality.figures import figures


def measure(known: Known) -> Standing:
    """How good what we deliver is, as of a date; nothing at all where no complaint or return is known.

    tables: quality (an account a row), quality_twice (those of it with two complaints in a year), quality_quarters,
        quality_sizes (`figures`), quality_cases (`cases.CASES`),
        quality_months (`charts.MONTHS`; product_id "" = all together), quality_products, quality_batches (`charts`),
        quality_doubts (products whose units don't convert)
    """
    told = told_of(known)
    if not told.cases.num_rows:
        return Standing()
    found = charts(told)
    tables = figures(known, told)
    products = products_of(known, told, found)
    tables |= {
        "quality_twice": tables["quality"].filter(pc.greater(tables["quality"]["hits"], 1)),
        "quality_cases": told.cases,
        "quality_months": months_of(found),
        "quality_products": products.filter(pc.not_equal(products["product_id"], ALL)),
        "quality_whole": products.filter(pc.equal(products["product_id"], ALL)),
        "quality_batches": batches_of(known, told, found),
        "quality_doubts": told.doubts,
    }
    return Standing(tables, cards(known, tables["quality"]))
