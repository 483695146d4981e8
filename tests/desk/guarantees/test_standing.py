"""How accounts stand: the card on an account's page, the page of all, what each may see of it."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mainstay import engine
from mainstay.desk.guarantees.models import CardRow
from mainstay.desk.guarantees.publishing import show_cards
from mainstay.ledger.frozen import FrozenFolder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def row(account: str, guarantee: str, **changes: Any) -> dict[str, Any]:
    text = json.dumps(
        {"template": "{late_days} days late on the average.", "data": {"late_days": 4}}
    )
    return {
        "account_id": account,
        "guarantee": guarantee,
        "standing": "poor",
        "measure": 0.62,
        "unit": "share",
        "less": False,
        "before": 0.81,
        "peers": 0.9,
        "promised": 0.95,
        "urgency": 0.7,
        "told": text,
        "mend": json.dumps({"template": "Mend <b>this</b>.", "data": {}}),
        **changes,
    }


@pytest.fixture(autouse=True)
def _cards(own_store: None, settings: Any, published: Any) -> None:
    fine = {"standing": "good", "urgency": 0.0, "mend": None, "measure": 0.98, "before": None}
    rows = [
        row("A100", "delivery"),
        row("A100", "service", unit="hours", measure=30.0, less=True, before=40.0, urgency=0.2),
        row("A100", "quality", **fine),
        row("A102", "delivery", urgency=0.3, standing="watch"),
        row("A103", "delivery", urgency=0.9),
        row("00123", "delivery", **fine),
    ]
    folder = FrozenFolder(settings.HOME.store / "standings")
    folder.save(published.pk, {engine.CARDS: pa.Table.from_pylist(rows, engine.CARD)}, {"meta": {}})
    show_cards(settings.HOME.store, published.pk)


def body(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_account_s_page_has_its_card(signed_in: Any) -> None:
    shown = body(signed_in("dora").get("/account/A100/"))
    card = shown[shown.index('id="card"') :]
    card = card[: card.index("</section>")]
    # The most urgent first.
    places = [card.index(f">{word}<") for word in ("Delivery", "Service", "Product quality")]
    assert places == sorted(places)
    assert "62%" in card
    assert "30 hours" in card
    assert "promised 95%" in card
    assert card.count("Mend this first") == 1
    assert "Mend &lt;b&gt;this" in card
    # Fewer hours than before are better, a smaller share is worse.
    assert card.count('class="up"') == 1
    assert card.count('class="fall"') == 1


def test_who_needs_something_mended_most_comes_first(signed_in: Any) -> None:
    shown = body(signed_in("dora").get("/standing/?of=delivery"))
    rows = shown[shown.index('id="worst"') :]
    assert (
        rows.index("/account/A103/") < rows.index("/account/A100/") < rows.index("/account/A102/")
    )
    assert "Sales, 52 weeks" in rows  # one reason of the order
    assert "/account/00123/" not in rows  # nothing is to be mended there
    assert "2 of 4 poor" in shown
    assert "/account/A100/" not in body(signed_in("dora").get("/standing/?of=quality"))


def test_a_manager_sees_how_their_own_accounts_stand(signed_in: Any) -> None:
    shown = body(signed_in("minsu").get("/standing/?of=delivery&size=nonsense&page=x"))
    assert "/account/A100/" in shown
    assert "/account/A103/" not in shown
    assert "of 4 poor" not in shown


def test_nothing_measured_says_which_files_would(signed_in: Any) -> None:
    CardRow.objects.all().delete()
    shown = body(signed_in("dora").get("/standing/"))
    assert "Deliveries, complaints, agreements and criteria answer this page." in shown


def test_pages_ask_little_of_the_database(
    signed_in: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for who in ("dora", "minsu"):
        client: Client = signed_in(who)
        for address in ("/standing/", "/account/A100/"):
            with django_assert_max_num_queries(15):
                assert client.get(address).status_code == 200
