"""The other recipes, each with its own queries on a sketch of its ERP's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

LATE, CAME = dt.date(2026, 1, 12), dt.date(2026, 1, 13)


@dataclass(frozen=True)
class Case:
    """What must come of a sketch.

    lines: order_id, line, account_id, amount, currency, kind
    first: account_id, name; deliveries: order_id, delivered_on, quantity_ordered, quantity_delivered
    cancel: statements after which the orders of `cancelled` count no more
    """

    lines: Sequence[tuple[Any, ...]]
    account: tuple[str, str]
    deliveries: Sequence[tuple[Any, ...]]
    cancel: str
    cancelled: str
    backend: str = "postgresql"
    variables: dict[str, str] = field(default_factory=dict)


def promised(order: str, ordered: int) -> tuple[Any, ...]:
    return (order, None, ordered, 0)


CASES = {
    "erpnext": Case(
        lines=[
            ("CN-1", "b2", "Adler", -95, "EUR", "return"),
            ("SO-1", "a1", "Adler", Decimal("950.5"), "EUR", "sale"),
            ("SO-2", "a2", "Tata", 8000, "INR", "sale"),
        ],
        account=("Adler", "Adler GmbH"),
        deliveries=[promised("SO-1", 10), ("SO-1", CAME, 10, 4), promised("SO-2", 2)],
        cancel="UPDATE `tabSales Order` SET docstatus = 2, modified = '2026-02-01 00:00:00' "
        "WHERE name = 'SO-1'",
        cancelled="SO-1",
        backend="sqlite",
        variables={"company": "Ours"},
    ),
    "sapb1": Case(
        lines=[
            ("1001", "0", "C1", 900, "EUR", "sale"),
            ("1002", "0", "C2", 200, "USD", "sale"),
            ("R1001", "0", "C1", -90, "EUR", "return"),
            ("R1002", "0", "C1", -25, "EUR", "credit"),
        ],
        account=("C1", "Adler GmbH"),
        deliveries=[promised("1001", 10), ("1001", CAME, 10, 4), promised("1002", 2)],
        cancel="""UPDATE "ORDR" SET "CANCELED" = 'Y', "UpdateDate" = '2026-02-01' WHERE "DocNum" = 1001""",
        cancelled="1001",
    ),
    "kingdee": Case(
        lines=[
            ("XSDD001", "1", "KH001", 1000, "CNY", "sale"),
            ("XSDD002", "1", "KH002", 50, "USD", "sale"),
            ("XSTH001", "1", "KH001", -100, "CNY", "return"),
        ],
        account=("KH001", "永丰贸易"),
        deliveries=[promised("XSDD001", 10), ("XSDD001", CAME, 10, 4), promised("XSDD002", 2)],
        cancel="UPDATE T_SAL_ORDER SET FCANCELSTATUS = 'B', FMODIFYDATE = '2026-02-01' WHERE FID = 1",
        cancelled="XSDD001",
        variables={"organisation": "100"},
    ),
    "u8": Case(
        lines=[
            ("SO001", "1", "0001", 1000, "CNY", "sale"),
            ("SO002", "1", "0002", 50, "USD", "sale"),
            ("TH001", "203", "0001", -100, "CNY", "return"),
        ],
        account=("0001", "永丰贸易"),
        deliveries=[promised("SO001", 10), ("SO001", CAME, 10, 4), promised("SO002", 2)],
        cancel="UPDATE SO_SOMain SET cVerifier = NULL, dmodifysystime = '2026-02-01' WHERE ID = 1",
        cancelled="SO001",
    ),
    "digiwin": Case(
        lines=[
            ("220-20260105001", "0001", "A001", 1000, "TWD", "sale"),
            ("220-20260107001", "0001", "A002", 50, "EUR", "sale"),
            ("240-20260120001", "0001", "A001", -100, "TWD", "return"),
        ],
        account=("A001", "鼎泰企業股份有限公司"),
        deliveries=[
            promised("220-20260105001", 10),
            ("220-20260105001", CAME, 10, 4),
            promised("220-20260107001", 2),
        ],
        cancel="UPDATE COPTC SET TC027 = 'V', MODI_DATE = '20260201' WHERE TC002 = '20260105001'",
        cancelled="220-20260105001",
    ),
    "douzone": Case(
        lines=[
            ("SO26010001", "1", "00001", 1000000, "KRW", "sale"),
            ("SO26010002", "1", "00001", -100000, "KRW", "return"),
        ],
        account=("00001", "한빛상사"),
        deliveries=[promised("SO26010001", 15), ("SO26010001", CAME, 15, 4)],
        cancel="UPDATE LSO_D SET USE_YN = '0' WHERE SO_NB = 'SO26010001' AND CO_CD = '1000'",
        cancelled="SO26010001",
        variables={"company": "1000"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_counts_and_what_is_cancelled(erp: Callable[..., Any], name: str) -> None:
    case = CASES[name]
    made = erp(name, case.backend)
    made.run(variables=case.variables)
    lines = made.rows("order_id, line, account_id, amount, currency, kind")
    assert lines == case.lines
    assert made.facts("accounts", "account_id", "name")[0] == case.account
    days = ("order_id", "delivered_on", "quantity_ordered", "quantity_delivered")
    assert made.facts("deliveries", *days) == sorted(case.deliveries, key=str)
    assert {day for (day,) in made.facts("deliveries", "promised_on")} == {LATE}
    assert [code for (code,) in made.facts("products", "product_id")]

    made.do(case.cancel)
    again = made.run(variables=case.variables)
    assert made.rows("count(*)", f"order_id = '{case.cancelled}'") == [(0,)]
    others = [line for line in case.lines if line[0] != case.cancelled]
    assert made.rows("count(*)") == [(len(others),)]
    # What was promised of it is taken back; what had come of it did come.
    assert case.deliveries[0] not in made.facts("deliveries", *days)
    assert sum(part.report.orders_gone for part in again.parts if part.report) == 1
