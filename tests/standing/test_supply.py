"""What accounts could not buy of us: the share of their usual purchases that was missing, week by week."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.standing.history import days_of
from mainstay.standing.shortages import MOST_MISSING, Shelf, Shortages
from mainstay.standing.supply import Supply

BEGIN, AS_OF = date(2023, 1, 2), date(2024, 9, 2)  # Mondays
OUT = date(2024, 6, 3)


def table(*rows: tuple[str, date, float]) -> pa.Table:
    product, week, available = zip(*rows, strict=True)
    return pa.table({"product_id": product, "week": week, "available": available})


def weeks_out(product: str, weeks: int, available: float = 0.0, first: date = OUT) -> pa.Table:
    return table(*((product, first + timedelta(weeks=w), available) for w in range(weeks)))


def seen(bought, supply: pa.Table, as_of: date = AS_OF, successor=None) -> Supply:
    """From (account, product, category, week, amount)."""
    rows = [
        {
            "account_id": account,
            "ordered_on": BEGIN + timedelta(weeks=week, days=2),
            "amount": amount,
            "product_id": product,
            "category": category,
            "kind": "sale" if amount > 0 else "return",
            "currency": "EUR",
        }
        for account, product, category, week, amount in bought
    ]
    found = []
    kernel = Shortages(as_of, Shelf.of(supply, successor))

    def passing(lines):
        found.append(kernel.of(lines))
        return pa.table({"account_id": lines.account_ids})

    lines = pa.Table.from_pylist(rows)
    Ledger.from_tables(order_lines=lines).map_accounts(
        passing, columns=Shortages.columns, as_of=as_of
    )
    return Supply.of(found, {"p": "Pen"})


BOUGHT = [
    *(("a", "p", "pens", week, 80.0) for week in range(0, 90, 2)),
    *(("a", "q", "inks", week, 20.0) for week in range(0, 90, 2)),
    *(("a", "r", "pens", week, 20.0) for week in range(0, 90, 4)),
    *(("b", "q", "inks", week, 20.0) for week in range(0, 90, 2)),
    ("a", "p", "pens", 40, -500.0),  # a return is no sale
]


def missed(supply: Supply, name: str, first: date, until: date, at: date = AS_OF) -> float:
    place = supply.accounts.place([name])
    return float(
        supply.accounts.days(
            place, np.array([days_of(first)]), np.array([days_of(until)]), at=days_of(at)
        )[0]
    )


def test_a_week_misses_what_the_account_usually_buys_of_it() -> None:
    supply = seen(BOUGHT, weeks_out("p", 3))
    assert supply.accounts.place(["a", "b", "never seen"]).tolist() == [0, -1, -1]
    # Of the year before: 26 × 80 of 26 × 100 + 13 × 20.
    share = 26 * 80 / (26 * 100 + 13 * 20)
    assert missed(supply, "a", OUT, OUT + timedelta(weeks=1)) == pytest.approx(7 * share, rel=0.05)
    assert missed(supply, "a", BEGIN, AS_OF) == pytest.approx(21 * share, rel=0.05)
    assert missed(supply, "a", OUT + timedelta(days=3), OUT + timedelta(days=5)) == pytest.approx(
        2 * share, rel=0.05
    )
    assert missed(supply, "a", BEGIN, OUT) == 0.0
    assert missed(supply, "b", BEGIN, AS_OF) == 0.0


def test_a_part_that_was_there_is_not_missing() -> None:
    whole, half = (seen(BOUGHT, weeks_out("p", 1, there)) for there in (0.0, 0.5))
    assert 2 * half.accounts.missing[0] == pytest.approx(whole.accounts.missing[0])
    assert Shelf.of(weeks_out("p", 3, 1.0)) is None
    assert Shelf.of(weeks_out("p", 3, 340.0)) is None
    none = seen([("c", "p", "pens", week, 5.0) for week in range(60)], weeks_out("p", 1, -3.0))
    assert none.accounts.missing.tolist() == [MOST_MISSING]


def test_a_category_is_looked_at_by_itself() -> None:
    supply = seen(BOUGHT, weeks_out("p", 1))
    account, category = pa.array(["a", "a", "b", "x"]), pa.array(["pens", "inks", "inks", "pens"])
    place = supply.of_pairs(account, category)
    assert place.tolist() == [0, -1, -1, -1]
    assert supply.categories.missing[0] == pytest.approx(26 * 80 / (26 * 80 + 13 * 20), rel=0.05)


def test_a_week_counts_once_it_is_over_and_what_came_later_changes_nothing() -> None:
    sunday = OUT + timedelta(days=6)
    supply = seen(BOUGHT, weeks_out("p", 3))
    assert missed(supply, "a", BEGIN, sunday, at=sunday) == 0.0
    one = missed(supply, "a", BEGIN, AS_OF, at=OUT + timedelta(weeks=1))
    assert one == pytest.approx(missed(supply, "a", OUT, OUT + timedelta(weeks=1)))
    early = seen(BOUGHT, weeks_out("p", 3), as_of=OUT + timedelta(weeks=2))
    assert early.accounts.missing.tolist() == supply.accounts.missing[:2].tolist()
    later = [*BOUGHT, *(("a", "z", "new", 80, 9_999.0) for _ in range(3))]
    changed = seen(later, weeks_out("p", 3))
    assert changed.accounts.missing.tolist() == supply.accounts.missing.tolist()


def test_weeks_run_from_monday_whatever_day_names_them() -> None:
    named = table(("p", OUT + timedelta(days=6), 0.0), ("p", OUT + timedelta(days=7), 0.0))
    supply = seen(BOUGHT, named)
    assert supply.accounts.monday.tolist() == [days_of(OUT), days_of(OUT) + 7]


def test_what_took_a_products_place_is_missed_in_its_stead() -> None:
    assert len(seen(BOUGHT, weeks_out("new p", 2)).accounts.names) == 0
    supply = seen(BOUGHT, weeks_out("new p", 2), successor={"p": "new p"})
    assert supply.accounts.names.to_pylist() == ["a"]


def test_what_is_told_are_the_products_and_since_when() -> None:
    out = pa.concat_tables([weeks_out("p", 3), weeks_out("q", 2), weeks_out("r", 1)])
    supply = seen(BOUGHT, out)
    told = supply.told["a"]
    assert told.products == ("Pen", "q")  # r was missing for one week alone
    assert told.share == pytest.approx(100 / 110, rel=0.03)
    assert (told.weeks, told.since) == (3, days_of(OUT))
    assert supply.told["b"].products == ("q",)
    long_ago = seen(BOUGHT, weeks_out("p", 3, first=date(2024, 1, 1)))
    assert long_ago.told == {}


def test_lines_without_product_or_category_are_no_obstacle() -> None:
    rows = [("a", None, None, week, 10.0) for week in range(60)]
    supply = seen([*rows, ("b", "p", None, 70, 5.0)], weeks_out("p", 2))
    assert supply.accounts.names.to_pylist() == ["b"]
    assert len(supply.categories.names) == 0


def test_weeks_long_before_the_data_cost_nothing_and_say_nothing() -> None:
    ancient = table(("p", date(1900, 1, 1), 0.0), ("p", OUT, 0.0))
    supply = seen(BOUGHT, ancient)
    assert supply.accounts.monday.tolist() == [days_of(OUT)]
    nothing = seen(BOUGHT, table(("p", date(1900, 1, 1), 0.0)))
    assert len(nothing.accounts.names) == 0
    later = seen(BOUGHT, table(("p", date(2030, 1, 7), 0.0)))
    assert len(later.accounts.names) == 0
