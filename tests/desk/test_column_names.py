"""By what the desk, its lists and the guide call a column, a file's heading is recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from mainstay import engine
from mainstay.desk.accounts.downloads import COLUMNS as DOWNLOADS
from mainstay.desk.accounts.pictures import LINE_WORDS
from mainstay.desk.imports import words
from mainstay.ledger.headings import candidates, recognise
from mainstay.ledger.schema import TABLES

LANGUAGES = ("en", "zh-hant", "zh-hans", "ko")
ANSWERED = ("account_joins", "account_answers")  # on pages of their own
GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", words.TABLES)
def test_what_the_mapping_page_calls_a_column(table: str, language: str) -> None:
    columns = [column.name for column in engine.columns_of(table)]
    with translation.override(language):
        names = {words.column(name, table): name for name in columns}
    found = {one.heading: one.column for one in recognise(list(names), table)}
    assert found == names
    for heading, column in names.items():
        assert column in [offer.column for offer in candidates(heading, table)], heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_download_of_order_lines_calls_a_column(language: str) -> None:
    here = {column.name for column in engine.columns_of("order_lines")}
    with translation.override(language):
        names = {str(word): name for name, word in LINE_WORDS.items() if name in here}
    found = {one.heading: one.column for one in recognise(list(names), "order_lines")}
    assert found == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_download_of_accounts_calls_a_column(language: str) -> None:
    here = {column.name for column in engine.columns_of("accounts")}
    with translation.override(language):
        names = {str(word): name for name, word in DOWNLOADS.items() if name in here}
    assert len(names) > 5
    found = {one.heading: one.column for one in recognise(list(names), "accounts")}
    assert found == names


def test_what_the_guide_calls_a_column() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    called = set(
        re.findall(r"\b(?:account|staff|product|order) (?:code|number|name|date)s?\b", text)
    )
    assert "staff code" in called
    for heading in (word.removesuffix("s") for word in called):
        assert any(offers_of(heading)), heading


def offers_of(heading: str) -> list[bool]:
    """Whether it alone is recognised, by table."""
    return [bool(recognise([heading], table)) for table in words.TABLES]


@pytest.mark.parametrize("table", [t for t in TABLES if t not in ANSWERED])
def test_each_table_of_facts_is_offered_by_name_and_so_are_its_columns(table: str) -> None:
    assert words.table(table) != table
    for column in engine.columns_of(table):
        assert words.column(column.name, table) != column.name
