"""How much of a category's money was in products that we no longer sell."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.standing.discontinued import DiscontinuedShare

BEGIN, AS_OF = date(2023, 1, 2), date(2025, 1, 6)
ENDED = {"p": date(2024, 3, 4), "early": date(2023, 3, 6)}


def share(*bought: tuple[str, str | None, int, float]) -> dict[tuple[str, str], float]:
    """From (account, product, week, amount): what is told of each account and category."""
    rows = [
        {
            "account_id": account,
            "ordered_on": BEGIN + timedelta(weeks=week),
            "amount": amount,
            "product_id": product,
            "category": "cups" if product in ("p", "early", "q", None) else "plates",
            "kind": "sale" if amount > 0 else "return",
            "currency": "EUR",
        }
        for account, product, week, amount in bought
    ]
    kernel = DiscontinuedShare(AS_OF, ENDED)
    found = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows)).map_accounts(
        kernel, columns=kernel.columns, as_of=AS_OF
    )
    return {(r["account_id"], r["category"]): r["share"] for r in found.to_pylist()}


def test_the_share_is_that_of_the_year_up_to_the_last_order_of_it() -> None:
    found = share(
        ("a", "p", 5, 500.0),  # more than a year before the last
        ("a", "p", 50, 60.0),
        ("a", "q", 52, 40.0),
        ("a", None, 54, 20.0),
        ("a", "p", 60, 80.0),
        ("a", "q", 90, 999.0),  # after the last
        ("a", "p", 60, -30.0),  # a return is no sale
        ("a", "z", 60, 70.0),
        ("b", "q", 60, 70.0),
    )
    assert found == {("a", "cups"): pytest.approx(140 / 200)}


def test_who_had_stopped_before_dropped_it_by_itself() -> None:
    ended_week = (ENDED["p"] - BEGIN).days // 7
    assert share(("a", "p", ended_week - 26, 5.0), ("a", "z", 1, 1.0)) == {("a", "cups"): 1.0}
    assert share(("a", "p", ended_week - 27, 5.0), ("a", "z", 1, 1.0)) == {}


def test_what_is_sold_off_after_the_end_counts() -> None:
    assert share(("a", "p", 70, 5.0), ("a", "q", 70, 5.0)) == {("a", "cups"): 0.5}


def test_nothing_dated_later_and_nobody() -> None:
    weeks = (AS_OF - BEGIN).days // 7
    assert share(("a", "p", weeks, 5.0), ("b", "q", 3, 1.0)) == {}
