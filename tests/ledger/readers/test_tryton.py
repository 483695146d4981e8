"""A real Tryton: what is brought of it adds up to its own reports, and follows what happens there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pytest
import tryton_server

from mainstay.core.home import Home
from mainstay.engine.home import open_ledger
from mainstay.engine.systems import import_system
from mainstay.ledger.readers import tryton as reader
from mainstay.ledger.readers.tryton_rpc import Address, SystemRefuses, Tryton
from mainstay.ledger.report import Report

if TYPE_CHECKING:
    from tryton_server import Server

pytestmark = pytest.mark.postgres

USD = Decimal("1.25")  # dollars for a euro, in the company's books
Sums = dict[tuple[str, str], Decimal]  # by account and month


@pytest.fixture(scope="module")
def home(tryton: Server, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An installation into which the company was imported once."""
    home = Home(tmp_path_factory.mktemp("home"))
    bring(home, tryton, whole=True)
    return home


def bring(home: Home, tryton: Server, *, whole: bool = False) -> dict[str, Report]:
    reports = import_system(home, tryton.address, secret=tryton_server.PASSWORD, whole=whole)
    return {report.table: report for report in reports}


def ask(
    tryton: Server, model: str, domain: list[Any], *names: str, **context: Any
) -> list[dict[str, Any]]:
    """Rows of a model, as Tryton itself shows them."""
    with Tryton(Address.of(tryton.address), tryton_server.PASSWORD) as there:
        there.context |= context
        return list(there.read(model, there.ids(model, domain), names))


def reported(tryton: Server) -> Sums:
    """Revenue by customer and month, as Tryton's own sale report shows it, in euros."""
    span = {"from_date": dt.date(2000, 1, 1), "to_date": dt.date(2100, 1, 1), "period": "month"}
    with Tryton(Address.of(tryton.address), tryton_server.PASSWORD) as there:
        there.context |= span
        name = "sale.reporting.customer.time_series"
        ids = there.call(f"model.{name}.search", [], 0, None, None)
        rows = list(there.read(name, ids, ("customer.code", "date", "revenue")))
    return {(r["customer."]["code"], f"{r['date']:%Y-%m}"): r["revenue"] for r in rows}


def imported(home: Home) -> Sums:
    """The same of the ledger's sales and returns."""
    sums: Sums = defaultdict(Decimal)
    for row in open_ledger(home).order_lines(None).to_pylist():
        if row["kind"] in ("sale", "return"):
            rate = USD if row["currency"] == "USD" else Decimal(1)
            sums[row["account_id"], f"{row['ordered_on']:%Y-%m}"] += row["amount"] / rate
    return {key: one.quantize(Decimal(".01"), ROUND_HALF_UP) for key, one in sums.items()}


def test_totals_are_those_of_trytons_own_report(home: Home, tryton: Server) -> None:
    theirs = {key: one for key, one in reported(tryton).items() if one}
    ours = {key: one for key, one in imported(home).items() if one}
    assert len(theirs) > 90
    assert ours == theirs


def test_all_of_the_company_is_there(home: Home, tryton: Server) -> None:
    ledger = open_ledger(home)
    lines = ledger.order_lines(None)
    kinds = {one["values"]: one["counts"] for one in pc.value_counts(lines["kind"]).to_pylist()}
    assert kinds["return"] == 8
    assert kinds["credit"] > 0
    accounts = {row["account_id"]: row for row in ledger.table("accounts").to_pylist()}
    assert set(pc.unique(lines["account_id"]).to_pylist()) <= set(accounts)
    assert (accounts["C005"]["segment"], accounts["C001"]["country"]) == ("Chains", "CN")
    assert {row["category"] for row in ledger.table("products").to_pylist()} == {
        "Filters",
        "Bearings",
        "Seals",
        "Pumps",
    }
    assert pc.unique(lines["salesperson_id"]).to_pylist() in (["E1"], ["E1", None], [None, "E1"])
    deliveries = ledger.table("deliveries").to_pylist()
    late = [r for r in deliveries if r["delivered_on"] and r["delivered_on"] > r["promised_on"]]
    assert 0.05 < len(late) / len(deliveries) < 0.3
    by_line = defaultdict(list)
    for row in deliveries:
        by_line[row["order_id"], row["product_id"]].append(row)
    assert sum(len(rows) > 1 for rows in by_line.values()) > 5  # came in two parts
    complaints = ledger.table("complaints").to_pylist()
    assert len(complaints) == 13
    assert {row["kind"] for row in complaints} == {"delivery", "invoice"}
    assert sum(row["solved_at"] is not None for row in complaints) == 6


def test_offers_and_cancelled_sales_do_not_count(home: Home, tryton: Server) -> None:
    none = ask(
        tryton, "sale.sale", [["state", "in", ["draft", "quotation", "cancelled"]]], "number"
    )
    ids = set(open_ledger(home).order_lines(None)["order_id"].to_pylist())
    assert none
    assert not ids & {row["number"] for row in none}


def test_nothing_new_is_no_import(home: Home, tryton: Server) -> None:
    before = len(open_ledger(home).imports())
    assert all(report.import_id == "" for report in bring(home, tryton).values())
    assert len(open_ledger(home).imports()) == before


def test_what_happens_there_is_followed(home: Home, tryton: Server) -> None:
    def open_deliveries() -> int:
        return open_ledger(home).table("deliveries")["delivered_on"].null_count

    waiting = open_deliveries()
    tryton.happens("sell", "rename")
    reports = bring(home, tryton)
    assert reports["order_lines"].by_kind.keys() == {"sale"}
    assert reports["accounts"].rows_taken == 1
    names = open_ledger(home).table("accounts").to_pylist()
    assert {row["name"] for row in names if row["account_id"] == "C002"} == {"Renamed"}
    assert imported(home) == {k: v for k, v in reported(tryton).items() if v or k in imported(home)}

    tryton.happens("take_back", "deliver")
    reports = bring(home, tryton)
    assert (reports["order_lines"].orders_gone, reports["order_lines"].rows_taken) == (1, 0)
    assert open_deliveries() < waiting
    assert imported(home) == {k: v for k, v in reported(tryton).items() if v or k in imported(home)}

    # Who undoes an import gets it all again with the next one.
    open_ledger(home).undo(reports["order_lines"].import_id)
    assert bring(home, tryton)["order_lines"].orders_gone == 1


def test_a_field_that_is_gone_stops_the_import_before_anything_is_loaded(
    home: Home, tryton: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_LINE", (*reader._LINE, "discount_code"))
    before = len(open_ledger(home).imports())
    with pytest.raises(SystemRefuses, match=r"“sale\.line” has no field “discount_code”"):
        bring(home, tryton, whole=True)
    assert len(open_ledger(home).imports()) == before


def test_a_wrong_password_is_said(tryton: Server, tmp_path: Path) -> None:
    with pytest.raises(SystemRefuses, match="does not let “admin” in"):
        import_system(Home(tmp_path), tryton.address, secret="wrong-word")
