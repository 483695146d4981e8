"""The pages of product needs, through HTTP, over what was measured of the cast."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from seen import Rows, ledger_of

from mainstay.desk.access.models import Event
from mainstay.desk.guarantees.publishing import show_cards
from mainstay.desk.needs.models import Chance
from mainstay.desk.needs.publishing import show_chances
from mainstay.desk.needs.queries import OfAccount
from mainstay.engine.standing import measure_standing, standings
from mainstay.engine.tables import CATEGORIES
from mainstay.standing.known import Known

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ID = "20260302-060000-cast"
ALL = ("A100", "A101", "A103", "A104", "00123", "A106", "A107", "B/108 ?&#")


def rows_of(as_of: Any) -> dict[str, Rows]:
    """Orders every second week of eight accounts: bolts, of five a new one, and of all but two nuts too."""
    sold: Rows = []

    def order(account: str, day: int, product: str, category: str, amount: int = 100) -> None:
        on = as_of - timedelta(days=day)
        sold.append({"account_id": account, "ordered_on": on, "amount": amount,
                     "product_id": product, "category": category})  # fmt: skip

    for n, account in enumerate(ALL):
        for day in range(3, 720, 14):
            order(account, day, "B1", "Bolts", 100 + n)
            if n not in (0, 2):
                order(account, day, "N<1>", "Nuts")
            if n < 5 and day < 150:
                order(account, day, "B2", "Bolts")
            if n == 0 and day > 200:
                order(account, day, "W1", "Washers", 300)
    products = [
        {"product_id": "B1", "name": "Bolt", "category": "Bolts", "discontinued_on": as_of + timedelta(days=60)},
        {"product_id": "B2", "name": "Bolt <2>", "category": "Bolts", "launched_on": as_of - timedelta(days=200)},
        {"product_id": "N<1>", "name": "Nut <1>", "category": "Nuts"},
    ]  # fmt: skip
    requests = [
        {"request_id": f"R{account}", "account_id": account, "raised_on": as_of - timedelta(days=90),
         "text": f"A longer <bolt> for {account}", "kind": "custom_product",
         "answer_due_on": as_of - timedelta(days=60)} for account in ("A100", "A103")
    ]  # fmt: skip
    return {"order_lines": sold, "products": products, "requests": requests}


@pytest.fixture
def measured(own_store: None, published: Any, cast: Any) -> None:
    book = ledger_of(rows_of(cast.AS_OF))
    known = Known(book, cast.AS_OF, cast.accounts(), CATEGORIES.empty_table())
    standings(settings.HOME.store).save(ID, measure_standing(known), {})
    show_cards(settings.HOME.store, ID)
    show_chances(settings.HOME.store, ID)


def plain(response: Any) -> str:
    assert response.status_code == 200
    found = response.content.decode().split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


@pytest.mark.usefixtures("measured")
def test_one_account_its_mix_what_stopped_and_what_peers_buy(
    signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    minsu = signed_in("minsu")
    minsu.get("/account/A100/needs/")
    with django_assert_max_num_queries(15):
        response = minsu.get("/account/A100/needs/")
    page, told = response.content.decode(), plain(response)
    assert "Answer their request of" in told
    assert "Washers" in told
    assert "Bolt <2>" in told
    assert "W1" in told  # stopped
    assert "A longer <bolt> for A100" in told
    assert "Nut <1>" in told  # what peers buy
    assert "<bolt>" not in page
    assert "Nut <1>" not in page
    assert "not listed" not in told  # all new products are in the table
    assert page.count('<svg viewBox="0 0 640') == 1
    assert "/account/A100/lines/?product=W1" in page


def test_new_products_that_the_table_leaves_out_are_counted() -> None:
    rows = [{"product_id": name} for name in "ABC"]
    found = OfAccount({"offered": 6, "taken": 1}, None, [], rows, [], [], [], [])
    assert found.unlisted == 3
    assert replace(found, row=None).unlisted == 0


@pytest.mark.usefixtures("measured")
def test_the_portfolio_of_who_sees_all(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    dora = signed_in("dora")
    dora.get("/needs/")
    with django_assert_max_num_queries(15):
        response = dora.get("/needs/")
    told = plain(response)
    assert "2 requests wait, 2 of them overdue." in told
    assert "Categories that shift" in told
    assert "New products and who took them" in told
    listed = re.findall(r'href="/account/([^"]+)/needs/#chances"', response.content.decode())
    ordered = [row.account_id for row in Chance.objects.order_by("-low", "id")]
    assert [one for one in listed if one[0] != "~"] == [one for one in ordered if "/" not in one]
    assert {"A100", "A103"} <= set(listed)
    assert "A100" not in re.findall(
        r'href="/account/([^"]+)/needs/#chances"',
        dora.get("/needs/?size=small&page=x").content.decode(),
    )


@pytest.mark.usefixtures("measured")
def test_managers_see_their_own_accounts_and_no_sums(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    told = plain(minsu.get("/needs/"))
    assert "Harbour Hardware Ltd" in told
    assert "한빛산업" not in told
    assert "1 request waits" in told
    assert "Categories that shift" not in told
    assert minsu.get("/needs/shifts.csv").status_code == 404
    assert minsu.get("/account/A103/needs/").status_code == 404
    assert minsu.get("/account/A103/needs/chances.csv").status_code == 404
    for table in ("needs", "chances", "asked", "stopped", "outdated"):
        file = minsu.get(f"/needs/{table}.csv").content.decode("utf-8-sig")
        assert "A100" in file
        assert "A103" not in file
    assert Event.objects.filter(verb="needs.download").count() == 5


@pytest.mark.usefixtures("measured")
def test_every_table_is_a_file(signed_in: Any) -> None:
    dora = signed_in("dora")
    for table in (
        "launches",
        "quarters",
        "shifts",
        "needs",
        "chances",
        "asked",
        "stopped",
        "outdated",
    ):
        lines = dora.get(f"/needs/{table}.csv").content.decode("utf-8-sig").splitlines()
        assert len(lines) > 1, table
        assert dora.get(f"/needs/{table}.pdf").status_code == 404
    for table in ("mix", "new", "stopped", "outdated", "chances", "asked"):
        assert dora.get(f"/account/A100/needs/{table}.xlsx").content[:2] == b"PK"
    assert dora.get("/account/A100/needs/quarters.csv").status_code == 404


@pytest.mark.usefixtures("own_store", "published")
def test_where_nothing_was_measured_the_page_says_which_file_answers_it(signed_in: Any) -> None:
    for address in ("/needs/", "/account/A100/needs/"):
        assert "with products or categories answer this page" in plain(
            signed_in("dora").get(address)
        )
    assert signed_in("dora").get("/needs/chances.csv").status_code == 404
