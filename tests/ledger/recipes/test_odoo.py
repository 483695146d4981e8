"""The recipe for Odoo, on PostgreSQL: what counts, what does not, and what changes later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

Make = Callable[..., "Erp"]  # noqa: F821 - of conftest.py
OURS = {"company": "Formosa Tools", "language": "zh_TW", "time_zone": "Asia/Taipei"}
LINES = "order_id, line, account_id, amount, currency, kind"


@pytest.fixture
def odoo(erp: Make) -> Erp:  # noqa: F821
    made = erp("odoo", "postgresql")
    made.run(variables=OURS)
    return made


def test_what_counts(odoo) -> None:
    """No quotation, no cancelled order, no draft of a credit note, no other company, no remark."""
    assert odoo.rows(LINES) == [
        ("RINV/2026/00001", "3", "10", Decimal("-190"), "TWD", "return"),
        ("S00001", "1", "10", Decimal("950"), "TWD", "sale"),
        ("S00001", "2", "10", Decimal("60"), "TWD", "fee"),
        ("S00002", "4", "20", Decimal("14"), "EUR", "sale"),
        ("S00002", "5", "20", Decimal("10"), "EUR", "sale"),
    ]
    # At eight in the evening in London it is tomorrow in Taipei.
    first = odoo.rows("ordered_on, product_name, category, unit", "line = '1'")
    assert first == [(dt.date(2026, 1, 6), "電鑽", "All / Tools", "個")]
    assert odoo.facts("accounts", "account_id", "name", "country", "segment", "language") == [
        ("10", "鼎泰企業", "TW", "Wholesale", "zh_hant"),
        ("20", "Adler GmbH", "DE", None, None),
    ]
    assert odoo.facts("open_orders", "order_id", "line", "quantity", "amount") == [
        ("S00002", "4", 3, Decimal("10.5")),
        ("S00002", "5", 2, 10),
    ]
    days = ("promised_on", "delivered_on", "quantity_ordered", "quantity_delivered")
    assert odoo.facts("deliveries", "delivery_id", *days) == [
        ("1", dt.date(2026, 1, 12), dt.date(2026, 1, 13), 10, 10),
        ("2", dt.date(2026, 1, 20), dt.date(2026, 1, 19), 4, 1),
        ("3", dt.date(2026, 1, 20), None, 4, 0),
    ]
    assert odoo.facts("payments", "account_id", "due_on", "paid_on", "amount") == [
        ("10", dt.date(2026, 2, 11), dt.date(2026, 2, 20), 1010)
    ]


def test_a_second_run_adds_nothing_and_reads_little(odoo) -> None:
    again = odoo.run(variables=OURS)
    assert not [p.import_id for p in again.parts if p.table != "open_orders" and p.import_id]
    lines = next(part for part in again.parts if part.query == "order_lines")
    # Two days before the last change that it saw: that of a quotation.
    assert lines.since == dt.datetime(2026, 1, 8, 4)
    assert lines.report.rows_read == 2


def test_what_changes_later(odoo) -> None:
    odoo.do(
        "UPDATE sale_order SET state = 'cancel', write_date = '2026-02-01' WHERE id = 2",
        "UPDATE sale_order_line SET price_subtotal = 900, write_date = '2026-02-02' WHERE id = 1",
        "UPDATE account_move SET state = 'draft', write_date = '2026-02-02' WHERE id = 2",
        "UPDATE stock_move SET state = 'cancel', write_date = '2026-02-02' WHERE id = 3",
        "UPDATE sale_order_line SET qty_delivered = product_uom_qty",
    )
    run = odoo.run(variables=OURS)
    assert odoo.rows("order_id, line, amount, kind") == [
        ("S00001", "1", Decimal("900"), "sale"),
        ("S00001", "2", Decimal("60"), "fee"),
    ]
    assert len(odoo.facts("deliveries", "delivery_id")) == 2
    assert odoo.facts("open_orders", "order_id") == []
    # An import that is undone comes again with the next run, and only it.
    for import_id in reversed(run.import_ids):
        odoo.ledger.undo(import_id)
    assert odoo.rows("sum(amount)", "order_id = 'S00002'") == [(24,)]
    assert len(odoo.facts("deliveries", "delivery_id")) == 3
    odoo.run(variables=OURS)
    assert odoo.rows("sum(amount)", "order_id = 'S00002'") == [(None,)]
    assert len(odoo.facts("deliveries", "delivery_id")) == 2
    # An order that was cancelled by mistake counts again.
    odoo.do("UPDATE sale_order SET state = 'sale', write_date = '2026-02-03' WHERE id = 2")
    odoo.run(variables=OURS)
    assert odoo.rows("sum(amount)", "order_id = 'S00002'") == [(24,)]


def test_a_clock_that_goes_wrong_hides_nothing(odoo) -> None:
    odoo.do("UPDATE res_partner SET write_date = '2099-01-01', name = 'Adler AG' WHERE id = 20")
    odoo.run(variables=OURS)
    odoo.do("UPDATE res_partner SET write_date = '2026-02-01', name = '鼎泰' WHERE id = 10")
    odoo.run(variables=OURS)
    assert odoo.facts("accounts", "name") == [("Adler AG",), ("鼎泰",)]


def test_all_companies_and_everything_anew(odoo) -> None:
    odoo.run()
    assert odoo.rows("account_id, amount", "order_id = 'S00005'") == [("40", 700)]
    whole = odoo.run(whole=True, only=("order_lines",))
    assert [part.since for part in whole.parts] == [None]
