"""The facade: order lines and facts as the rest of the engine sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mainstay import Ledger as PublicLedger
from mainstay.core.errors import InvalidSetting, MappingNeeded, NotFound
from mainstay.ledger.errors import UnknownImport
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.store import Import

UTC = dt.UTC


def sums(lines):
    return pa.table(
        {
            "account_id": lines.account_ids,
            "lines": np.diff(lines.offsets),
            "amount": np.add.reduceat(lines.amount, lines.offsets[:-1]) if len(lines.day) else [],
        }
    )


def by_account(table):
    return {r["account_id"]: (r["lines"], round(r["amount"], 4)) for r in table.to_pylist()}


def lines(*rows, **more):
    """Lines from (account, day, amount)."""
    return pa.table(
        {
            "account_id": [r[0] for r in rows],
            "ordered_on": [dt.date.fromisoformat(r[1]) for r in rows],
            "amount": pa.array([Decimal(str(r[2])) for r in rows], pa.decimal128(18, 4)),
            **more,
        }
    )


BASIC = lines(("a", "2024-01-05", 10), ("b", "2024-01-06", 20.5), ("a", "2024-02-05", -3))


def test_the_public_name_is_this_ledger():
    assert PublicLedger is Ledger


@pytest.mark.parametrize("kind", ["arrow", "pandas", "path"])
def test_tables_at_hand(kind, tmp_path):
    given = BASIC
    if kind == "pandas":
        given = pd.DataFrame(
            {
                "account_id": ["a", "b", "a"],
                "ordered_on": pd.to_datetime(["2024-01-05", "2024-01-06", "2024-02-05"]),
                "amount": [10.0, 20.5, -3.0],
            }
        )
    if kind == "path":
        given = str(tmp_path / "orders.parquet")
        pq.write_table(BASIC, given)
    ledger = Ledger.from_tables(order_lines=given)
    assert ledger.span() == (dt.date(2024, 1, 5), dt.date(2024, 2, 5))
    assert by_account(ledger.map_accounts(sums)) == {"a": (2, 7.0), "b": (1, 20.5)}
    assert ledger.order_lines(["a"])["kind"].to_pylist() == ["sale", "credit"]


def test_files_and_other_headings_go_through_an_import(tmp_path):
    """As at the desk: headings in any of four languages, what can't be used set aside."""
    text = "客戶編號,訂單日期,金額\n00123,2024/1/5,10.50\n,2024/1/6,7\n00123,2024/2/5,-3\n"
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    from_file = Ledger.from_tables(order_lines=tmp_path / "orders.csv")
    frame = pd.DataFrame(
        {
            "客戶編號": ["00123", "00123"],
            "訂單日期": ["2024-01-05", "2024-02-05"],
            "金額": [10.5, -3],
        }
    )
    from_frame = Ledger.from_tables(order_lines=frame)
    for ledger in (from_file, from_frame):
        assert by_account(ledger.map_accounts(sums)) == {"00123": (2, 7.5)}
    (one,) = from_file.imports()
    assert one.report["rows_set_aside"] == {"no_account": 1}


def test_lines_below_zero_are_returns_or_credit_notes_as_in_an_import(tmp_path):
    given = lines(
        *[("a", f"2024-01-{day:02}", -1) for day in range(1, 6)],
        ("a", "2024-01-09", 1),
        order_id=["C123", "cn-5", "Chen", "7", None, "C9"],
        product_id=["p", "p", "p", "p", None, "p"],
    )
    pq.write_table(given, tmp_path / "orders.parquet")
    as_it_is = Ledger.from_tables(order_lines=given).order_lines(["a"])["kind"].to_pylist()
    imported = Ledger.from_tables(order_lines=tmp_path / "orders.parquet").order_lines(["a"])
    assert as_it_is == ["credit", "credit", "return", "return", "credit", "sale"]
    assert imported["kind"].to_pylist() == as_it_is


def test_a_table_as_it_is_keeps_repeated_lines():
    twice = pa.concat_tables([BASIC, BASIC])
    assert by_account(Ledger.from_tables(order_lines=twice).map_accounts(sums))["b"] == (2, 41.0)


def test_values_that_do_not_fit_are_named():
    wrong = pa.table({"account_id": ["a"], "ordered_on": ["soon"], "amount": [1.0]})
    with pytest.raises(InvalidSetting, match="“ordered_on” of “order_lines” must be date"):
        Ledger.from_tables(order_lines=wrong)


def test_what_can_not_be_a_table_is_refused():
    with pytest.raises(InvalidSetting, match="“order_lines” must be"):
        Ledger.from_tables(order_lines=42)
    with pytest.raises(MappingNeeded, match="ordered_on"):
        Ledger.from_tables(order_lines=pa.table({"account_id": ["a"], "amount": [1.0]}))
    with pytest.raises(NotFound, match="no table “colours”"):
        Ledger.from_tables(colours=BASIC)


def test_an_empty_ledger_answers(tmp_path):
    ledger = Ledger.open(tmp_path)
    assert ledger.span() is None
    assert ledger.map_accounts(sums).num_rows == 0
    assert ledger.order_lines(["a"]).num_rows == 0
    assert ledger.table("accounts").num_rows == 0
    assert ledger.totals("kind").num_rows == 0
    assert ledger.missing_rates().num_rows == 0
    assert ledger.imports() == []
    assert ledger.check() == []
    assert ledger.reporting_currency is None
    with pytest.raises(NotFound, match="no table “colours”"):
        ledger.table("colours")
    with pytest.raises(NotFound, match="by month, kind or import"):
        ledger.totals("colour")
    with pytest.raises(UnknownImport):
        ledger.undo("i1")


def test_a_ledger_stays_what_it_was_until_refreshed(tmp_path, lines_of):
    ledger = Ledger.open(tmp_path)
    ledger.store.commit_import(Import("i1", "p1", lines_of("i1")))
    assert ledger.span() is None
    assert ledger.refresh().span() is not None
    assert ledger.version == 1
    assert [i.import_id for i in ledger.imports()] == ["i1"]
    ledger.undo("i1")
    assert ledger.span() is None


# Order lines of accounts


def test_order_lines_of_some_accounts(tmp_path, lines_of, content):
    ledger = Ledger.open(tmp_path)
    ledger.store.commit_import(Import("i1", "p1", lines_of("i1")))
    ledger.store.commit_import(Import("i2", "p2", lines_of("i2", seed=2)))
    ledger.refresh()
    both = pa.concat_tables([lines_of("i1"), lines_of("i2", seed=2)])
    wanted = ["O'Brien", "鼎泰企業"]
    mine = both.filter(pc.is_in(both["account_id"], value_set=pa.array(wanted)))
    found = ledger.order_lines(wanted)
    assert content(found) == content(mine)
    pairs = list(zip(found["account_id"].to_pylist(), found["ordered_on"].to_pylist(), strict=True))
    assert pairs == sorted(pairs)
    day = mine["ordered_on"][20].as_py()  # a day with lines, which do not count any more
    early = ledger.order_lines(wanted, as_of=day, columns=["ordered_on", "amount"])
    assert early.column_names == ["ordered_on", "amount"]
    assert content(early) == content(
        mine.filter(pc.less(mine["ordered_on"], day)).select(["ordered_on", "amount"])
    )
    assert content(ledger.table("order_lines")) == content(both)


# Joined accounts


JOIN = pa.table({"account_id": ["b"], "into_id": ["a"]})


def test_joined_codes_are_one_account_everywhere():
    ledger = Ledger.from_tables(order_lines=BASIC, account_joins=JOIN)
    assert by_account(ledger.map_accounts(sums)) == {"a": (3, 27.5)}
    assert ledger.order_lines(["a"])["account_id"].to_pylist() == ["a"] * 3
    assert ledger.order_lines(["b"]).equals(ledger.order_lines(["a"]))
    assert ledger.joins.main_of("b") == "a"


def test_a_join_recorded_later_is_not_known_before():
    then = dt.datetime(2024, 3, 1, tzinfo=UTC)
    ledger = Ledger.from_tables(order_lines=BASIC, account_joins=JOIN, recorded_at=then)
    assert len(by_account(ledger.map_accounts(sums, as_of=dt.date(2024, 3, 1)))) == 2
    assert len(by_account(ledger.map_accounts(sums, as_of=dt.date(2024, 3, 2)))) == 1
    late = {"as_of": dt.date(2024, 3, 1), "known_until": dt.date(2024, 3, 2)}
    assert len(by_account(ledger.map_accounts(sums, **late))) == 1
    assert set(ledger.order_lines(["a"], **late)["account_id"].to_pylist()) == {"a"}
    assert ledger.order_lines(["a"], as_of=dt.date(2024, 3, 1)).num_rows == 2


def test_a_join_that_was_taken_back_holds_no_more():
    ledger = Ledger.from_tables(order_lines=BASIC, account_joins=JOIN)
    back = pa.table({"account_id": ["b"], "into_id": pa.array([None], pa.string())})
    ledger.facts.append("account_joins", back, "f2", dt.datetime(2024, 3, 1, tzinfo=UTC))
    assert by_account(ledger.map_accounts(sums)) == {"a": (2, 7.0), "b": (1, 20.5)}


# Money


MIXED = lines(
    ("a", "2024-01-05", 10),
    ("a", "2024-01-06", 100),
    ("b", "2024-02-06", 1000),
    ("b", "2024-02-07", 5),
    currency=["EUR", "USD", "JPY", None],
)
RATES = pa.table(
    {
        "currency": ["USD", "USD"],
        "month": [dt.date(2024, 1, 1), dt.date(2024, 2, 1)],
        "rate": [0.9, 0.5],
    }
)


def test_amounts_are_in_one_currency_and_lines_without_a_rate_are_told():
    ledger = Ledger.from_tables(order_lines=MIXED, exchange_rates=RATES, reporting_currency="EUR")
    assert by_account(ledger.map_accounts(sums)) == {"a": (2, 100.0), "b": (1, 5.0)}
    assert ledger.missing_rates().to_pylist() == [
        {
            "currency": "JPY",
            "month": dt.date(2024, 2, 1),
            "lines": 1,
            "amount": Decimal("1000.0000"),
        }
    ]


def test_other_columns_of_money_are_in_that_currency_too():
    given = MIXED.slice(0, 2).append_column(
        "cost", pa.array([Decimal(4), Decimal(50)], pa.decimal128(18, 4))
    )
    ledger = Ledger.from_tables(order_lines=given, exchange_rates=RATES, reporting_currency="EUR")
    seen = []
    ledger.map_accounts(lambda x: seen.append(x) or pa.table({}), columns=("cost", "quantity"))
    assert seen[0].values["cost"].tolist() == [4.0, 45.0]
    margin = ledger.map_accounts(sums, amount="margin")
    assert by_account(margin) == {"a": (2, 51.0)}


def test_the_reporting_currency_is_that_of_most_lines():
    assert Ledger.from_tables(order_lines=BASIC).reporting_currency is None
    some = lines(*[("a", "2024-01-05", 1)] * 3, currency=["USD", "TWD", "TWD"])
    assert Ledger.from_tables(order_lines=some).reporting_currency == "TWD"


def test_a_rate_of_a_later_month_changes_nothing():
    ledger = Ledger.from_tables(order_lines=MIXED, exchange_rates=RATES, reporting_currency="EUR")
    before = by_account(ledger.map_accounts(sums, as_of=dt.date(2024, 2, 1)))
    later = pa.table({"currency": ["USD"], "month": [dt.date(2024, 2, 1)], "rate": [7.0]})
    ledger.facts.append("exchange_rates", later, "f2", dt.datetime(2024, 3, 1, tzinfo=UTC))
    assert by_account(ledger.map_accounts(sums, as_of=dt.date(2024, 2, 1))) == before


def test_margin_is_net_of_cost_and_the_usual_share_where_no_cost_is_known():
    costs = pa.array([Decimal(6), Decimal(14), None, Decimal(50)], pa.decimal128(18, 4))
    given = lines(
        ("a", "2024-01-05", 10),
        ("b", "2024-01-06", 20),
        ("b", "2024-01-07", 50),
        ("c", "2024-06-01", 100),
        cost=costs,
    )
    ledger = Ledger.from_tables(order_lines=given)
    # Until June a third of net sales was margin: (30 - 20) / 30.
    found = by_account(ledger.map_accounts(sums, amount="margin", as_of=dt.date(2024, 6, 1)))
    assert found == {"a": (1, 4.0), "b": (2, round(6 + 50 / 3, 4))}
    # Net sales, where no cost is known at all.
    assert by_account(
        Ledger.from_tables(order_lines=BASIC).map_accounts(sums, amount="margin")
    ) == {"a": (2, 7.0), "b": (1, 20.5)}


def test_shares_of_margin_and_of_known_costs_are_of_one_currency():
    """A hundred times as many yen are no more money."""
    given = lines(
        ("a", "2024-01-05", 100),
        ("a", "2024-01-06", 10_000),
        ("a", "2024-01-07", 100),
        ("a", "2024-02-01", 900),
        ("a", "2024-01-08", 5_000_000),
        currency=["EUR", "JPY", None, "EUR", "KRW"],
        cost=pa.array(
            [Decimal(60), Decimal(2_000), None, Decimal(9), Decimal(1)], pa.decimal128(18, 4)
        ),
    )
    rates = pa.table({"currency": ["JPY"], "month": [dt.date(2024, 1, 1)], "rate": [0.01]})
    ledger = Ledger.from_tables(order_lines=given, exchange_rates=rates, reporting_currency="EUR")
    before_february = dt.date(2024, 2, 1)
    assert ledger.margin_share(before_february) == pytest.approx(1 - 80 / 200)
    assert ledger.cost_coverage(before_february) == pytest.approx(200 / 300)
    assert ledger.cost_coverage() == pytest.approx(1100 / 1200)


# Categories


def categories(lines):
    names = [*lines.names["category"].to_pylist(), None]
    return pa.table(
        {"category": pa.array([names[c] for c in lines.codes["category"]], pa.string())}
    )


def test_a_line_without_a_category_has_its_products():
    given = lines(
        *[("a", "2024-01-05", 1)] * 4,
        category=["Tea", None, None, None],
        product_id=["p1", "p1", "p2", None],
    )
    products = pa.table(
        {
            "product_id": ["p1", "p2", "p3"],
            "name": ["x"] * 3,
            "category": pa.array(["Tools", "Tea", None], pa.string()),
        }
    )
    ledger = Ledger.from_tables(order_lines=given, products=products)
    found = ledger.map_accounts(categories)["category"].to_pylist()
    assert sorted(found, key=str) == sorted(["Tea", "Tools", "Tea", None], key=str)
    bare = Ledger.from_tables(order_lines=given)
    assert bare.map_accounts(categories)["category"].to_pylist().count(None) == 3


# Totals, imports, housekeeping


def test_totals_reconcile_to_the_cent(tmp_path, lines_of):
    ledger = Ledger.open(tmp_path)
    given = lines_of("i1")
    ledger.store.commit_import(Import("i1", "p1", given))
    ledger.refresh()
    exact = sum(given["amount"].to_pylist())
    for by in ("month", "kind", "import"):
        table = ledger.totals(by)
        assert sum(table["amount"].to_pylist()) == exact
        assert sum(table["lines"].to_pylist()) == 200
    months = ledger.totals("month")["month"].to_pylist()
    assert all(m.day == 1 for m in months)
    assert months == sorted(months)


def test_imports_of_lines_and_of_facts_are_one_list(tmp_path, lines_of):
    ledger = Ledger.open(tmp_path)
    ledger.store.commit_import(Import("20240101", "p1", lines_of("20240101"), copies=7))
    accounts = pa.table({"account_id": ["a"], "name": ["Adler"]})
    ledger.facts.append("accounts", accounts, "20230101", dt.datetime(2023, 1, 1, tzinfo=UTC))
    folder = tmp_path / "imports" / "20240101"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text('{"rows_read": 207}')
    first, second = ledger.refresh().imports()
    assert (first.import_id, first.tables, first.report) == ("20230101", {"accounts": 1}, {})
    assert (second.tables, second.copies, second.replaces) == ({"order_lines": 200}, 7, False)
    assert second.report == {"rows_read": 207}
    ledger.undo("20230101")
    ledger.undo("20240101")
    assert ledger.imports() == []
    assert not folder.exists()


def test_what_was_broken_off_is_told_and_cleared_at_the_start(tmp_path, lines_of):
    ledger = Ledger.open(tmp_path)
    ledger.store.commit_import(Import("i1", "p1", lines_of("i1")))
    for name in ("i1", "i2"):
        (tmp_path / "imports" / name).mkdir(parents=True)
        (tmp_path / "imports" / name / ".lock").touch()
    assert ledger.recover() == ["i2"]
    assert ledger.recover() == []
    assert (tmp_path / "imports" / "i1").exists()
    assert ledger.snapshot.lines == 200


def test_tidy_keeps_the_versions_of_frozen_assessments(tmp_path, lines_of):
    ledger = Ledger.open(tmp_path)
    ledger.store.commit_import(Import("i1", "p1", lines_of("i1")))
    ledger.assessments.save("a1", {}, {"meta": {"store_version": ledger.refresh().version}})
    done = ledger.tidy()
    assert done.deleted == 0
    assert ledger.check() == []


def test_sql_over_small_tables(tmp_path):
    ledger = Ledger.open(tmp_path)
    table = pa.table({"x": [1, 2, 3]})
    assert ledger.sql("SELECT sum(x) AS s FROM numbers", numbers=table)["s"].to_pylist() == [6]
