"""The portfolio: how much hangs on how few."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mainstay.desk.accounts.models import Assessment

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_page_says_what_hangs_on_how_few(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/portfolio/")
    summary = Assessment.objects.get().portfolio
    assert f"{summary['largest_share']:.0%}" in page
    assert "losing it costs" in page
    assert 'class="curve"' in page
    for name in ("Large", "Medium", "Small", "dealers", "factories", "north", "TW"):
        assert name in page


def test_the_title_and_the_curve_say_the_same_of_a_fifth(text_of: Any, published: Any) -> None:
    kept = Assessment.objects.get().portfolio
    two = {"n_accounts": 2, "curve": [[0, 0], [0.5, 0.9], [1, 1]], "share_of_top_fifth": 0.9}
    Assessment.objects.update(portfolio={**kept, **two})
    page = text_of("dora", "/portfolio/")
    assert "20% bring 36%" in page
    assert re.search(r'id="fifth">A fifth of the accounts bring</p><p class="big">36%', page)


def test_a_part_that_hangs_on_one_account_is_marked(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/portfolio/")
    carried = re.findall(r'<a class="fall" href="/account/([^/]+)/">', page)
    summary = Assessment.objects.get().portfolio
    wanted = [
        row["largest_account_id"]
        for key in ("segments", "regions", "countries")
        for row in summary[key]
        if row["largest_share"] >= 0.5 and row["accounts"] > 1
    ]
    assert sorted(carried) == sorted(wanted)
    assert wanted


def test_a_portfolio_of_nothing_is_said_to_be_empty(text_of: Any, published: Any) -> None:
    Assessment.objects.update(portfolio={})
    assert "No account bought anything" in text_of("dora", "/portfolio/")


def test_targets_are_shown_where_there_are_any(text_of: Any, published: Any) -> None:
    kept = Assessment.objects.get().portfolio
    targets = {
        "month": {"actual": 1000.0, "target": 2000.0},
        "year": {"actual": 5.0, "target": None},
    }
    assert "Against target" not in text_of("dora", "/portfolio/")
    Assessment.objects.update(portfolio={**kept, "targets": targets})
    page = text_of("dora", "/portfolio/")
    assert "Against target" in page
    assert "€2k" in page


def test_the_title_and_the_tables_are_reconciled(text_of: Any, published: Any) -> None:
    kept = Assessment.objects.get().portfolio
    assert "counted in the tables below" not in text_of("dora", "/portfolio/")
    groups, kept["groups"] = kept["groups"], []
    kept["size_classes"][2]["accounts"] += 2
    kept["size_classes"][2]["amount"] -= 1748.0
    more = sum(row["accounts"] for row in kept["size_classes"]) - kept["n_accounts"]
    Assessment.objects.update(portfolio=kept)
    page = text_of("dora", "/portfolio/")
    assert f"{more} more returned as much as they bought" in page
    Assessment.objects.update(portfolio={**kept, "groups": groups or [{"name": "G"}]})
    assert "Groups and chains are one account each" in text_of("dora", "/portfolio/")


def test_of_many_countries_the_largest_are_shown_and_the_others_a_click_away(
    text_of: Any, published: Any
) -> None:
    kept = Assessment.objects.get().portfolio
    kept["countries"] = [{**kept["countries"][0], "name": f"C{n}-land"} for n in range(40)]
    Assessment.objects.update(portfolio=kept)
    page = text_of("dora", "/portfolio/")
    assert "The largest 12 of 40" in page
    assert '<th role="columnheader" scope="col">Country</th>' in page
    assert "C12-land" not in page
    whole = text_of("dora", "/portfolio/?all=countries")
    assert "C39-land" in whole
    assert "The largest 12 of 40" not in whole


def test_each_cell_of_a_part_says_on_a_small_screen_what_it_is(
    text_of: Any, published: Any
) -> None:
    page = text_of("dora", "/portfolio/")
    tables = re.findall(r'<table class="parts".*?</table>', page, re.S)
    assert len(tables) >= 3
    for table in tables:
        assert table.count("<td ") == table.count("data-label=") > 1
        # What is at risk stands beside the name, once a row.
        assert table.count('class="num is-risk"') == table.count('<th role="rowheader"')
