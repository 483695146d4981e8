"""Endpoints and deliveries as administrators meet them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.api.webhooks import posting, sending, services
from mainstay.api.webhooks.models import Delivery, Endpoint, Happening
from mainstay.desk.access.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WISH = {"name": "erp", "kinds": ["case.opened", "account.state_changed"], "scope": ""}


def text(response: Any) -> str:
    said = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(said))


@pytest.fixture
def ada(signed_in: Any) -> Client:
    return signed_in("ada")


def test_an_endpoint_is_added_its_secret_shown_once_and_its_address_never(
    ada: Client, receiver: Any
) -> None:
    answer = ada.post("/webhooks/add/", {**WISH, "address": receiver.url}, follow=True)
    (secret,) = re.findall(r"whsec_[\w+/=]+", text(answer))
    one = Endpoint.objects.get()
    assert one.kinds == ["account.state_changed", "case.opened"]
    again = ada.get(f"/webhooks/{one.pk}/secret/once/", follow=True)
    assert "shown only once" in text(again)
    pages = text(again) + text(ada.get("/webhooks/"))
    events = str(list(Event.objects.values()))
    for page in (pages, events, str(list(Endpoint.objects.values()))):
        assert "secret-part" not in page
        assert secret not in page
    assert "…part" in pages
    ada.post(f"/webhooks/{one.pk}/", {**WISH, "name": "ERP", "address": ""})
    one.refresh_from_db()
    assert (one.name, one.shown[-4:]) == ("ERP", "part")
    new = ada.post(f"/webhooks/{one.pk}/secret/", follow=True)
    assert secret not in text(new)
    assert "For 24 hours" in text(new)
    ada.post(f"/webhooks/{one.pk}/remove/")
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "ftp://x"}, "can't be an endpoint's address"),
        ({"address": ""}, "required"),
        ({"kinds": []}, "Choose at least one"),
        ({"kinds": ["x"]}, "x"),
        ({"scope": "999"}, "choice"),
    ],
)
def test_what_can_not_be_stays_to_be_mended(ada: Client, wrong: Any, said: str) -> None:
    answer = ada.post("/webhooks/add/", {**WISH, "address": "https://x.com/", **wrong})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Endpoint.objects.exists()


def test_what_came_of_deliveries_and_sending_them_again(
    ada: Client, add: Any, receiver: Any, django_assert_max_num_queries: Any
) -> None:
    endpoint, _ = add()
    now = timezone.now()
    Happening.objects.create(
        kind="notice.given", account_id="A100", at=now, as_of=now.date(), data={}
    )
    posting.post(now)
    receiver.status = 503
    receiver.date = "Mon, 02 Mar 2020 09:00:00 GMT"
    sending.send_next(endpoint.pk, timezone.now)
    with django_assert_max_num_queries(15):
        page = text(ada.get("/webhooks/"))
    assert "An account told us that it may leave A100" in page
    assert "It was refused (503)." in page
    assert "min away from ours" in page
    Delivery.objects.update(state="dead", tries=8)
    assert "Given up" in text(ada.get("/webhooks/?show=dead"))
    assert "1 delivery is sent again" in text(ada.post("/webhooks/again/", follow=True))
    one = Delivery.objects.get()
    assert (one.state, one.tries) == ("waiting", 0)
    assert ada.post(f"/webhooks/deliveries/{one.message_id}/again/").status_code == 302
    assert ada.post("/webhooks/deliveries/none/again/").status_code == 404


def test_switched_off_nothing_goes_out_until_it_is_on(ada: Client, add: Any, receiver: Any) -> None:
    endpoint, _ = add()
    services.test(None, endpoint.pk, timezone.now())
    ada.post(f"/webhooks/{endpoint.pk}/switch/", {"on": "no"})
    later = timezone.now() + timedelta(hours=1)
    assert sending.due(later) == []
    assert sending.send_next(endpoint.pk, lambda: later) is None
    assert "switched off" in text(ada.post(f"/webhooks/{endpoint.pk}/test/", follow=True))
    ada.post(f"/webhooks/{endpoint.pk}/switch/", {"on": "yes"})
    assert sending.send_next(endpoint.pk, lambda: later) == "sent"
