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
