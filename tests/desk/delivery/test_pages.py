"""The pages of delivery, through HTTP, over what was measured of the cast."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from seen import Rows, ledger_of

from mainstay.desk.access.models import Event
from mainstay.desk.accounts import evidence
from mainstay.desk.guarantees.publishing import show_cards
from mainstay.engine.standing import measure_standing, standings
from mainstay.engine.tables import CATEGORIES
from mainstay.standing.known import Known

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ID = "20260302-060000-cast"


def rows_of(as_of: date) -> dict[str, Rows]:
    """Orders each week of two accounts: A100 is served badly, A103 well."""
    sold: Rows = []
    due: Rows = []
    for account in ("A100", "A103"):
        for day in range(7, 700, 7):
            order = f"{account}-{day}"
            on = as_of - timedelta(days=day)
            sold.append({"account_id": account, "ordered_on": on - timedelta(days=6), "amount": 100,
                         "order_id": order, "product_id": "P<1>", "category": "Bolts"})  # fmt: skip
            late = 5 if account == "A100" and day % 2 else 0
            due.append({"delivery_id": f"D{order}", "account_id": account, "order_id": order,
                        "product_id": "P<1>", "promised_on": on, "requested_on": on - timedelta(days=1),
                        "delivered_on": on + timedelta(days=late), "quantity_ordered": 10,
                        "quantity_delivered": 10, "urgent": day == 14})  # fmt: skip
    due.append({**due[0], "delivery_id": "odd", "order_id": "A100-x", "quantity_ordered": 0,
                "quantity_delivered": 0})  # fmt: skip
    terms = [{"agreement_id": "T", "account_id": "A100", "from": as_of - timedelta(days=300),
              "otif_promised": 0.95}]  # fmt: skip
    return {"order_lines": sold, "deliveries": due, "agreements": terms}


@pytest.fixture
def measured(own_store: None, published: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    book = ledger_of(rows_of(cast.AS_OF))
    monkeypatch.setattr(evidence, "ledger", lambda: book)
    known = Known(book, cast.AS_OF, cast.accounts(), CATEGORIES.empty_table())
    standings(settings.HOME.store).save(ID, measure_standing(known), {})
    show_cards(settings.HOME.store, ID)


def plain(response: Any) -> str:
    assert response.status_code == 200
    found = response.content.decode().split("<main", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


@pytest.mark.usefixtures("measured")
def test_one_account_its_figures_pictures_and_rows(
    signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    minsu = signed_in("minsu")
    minsu.get("/account/A100/delivery/")
    with django_assert_max_num_queries(15):
        response = minsu.get("/account/A100/delivery/")
    page, told = response.content.decode(), plain(response)
    assert "Of 26 orders in half a year, 50% came on time and in full; promised are 95%." in told
    assert "13 of 26 orders" in told
    assert "promised 95%" in told
    assert "Late is what goes wrong most, P<1> first" in told
    assert "Afterwards they bought about what they usually do." in told
    assert "P<1>" not in page.split("<main", 1)[1]  # escaped
    assert page.count('<svg viewBox="0 0 960') == 2
    # From a line to the rows of its order.
    (way,) = set(re.findall(r'href="(/account/A100/rows/deliveries/\?order=A100-21)"', page))
    rows = plain(minsu.get(way))
    assert "DA100-21" in rows
    assert "DA100-28" not in rows


@pytest.mark.usefixtures("measured")
def test_lines_that_are_asked_for_and_their_file(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    late = plain(minsu.get("/account/A100/delivery/?show=late"))
    assert "A100-21" in late
    assert "A100-28 " not in late
    assert "A100-28 " in plain(minsu.get("/account/A100/delivery/?show=all"))
    assert "None is like that." in plain(minsu.get("/account/A100/delivery/?show=short"))
    assert "A100-7" in plain(minsu.get("/account/A100/delivery/?show=nonsense&page=x"))
    file = minsu.get("/account/A100/delivery.csv?show=late")
    assert file.content.decode("utf-8-sig").count("\n") == 27  # 26 of 52 and the headings
    assert Event.objects.filter(verb="lines.download").count() == 1


@pytest.mark.usefixtures("measured")
def test_the_portfolio_of_who_sees_all(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    dora = signed_in("dora")
    dora.get("/delivery/")
    with django_assert_max_num_queries(15):
        response = dora.get("/delivery/")
    told = plain(response)
    assert "75%" in told  # of all orders
    for said in (
        "By size of account",
        "By product",
        "Harbour Hardware Ltd",
        "Too few accounts were badly served",
    ):
        assert said in told
    assert "A quantity of 0 was ordered" in told
    listed = re.findall(r'href="/account/([^"]+)/delivery/"', response.content.decode())
    assert listed == ["A100"]  # the other is served well
    small = plain(dora.get("/delivery/?size=small"))
    assert "Nothing is to be mended here." in small


@pytest.mark.usefixtures("measured")
def test_managers_see_their_own_accounts_and_no_sums(signed_in: Any) -> None:
    minsu = signed_in("minsu")
    told = plain(minsu.get("/delivery/"))
    assert "Harbour Hardware Ltd" in told
    assert "한빛산업" not in told
    assert "By product" not in told
    assert minsu.get("/delivery/products.csv").status_code == 404
    assert minsu.get("/account/A103/delivery/").status_code == 404
    assert minsu.get("/account/A103/delivery.csv").status_code == 404
    file = minsu.get("/delivery/accounts.csv").content.decode("utf-8-sig")
    assert "A100" in file
    assert "A103" not in file


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("table", ["accounts", "sizes", "products", "effects", "doubts"])
def test_every_table_is_a_file(signed_in: Any, table: str) -> None:
    dora = signed_in("dora")
    assert dora.get(f"/delivery/{table}.xlsx").content[:2] == b"PK"
    lines = dora.get(f"/delivery/{table}.csv").content.decode("utf-8-sig").splitlines()
    assert (len(lines) > 1) == (table != "effects")  # too few to compare
    assert dora.get(f"/delivery/{table}.pdf").status_code == 404


@pytest.mark.usefixtures("own_store", "published")
def test_where_nothing_was_measured_the_page_says_which_file_answers_it(signed_in: Any) -> None:
    for address in ("/delivery/", "/account/A100/delivery/"):
        response = signed_in("dora").get(address)
        assert "A file of deliveries answers this page" in plain(response)
        assert 'href="/imports/"' in response.content.decode()
    assert signed_in("dora").get("/account/A100/delivery.csv").status_code == 404


@pytest.mark.usefixtures("measured")
def test_an_account_without_deliveries(signed_in: Any) -> None:
    assert "Nothing of this account was to be delivered" in plain(
        signed_in("dora").get("/account/A101/delivery/")
    )


@pytest.mark.usefixtures("published")
def test_a_share_of_more_than_all_is_not_promised(signed_in: Any) -> None:
    sent = signed_in("dora").post(
        "/known/agreements/add/?account=A100",
        {"once": "o1", "account_id": "A100", "from_on": "2026-01-01", "otif_promised": "95"},
    )
    assert "A share is at most 1: write 0.95 for 95%." in html.unescape(sent.content.decode())


def test_buying_more_after_short_deliveries_is_said_to_be_ordering_again() -> None:
    after = {"cases": 60, "accounts": 40, "change": 0.05, "peers_change": 0.0, "effect": 0.044}
    rows = [{**after, "kind": kind, "low": 0.022, "high": 0.066} for kind in ("late", "short")]
    page = render_to_string("delivery/_effects.html", {"rows": rows})
    assert page.count("what was missing, ordered again") == 1
