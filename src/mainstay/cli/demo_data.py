"""The demo: two years of a British gift wholesaler's orders, imported as a user would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mainstay.cli.context import ASSESSING, READING, Context
from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop

# Postage, bank charges, discounts, samples, adjustments: a user would tick these in the proposal.
FEES = (
    "POST DOT M m D C2 C3 S B BANK_CHARGES AMAZONFEE ADJUST ADJUST2 CRUK TEST001 TEST002 GIFT "
    "gift_0001_10 gift_0001_20 gift_0001_30 gift_0001_40 gift_0001_50 gift_0001_60 gift_0001_70 "
    "gift_0001_80 gift_0001_90"
)


def folder() -> Path:
    """The folder `demo/` of the repository.

    Raises: NotFound in an installation without it
    """
    for base in (Path.cwd(), *Path(__file__).resolve().parents):
        if (base / "demo" / "online_retail_ii.parquet").exists():
            return base / "demo"
    raise NotFound(
        gettext_noop("The demo's orders are not here; run the demo in a clone of the repository.")
    )


def load(context: Context) -> Any:
    """Import the demo's files (adding nothing the second time) and assess them."""
    from mainstay import engine

    place = folder()
    home = context.home.prepare()
    fees = tuple(code.replace("_CHARGES", " CHARGES") for code in FEES.split())
    with context.progress(READING) as progress:
        orders = engine.run_import(
            home,
            [place / "online_retail_ii.parquet"],
            engine.ImportOptions(fee_codes=fees, currency="GBP"),
            progress=lambda what, share: progress(share, 1.0),
        )
        engine.run_import(
            home,
            [place / "products.csv"],
            engine.ImportOptions(table="products", assume_recorded=True),
        )
    context.say(
        gettext_noop(
            "{read} rows read: {taken} taken, {copies} copies, {aside} set aside because they name "
            "no account."
        ),
        read=orders.rows_read,
        taken=orders.rows_taken,
        copies=orders.rows_copies,
        aside=sum(orders.rows_set_aside.values()),
    )
    with context.progress(ASSESSING) as progress:
        return engine.assess_home(home, progress=progress)
