"""The page of rows of machines' tables behind what is said of an account."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.desk.access.models import Event
from mainstay.desk.accounts import evidence

pytestmark = pytest.mark.django_db
D = date
ROWS = "/account/A100/rows"


@pytest.fixture(autouse=True)
def _rows(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {
        "account_id": ["A100", "A103"],
        "ordered_on": [D(2026, 1, 5)] * 2,
        "amount": [1.0] * 2,
        "product_id": ["P1", "P2"],
    }
    days = [D(2025, 1 + n // 28, 1 + n % 28) for n in range(150)]
    late = {
        "delivery_id": [*(f"D{n}" for n in range(150)), "<b>odd</b>", "theirs"],
        "account_id": ["A100"] * 151 + ["A103"],
        "promised_on": [*days, D(2026, 2, 1), D(2026, 2, 2)],
        "delivered_on": pa.array([*days, None, None], pa.date32()),
        "urgent": [False] * 150 + [True, True],
        "quantity_ordered": [1234.5] * 152,
    }
    told = Ledger.from_tables(
        order_lines=pa.table(lines),
        deliveries=pa.table(late),
        payments=pa.table(
            {"account_id": ["A100"], "due_on": [D(2026, 1, 1)], "amount": [Decimal("12.50")]}
        ),
        supply=pa.table(
            {"product_id": ["P1", "P2"], "week": [D(2026, 1, 5)] * 2, "available": [0.25, 0.75]}
        ),
        market=pa.table(
            {
                "segment": ["dealers", "factories"],
                "month": [D(2026, 1, 1)] * 2,
                "index": [97.0, 103.0],
                "source": ["chamber"] * 2,
            }
        ),
    )
    monkeypatch.setattr(evidence, "ledger", lambda: told)


def plain(page: str) -> str:
    found = page.split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


def test_the_rows_that_prove_it_and_the_way_to_all(text_of: Any) -> None:
    page = text_of(
        "minsu", f"{ROWS}/deliveries/?row=%5B%22D7%22%5D&row=%5B%22%3Cb%3Eodd%3C/b%3E%22%5D"
    )
    said = plain(page)
    assert "Only the rows that prove it" in said
    assert "1 Feb 2026 – <b>odd</b>" in said
    assert "1,234.5" in said
    assert "Yes" in said
    assert page.count('role="rowheader"') == 2
    assert f'href="{ROWS}/deliveries/"' in page
    assert "No rows here." in plain(text_of("minsu", f"{ROWS}/deliveries/?row=%5B%22theirs%22%5D"))


def test_all_rows_page_by_page_and_some_days(text_of: Any) -> None:
    first = text_of("minsu", f"{ROWS}/deliveries/")
    assert first.count('role="rowheader"') == 100
    assert text_of("minsu", f"{ROWS}/deliveries/?page=2").count('role="rowheader"') == 51
    some = text_of("minsu", f"{ROWS}/deliveries/?from=2025-01-02&to=2025-01-03")
    assert some.count('role="rowheader"') == 2
    assert "No rows here." in plain(text_of("minsu", f"{ROWS}/deliveries/?from=2030-01-01"))


def test_money_shares_and_months_as_people_write_them(text_of: Any) -> None:
    assert "1 Jan 2026 12.50" in plain(text_of("minsu", f"{ROWS}/payments/"))
    supply = plain(text_of("minsu", f"{ROWS}/supply/"))
    assert "P1 25%" in supply
    assert "P2" not in supply
    assert "P2 75%" in plain(text_of("minsu", f"{ROWS}/supply/?product=P2"))
    market = plain(text_of("minsu", f"{ROWS}/market/"))
    assert "Jan 2026 dealers 97 chamber" in market
    assert "103" not in market


@pytest.mark.parametrize(
    "query",
    [
        "row=",
        "row=%5B",
        "row=%5B1%5D",
        "row=%7B%7D",
        "from=x&to=y&page=z",
        "product=%00",
        "row=%00",
    ],
)
def test_odd_addresses_do_no_harm(query: str, text_of: Any) -> None:
    assert "Deliveries" in text_of("minsu", f"{ROWS}/deliveries/?{query}")


def test_only_whose_account_it_is_and_only_these_tables(signed_in: Any) -> None:
    assert signed_in("wei").get(f"{ROWS}/deliveries/").status_code == 404
    assert signed_in("wei").get(f"{ROWS}/deliveries/download.csv").status_code == 404
    for table in ("order_lines", "visits", "exchange_rates", "nonsense"):
        assert signed_in("dora").get(f"{ROWS}/{table}/").status_code == 404
        assert signed_in("dora").get(f"{ROWS}/{table}/download.csv").status_code == 404
    assert signed_in("dora").get(f"{ROWS}/deliveries/download.pdf").status_code == 404


def test_a_download_holds_what_was_asked_for_and_is_on_record(signed_in: Any) -> None:
    client = signed_in("minsu")
    got = client.get(f"{ROWS}/deliveries/download.csv?row=%5B%22D7%22%5D")
    rows = got.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Delivery number,")
    assert [row.split(",")[0] for row in rows[1:]] == ["D7"]
    (event,) = Event.objects.filter(verb="lines.download")
    assert event.object_id == "A100"
    assert event.after["table"] == "deliveries"


def test_few_questions(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    client = signed_in("minsu")
    with django_assert_max_num_queries(15):
        client.get(f"{ROWS}/deliveries/")
