"""Headings in four languages: every column of every table is recognised by its usual names."""

from __future__ import annotations

import pytest

from mainstay.ledger.heading_words import WORDS
from mainstay.ledger.headings import BESIDE, candidates, heading_place, plain, recognise
from mainstay.ledger.schema import TABLES

LANGUAGES = ("English", "Traditional Chinese", "Simplified Chinese", "Korean")


def words_of(table: str, column: str) -> tuple[str, ...]:
    key = f"{table}.{column}" if f"{table}.{column}" in WORDS else column
    return WORDS[key if key in WORDS else column.split(".")[1]]


@pytest.mark.parametrize("table", TABLES)
def test_each_column_has_words_in_each_language(table: str) -> None:
    for column in TABLES[table].columns:
        words = words_of(table, column.name)
        assert len(words) == len(LANGUAGES)
        assert all(words), column.name


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", range(4), ids=LANGUAGES)
def test_the_first_words_of_each_column_mean_that_column(table: str, language: int) -> None:
    columns = [c.name for c in TABLES[table].columns]
    if table == "order_lines":
        columns += list(BESIDE)
    for column in columns:
        word = words_of(table, column)[language].split(";")[0]
        if column == "accounts.name" and word in ("name",):
            continue
        assert column in [offer.column for offer in candidates(word, table)], (column, word)


def test_own_names_are_always_recognised() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert {r.heading: r.column for r in recognise(names, table.name)} == {n: n for n in names}


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (
            "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
            "order_id,product_id,product_name,quantity,ordered_on,unit_price,account_id,accounts.country",
        ),
        (
            "客戶代號,客戶名稱,訂單日期,訂單編號,品號,品名,數量,單價,未稅金額,幣別,業務員",
            "account_id,accounts.name,ordered_on,order_id,product_id,product_name,quantity,unit_price,amount,currency,salesperson_id",
        ),
        (
            "客户编号,客户名称,单据日期,单据号,存货编码,存货名称,数量,不含税金额(元),成本",
            "account_id,accounts.name,ordered_on,order_id,product_id,product_name,quantity,amount,cost",
        ),
        (
            "거래처코드,거래처명,매출일자,전표번호,품목코드,품목명,수량,공급가액,영업담당자",
            "account_id,accounts.name,ordered_on,order_id,product_id,product_name,quantity,amount,salesperson_id",
        ),
        (
            "Sold-to party,Billing Date,Sales Order,Material,Net Value (EUR),CUSTOMER_NAME",
            "account_id,ordered_on,order_id,product_id,amount,accounts.name",
        ),
    ],
)
def test_exports_as_they_are(headings: str, columns: str) -> None:
    found = {r.heading: r.column for r in recognise(headings.split(","), "order_lines")}
    assert found == dict(zip(headings.split(","), columns.split(","), strict=True))


def test_the_net_amount_wins_over_the_gross_one() -> None:
    found = {r.column: r.heading for r in recognise(["含稅金額", "未稅金額"], "order_lines")}
    assert found["amount"] == "未稅金額"


def test_no_column_is_given_twice() -> None:
    columns = [r.column for r in recognise(["Date", "Order date", "Invoice date"], "order_lines")]
    assert columns == ["ordered_on"]


def test_words_that_mean_nothing_are_left_alone() -> None:
    assert recognise(["Foo", "xyz_17", "(3)", "備考欄位甲"], "order_lines") == []


def test_a_needed_column_takes_a_heading_from_a_welcome_one() -> None:
    found = {r.column for r in recognise(["統一編號", "公司名稱"], "accounts")}
    assert found == {"account_id", "name"}


def test_headings_are_found_under_a_title() -> None:
    rows = [["Sales report 2024"], [], ["Customer", "Date", "Amount"], ["A", "2024-01-01", "10"]]
    assert heading_place(rows) == 2
    assert heading_place([["foo", "bar"], ["1", "2"]]) == 0
    assert heading_place([["", " "], []]) is None


def test_width_case_and_signs_do_not_count() -> None:
    assert plain("Ｃｕｓｔｏｍｅｒ＿ID ") == plain("customer-id")


def test_a_tax_number_is_the_code_only_where_there_is_no_other() -> None:
    alone = {r.heading: r.column for r in recognise(["統一編號", "日期", "金額"], "order_lines")}
    assert alone["統一編號"] == "account_id"
    beside = recognise(["客戶代號", "統一編號", "日期", "金額"], "order_lines")
    assert {r.heading: r.column for r in beside}["統一編號"] == "accounts.tax_ids"


@pytest.mark.parametrize("name", ["Name", "名稱", "名称", "이름"])
def test_a_name_among_orders_is_the_accounts_unless_it_may_be_the_products(name: str) -> None:
    def found(*headings: str) -> dict[str, str]:
        given = recognise([*headings, name, "Date", "Amount"], "order_lines")
        return {r.heading: r.column for r in given}

    assert found("Customer")[name] == "accounts.name"
    assert found("Customer", "SKU", "Product name")[name] == "accounts.name"
    assert name not in found("Customer", "SKU")
    assert name not in found("Customer", "Customer name")


def test_product_beside_a_products_name_is_its_code() -> None:
    both = recognise(["Product", "Product name"], "order_lines")
    assert [r.column for r in both] == ["product_id", "product_name"]
    assert [r.column for r in recognise(["SKU", "Product"], "order_lines")] == [
        "product_id",
        "product_name",
    ]


@pytest.mark.parametrize(
    ("table", "headings", "columns"),
    [
        ("wallets", "account_id stated_on yearly_purchases source", "on yearly_purchases"),
        ("notices", "account_id stated_on kind", "on kind"),
        ("play_runs", "account_id play started_on ended_on", "play from to"),
        ("assignments", "account_id staff_id role started_on ended_on", "role from to"),
    ],
)
def test_dates_named_by_what_happened_then(table: str, headings: str, columns: str) -> None:
    found = {one.heading: one.column for one in recognise(headings.split(), table)}
    assert set(found) == set(headings.split())
    assert set(columns.split()) <= set(found.values())


@pytest.mark.parametrize(
    ("table", "heading", "column"),
    [
        ("visits", "Visited by", "staff_id"),
        ("visits", "拜訪人", "staff_id"),
        ("complaints", "開立時間", "opened_at"),
    ],
)
def test_headings_as_people_write_them(table: str, heading: str, column: str) -> None:
    (found,) = recognise([heading], table)
    assert found.column == column
