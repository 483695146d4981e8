"""One account's page: every figure adds up to the order lines behind it."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.stats import nbinom

from mainstay import Ledger, assess, engine
from mainstay.core.errors import NotFound
from mainstay.engine.story import _bands, _Lumps

AS_OF = date(2026, 3, 1)
ID = "20260301-000000-aaaa"


@pytest.fixture(scope="module")
def ledger(lines):
    ledger = Ledger.from_tables(order_lines=lines)
    assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
    return ledger


def test_months_add_up_to_the_lines(ledger):
    story = engine.account_story(ledger, ID, "dropper")
    lines = engine.account_lines(ledger, ["dropper"])
    total = float(pc.sum(lines["amount"]).as_py())
    assert sum(map(sum, story.amounts)) == pytest.approx(total)
    assert story.categories == ("工具", "鋼材")
    assert story.n_past + 12 == len(story.months) == len(story.expected)
    assert sum(day.amount for day in story.order_days) == pytest.approx(total)


def test_a_figure_leads_to_its_lines(ledger):
    story = engine.account_story(ledger, ID, "dropper")
    month = story.months[-14]
    following = (month + timedelta(days=31)).replace(day=1)
    lines = engine.account_lines(ledger, ["dropper"], month, following - timedelta(days=1), "鋼材")
    shown = story.amounts[story.categories.index("鋼材")][story.n_past - 2]
    assert float(pc.sum(lines["amount"]).as_py()) == pytest.approx(shown)


def test_the_expected_course_of_a_past_month_knows_nothing_of_it(lines):
    def expected(table):
        ledger = Ledger.from_tables(order_lines=table)
        assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
        story = engine.account_story(ledger, ID, "安平五金")
        return dict(zip(story.months, story.expected, strict=True))

    begin = date(2025, 10, 1)
    before = expected(lines)
    mine = pc.and_(
        pc.equal(lines["account_id"], "安平五金"),
        pc.greater_equal(lines["ordered_on"], pa.scalar(begin)),
    )
    without = expected(lines.filter(pc.invert(mine)))
    assert without[begin] == pytest.approx(before[begin], rel=1e-3)
    assert without[date(2026, 2, 1)] < before[date(2026, 2, 1)]


def test_the_band_holds_most_months_of_a_steady_account(ledger):
    story = engine.account_story(ledger, ID, "安平五金")
    months = list(zip(zip(*story.amounts, strict=True), story.low, story.high, strict=False))
    known = [(sum(a), low, high) for a, low, high in months[: story.n_past - 1] if low is not None]
    inside = [low <= amount <= high for amount, low, high in known]
    assert len(known) >= 15
    assert sum(inside) / len(inside) >= 0.7


def test_what_is_to_come_is_what_the_assessment_expects(ledger, account):
    story = engine.account_story(ledger, ID, "安平五金")
    coming = sum(e for e in story.expected[story.n_past :] if e is not None)
    assert coming == pytest.approx(account("安平五金")["expected_52"], rel=0.01)


def test_an_unknown_account_is_said_to_be_unknown(ledger):
    with pytest.raises(NotFound, match="nobody"):
        engine.account_story(ledger, ID, "nobody")


def test_a_line_without_a_category_has_that_of_its_product():
    day = date(2026, 1, 5)
    rows = [
        {
            "account_id": "甲",
            "ordered_on": day,
            "amount": 10.0,
            "product_id": "p1",
            "category": None,
        },
        {
            "account_id": "甲",
            "ordered_on": day,
            "amount": 5.0,
            "product_id": "p1",
            "category": "own",
        },
    ]
    ledger = Ledger.from_tables(
        order_lines=pa.Table.from_pylist(rows),
        products=pa.table({"product_id": ["p1"], "name": ["P"], "category": ["from product"]}),
    )
    found = engine.account_lines(ledger, ["甲"])["category"].to_pylist()
    assert sorted(found) == ["from product", "own"]


def test_where_amounts_are_margins_the_months_add_up_to_the_lines_margins(lines):
    cost = pc.multiply(lines["amount"], 0.6)
    ledger = Ledger.from_tables(order_lines=lines.append_column("cost", cost))
    assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
    story = engine.account_story(ledger, ID, "dropper")
    table = engine.account_lines(ledger, ["dropper"], margin_at=AS_OF)
    margin = float(pc.sum(table["margin"]).as_py())
    assert sum(map(sum, story.amounts)) == pytest.approx(margin)
    assert margin == pytest.approx(0.4 * float(pc.sum(table["amount"]).as_py()), rel=1e-4)


def test_other_currencies_are_told_in_the_reporting_one():
    rows = [
        {"account_id": "甲", "ordered_on": date(2026, 1, d), "amount": 100.0, "currency": c}
        for d, c in ((5, "TWD"), (6, "TWD"), (7, "USD"), (8, "EUR"))
    ]
    rates = {"currency": ["USD"], "month": [date(2026, 1, 1)], "rate": [30.0]}
    ledger = Ledger.from_tables(
        order_lines=pa.Table.from_pylist(rows), exchange_rates=pa.table(rates)
    )
    result = assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
    story = engine.account_story(ledger, ID, "甲")
    # The euros have no rate: they are in no figure, and missing_rates names them.
    assert sum(map(sum, story.amounts)) == pytest.approx(3200)
    assert result.accounts["amount_total"].to_pylist() == [pytest.approx(3200)]
    assert result.meta["missing_rates"] == {"EUR": 1}


def test_fees_before_the_date_are_told_apart_by_currency():
    rows = [
        {"account_id": "甲", "ordered_on": date(2026, m, 5), "amount": a, "currency": c, "kind": k}
        for m, a, c, k in (
            (1, 100.0, "TWD", "sale"),
            (1, 7.1, "TWD", "fee"),
            (2, -0.2, "TWD", "fee"),
            (2, 3.0, "USD", "fee"),
            (2, 1.5, None, "fee"),
            (3, 50.0, "TWD", "fee"),
        )
    ]
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows))
    assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
    story = engine.account_story(ledger, ID, "甲")
    told = {"": Decimal("1.5"), "TWD": Decimal("6.9"), "USD": Decimal("3")}
    assert dict(story.fees) == told
    assert sum(map(sum, story.amounts)) == pytest.approx(100)


def test_every_category_has_its_months_also_those_that_a_chart_gathers():
    names = [f"part {i}" for i in range(9)]
    rows = [
        {
            "account_id": "A",
            "ordered_on": date(2025, 3, 3) + timedelta(days=14 * week),
            "amount": str(10 * (i + 1)),
            "category": name,
        }
        for week in range(24)
        for i, name in enumerate(names)
    ]
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows))
    assess(ledger, as_of=AS_OF).save(ledger.assessments, ID)
    story = engine.account_story(ledger, ID, "A")
    assert story.categories == (*reversed(names[2:]), None)
    told = {row.category: row.months for row in story.category_rows}
    assert {name: sum(months) for name, months in told.items()} == {
        name: pytest.approx(240 * (i + 1)) for i, name in enumerate(names)
    }
    gathered = [sum(pair) for pair in zip(told["part 0"], told["part 1"], strict=True)]
    assert story.amounts[-1] == pytest.approx(tuple(gathered))


def test_the_band_moves_as_smoothly_as_what_is_expected():
    means = np.linspace(0.02, 6.0, 400)
    bands = np.array(_bands([_Lumps(4.0, mean, 100.0, 0.9) for mean in means]))
    assert (np.diff(bands, axis=0) >= -1e-9).all()
    assert np.abs(np.diff(bands, axis=0)).max() < 25  # in whole orders it would be 100
    assert (bands[means < 0.05, 1:] == 0).all()
    # Beside whole orders it is never further off than half a typical one.
    whole = nbinom.ppf(1 - 0.1 / 0.9, 4.0, 4.0 / (4.0 + means)) * 100
    assert np.abs(bands[whole >= 200, 2] - whole[whole >= 200]).max() <= 50 + 1e-9
