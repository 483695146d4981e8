"""Deliveries, stock, credit holds, payments and markets: read in four languages, and known day by day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from mainstay.ledger.headings import likely_table
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

D = dt.date
STAMPS = ["recorded_at", "import_id", "assumed", "withdrawn"]
DELIVERY = {
    "order_id": "O1",
    "account_id": None,
    "product_id": "007",
    "requested_on": D(2024, 3, 1),
    "promised_on": D(2024, 3, 4),
    "delivered_on": D(2024, 3, 11),
    "quantity_ordered": 10.0,
    "quantity_delivered": 8.5,
    "unit": None,
    "unit_delivered": None,
    "urgent": True,
    "refused_on": None,
    "reason": None,
}
ORDERS = "account_id,ordered_on,amount,order_id\nA,2024-01-02,5,O9\n"


@pytest.mark.parametrize(
    ("headings", "yes"),
    [
        (
            (
                "Order no,SKU,Requested delivery date,Promised date,Actual delivery date,Ordered quantity,"
                "Delivered quantity,Rush order,Refused on,Reason"
            ),
            "yes",
        ),
        (
            "訂單編號,品號,客戶要求日,承諾交期,實際交貨日,訂購數量,實交數量,急單,拒單日期,拒絕原因",
            "是",
        ),
        (
            "订单编号,料号,客户要求日,承诺交期,实际到货日,订购数量,实交数量,加急,拒单日期,拒绝原因",
            "是",
        ),
        (
            "주문번호,품목코드,납품 요청일,약속납기,실제 납품일,주문수량,납품수량,긴급 여부,거절일,거절사유",
            "예",
        ),
    ],
)
def test_deliveries_are_recognised_in_four_languages(
    load: Any, file: Any, book: Ledger, headings: str, yes: str
) -> None:
    text = f"{headings}\nO1,007,2024-03-01,2024-03-04,2024-03-11,10,8.5,{yes},,\n"
    text += ",007,2024-03-01,2024-03-04,2024-03-11,10,8.5,,,\n"
    report = load(file(text), table="deliveries")
    assert (report.rows_taken, report.rows_set_aside) == (1, {"missing_value": 1})
    (row,) = book.table("deliveries").drop_columns(STAMPS).to_pylist()
    assert len(row.pop("delivery_id")) == 16
    assert row == DELIVERY
    assert likely_table(headings.split(",")) == "deliveries"


@pytest.mark.parametrize(
    ("table", "headings", "row", "expected"),
    [
        ("stock", ["SKU,Date,On hand,In transit,ETA", "品號,日期,現有庫存,在途數量,預計到貨日",
                   "料号,日期,现有库存,在途数量,预计到货日",
                   "품목코드,재고일자,현재고,입고예정수량,도착예정일"],
         "007,2024-03-05,-3,40,2024-04-01",
         {"product_id": "007", "on": D(2024, 3, 5), "on_hand": -3.0, "inbound": 40.0,
          "inbound_on": D(2024, 4, 1)}),
        ("credit_holds", ["Customer,Blocked from,Released on,Reason", "客戶編號,停單起日,解除日期,原因",
                          "客户编号,停单起日,解除日期,原因", "거래처코드,보류시작일,해제일,사유"],
         "A,2024-03-05,2024-03-09,late",
         {"account_id": "A", "from": D(2024, 3, 5), "to": D(2024, 3, 9), "reason": "late"}),
        ("payments", ["Customer,Due date,Payment date,Invoice amount,Currency",
                      "客戶編號,到期日,收款日期,應收金額,幣別", "客户编号,到期日,收款日期,应收金额,付款币种",
                      "거래처코드,만기일,입금일,청구금액,결제통화"],
         "A,2024-03-05,2024-03-09,12.50,USD",
         {"account_id": "A", "due_on": D(2024, 3, 5), "paid_on": D(2024, 3, 9),
          "amount": Decimal("12.5000"), "currency": "USD"}),
        ("market", ["Segment,Region,Month,Market index,Source", "產業,地區,月份,市場指數,來源",
                    "行业,地区,月份,市场指数,来源", "업종,지역,월,시장지수,출처"],
         "Retail,,2024-03,97.5,bureau",
         {"segment": "Retail", "region": None, "month": D(2024, 3, 1), "index": 97.5,
          "source": "bureau"}),
    ],
)  # fmt: skip
def test_the_others_are_recognised_in_four_languages(
    load: Any, file: Any, book: Ledger, table: str, headings: list[str], row: str, expected: Any
) -> None:
    for n, heading in enumerate(headings):
        report = load(file(f"{heading}\n{row}\n", f"{n}.csv"), table=table)
        assert report.rows_set_aside == {}
        assert not report.sources[0].unused
        assert book.table(table).drop_columns(STAMPS).to_pylist() == [expected]
        assert likely_table(heading.split(",")) == table


def given(**tables: list[dict[str, Any]]) -> Ledger:
    return Ledger.from_tables(
        **{name: pa.Table.from_pylist(rows, TABLES[name].arrow) for name, rows in tables.items()}
    )


def test_a_delivery_has_one_made_id_by_whichever_way_it_comes(
    load: Any, file: Any, book: Ledger
) -> None:
    head = ",".join(DELIVERY)
    row = ",".join("" if v is None else str(v) for v in DELIVERY.values())
    load(file(f"{head}\n{row}\n"), table="deliveries")
    made = book.table("deliveries")["delivery_id"].to_pylist()
    assert given(deliveries=[DELIVERY]).table("deliveries")["delivery_id"].to_pylist() == made


def test_a_delivery_counts_from_its_earliest_day_and_tells_no_later_one() -> None:
    book = given(deliveries=[{**DELIVERY, "refused_on": D(2024, 3, 6), "reason": "no truck"}])

    def told(day: dt.date) -> list[Any]:
        columns = ["promised_on", "refused_on", "reason", "delivered_on", "quantity_delivered"]
        rows = book.table("deliveries", as_of=day).select(columns).to_pylist()
        return [tuple(row.values()) for row in rows]

    promised, refused = D(2024, 3, 4), (D(2024, 3, 6), "no truck")
    assert told(D(2024, 3, 1)) == []
    assert told(D(2024, 3, 2)) == [(promised, None, None, None, None)]
    assert told(D(2024, 3, 6)) == [(promised, None, None, None, None)]
    assert told(D(2024, 3, 7)) == [(promised, *refused, None, None)]
    assert told(D(2024, 3, 11)) == [(promised, *refused, None, None)]
    assert told(D(2024, 3, 12)) == [(promised, *refused, D(2024, 3, 11), 8.5)]


def test_a_hold_goes_on_until_it_is_lifted_and_a_payment_is_open_until_it_came() -> None:
    money = Decimal("10.0000")
    book = given(
        credit_holds=[{"account_id": "A", "from": D(2024, 3, 5), "to": D(2024, 3, 9)}],
        payments=[
            {"account_id": "A", "due_on": D(2024, 3, 5), "paid_on": D(2024, 3, 9), "amount": money},
            {"account_id": "A", "due_on": D(2024, 4, 5), "paid_on": D(2024, 3, 1), "amount": money},
        ],
    )

    def told(table: str, column: str, day: dt.date) -> list[Any]:
        return book.table(table, as_of=day)[column].to_pylist()

    assert told("credit_holds", "to", D(2024, 3, 5)) == []
    assert told("credit_holds", "to", D(2024, 3, 9)) == [None]
    assert told("credit_holds", "to", D(2024, 3, 10)) == [D(2024, 3, 9)]
    assert told("payments", "paid_on", D(2024, 3, 2)) == [D(2024, 3, 1)]
    assert told("payments", "paid_on", D(2024, 3, 9)) == [None, D(2024, 3, 1)]
    assert told("payments", "paid_on", D(2024, 3, 10)) == [D(2024, 3, 9), D(2024, 3, 1)]


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("deliveries", {"order_id": "O", "quantity_delivered": -1.0}, "quantity_delivered"),
        ("stock", {"product_id": "P", "on": D(2024, 1, 1), "on_hand": 1.0, "inbound": -1.0}, "inb"),
        ("market", {"month": D(2024, 1, 1), "index": 0.0, "source": "s"}, "index"),
        ("credit_holds", {"account_id": "A", "from": D(2024, 2, 1), "to": D(2024, 1, 1)}, "to"),
    ],
)
def test_what_cannot_be_is_refused(table: str, row: dict[str, Any], why: str) -> None:
    with pytest.raises(Exception, match=why):
        given(**{table: [row]})
