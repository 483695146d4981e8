"""The first cause beside each account of a list: shown, filtered by, sorted by, downloaded."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def shown(page: str) -> list[str]:
    found = re.search(r'id="results".*', page, re.S)
    assert found
    return re.findall(r'class="who"><a href="/account/([^/]+)/"', found.group(0))


@pytest.mark.parametrize(
    ("query", "accounts"),
    [
        ("cause=delivery", ["A100"]),
        ("cause=unknown", ["A101"]),
        ("cause=any", ["A100", "A102", "A101", "A107", "A109"]),
        ("whose=ours", ["A100", "A107"]),
        ("whose=theirs", ["A102"]),
        ("whose=nobodys", ["A109"]),
        ("about=Bolts", ["A100"]),
        ("cause=any&about=-", ["A101", "A107", "A109"]),
        ("cause=any&fell_from=2025-06-02&fell_to=2025-11-09", ["A101"]),
        ("fell_from=2025-11-10", ["A100", "A107"]),
        ("cause=nonsense", []),
    ],
)
def test_lists_by_cause(query: str, accounts: list[str], explained: Any, text_of: Any) -> None:
    assert shown(text_of("dora", f"/accounts/?{query}")) == accounts


def test_a_list_is_sorted_by_cause_what_did_not_fall_last(explained: Any, text_of: Any) -> None:
    assert shown(text_of("dora", "/accounts/?sort=cause"))[:5] == [
        "A102",
        "A100",
        "A109",
        "A107",
        "A101",
    ]


def test_the_cause_stands_beside_the_account(explained: Any, text_of: Any) -> None:
    for address in ("/accounts/", "/"):
        page = html.unescape(re.sub(r"\s+", " ", text_of("minsu", address)))
        assert re.search(r'Our delivery, probably <span class="whose ours"', page), address
        assert "We don't know yet" in page, address


def test_without_an_explanation_there_is_no_column_of_causes(published: Any, text_of: Any) -> None:
    page = text_of("dora", "/accounts/")
    assert "Likeliest cause" not in page
    assert "Ours or a competitor's" not in page


def test_days_that_make_no_sense_are_as_if_they_were_not_there(
    explained: Any, text_of: Any
) -> None:
    assert len(shown(text_of("dora", "/accounts/?fell_from=soon&fell_to=2025-99-99"))) == 10


def test_the_download_has_the_cause(explained: Any, signed_in: Any) -> None:
    response = signed_in("minsu").get("/accounts/download.csv?cause=delivery")
    (cells,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert cells["Likeliest cause"] == "Our delivery"
    assert cells["Its probability"] == "0.62"
    assert cells["Ours, a competitor's, nobody's"] == "Ours"
    assert cells["Began to fall"] == "2025-11-10"
